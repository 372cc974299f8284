"""Which cases of a suite are asked, and in which order: the limit, and looks in a random order."""

from collections.abc import Sequence

from pytest_distill.data.sampling import stratified
from pytest_distill.records import Case
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.looks import order_key


def arranged(cases: Sequence[Case], settings: Settings) -> tuple[Case, ...]:
    """Return the cases that the settings leave, in the order in which they are asked."""
    found = tuple(cases)
    if settings.limit is not None:
        found = stratified(found, settings.limit, seed=settings.seed)
    if settings.stop:
        # The first that are looked at come first.
        found = tuple(sorted(found, key=lambda case: order_key(settings.seed, case.id)))
    return found
