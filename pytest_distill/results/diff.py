"""Comparison of two reports: which numbers rose and which fell."""

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
    """With the two-sided interval at the requested level, for this number alone."""
    has_risen: bool
    has_fallen: bool
    how: str
    """How the two were compared."""
    is_paired: bool
    exact: Exact | None
    """For small counts: the test that the interval is widened to."""


class _Row(NamedTuple):
    model: str
    number: str
    before: Series
    now: Series
    difference: Difference


def compare(before: Report, now: Report, *, confidence: float) -> list[Change]:
    """Return every number of either report.

    The chance that any number is wrongly called risen is at most ``1 - confidence``, and so is
    that for fallen. Half of it is for the numbers over all cases, half for the many numbers of
    groups and vendors; within each half by Holm's step-down.

    Raises:
        UsageError: the reports do not measure the same thing.
    """
    rows = list(_rows(before, now))
    risen = _significant(rows, lambda difference: (difference.low or 0.0) > 0, alpha=1 - confidence)
    fallen = _significant(
        rows, lambda difference: (difference.high or 0.0) < 0, alpha=1 - confidence
    )
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


def _significant(
    rows: Sequence[_Row], has_changed: Callable[[Estimate], bool], *, alpha: float
) -> frozenset[int]:
    """Return the indices of the rows with a significant change."""
    families: dict[bool, list[int]] = {}
    for index, row in enumerate(rows):
        families.setdefault(row.number.count(".") == 1, []).append(index)
    found: set[int] = set()
    for family in families.values():

        def is_rejected(member: int, each: float, family: Sequence[int] = family) -> bool:
            return has_changed(rows[family[member]].difference.at(1 - 2 * each))

        rejected, _ = step_down(len(family), is_rejected, alpha=alpha / len(families))
        found |= {family[member] for member in rejected}
    return frozenset(found)


def _rows(before: Report, now: Report) -> Iterator[_Row]:
    for label, suites in now.models.items():
        namesake = baselines.counterpart(label, before)
        for suite in suites:
            one, other = (
                metrics.found_in(before, namesake, suite),
                metrics.found_in(now, label, suite),
            )
            if not one.numbers:
                continue
            sides = [
                baselines.key_of(now, label, suite),
                baselines.key_of(before, namesake, suite),
            ]
            baselines.check(*sides, what="the first report")
            # A vendor that answers claim in only one of the runs is only in that report.
            is_same_calibration = before.run.calibration == now.run.calibration
            for number in {**other.numbers, **one.numbers}:
                if metrics.is_calibrated(number) and not is_same_calibration:
                    continue
                was = partial(metrics.at_level, number, one)
                is_ = partial(metrics.at_level, number, other)
                difference = metrics.difference(number, is_, other.cases, one)
                if difference.at(0.5).value is not None:
                    yield _Row(label, f"{suite}.{number}", was, is_, difference)
