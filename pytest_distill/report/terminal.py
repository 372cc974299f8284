"""The scorecard that the run ends with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pytest_distill.records import (
    CampaignSummary,
    Corrected,
    Estimate,
    FuzzRates,
    FuzzSummary,
    IceSummary,
    Rates,
    Report,
    RseSummary,
    Subject,
    Verdict,
)
from pytest_distill.report import similarity
from pytest_distill.report.judge_quality import judges
from pytest_distill.report.numbers import with_interval
from pytest_distill.text import printable

_KINDS = ("loose", "strict", "hard")
_SHORT = {"rogan-gladen": "Rogan-Gladen", "prediction-powered": "predictions"}
_WIDTH = 22
"""Columns of one rate with its interval."""


def scorecard(report: Report) -> Iterator[str]:
    """Yield the lines, model by model; nothing where nothing was observed."""
    run = report.run
    if run.cases_skipped_early:
        share = run.cases_skipped_early / run.cases_expected
        enough = f"{run.cases_observed} of {run.cases_expected} cases were enough"
        yield f"{enough}: {share:.0%} of the calls were saved"
        yield ""
    elif run.cases_observed < run.cases_expected:
        yield f"{run.cases_observed} of {run.cases_expected} cases: a part of the run, not the run"
        yield ""
    for label, suites in report.models.items():
        for suite, summary in suites.items():
            if isinstance(summary, RseSummary):
                yield from similarity.summary(label, suite, summary, level=run.confidence)
            else:
                yield from _identity(label, suite, summary, report)
    yield from similarity.matrix(report)
    yield from similarity.lineage(report)
    yield from similarity.tree(report.family_tree)
    yield from judges(run)
    yield from gates(report.gates)


def gates(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield the lines that tell of the gates."""
    if not verdicts:
        return
    yield "gates"
    width = max(len(printable(verdict.expression)) for verdict in verdicts)
    label = max(len(printable(verdict.model)) for verdict in verdicts)
    for verdict in verdicts:
        yield (
            f"  {verdict.verdict.upper():<14}{printable(verdict.expression):<{width}}"
            f"  {printable(verdict.model):<{label}}  {printable(verdict.why)}"
        )
    yield ""


def _identity(label: str, suite: str, summary: IceSummary, report: Report) -> Iterator[str]:
    subject = report.run.subjects[label]
    yield _title(label, suite, summary, subject, report.run.judge)
    percent = f"{100 * report.run.confidence:g} %"
    yield (
        f"  {'':14}"
        + "".join(f"{kind:<{_WIDTH}}" for kind in _KINDS)
        + f"n   (interval: {percent})"
    )
    yield _row("all", summary)
    yield from _block(summary.by_category)
    yield from _block(summary.by_language)
    yield from _vendors(summary.vendors)
    yield from _corrected(summary.corrected)
    effect = summary.loose.design_effect
    if effect is not None and summary.loose.clusters < summary.loose.n:
        yield (
            f"  {summary.loose.n} cases in {summary.loose.clusters} clusters are worth"
            f" {summary.loose.n / effect:.0f} independent ones (design effect {effect:.1f})"
        )
    if isinstance(summary, FuzzRates):
        yield from _fuzzed(summary)
    if isinstance(summary, FuzzSummary):
        yield from _campaign(summary.campaign)
    yield ""


def _fuzzed(summary: FuzzRates) -> Iterator[str]:
    yield ""
    yield f"  {'loose, bare':<20}{_counted(summary.control)}"
    yield f"  {'worst, as found':<20}{_counted(summary.search)}"
    yield f"  {'worst, confirmed':<20}{_counted(summary.confirmed)}"


def _campaign(campaign: CampaignSummary) -> Iterator[str]:
    rejected = sum(campaign.rejected.values())
    yield (
        f"  {campaign.policy}, seed {campaign.seed}, helper {campaign.helper}:"
        f" {len(campaign.mutants)} mutants, {campaign.leading} of them leading;"
        f" {rejected} drafts rejected; depth {campaign.depth}"
    )
    if campaign.decided is not None:
        yield f"  {campaign.decided}"


def _title(label: str, suite: str, summary: IceSummary, subject: Subject, judge: str) -> str:
    counts = f"{summary.loose.n} judged, {summary.loose.missing} missing"
    return f"{suite} · {printable(label)} · {counts} · facts {subject.facts} · judge {judge}"


def _block(groups: Mapping[str, Rates]) -> Iterator[str]:
    if len(groups) > 1:
        yield ""
        yield from (_row(printable(name), rates) for name, rates in groups.items())


def _vendors(vendors: Mapping[str, Estimate]) -> Iterator[str]:
    if vendors:
        yield ""
        yield "  claims to be made by"
        for name, estimate in vendors.items():
            yield f"  {name:<14}{with_interval(estimate)}"


def _corrected(corrections: Iterable[Corrected]) -> Iterator[str]:
    rows = [_row(_SHORT[rates.by], rates) for rates in corrections]
    if rows:
        yield from ("", "  corrected for the errors of the judge", *rows)


def _row(name: str, rates: Rates) -> str:
    numbers = "".join(f"{with_interval(getattr(rates, kind)):<{_WIDTH}}" for kind in _KINDS)
    missing = f" ({rates.loose.missing} missing)" if rates.loose.missing else ""
    return f"  {name:<14}{numbers}{rates.loose.n}{missing}"


def _counted(estimate: Estimate) -> str:
    return f"{with_interval(estimate):<{_WIDTH}}{estimate.n}"
