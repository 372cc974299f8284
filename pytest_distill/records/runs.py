"""How a run was set up, and how far it came: the parts of a run log beside its observations."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from pytest_distill.records.base import Count, Rate, Record, Scalar
from pytest_distill.records.reports import Subject


class ModelSuite(NamedTuple):
    """One suite of one model under test: what a gate is decided for."""

    model: str
    """Its label."""
    suite: str


class InterimLook(Record):
    """A part of the cases that is looked at together: the first in the random order."""

    cases: Count
    last: str
    """Place of its last case in that order (`stats.looks.order_key`)."""


class SuitePlan(Record):
    """What one suite is to ask of one model, as far as that is known before the run."""

    looks: tuple[InterimLook, ...]
    """When its numbers are looked at; the last look is at all cases that are known by then."""
    slots: tuple[str, ...] = ()
    """Parts of an adaptive suite, each of which chooses its cases when it runs."""
    cases_per_slot: Count = 0
    """How many cases a slot is expected to ask that has not run."""


class EnsembleConfig(Record):
    """How several judges come to one verdict; both None where one judges alone."""

    panel: Literal["majority", "unanimous"] | None = None
    """The rule."""
    cascade: Rate | None = None
    """The confidence from which the offline judge decides."""


class RunDescription(Record):
    """How a run was set up; two parts of one run have it in common.

    Report and gates are made from this and from what was observed, during the run and again from
    its log.
    """

    version: str
    """Of pytest-distill: another one may ask or judge differently."""
    suites: tuple[str, ...]
    models: Mapping[str, str] = Field(default_factory=dict)
    """Models under test that are asked: label to spec."""
    transcripts: tuple[str, ...] = ()
    """Labels of models whose recorded answers are judged."""
    references: Mapping[str, str] = Field(default_factory=dict)
    prompts: tuple[str, ...] = ()
    """Names of the user's files of prompts."""
    subjects: Mapping[str, Subject]
    """The facts that each model is held against, by label."""
    vendors: tuple[str, ...] = ()
    """Vendors that answers can be found to claim."""
    judge: str
    """What the report calls the judge."""
    judges: tuple[str, ...] = ()
    """The judges' specs."""
    ensemble: EnsembleConfig = EnsembleConfig()
    warnings: tuple[str, ...] = ()
    """What a reader of the numbers has to know."""
    seed: int = 0
    samples: Count = 1
    limit: Count | None = None
    stop: bool = False
    """Whether the run ends as soon as every gate is decided."""
    plans: Mapping[str, Mapping[str, SuitePlan]]
    """By the label of the model, then by suite."""
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """By suite: categories and languages of its cases, each of which has numbers of its own."""
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
    """How far a run came, beside its observations; what a log says last counts."""

    blockers: tuple[str, ...] = ()
    """Why no gate can be decided: the run was interrupted, ..."""
    lost: Mapping[str, Mapping[str, Count]] = Field(default_factory=dict)
    """Cases that were lost with a worker that crashed: by label, then by suite."""
    extra_cases: Mapping[str, Count] = Field(default_factory=dict)
    """By suite: cases a model that this session asks beside the plan, such as earlier leaks."""
    is_ordered: bool = True
    """Whether slots run in an order that does not depend on chance."""
    reported: Mapping[str, tuple[str, ...]] | None = None
    """Ids of the cases that were reported, by label, where the run ended before all of its tests.

    The log has more: answers that came ahead of tests that did not run. They are there for a run
    that goes on, and count in its report. None: all that the log has was reported.
    """

    def lost_of(self, group: ModelSuite) -> int:
        """Return how many cases of one suite of one model were lost."""
        return self.lost.get(group.model, {}).get(group.suite, 0)
