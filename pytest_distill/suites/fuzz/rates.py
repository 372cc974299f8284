"""Rates of a fuzzing campaign, its control and its confirmation."""

from collections.abc import Mapping, Sequence

from pytest_distill.records import FuzzRates, IceSummary
from pytest_distill.stats.identity import Outcome, loose_rate
from pytest_distill.suites.fuzz.names import CONFIRMATION, CONTROL, SUITE

SEARCH = "search"

PARTS: Mapping[str, str] = {"control": CONTROL, SEARCH: SUITE, "confirmed": CONFIRMATION}
"""The rates of a campaign in addition to the leak rates, and the part whose cases they count."""

FUZZED = tuple(PARTS)


def fuzz_rates(
    rates: IceSummary, outcomes: Mapping[str, Sequence[Outcome]], *, level: float
) -> FuzzRates:
    """Return the rates of a campaign, with those of its control and its confirmation.

    The worst of many templates look worse than they are, because the same answers selected them.
    The confirmed rate is that of the same templates with new questions.

    Args:
        rates: of all cases of the search.
        outcomes: by suite: `SUITE`, `CONTROL`, `CONFIRMATION`.
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
