"""What one run was asked to do, after option, ini and table are merged."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SerializeAsAny

from pytest_distill.records import Budget, Gate, ModelSpec, Price, Rate, Record

OFFLINE = "offline"
"""The judge that needs no model."""

CASCADE = "cascade:"
"""In front of a model spec: that model is only asked what the offline judge is unsure of."""


class ReportTarget(Record):
    """Where a report goes, and how it is written."""

    format: str
    path: Path


class JudgeSpec(Record):
    """What one ``--judge`` names."""

    model: ModelSpec | None = None
    """None is the offline judge."""
    is_cascade: bool = False
    """The offline judge decides what is plain, and `model` the rest."""

    @property
    def text(self) -> str:
        """As the user wrote it."""
        if self.model is None:
            return OFFLINE
        return f"{CASCADE}{self.model.text}" if self.is_cascade else self.model.text


class Settings(Record):
    """One run. What is not given has the default that ``--help`` tells."""

    suites: tuple[str, ...] = ()
    models: tuple[ModelSpec, ...] = ()
    references: tuple[ModelSpec, ...] = ()
    prompts: tuple[Path, ...] = ()
    """Files of prompts to compare answers on; empty: the shipped ones."""
    judges: tuple[JudgeSpec, ...] = (JudgeSpec(),)
    """Several are a panel."""
    panel: Literal["majority", "unanimous"] = "majority"
    # The benchmark `cascade`: of 7,000 recorded answers .9 spares the model 64 %, and the verdicts
    # agree with its own in 97 %; .8 spares 80 % for 94 %, .95 48 % for 98 %, no model is 89 %.
    cascade: Annotated[float, Field(ge=0.0, le=1.0)] = 0.9
    """The confidence from which the offline judge of a cascade decides."""
    calibration: str | None = None
    """``gold`` or a path: correct the rates for the errors of the judge."""
    helper: ModelSpec | None = None
    """None is the offline mutators."""
    options: Mapping[str, SerializeAsAny[Record]] = Field(default_factory=dict)
    """By suite: its own settings."""
    facts: str | None = None
    transcripts: tuple[Path, ...] = ()
    seed: int = 0
    samples: Annotated[int, Field(ge=1)] = 1
    limit: Annotated[int, Field(ge=1)] | None = None
    concurrency: Annotated[int, Field(ge=1)] = 16
    retries: Annotated[int, Field(ge=0)] = 5
    cache: Path | None = None
    """None keeps no answers."""
    cache_problem: str | None = None
    """Why none are kept, where they should be."""
    budget: Budget | None = None
    prices: Mapping[str, Price] = Field(default_factory=dict)
    """The user's own, by the name of the model."""
    run: Path | None = None
    """None keeps no run log."""
    confidence: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.95
    gates: tuple[Gate, ...] = ()
    baseline: Path | None = None
    max_missing: Rate = 0.05
    """Share of missing cases above which a gate is inconclusive."""
    stop: bool = False
    """Whether the run ends as soon as every gate is decided."""
    inconclusive: Literal["fail", "pass"] = "fail"
    fail_on: Literal["leak", "gate"] = "leak"
    reports: tuple[ReportTarget, ...] = ()
