"""Two reports side by side: what rose, what fell, and what can be told of it."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from pytest_distill import measures
from pytest_distill.gates import baseline as baselines
from pytest_distill.measures import Rise, Series
from pytest_distill.records import Estimate, Report
from pytest_distill.stats.exact import Exact
from pytest_distill.stats.multiplicity import step_down


class Change(NamedTuple):
    """One number of two reports."""

    model: str
    number: str
    before: float | None
    now: float | None
    rise: Estimate
    """With the two-sided interval at the level that was asked for, for this number alone."""
    has_risen: bool
    has_fallen: bool
    how: str
    """How the two were compared."""
    is_paired: bool
    exact: Exact | None
    """Where counts are small: the test that the interval is held to."""


class _Row(NamedTuple):
    model: str
    number: str
    before: Series
    now: Series
    rise: Rise


def compare(before: Report, now: Report, *, confidence: float) -> list[Change]:
    """Return every number that either report holds.

    That any number is called risen although it is not has the chance ``1 - confidence`` at
    most, and the same goes for those that are called fallen: half of it is for the numbers over
    all cases, half for those of groups and vendors, which are many; in each by Holm.

    Raises:
        UsageError: the reports do not measure the same thing.
    """
    rows = list(_rows(before, now))
    risen = _shown(rows, lambda rise: (rise.low or 0.0) > 0, error=1 - confidence)
    fallen = _shown(rows, lambda rise: (rise.high or 0.0) < 0, error=1 - confidence)
    return [
        Change(
            model=row.model,
            number=row.number,
            before=row.before(confidence).value,
            now=row.now(confidence).value,
            rise=row.rise.at(confidence),
            has_risen=index in risen,
            has_fallen=index in fallen,
            how=row.rise.how,
            is_paired=row.rise.is_paired,
            exact=row.rise.exact,
        )
        for index, row in enumerate(rows)
    ]


def _shown(
    rows: Sequence[_Row], is_shown: Callable[[Estimate], bool], *, error: float
) -> frozenset[int]:
    """Return the rows of which something is shown."""
    families: dict[bool, list[int]] = {}
    for index, row in enumerate(rows):
        families.setdefault(row.number.count(".") == 1, []).append(index)
    found: set[int] = set()
    for family in families.values():

        def is_one(member: int, each: float, family: Sequence[int] = family) -> bool:
            return is_shown(rows[family[member]].rise.at(1 - 2 * each))

        shown, _ = step_down(len(family), is_one, error=error / len(families))
        found |= {family[member] for member in shown}
    return frozenset(found)


def _rows(before: Report, now: Report) -> Iterator[_Row]:
    for label, suites in now.models.items():
        namesake = baselines.counterpart(label, before)
        for suite in suites:
            one, other = measures.found(before, namesake, suite), measures.found(now, label, suite)
            if not one.numbers:
                continue
            sides = [
                baselines.side_of(now, label, suite),
                baselines.side_of(before, namesake, suite),
            ]
            baselines.check(*sides, what="the first report")
            # A vendor that only one of them claims is in that report alone.
            is_alike = before.run.calibration == now.run.calibration
            for number in {**other.numbers, **one.numbers}:
                if measures.is_calibrated(number) and not is_alike:
                    continue
                was = partial(measures.at_level, number, one)
                is_ = partial(measures.at_level, number, other)
                rise = measures.rise(number, is_, other.cases, one)
                if rise.at(0.5).value is not None:
                    yield _Row(label, f"{suite}.{number}", was, is_, rise)
