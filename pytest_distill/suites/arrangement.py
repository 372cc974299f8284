"""Selection and order of a suite's cases: the limit, and the random order of interim looks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from pytest_distill.data.sampling import stratified
from pytest_distill.records import Case, InterimLook
from pytest_distill.settings.settings import Settings
from pytest_distill.stats import looks
from pytest_distill.stats.identity import UNSPECIFIED


def arranged(
    cases: Sequence[Case], settings: Settings, prefixes: Sequence[str] = ()
) -> tuple[Case, ...]:
    """Return the cases that the settings select, in the order in which they run.

    Args:
        cases: of a suite.
        settings: of the run.
        prefixes: beginnings of ids that a random order leaves out.
    """
    found = tuple(cases)
    if settings.limit is not None:
        found = stratified(found, settings.limit, seed=settings.seed)
    if settings.stop:
        # The cases of the first look come first.
        seed = settings.seed
        found = tuple(sorted(found, key=lambda case: looks.order_key(seed, case.id, prefixes)))
    return found


def looks_at(
    case_ids: Iterable[str], *, seed: int, is_stopping: bool, prefixes: Sequence[str] = ()
) -> tuple[InterimLook, ...]:
    """Return the looks of a run that may end early, else the single look of the whole run.

    Args:
        case_ids: of all cases.
        seed: of the run.
        is_stopping: whether there are looks before the last.
        prefixes: beginnings of ids that the order leaves out.
    """
    if not is_stopping:
        return (InterimLook(cases=sum(1 for _ in case_ids), last=looks.LAST),)
    counts = Counter(looks.order_key(seed, case_id, prefixes) for case_id in case_ids)
    places = sorted(counts)
    *early, _ = looks.sizes(len(places))
    reached = list(accumulate(counts[place] for place in places))
    return (
        *(InterimLook(cases=reached[size - 1], last=places[size - 1]) for size in early),
        InterimLook(cases=counts.total(), last=looks.LAST),
    )


def groups_of(cases: Iterable[Case]) -> frozenset[str]:
    """Return categories and languages of `cases`."""
    return frozenset(group or UNSPECIFIED for c in cases for group in (c.category, c.language))
