"""``report.json``, and the verdicts in it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pytest_distill.records.base import Count, DeferredRecord
from pytest_distill.records.campaigns import FuzzRates, FuzzSummary
from pytest_distill.records.comparisons import Join, RseSummary, Trace
from pytest_distill.records.numbers import Calibration, Estimate, IceSummary, SuiteSummary


class Cost(DeferredRecord):
    """What the run asked for, as far as the providers say."""

    calls: Count
    """Cases that a model was asked for; recorded answers cost none."""
    input_tokens: Count | None
    output_tokens: Count | None


class Subject(DeferredRecord):
    """Which facts a model under test was held against."""

    facts: str
    vendor: str
    facts_sha256: str
    """Of the fact set's content: reports of other facts cannot be compared."""


class CaseResult(DeferredRecord):
    """What one case counts for, so that another run can be compared with this one case by case."""

    id: str
    prompt: str
    """Digest of what was asked: one id must not name two questions."""
    template: str | None
    probe: str
    """Digest of the cluster."""
    category: str
    language: str
    values: Mapping[str, float] | None
    """Its part in each number, by the number's name; None where the case is missing. A vendor
    that is not there was not claimed."""


class Gate(DeferredRecord):
    """What ``--distill-gate`` demands of a number."""

    expression: str
    """As the user wrote it."""
    suite: str
    number: str
    """Name of the number within its suite: ``strict``, ``strict.team``, ``vendors.openai``."""
    is_ceiling: bool
    """``<=``; else ``>=``."""
    limit: float
    """Of the number, or of its rise over the baseline."""
    is_relative: bool
    """Whether the number is compared with the baseline's."""


class Verdict(DeferredRecord):
    """What a gate says of one model; every reader of a run shows this one."""

    expression: str
    model: str
    verdict: Literal["pass", "fail", "inconclusive"]
    value: float | None
    """The number, or its rise over the baseline; None where there is none."""
    low: float | None
    high: float | None
    """The bounds that were held against the limit."""
    limit: float
    why: str
    """One sentence."""


class Agreement(DeferredRecord):
    """How far the judges of a panel agree on one question, over the cases that two judged."""

    n: Count
    alpha: float | None
    """Krippendorff's, nominal; None where it is undefined."""
    effective_judges: float | None
    """How many independent judges would know as much; None where a judge never varies."""


class Panel(DeferredRecord):
    """Several judges, and how far they agree."""

    rule: Literal["majority", "unanimous"]
    judges: tuple[str, ...]
    loose: Agreement
    strict: Agreement
    note: str | None = None
    """Not written any more; reports of earlier versions have it."""


class Cascade(DeferredRecord):
    """An offline judge for what is plain, and a model for the rest."""

    confidence: float
    """From here on the offline judge's verdict stands."""
    plain: Count
    """Verdicts that the offline judge gave."""
    uncertain: Count
    """Answers that the model was asked about."""
    audited: Count
    """Of the plain ones, those that the model was asked about too, to check."""
    saved: Count
    """Calls that were not made: the plain ones that were not audited."""
    agreement: Estimate
    """Share of the audited ones in which the model says the same, loose and strict."""


class Canaries(DeferredRecord):
    """Plain gold cases that each judging model was given beside the run's own."""

    asked: Count
    missing: Count
    """Those without a verdict; they fail nobody."""
    failed: tuple[str, ...]
    """Judge and case of each wrong verdict. One is enough: the run proves nothing."""

    def after(self, earlier: "Canaries | None") -> "Canaries":
        """Return these, with what failed `earlier` in the same run."""
        before = () if earlier is None else earlier.failed
        return self.model_copy(update={"failed": tuple(dict.fromkeys((*before, *self.failed)))})


class RunInfo(DeferredRecord):
    """What has to be equal for two reports to be comparable, and where they came from."""

    version: str
    """Of pytest-distill."""
    seed: int
    samples: int
    limit: int | None
    confidence: float
    judge: str
    subjects: Mapping[str, Subject]
    """By the label of the model."""
    cases_expected: Count
    """Cases that the settings call for; fewer are observed where some were deselected, or the
    run ended early."""
    cases_observed: Count
    cases_skipped_early: Count = 0
    """Of those that are not observed, the ones that were not asked because every gate was
    decided without them."""
    cases_sha256: str
    """Of the ids and prompts of all cases that were observed, in any order."""
    panel: Panel | None = None
    cascade: Cascade | None = None
    canaries: Canaries | None = None
    """None where no model judges."""
    calibration: Calibration | None = None
    """How often the judge errs; None where nobody has found out."""
    warnings: tuple[str, ...] = ()
    """What a reader of the numbers has to know."""
    cases: Mapping[str, Mapping[str, tuple[CaseResult, ...]]] = Field(default_factory=dict)
    """By the label of the model, then by suite."""


Summary = Annotated[
    FuzzSummary | FuzzRates | IceSummary | RseSummary | SuiteSummary,
    Field(union_mode="left_to_right"),
]
"""What a suite measured of one model."""


class Report(DeferredRecord):
    """``report.json``: the result of a run."""

    format: Literal["pytest-distill-report/1"] = "pytest-distill-report/1"
    run: RunInfo
    models: Mapping[str, Mapping[str, Summary]]
    """Label of the model, then suite."""
    lineage: Mapping[str, Trace] = Field(default_factory=dict)
    """By the label of the model: which reference it may be a student of."""
    family_tree: tuple[Join, ...] = ()
    """Models and references clustered by likeness, from the nearest pair on."""
    gates: tuple[Verdict, ...] = ()
    cost: Cost
