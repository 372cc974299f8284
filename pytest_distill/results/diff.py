"""Two reports side by side: what rose, what fell, and what can be told of it."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from pytest_distill.records import Estimate, Report
from pytest_distill.results import baseline as baselines
from pytest_distill.results import metrics
from pytest_distill.results.metrics import Difference, Series
from pytest_distill.stats.exact import Exact
from pytest_distill.stats.multiplicity import step_down


class Change(NamedTuple):
    """One number of two reports."""

    model: str
    number: str
    before: float | None
    now: float | None
    difference: Estimate
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
    difference: Difference


def compare(before: Report, now: Report, *, confidence: float) -> list[Change]:
    """Return every number that either report holds.

    That any number is called risen although it is not has the chance ``1 - confidence`` at
    most, and the same goes for those that are called fallen: half of it is for the numbers over
    all cases, half for those of groups and vendors, which are many; in each by Holm.

    Raises:
        UsageError: the reports do not measure the same thing.
    """
    rows = list(_rows(before, now))
    risen = _shown(rows, lambda difference: (difference.low or 0.0) > 0, alpha=1 - confidence)
    fallen = _shown(rows, lambda difference: (difference.high or 0.0) < 0, alpha=1 - confidence)
    return [
        Change(
            model=row.model,
            number=row.number,
            before=row.before(confidence).value,
            now=row.now(confidence).value,
            difference=row.difference.at(confidence),
            has_risen=index in risen,
            has_fallen=index in fallen,
            how=row.difference.how,
            is_paired=row.difference.is_paired,
            exact=row.difference.exact,
        )
        for index, row in enumerate(rows)
    ]


def _shown(
    rows: Sequence[_Row], is_shown: Callable[[Estimate], bool], *, alpha: float
) -> frozenset[int]:
    """Return the rows of which something is shown."""
    families: dict[bool, list[int]] = {}
    for index, row in enumerate(rows):
        families.setdefault(row.number.count(".") == 1, []).append(index)
    found: set[int] = set()
    for family in families.values():

        def is_one(member: int, each: float, family: Sequence[int] = family) -> bool:
            return is_shown(rows[family[member]].difference.at(1 - 2 * each))

        shown, _ = step_down(len(family), is_one, alpha=alpha / len(families))
        found |= {family[member] for member in shown}
    return frozenset(found)


def _rows(before: Report, now: Report) -> Iterator[_Row]:
    for label, suites in now.models.items():
        namesake = baselines.counterpart(label, before)
        for suite in suites:
            one, other = metrics.found(before, namesake, suite), metrics.found(now, label, suite)
            if not one.numbers:
                continue
            sides = [
                baselines.key_of(now, label, suite),
                baselines.key_of(before, namesake, suite),
            ]
            baselines.check(*sides, what="the first report")
            # A vendor that only one of them claims is in that report alone.
            is_alike = before.run.calibration == now.run.calibration
            for number in {**other.numbers, **one.numbers}:
                if metrics.is_calibrated(number) and not is_alike:
                    continue
                was = partial(metrics.at_level, number, one)
                is_ = partial(metrics.at_level, number, other)
                difference = metrics.difference(number, is_, other.cases, one)
                if difference.at(0.5).value is not None:
                    yield _Row(label, f"{suite}.{number}", was, is_, difference)
