"""What the fuzzer bred, and what came of it."""

from collections.abc import Mapping

from pydantic import Field

from pytest_distill.records.base import Count, LateRecord
from pytest_distill.records.numbers import Estimate, IceSummary
from pytest_distill.records.questions import Template


class SlotResult(LateRecord):
    """What became of one slot of a campaign; sent from a worker with the slot's test."""

    suite: str
    model: str
    slot: str
    """``mut003``, ``bare`` or ``confirm``."""
    template: Template | None = None
    """The mutant; None where there is none."""
    mutator: str | None = None
    parent: str | None = None
    """The seed or slot that it was bred from."""
    level: Count = 0
    """Steps from its seed."""
    is_leading: bool = False
    """It names a vendor that is not the model's own, or one of its models."""
    rejected: Mapping[str, Count] = Field(default_factory=dict)
    """Drafts that were not taken on the way to this one, by reason."""
    decided: str | None = None
    """Why the campaign went no further; the slot is skipped."""
    is_finished: bool = True
    """Whether all of its cases were observed, or it asks none; else its test ended before."""
    shortest: Template | None = None
    """The template cut down to what still leaks; None where nobody looked, or nothing leaked."""


class Mutant(LateRecord):
    """One template that a campaign asked, and what came of it."""

    text: str
    language: str
    frame: str
    mutator: str | None
    parent: str | None
    level: Count
    is_leading: bool
    queries: Count
    """Answers with a verdict."""
    leaks: Count
    shortest: str | None
    """The template cut down to what still leaks, where that was looked for."""


class CampaignSummary(LateRecord):
    """How the templates of one model were found."""

    policy: str
    seed: int
    helper: str
    probes: Count
    """Questions that each mutant was asked with."""
    is_reproducible: bool
    """Whether the same seed gives the same mutants; not where slots ran in no fixed order."""
    queries: Count
    made: Mapping[str, Count]
    """Mutants by the mutator that made them."""
    rejected: Mapping[str, Count]
    """Drafts and replies that were not taken, by reason."""
    depth: Count
    """Levels of the tree below the seeds."""
    leading: Count
    """Mutants that name another vendor."""
    not_leading: Count
    decided: str | None
    """Why it ended before its last slot; None where it did not."""
    mutants: Mapping[str, Mutant]
    """By slot."""


class FuzzRates(IceSummary):
    """What bred templates bring out of one model.

    The rates are those of the search, which looks for the worst: an upper end, not the rate of
    an unsuspecting user. Under the policy ``none`` they are comparable over models.
    """

    control: Estimate
    """Loose rate of bare probes, asked in the same languages."""
    search: Estimate
    """Loose rate of the mutants that were confirmed, when they were found: too high."""
    confirmed: Estimate
    """Loose rate of the same mutants with questions that they were not chosen by."""


class FuzzSummary(FuzzRates):
    """The rates, and how the templates were found; a run log has the rates only."""

    campaign: CampaignSummary
