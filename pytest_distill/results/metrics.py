"""The numbers of a run by name, and their differences from those of a baseline."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from pytest_distill.records import UNDEFINED, CaseResult, Corrected, Estimate, Report
from pytest_distill.results.baseline import pairs
from pytest_distill.stats.clustered import Labels, clustered_rate
from pytest_distill.stats.corrected import ROGAN_GLADEN
from pytest_distill.stats.difference import independent_difference, paired_difference
from pytest_distill.stats.distributions import normal_quantile
from pytest_distill.stats.exact import Exact, paired_if_few, unpaired_if_few, widened_to_exact_test
from pytest_distill.stats.means import paired_mean_difference

# Of the run with fewer cases: where less is in both, pairs say less than the two numbers do. Taken
# for independent, what is shared makes the interval wider than it need be.
_LEAST_SHARED = 0.5

Series = Callable[[float], Estimate]
"""Returns a number with an interval of the given two-sided level."""


def grouped(kinds: Iterable[str], groups: Iterable[str]) -> list[str]:
    """Return names of numbers over all cases, then over each group, such as ``strict.team``."""
    kinds = list(kinds)
    return [*kinds, *(f"{kind}.{group}" for group in groups for kind in kinds)]


def numbers(summary: BaseModel) -> dict[str, Estimate]:
    """Return every measured number of a summary by its name.

    In names below ``by_<dimension>`` the number comes first: ``by_category.team.strict`` is
    ``strict.team``. So it does in corrected ones: ``strict.rogan-gladen``.
    """
    return {".".join(_short(path)): estimate for path, estimate in _walk(summary, ())}


def is_calibrated(number: str) -> bool:
    """Return whether a number depends on a calibration of the judge, not only on cases."""
    return number.endswith(f".{ROGAN_GLADEN}")


class SuiteNumbers(NamedTuple):
    """Cases and numbers of one suite of one model in a report."""

    cases: Sequence[CaseResult]
    numbers: Mapping[str, Estimate]
    level: float
    """Of the intervals of `numbers`."""


def found_in(report: Report, label: str, suite: str) -> SuiteNumbers:
    """Return cases and numbers of a suite; a suite that the report lacks has none."""
    summary = report.models[label].get(suite)
    return SuiteNumbers(
        cases=report.run.cases.get(label, {}).get(suite, ()),
        numbers={} if summary is None else numbers(summary),
        level=report.run.confidence,
    )


class Difference(NamedTuple):
    """The difference of a number from that of a baseline."""

    at: Series
    how: str
    """How the two were compared."""
    is_paired: bool
    exact: Exact | None
    """For small counts: the test that the interval is widened to."""

    @property
    def note(self) -> str:
        """Description of the comparison, for verdicts."""
        return self.how if self.exact is None else f"{self.how}; {self.exact}"


def difference(
    number: str, now: Series, cases: Sequence[CaseResult], before: SuiteNumbers
) -> Difference:
    """Return the rise of a number over a baseline.

    Args:
        number: its name.
        now: returns the number of this run, by level.
        cases: of this run.
        before: the baseline.
    """
    shared = [
        (case, value, earlier)
        for case, other in pairs(cases, before.cases)
        if (value := value_of(case, number)) is not None
        and (earlier := value_of(other, number)) is not None
    ]
    fewer = min(len(_values(cases, number)), len(_values(before.cases, number)))
    if not shared or len(shared) < _LEAST_SHARED * fewer:
        return _unpaired_difference(number, now, cases, before, shared=len(shared))
    clusters = _clusters(case for case, _, _ in shared)
    values, earlier_values = [value for _, value, _ in shared], [value for _, _, value in shared]
    missing = sum(case.values is None for case in cases)
    is_yes_or_no = {*values, *earlier_values} <= {0, 1}
    exact = paired_if_few(values, earlier_values) if is_yes_or_no else None
    differ = paired_difference if _are_rates(values, earlier_values) else paired_mean_difference

    def paired(level: float) -> Estimate:
        difference = differ(values, earlier_values, clusters, level=level)
        difference = difference.model_copy(update={"missing": missing})
        return (
            difference if exact is None else widened_to_exact_test(difference, exact, level=level)
        )

    how = f"the rise over the baseline, paired on {len(shared)} cases that both share"
    return Difference(paired, how, is_paired=True, exact=exact)


def _unpaired_difference(
    number: str, now: Series, cases: Sequence[CaseResult], before: SuiteNumbers, *, shared: int
) -> Difference:
    sides = [_values(cases, number), _values(before.cases, number)]
    # A report may not list its cases, and not every number is a rate over cases.
    is_yes_or_no = all(sides) and {*sides[0], *sides[1]} <= {0, 1}
    exact = unpaired_if_few(*sides) if is_yes_or_no else None

    def unpaired(level: float) -> Estimate:
        difference = _unpaired(now(level), at_level(number, before, level))
        return (
            difference if exact is None else widened_to_exact_test(difference, exact, level=level)
        )

    why = "it is not listed case by case"
    if shared:
        why = f"of {len(sides[0])} and {len(sides[1])} cases both share {shared} only"
    elif all(sides):
        # A model that is now most similar to another reference still shares its cases.
        are_there = bool(pairs(cases, before.cases))
        why = "no case counts for it in both" if are_there else "the runs share no case"
    how = f"the rise over the baseline, unpaired: {why}"
    return Difference(unpaired, how, is_paired=False, exact=exact)


def _values(cases: Sequence[CaseResult], number: str) -> list[float]:
    return [value for case in cases if (value := value_of(case, number)) is not None]


def _are_rates(*sides: Sequence[float]) -> bool:
    """Return whether values lie in [0, 1], so that their mean is a rate.

    Means of other scores have other intervals.
    """
    return all(0 <= value <= 1 for side in sides for value in side)


def _unpaired(now: Estimate, before: Estimate) -> Estimate:
    if now.value is None or before.value is None:
        return UNDEFINED.model_copy(update={"missing": now.missing})
    return independent_difference(now, before)


def at_level(number: str, report: SuiteNumbers, level: float) -> Estimate:
    """Return a number of a report with its interval at another level."""
    values = _values(report.cases, number)
    if values and _are_rates(values):
        return rate(report.cases, number, level)
    estimate = report.numbers.get(number, UNDEFINED)
    return rescaled(estimate, of_level=report.level, to_level=level)


def rate(cases: Sequence[CaseResult], number: str, level: float) -> Estimate:
    """Return a rate, computed from cases."""
    counted = [(case, value) for case in cases if (value := value_of(case, number)) is not None]
    return clustered_rate(
        [value for _, value in counted],
        _clusters(case for case, _ in counted),
        missing=sum(case.values is None for case in cases),
        level=level,
    )


def value_of(case: CaseResult, number: str) -> float | None:
    """Return the value of a case in `number`; None if it is not part of it."""
    if case.values is None:
        return None
    if number in case.values:
        return case.values[number]
    kind, _, group = number.rpartition(".")
    if kind == "vendors":
        return 0.0
    return case.values.get(kind) if group in {case.category, case.language} else None


def rescaled(estimate: Estimate, *, of_level: float, to_level: float) -> Estimate:
    """Return an estimate with its interval at another level, by the normal distribution.

    For numbers whose cases a report does not list.
    """
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None:
        return estimate
    factor = normal_quantile(to_level) / normal_quantile(of_level)
    return estimate.model_copy(
        update={"low": value - factor * (value - low), "high": value + factor * (high - value)}
    )


def _clusters(cases: Iterable[CaseResult]) -> list[Labels]:
    seen = list(cases)
    return [[case.template for case in seen], [case.probe for case in seen]]


def _walk(part: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Estimate]]:
    if isinstance(part, Estimate):
        yield path, part
    elif isinstance(part, BaseModel | Mapping):
        parts = part.items() if isinstance(part, Mapping) else part
        # Those over all cases first; a suite's own come behind its groups in the record.
        for name, value in sorted(parts, key=lambda named: not isinstance(named[1], Estimate)):
            yield from _walk(value, (*path, str(name)))
    elif isinstance(part, tuple):
        for correction in part:
            if isinstance(correction, Corrected):
                yield from _walk(correction, (*path, correction.by))


def _short(path: tuple[str, ...]) -> tuple[str, ...]:
    head, *rest = path
    if (head.startswith("by_") or head == "corrected") and rest:
        group, *number = rest
        return (*number, group)
    return path
