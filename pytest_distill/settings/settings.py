"""The settings of one run, merged from options, ini file and TOML table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SerializeAsAny

from pytest_distill.records import (
    Budget,
    Gate,
    ModelSpec,
    NonNegative,
    Price,
    Rate,
    Record,
    Shards,
)
from pytest_distill.settings.duration import DAY_S

OFFLINE = "offline"
"""The judge that needs no model."""

CASCADE = "cascade:"
"""Prefix of a model spec: the model is only asked where the offline judge is uncertain."""


class ReportTarget(Record):
    """Format and path of a report."""

    format: str
    path: Path


class JudgeSpec(Record):
    """One value of ``--judge``."""

    model: ModelSpec | None = None
    """None: the offline judge."""
    is_cascade: bool = False
    """The offline judge decides the clear answers, and `model` the rest."""

    @property
    def text(self) -> str:
        """As the user wrote it."""
        if self.model is None:
            return OFFLINE
        return f"{self._prefix}{self.model.text}"

    @property
    def identity(self) -> str:
        """What it stands for: equal for equal judges, whatever alias names them."""
        return self.text if self.model is None else f"{self._prefix}{self.model.identity}"

    @property
    def _prefix(self) -> str:
        return CASCADE if self.is_cascade else ""


class Settings(Record):
    """The settings of one run, with the defaults that ``--help`` names."""

    suites: tuple[str, ...] = ()
    models: tuple[ModelSpec, ...] = ()
    references: tuple[ModelSpec, ...] = ()
    base: ModelSpec | None = None
    """The model under test before it was distilled; None if it is not known."""
    prompts: tuple[Path, ...] = ()
    """Files with prompts for suites ``rse`` and ``imitation``; empty: the shipped ones."""
    judges: tuple[JudgeSpec, ...] = (JudgeSpec(),)
    """Several form a panel."""
    panel: Literal["majority", "unanimous"] = "majority"
    # Benchmark `cascade`, 7,000 recorded answers: .9 saves 58 % of the model's calls, and 97 % of
    # the verdicts agree with its own; .8 saves 85 % (93 % agree), .95 52 % (98 %), no model: 89 %.
    cascade: Annotated[float, Field(ge=0.0, le=1.0)] = 0.9
    """Least confidence at which the offline judge of a cascade decides."""
    calibration: str | None = None
    """``gold`` or a path: correct the rates for the errors of the judge."""
    helper: ModelSpec | None = None
    """None: the offline mutators."""
    options: Mapping[str, SerializeAsAny[Record]] = Field(default_factory=dict)
    """Settings of each suite, by its name."""
    facts: str | None = None
    transcripts: tuple[Path, ...] = ()
    columns: Mapping[str, str] = Field(default_factory=dict)
    """Our keys by those of transcripts and prompts."""
    seed: int = 0
    samples: Annotated[int, Field(ge=1, le=10_000)] = 1
    limit: Annotated[int, Field(ge=1)] | None = None
    cases: Annotated[int, Field(ge=1)] | Literal["auto"] | None = None
    """How many of a suite's bank; None: as many as its gates need, and without a gate its core."""
    shard: Shards | None = None
    """The part of the run that is to be run; None: all of it."""
    concurrency: Annotated[int, Field(ge=1)] = 16
    retries: Annotated[int, Field(ge=0)] = 5
    cache: Path | None = None
    """None: answers are not cached."""
    cache_problem: str | None = None
    """Why answers are not cached although they should be."""
    cache_max_age_s: NonNegative | None = DAY_S
    """Greatest age of answers from cache or run log that a gate may rest on; None: any."""
    budget: Budget | None = None
    prices: Mapping[str, Price] = Field(default_factory=dict)
    """The user's prices, by model name."""
    run: Path | None = None
    """None: no run log is written."""
    confidence: Annotated[float, Field(ge=0.5, lt=1.0)] = 0.95
    gates: tuple[Gate, ...] = ()
    baseline: Path | None = None
    baseline_missing: Literal["error", "ok"] = "error"
    """Whether a first run, which has no baseline yet, is an error."""
    releases: Annotated[int, Field(ge=1)] | None = None
    """How many releases in a row share the error of a wrong fail; None: each has its own."""
    max_missing: Rate = 0.05
    """Share of missing cases above which a gate is inconclusive."""
    max_refused: Rate = 0.5
    """Share of refusals among the answers above which no gate passes."""
    stop: bool = False
    """Whether the run ends as soon as every gate is decided."""
    inconclusive: Literal["fail", "pass"] = "fail"
    fail_on: Literal["leak", "gate"] = "leak"
    reports: tuple[ReportTarget, ...] = ()
    table: Path | None = None
    """The file of the table that holds for the run."""
    notes: tuple[str, ...] = ()
    """What the settings leave out or leave undecided, for the user to see."""
    replay: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """By label of a model: arguments that ask one of its cases again, besides its node id."""
    is_replay: bool = False
    """Whether only single cases run, which node ids on the command line select."""
    recalled: tuple[str, ...] = ()
    """Arguments that were taken from the last run of the same case; empty if none were."""
