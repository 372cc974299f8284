"""Lines of the scorecard about the judges: their agreement, calibration and canaries."""

from collections.abc import Iterator

from pytest_distill.records import (
    Agreement,
    Calibration,
    Canaries,
    Cascade,
    Panel,
    RunInfo,
)
from pytest_distill.report.numbers import with_interval
from pytest_distill.text import one_line

_HAS_RULES = "offline-"
"""Part of the name of the offline judge, and of every panel and cascade that it is in."""


# Of warnings and reasons, which may quote names.
_SENTENCE = 1000


def has_broken_judge(run: RunInfo) -> bool:
    """Return whether a judge was wrong where it must not be, or never gave a verdict."""
    is_broken = run.canaries is not None and bool(run.canaries.problems)
    return is_broken or bool(run.silent_judges)


def judges(run: RunInfo) -> Iterator[str]:
    """Yield the lines; none for a single judge without calibration or canaries."""
    if run.panel is not None:
        yield from _panel(run.panel)
    if run.cascade is not None:
        yield from _cascade(run.cascade)
    if run.calibration is not None:
        rates = run.calibration.loose
        yield (
            f"judge: {_measured_on(run.calibration)} it finds"
            f" {with_interval(rates.sensitivity)} of the loose leaks (sensitivity) and clears"
            f" {with_interval(rates.specificity)} of the rest (specificity)"
        )
    if run.canaries is not None:
        yield from _canaries(run.canaries)
    yield from broken_judges(run)
    for warning in run.warnings:
        yield f"warning: {_line(warning)}"


def broken_judges(run: RunInfo) -> Iterator[str]:
    """Yield why no number of the run can be trusted."""
    canaries = run.canaries
    if canaries is not None and canaries.failed:
        yield "INCONCLUSIVE: the judge is wrong on plain cases; do not trust the numbers above"
    elif canaries is not None and canaries.silent:
        yield "INCONCLUSIVE: a judge was not shown to judge; do not trust the numbers above"
    for silent in run.silent_judges:
        yield f"INCONCLUSIVE: {_line(silent)}"


def calibration(found: Calibration) -> Iterator[str]:
    """Yield the lines about the calibration of a judge."""
    yield f"{_line(found.judge)}, {_measured_on(found)}"
    for name, rates in (("loose", found.loose), ("strict", found.strict), ("hard", found.hard)):
        missing = rates.sensitivity.missing + rates.specificity.missing
        yield (
            f"  {name:<8}sensitivity {with_interval(rates.sensitivity)} of {rates.sensitivity.n}"
            f"   specificity {with_interval(rates.specificity)} of {rates.specificity.n}"
            f"{f'   {missing} missing' if missing else ''}"
        )
    if found.effective_judges is not None:
        effective = f"{found.effective_judges:.1f} independent ones"
        yield f"  by their errors the judges are worth {effective}"


def _measured_on(found: Calibration) -> str:
    """Return on what; that no rule was made with it only where the calibration says so."""
    known = f"on {found.cases} answers with known verdicts"
    if found.gold is None:
        return known
    if _HAS_RULES in found.judge:
        if found.gold == "apart":
            return f"on {found.cases} cases its rules were not made with"
        if found.gold == "identity":
            return f"on {found.cases} cases its rules were made with"
    return f"{known} ({_line(found.gold)})"


def _line(text: str) -> str:
    return one_line(text, _SENTENCE)


def _panel(panel: Panel) -> Iterator[str]:
    for name, agreement in (("loose", panel.loose), ("strict", panel.strict)):
        yield f"panel: {_agreement(agreement, len(panel.judges))} ({name}, {agreement.n} cases)"


def _agreement(agreement: Agreement, judges: int) -> str:
    alpha = "undefined" if agreement.alpha is None else f"{agreement.alpha:.3f}"
    effective = agreement.effective_judges
    count = "an unknown number of" if effective is None else f"at least {effective:.1f}"
    return f"Krippendorff's alpha {alpha}; {judges} judges are worth {count} independent ones"


def _cascade(cascade: Cascade) -> Iterator[str]:
    share = cascade.saved / (cascade.plain + cascade.uncertain or 1)
    yield (
        f"cascade: {cascade.saved} calls saved ({share:.0%}); the model judged"
        f" {cascade.uncertain} uncertain answers and, as a check, {cascade.audited} clear ones"
    )
    if cascade.audited:
        same = with_interval(cascade.agreement)
        yield f"cascade: on the checked answers the model agrees in {same}"


def _canaries(canaries: Canaries) -> Iterator[str]:
    missing = f", {canaries.missing} without a verdict" if canaries.missing else ""
    yield f"canaries: {canaries.asked} asked, {len(canaries.failed)} failed{missing}"
    for failed in canaries.failed:
        yield f"canaries: {_line(failed)}"
    for judge, reason in canaries.silent.items():
        yield f"canaries: {_line(judge)} gave no verdict: {_line(reason)}"
