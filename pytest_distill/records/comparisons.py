"""How alike models answer, and whose student one may be."""

from collections.abc import Mapping
from typing import Literal

from pytest_distill.records.base import Count, DeferredRecord, NonNegative, Rate
from pytest_distill.records.numbers import Estimate


class LikenessScores(DeferredRecord):
    """How alike a model's answers are to a reference's; from 1 to 5."""

    overall: Estimate
    style: Estimate
    structure: Estimate
    content: Estimate


class ReferenceSummary(LikenessScores):
    """The degree of likeness to one reference.

    Anchored where the judge is offline: 5 is where another answer of the reference itself
    would be, 1 where the other references are, prompt by prompt.
    """

    by_domain: Mapping[str, LikenessScores]
    raw: LikenessScores
    """As the judge gave them, without anchors."""
    length_only: Estimate
    """What the lengths alone would say, without anchors."""
    anchors: Literal["none", "fixed", "measured"]
    """Where the floor is from: other references of the run, or models on record; ``none``:
    the judge's scores are reported as they are."""


class RseSummary(ReferenceSummary):
    """The degree of likeness of one model: to the reference that it is most alike."""

    reference: str
    """Which that is."""
    references: Mapping[str, ReferenceSummary]


class Candidate(DeferredRecord):
    """A model that a student may have been distilled from, and what speaks for it."""

    name: str
    family: str
    """Its lineage: snapshots of one line share it."""
    score: float
    """Likeness, a mean over the prompts; higher is nearer."""
    low: float
    high: float
    p: Rate | None
    """Of "the student agrees with it no more than with the decoys", adjusted after Holm; None
    where there is no decoy."""
    distance: NonNegative
    """How far it is at all, in deviations: to compare students with each other."""
    lead: float | None
    """Agreement beyond that with the best decoy; what decides. None where there is none."""


class SharedFeature(DeferredRecord):
    """A feature that student and candidate share against the background."""

    feature: str
    student: float
    """Deviations from the background of the other candidates."""
    teacher: float


class SharedPhrase(DeferredRecord):
    """A phrase that both use and others use less, with shares of answers."""

    phrase: str
    student: Rate
    teacher: Rate
    others: Rate
    """The largest share of any other candidate."""


class SideBySide(DeferredRecord):
    """One prompt with both answers. Their texts are untrusted data."""

    prompt: str
    student: str
    teacher: str


class Evidence(DeferredRecord):
    """What speaks for one candidate."""

    candidate: str
    features: tuple[SharedFeature, ...] = ()
    phrases: tuple[SharedPhrase, ...] = ()
    examples: tuple[SideBySide, ...] = ()


class Trace(DeferredRecord):
    """Whose student a model is, as far as its answers say: affinity, never proof."""

    student: str
    prompts: Count
    """That all candidates and the student answered."""
    candidates: tuple[Candidate, ...]
    """The nearest first."""
    set: tuple[str, ...]
    """Those that the student may be of; empty for "none of these"."""
    verdict: Literal["none", "one", "several"]
    warnings: tuple[str, ...] = ()
    evidence: Evidence | None = None
    """For the first of the set; of the nearest where there is none."""


class Join(DeferredRecord):
    """Two groups of models that are nearer to each other than to the rest."""

    members: tuple[str, ...]
    """Of both groups."""
    left: tuple[str, ...]
    right: tuple[str, ...]
    distance: NonNegative
    """The mean over their pairs: 0 is to write the same."""
