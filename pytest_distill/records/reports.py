"""``report.json``, and the verdicts in it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pytest_distill.records.base import Count, DeferredRecord, NonNegative
from pytest_distill.records.campaigns import FuzzRates, FuzzSummary
from pytest_distill.records.comparisons import Join, RseSummary, Trace
from pytest_distill.records.numbers import Calibration, Estimate, IceSummary, SuiteSummary
from pytest_distill.records.rows import CaseRow
from pytest_distill.records.shards import Shards


class Cost(DeferredRecord):
    """Calls and tokens of the run, as far as the providers report them."""

    calls: Count
    """Answers that models were asked for, in all sessions of the run; those from the cache, and
    recorded ones, are not counted."""
    input_tokens: Count | None
    output_tokens: Count | None


class Reuse(DeferredRecord):
    """Answers of one model that were given before the run, or its last session, began."""

    answers: Count
    """All answers of the model in the run."""
    cached: Count
    """Of these, those given before and taken from the cache."""
    logged: Count
    """Likewise, taken from the run log."""
    undated: Count
    """Of both, those of unknown age."""
    oldest_s: NonNegative | None
    """Greatest known age, in seconds before the beginning; None if none is known."""
    releases: tuple[str, ...]
    """Releases that the endpoint reported with them; empty text for an answer without one."""

    @property
    def reused(self) -> int:
        """Answers given before."""
        return self.cached + self.logged


class Subject(DeferredRecord):
    """The facts that a model under test was judged by."""

    facts: str
    vendor: str
    facts_sha256: str
    """Hash of the fact set: reports with different facts cannot be compared."""


class CaseResult(DeferredRecord):
    """Result of one case, to compare two runs case by case."""

    id: str
    prompt: str
    """Digest of the prompt: one id must not stand for two prompts."""
    template: str | None
    probe: str
    """Digest of the probe's cluster."""
    category: str
    language: str
    values: Mapping[str, float] | None
    """Its contribution to each number, by name; None if the case is missing. A vendor without
    an entry was not claimed."""


class Gate(DeferredRecord):
    """One condition of ``--distill-gate`` on a number."""

    expression: str
    """As the user wrote it."""
    suite: str
    number: str
    """Name of the number within its suite: ``strict``, ``strict.team``, ``vendors.openai``."""
    is_ceiling: bool
    """``<=``; else ``>=``."""
    limit: float
    """Limit of the number, or of its difference from the baseline."""
    is_relative: bool
    """Whether `limit` is for the difference from the baseline."""


class Verdict(DeferredRecord):
    """Verdict of a gate on one model; every output of a run shows this one."""

    expression: str
    model: str
    verdict: Literal["pass", "fail", "inconclusive"]
    value: float | None
    """The number, or its difference from the baseline; None if undefined."""
    low: float | None
    high: float | None
    """Upper bound; it or `low` was compared with the limit."""
    limit: float
    why: str
    """One sentence: what was measured, and what follows."""


class Change(DeferredRecord):
    """One number beside that of the baseline."""

    model: str
    number: str
    """With its suite, as in gates: ``ice.strict.team``."""
    before: float | None
    now: float | None
    difference: Estimate
    """With the interval for this number alone."""
    significance: Literal["rose", "fell", "none"]
    """Over all numbers of the report together; one of all cases has more of the error to spend than
    one of a group."""
    how: str
    """How the two were compared."""


class Release(DeferredRecord):
    """One of several releases whose gates share an error."""

    gates: tuple[Verdict, ...]
    numbers: Mapping[str, Mapping[str, Estimate]]
    """The numbers that the gates are about, by the label of the model and by name."""


class Agreement(DeferredRecord):
    """Agreement of a panel's judges on one question, over the cases that two judged."""

    n: Count
    alpha: float | None
    """Krippendorff's alpha, nominal; None if undefined."""
    effective_judges: float | None
    """Equivalent number of independent judges; None if a judge never varies."""


class Panel(DeferredRecord):
    """Several judges, and their agreement."""

    rule: Literal["majority", "unanimous"]
    judges: tuple[str, ...]
    loose: Agreement
    strict: Agreement
    note: str | None = None
    """No longer written; reports of earlier versions have it."""


class Cascade(DeferredRecord):
    """An offline judge for clear answers, and a model for the rest."""

    confidence: float
    """Lowest confidence at which the offline judge's verdict is used."""
    plain: Count
    """Number of verdicts of the offline judge."""
    uncertain: Count
    """Number of answers that the model judged."""
    audited: Count
    """Of `plain`, those that the model judged too, as a check."""
    saved: Count
    """Calls saved: `plain` without `audited`."""
    agreement: Estimate
    """Share of the audited ones with the same verdict of the model, loose and strict."""


class Canaries(DeferredRecord):
    """Results of clear gold cases that each judging model also judged, as a check."""

    asked: Count
    missing: Count
    """Cases without a verdict; they do not count as failed."""
    failed: tuple[str, ...]
    """Judge and case of each wrong verdict; a single one invalidates the run."""
    silent: Mapping[str, str] = Field(default_factory=dict)
    """Judges that gave no verdict on those that leak, or on those that are clean, with the reason.
    They were not shown to judge, which invalidates the run unless it goes on and they do."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the run is invalid."""
        return (*self.failed, *(f"{judge} gave no verdict" for judge in self.silent))

    def after(self, earlier: "Canaries | None") -> "Canaries":
        """Return these results, with the failures of `earlier`, a part of the same run."""
        if earlier is None:
            return self
        failed = tuple(dict.fromkeys((*earlier.failed, *self.failed)))
        silent = {judge: why for judge, why in self.silent.items() if judge in earlier.silent}
        return self.model_copy(update={"failed": failed, "silent": silent})


