"""Selection and order of a suite's cases: the limit, and the random order of interim looks."""

from collections.abc import Iterable, Sequence

from pytest_distill.data.sampling import stratified
from pytest_distill.records import Case, InterimLook
from pytest_distill.settings.settings import Settings
from pytest_distill.stats import looks
from pytest_distill.stats.identity import UNSPECIFIED


def arranged(cases: Sequence[Case], settings: Settings) -> tuple[Case, ...]:
    """Return the cases that the settings select, in the order in which they run."""
    found = tuple(cases)
    if settings.limit is not None:
        found = stratified(found, settings.limit, seed=settings.seed)
    if settings.stop:
        # The cases of the first look come first.
        found = tuple(sorted(found, key=lambda case: looks.order_key(settings.seed, case.id)))
    return found


def looks_at(case_ids: Iterable[str], *, seed: int, is_stopping: bool) -> tuple[InterimLook, ...]:
    """Return the looks of a run that may end early, else the single look of the whole run."""
    if not is_stopping:
        return (InterimLook(cases=sum(1 for _ in case_ids), last=looks.LAST),)
    places = sorted(looks.order_key(seed, case_id) for case_id in case_ids)
    *early, whole = looks.sizes(len(places))
    return (
        *(InterimLook(cases=size, last=places[size - 1]) for size in early),
        InterimLook(cases=whole, last=looks.LAST),
    )


def groups_of(cases: Iterable[Case]) -> frozenset[str]:
    """Return categories and languages of `cases`."""
    return frozenset(group or UNSPECIFIED for c in cases for group in (c.category, c.language))
