"""What a search for leaks found, and what of it holds."""

from collections.abc import Mapping, Sequence

from pytest_distill.records import FuzzRates, IceSummary
from pytest_distill.stats.identity import Outcome, loose_rate
from pytest_distill.suites.fuzz.names import CONFIRMATION, CONTROL, SUITE

FUZZED = ("control", "search", "confirmed")
"""What a campaign is measured by beside its rates."""


def fuzz_rates(
    rates: IceSummary, outcomes: Mapping[str, Sequence[Outcome]], *, level: float
) -> FuzzRates:
    """Return the rates of a campaign beside its control, and confirmed.

    The worst of many templates look worse than they are: they were chosen by the same answers.
    The confirmed rate is theirs with questions that they were not chosen by.

    Args:
        rates: of all that the search asked.
        outcomes: by what they are for: `SUITE`, `CONTROL`, `CONFIRMATION`.
        level: two-sided confidence, in (0, 1).
    """
    confirmed = outcomes.get(CONFIRMATION, ())
    chosen = {outcome.template for outcome in confirmed}
    search = [outcome for outcome in outcomes.get(SUITE, ()) if outcome.template in chosen]
    return FuzzRates(
        **dict(rates),
        control=loose_rate(outcomes.get(CONTROL, ()), level=level),
        search=loose_rate(search, level=level),
        confirmed=loose_rate(confirmed, level=level),
    )
