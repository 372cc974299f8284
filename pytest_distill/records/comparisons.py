"""Likeness of models' answers, and possible teachers of a model."""

from collections.abc import Mapping
from typing import Literal

from pytest_distill.records.base import Count, DeferredRecord, NonNegative, Rate
from pytest_distill.records.numbers import Estimate
from pytest_distill.records.observations import Likeness


class LikenessScores(DeferredRecord):
    """Likeness of a model's answers to a reference's, from 1 to 5."""

    overall: Estimate
    style: Estimate
    structure: Estimate
    content: Estimate


class ReferenceSummary(LikenessScores):
    """Likeness to one reference.

    The scores of the offline judge are on a fixed scale: 1 has nothing in common, recorded models
    of different vendors are at about 2, two answers of one model at about 4, and 5 is the same
    answer to every prompt.
    """

    by_domain: Mapping[str, LikenessScores]
    raw: LikenessScores
    """The judge's scores, as they are."""
    length_only: Estimate
    """The judge's score from the lengths alone, as it is."""
    anchors: Literal["none", "fixed"]
    """What the scale rests on: ``fixed``: shipped numbers of recorded models; ``none``: the
    judge's scores are reported as they are."""
    resample: Likeness | None = None
    """Mean scores of another answer of the reference itself, on this scale; None if the run has
    one sample. No part of the scale: how much of it the reference itself would reach."""
    raw_others: Likeness | None = None
    """The judge's mean scores of the other references beside this one, as they are; to be compared
    with `raw`. None if there are no others. No part of the scale."""


class RseSummary(ReferenceSummary):
    """Likeness of one model to the reference that it is most alike."""

    reference: str
    """Name of that reference."""
    references: Mapping[str, ReferenceSummary]


class Candidate(DeferredRecord):
    """A possible teacher of a student, with its scores."""

    name: str
    family: str
    """Model family; snapshots of one model share it."""
    score: float
    """Mean likeness over the prompts; higher is nearer."""
    low: float
    high: float
    p: Rate | None
    """Probability that an unrelated model resembles it as much; None without another family."""
    distance: NonNegative
    """Distance in standard deviations, comparable between students."""
    lead: float | None
    """Agreement minus that with the nearest of another family. None without decoys."""


class SharedFeature(DeferredRecord):
    """A feature in which student and candidate differ alike from the background."""

    feature: str
    student: float
    """Standard deviations from the background of the other candidates."""
    teacher: float


class SharedPhrase(DeferredRecord):
    """A phrase that both use and others use less, with the shares of answers that have it."""

    phrase: str
    student: Rate
    teacher: Rate
    others: Rate
    """The largest share among the other candidates."""


class SideBySide(DeferredRecord):
    """One prompt with both answers. Their texts are untrusted data."""

    prompt: str
    student: str
    teacher: str


class Evidence(DeferredRecord):
    """Evidence for one candidate."""

    candidate: str
    features: tuple[SharedFeature, ...] = ()
    phrases: tuple[SharedPhrase, ...] = ()
    examples: tuple[SideBySide, ...] = ()


class Detection(DeferredRecord):
    """Whether the student resembles the nearest candidate more than unrelated models do."""

    p: Rate | None
    """Probability that an unrelated model resembles one of so many families as much; None where
    all candidates are of one family and there is no null model, or where the answers are shorter
    than those of the models that show what is usual."""
    affinity: float | None
    """Lead and nearness, put together."""
    lead: float | None
    """Agreement with the nearest candidate, less that with the next family."""
    nearness: float | None
    """Likeness of the answers, 1 for the same ones."""
    needed: float
    """Least affinity that is detected."""
    students: float
    """Affinity that 99 of 100 traces of known students reach."""
    families: Count
    """How many were compared, null models among them."""
    decoys: Count
    """Null models of this run that the null was adapted to."""
    null: str
    """What the null was made from."""


class Trace(DeferredRecord):
    """Possible teachers of a model, judged by its answers: affinity, never proof."""

    student: str
    prompts: Count
    """Number of prompts that the student and all candidates answered."""
    candidates: tuple[Candidate, ...]
    """Nearest first."""
    set: tuple[str, ...]
    """Candidates that cannot be told from the nearest; empty where nothing is detected."""
    verdict: Literal["none", "one", "several", "undecided"]
    """``none``: less affinity than known students have; ``undecided``: not less, but unrelated
    models have as much."""
    detection: Detection
    prompts_needed: Count | None = None
    """About how many prompts would decide, where it is undecided; None: more would not help."""
    warnings: tuple[str, ...] = ()
    evidence: Evidence | None = None
    """For the first of `set`; if that is empty, for the nearest candidate."""


class Join(DeferredRecord):
    """Two groups of models that are nearer to each other than to the rest."""

    members: tuple[str, ...]
    """Models of both groups."""
    left: tuple[str, ...]
    right: tuple[str, ...]
    distance: NonNegative
    """Mean over the pairs of models; 0 for identical writing."""
