"""Description and status of a run: the parts of a run log besides its observations."""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from pytest_distill.records.base import Count, NonNegative, Rate, Record, Scalar
from pytest_distill.records.campaigns import SlotResult
from pytest_distill.records.observations import Observation
from pytest_distill.records.reports import Subject
from pytest_distill.records.shards import Shards


class ModelSuite(NamedTuple):
    """One suite of one model under test; gates are decided for each."""

    model: str
    """Its label."""
    suite: str


class InterimLook(Record):
    """An interim analysis of the first cases in random order."""

    cases: Count
    last: str
    """Order key of its last case (`stats.looks.order_key`)."""


class SuitePlan(Record):
    """Planned cases of one suite of one model, as far as known before the run."""

    looks: Annotated[tuple[InterimLook, ...], Field(min_length=1)]
    """Interim analyses; the last one has all cases known by then."""
    prefixes: tuple[str, ...] = ()
    """Beginnings of case ids that the random order leaves out: a prompt and all its references are
    in the same look."""
    slots: tuple[str, ...] = ()
    """Slots of an adaptive suite, each of which chooses its cases when it runs."""
    cases_per_slot: Count = 0
    """Expected number of cases of a slot that has not run."""


class EnsembleConfig(Record):
    """How verdicts of several judges are combined; both None for a single judge."""

    panel: Literal["majority", "unanimous"] | None = None
    """The rule."""
    cascade: Rate | None = None
    """Lowest confidence at which the offline judge decides."""


class RunDescription(Record):
    """Settings and plans of a run; equal in all parts of one run, but for `shards`.

    Report and gates are computed from this and the observations, during the run and again from
    its log.
    """

    version: str
    """Of pytest-distill; other versions may ask or judge differently."""
    suites: tuple[str, ...]
    models: Mapping[str, str] = Field(default_factory=dict)
    """Models under test that are asked: label to identity (`ModelSpec.identity`)."""
    transcripts: tuple[str, ...] = ()
    """Labels of models whose recorded answers are judged."""
    references: Mapping[str, str] = Field(default_factory=dict)
    """Likewise, of the references."""
    base: Mapping[str, str] = Field(default_factory=dict)
    """Likewise, of the model under test before it was distilled; empty if it is not known."""
    contents: Mapping[str, str] = Field(default_factory=dict)
    """By label, of all of these that are local files: hash of the file."""
    fixed: tuple[str, ...] = ()
    """Labels of all of these whose spec always means the same release; of others a new one may
    answer under the old name."""
    prompts: tuple[str, ...] = ()
    """Names of the user's prompt files."""
    subjects: Mapping[str, Subject]
    """The facts that each model is judged by, by label."""
    vendors: tuple[str, ...] = ()
    """Vendors whose claims are detected in answers."""
    judge: str
    """The judge's name in the report."""
    judges: tuple[str, ...] = ()
    """The judges, as ``--judge`` names them, without aliases."""
    ensemble: EnsembleConfig = EnsembleConfig()
    warnings: tuple[str, ...] = ()
    """Warnings about the numbers."""
    seed: int = 0
    samples: Count = 1
    limit: Count | None = None
    shards: Shards | None = None
    """The parts of the run that a log has; None: all."""
    stop: bool = False
    """Whether the run ends as soon as every gate is decided."""
    plans: Mapping[str, Mapping[str, SuitePlan]]
    """By the label of the model, then by suite."""
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """By suite: categories and languages of its cases, each with numbers of its own."""
    options: Mapping[str, Mapping[str, Scalar | None]] = Field(default_factory=dict)
    """By suite: its own settings."""

    def plan(self, group: ModelSuite) -> SuitePlan:
        """Return the plan of one suite of one model."""
        return self.plans[group.model][group.suite]

    @property
    def model_suites(self) -> tuple[ModelSuite, ...]:
        """Every suite of every model, in the order of the models."""
        return tuple(
            ModelSuite(model, suite) for model, suites in self.plans.items() for suite in suites
        )


class RunStatus(Record):
    """Status of a run besides its observations; the last one in a log is valid."""

    blockers: tuple[str, ...] = ()
    """Reasons why no gate can be decided, such as an interrupted run."""
    unobserved: tuple[Observation, ...] = ()
    """Missing cases whose tests ended without an observation."""
    unfinished: tuple[SlotResult, ...] = ()
    """Slots whose tests ended before all of their cases were observed."""
    deselected: Mapping[str, Mapping[str, Count]] = Field(default_factory=dict)
    """Cases that were not to be run: by label, then by suite."""
    extra_cases: Mapping[str, Count] = Field(default_factory=dict)
    """By suite: cases per model that are not in the plan, such as earlier leaks."""
    unplanned: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Ids of cases of the run's suites that a user's own tests observed, by label: they count, but
    no case of the plan is there for them."""
    is_ordered: bool = True
    """Whether slots run in a fixed order."""
    reported: Mapping[str, tuple[str, ...]] | None = None
    """Ids of the cases that were reported, by label, where the run ended before all of its tests.

    The log has more: answers that came ahead of tests that did not run. They are there for a run
    that goes on, and count in its report. None: all that the log has was reported.
    """

    started_at: NonNegative | None = None
    """When the session began, in seconds since 1970; earlier answers are from cache or log. Of
    several shards the last one."""
    first_started_at: NonNegative | None = None
    """When the first of several shards began; None for one."""
    releases: Mapping[str, str] = Field(default_factory=dict)
    """By label: the release that the endpoint reported at the end of the session."""
    replay: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """By label: pytest's arguments that ask a case of the model again, besides its node id."""

    def began(self, max_age_s: float | None) -> float | None:
        """Return when the run began, which tells answers of the run from earlier ones.

        That is when its first shard began, unless the last one began more than `max_age_s` later:
        then another release may have answered it, and the answers to the first are old ones.
        """
        first, last = self.first_started_at, self.started_at
        if first is None or last is None:
            return last
        return first if max_age_s is None or last - first <= max_age_s else last

    def deselected_of(self, group: ModelSuite) -> int:
        """Return the number of deselected cases of one suite of one model."""
        return self.deselected.get(group.model, {}).get(group.suite, 0)

    def unplanned_of(self, group: ModelSuite) -> frozenset[str]:
        """Return the ids of cases of one model that a user's own tests observed."""
        return frozenset(self.unplanned.get(group.model, ()))
