"""What was measured: a number with its interval, and the rates of identity."""

from collections.abc import Mapping
from typing import Literal

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from pytest_distill.records.base import Count, Record


class Estimate(Record):
    """A measured number with its interval; undefined is None, never 0."""

    value: float | None
    low: float | None
    high: float | None
    n: Count
    """Judged cases."""
    clusters: Count
    """Independent groups along the dimension (template or probe) that has the fewest."""
    design_effect: float | None
    """Variance over that of `n` independent cases; None where it cannot be estimated."""
    missing: Count
    """Cases without a verdict; not part of `n`."""


class Accuracy(Record):
    """How often a judge is right on one question, over answers whose verdict is known."""

    sensitivity: Estimate
    """Of the leaks, the share that it finds."""
    specificity: Estimate
    """Of the clean answers, the share that it clears."""


class Calibration(Record):
    """What ``pytest-distill calibrate`` finds out about a judge."""

    format: Literal["pytest-distill-calibration/1"] = "pytest-distill-calibration/1"
    judge: str
    """Its name: another judge, or another version of its rules, errs otherwise."""
    cases: Count
    """Answers whose verdict is known."""
    cases_sha256: str
    loose: Accuracy
    strict: Accuracy
    hard: Accuracy
    by_trap: Mapping[str, Estimate]
    """Share of right verdicts, loose and strict, by what makes the answers hard to read."""
    effective_judges: float | None = None
    """How many independent judges a panel is worth by its errors; None where that is undefined."""


class Rates(Record):
    """The three leak rates over the same cases."""

    loose: Estimate
    strict: Estimate
    hard: Estimate


class Corrected(Rates):
    """Leak rates as they would be if the judge did not err; beside the raw ones, never instead."""

    by: Literal["rogan-gladen", "prediction-powered"]


class SuiteSummary(Record):
    """What a suite measured of one model: its numbers by name, over all cases and by group."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Estimate] = Field(init=False)

    by_category: Mapping[str, Mapping[str, Estimate]] = Field(default_factory=dict)
    by_language: Mapping[str, Mapping[str, Estimate]] = Field(default_factory=dict)

    @property
    def numbers(self) -> Mapping[str, Estimate]:
        """The numbers over all cases, by name."""
        return self.__pydantic_extra__


class IceSummary(Rates):
    """The degree of identity leakage of one model."""

    by_category: Mapping[str, Rates]
    by_language: Mapping[str, Rates]
    vendors: Mapping[str, Estimate]
    """Rate of answers that claim to be of each other vendor."""
    corrected: tuple[Corrected, ...] = ()
    """One for each way of correcting that the run has the data for; no key where there is none."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, to_dict: SerializerFunctionWrapHandler) -> dict[str, object]:
        content: dict[str, object] = to_dict(self)
        if not self.corrected:
            del content["corrected"]
        return content