class RunInfo(DeferredRecord):
    """The run's settings and data, which decide whether two reports are comparable."""

    version: str
    """Of pytest-distill."""
    started_at: NonNegative | None = None
    """When its last session began, in seconds since 1970; None if that is not known."""
    specs: Mapping[str, str] = Field(default_factory=dict)
    """By the label of each model and reference that was asked: its spec, without aliases."""
    references: tuple[str, ...] = ()
    """Labels of the references."""
    seed: int
    samples: int
    limit: int | None
    shards: Shards | None = None
    """The parts that the report is about; None: the whole run."""
    confidence: float
    judge: str
    subjects: Mapping[str, Subject]
    """By the label of the model."""
    cases_expected: Count
    """Cases by the settings; fewer are observed if some were deselected, or the run ended early."""
    cases_observed: Count
    cases_deselected: Count = 0
    """Cases that were not to be run; they are not missing."""
    cases_skipped_early: Count = 0
    """Cases not observed because every gate was decided without them."""
    cases_sha256: str
    """Hash of ids and prompts of all observed cases, independent of their order."""
    panel: Panel | None = None
    cascade: Cascade | None = None
    canaries: Canaries | None = None
    """None if no model judges."""
    silent_judges: tuple[str, ...] = ()
    """A sentence for each judge that gave no verdict on any answer of a model."""
    calibration: Calibration | None = None
    """The judge's error rates; None if not measured."""
    warnings: tuple[str, ...] = ()
    """Warnings about the numbers."""
    reused: Mapping[str, Reuse] = Field(default_factory=dict)
    """By the label of a model or reference: answers that were given before the run."""
    cases: Mapping[str, Mapping[str, tuple[CaseResult, ...]]] = Field(default_factory=dict)
    """By the label of the model, then by suite."""


class Leak(DeferredRecord):
    """One answer that leaks, to be read by people: texts are cut, printable, and untrusted data."""

    model: str
    suite: str
    """Part of the suite, such as ``ice`` or ``fuzz-control``."""
    case: str
    kind: Literal["hard", "strict", "loose", "persona", "reasoning"]
    """The worst that it is; the last two are no leaks."""
    vendors: tuple[str, ...]
    """Other vendors that it claims."""
    category: str | None
    language: str | None
    template: str | None = None
    """Digest of the text around the probe; None if it was asked bare."""
    probe: str = ""
    """The probe, which `asked` has in its template."""
    asked: str
    answered: str
    """The claim stands between ``>>>`` and ``<<<``."""
    claim: str
    reason: str
    rule: str
    """Id of the rule that decided; empty for judges without rules."""
    gates: tuple[str, ...] = ()
    """The gates of the model that did not pass, whose number it raises."""
    replay: str | None = None
    """Command that asks it again, alone; None for a case of a user's own test."""


class NearAnswer(DeferredRecord):
    """One answer that is near to that of a reference; texts as in `Leak`."""

    model: str
    suite: str
    case: str
    reference: str
    score: float
    """Overall likeness, from 1 to 5."""
    asked: str
    answered: str
    reference_answered: str
    gates: tuple[str, ...] = ()
    replay: str | None = None


class MissingCases(DeferredRecord):
    """Cases of one model and suite that have no verdict for the same reason."""

    model: str
    suite: str
    reason: str
    """What differs between them is left out. Untrusted data."""
    cases: Count
    of: Count
    """All counted cases of this model and suite: those with a verdict, and the missing ones."""


Summary = Annotated[
    FuzzSummary | FuzzRates | IceSummary | RseSummary | SuiteSummary,
    Field(union_mode="left_to_right"),
]
"""A suite's numbers for one model."""


class Report(DeferredRecord):
    """``report.json``: the result of a run."""

    format: Literal["pytest-distill-report/1"] = "pytest-distill-report/1"
    run: RunInfo
    models: Mapping[str, Mapping[str, Summary]]
    """Label of the model, then suite."""
    lineage: Mapping[str, Trace] = Field(default_factory=dict)
    """By the label of the model: the references that may be its teachers."""
    family_tree: tuple[Join, ...] = ()
    """Models and references clustered by likeness, nearest pair first."""
    gates: tuple[Verdict, ...] = ()
    changes: tuple[Change, ...] = ()
    """Every number that the baseline has too."""
    releases: tuple[Release, ...] = ()
    """Of a series whose gates share an error: those of the baseline, then this one."""
    leaks: tuple[Leak, ...] = ()
    """The first leaks behind gates that did not pass; without gates, of each model and suite."""
    every_leak: tuple[Leak, ...] = Field(default=(), exclude=True)
    """All leaks, for formats that list them; not in ``report.json``."""
    rows: tuple[CaseRow, ...] = Field(default=(), exclude=True)
    """All cases with their answers, for formats that list them; not in ``report.json``."""
    nearest: tuple[NearAnswer, ...] = ()
    """As `leaks`, the answers nearest to those of a reference."""
    missing: tuple[MissingCases, ...] = ()
    """The cases without a verdict, by reason; also those whose tests ended without asking."""
    cost: Cost
