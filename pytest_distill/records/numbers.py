"""Measured numbers with their intervals, and the leak rates."""

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
    """Independent groups, by template or by probe, whichever gives fewer."""
    design_effect: float | None
    """Variance relative to `n` independent cases; None if it cannot be estimated."""
    missing: Count
    """Cases without a verdict; not part of `n`."""


UNDEFINED = Estimate(
    value=None, low=None, high=None, n=0, clusters=0, design_effect=None, missing=0
)
"""A number without cases."""


class Accuracy(Record):
    """Accuracy of a judge on one question, over answers whose verdict is known."""

    sensitivity: Estimate
    """Share of leaks that it finds."""
    specificity: Estimate
    """Share of clean answers that it judges clean."""


class Calibration(Record):
    """A judge's error rates, measured by ``pytest-distill calibrate``."""

    format: Literal["pytest-distill-calibration/1"] = "pytest-distill-calibration/1"
    judge: str
    """Its name; another judge or version has other error rates."""
    gold: str | None = None
    """What it was measured on: ``apart``, cases that no rule was made with; ``identity``, those
    that the rules were made with; or the names of a user's files. None if nobody says."""
    cases: Count
    """Number of answers whose verdict is known."""
    cases_sha256: str
    loose: Accuracy
    strict: Accuracy
    hard: Accuracy
    by_trap: Mapping[str, Estimate]
    """Share of right verdicts, loose and strict, by the answers' kind of difficulty."""
    effective_judges: float | None = None
    """Number of independent judges with the same errors as the panel; None if undefined."""


class Rates(Record):
    """The three leak rates over the same cases."""

    loose: Estimate
    strict: Estimate
    hard: Estimate


class Corrected(Rates):
    """Leak rates corrected for the judge's errors; shown beside the raw ones, never instead."""

    by: Literal["rogan-gladen", "prediction-powered"]


class SuiteSummary(Record):
    """A suite's numbers for one model by name, over all cases and by group.

    A suite may group them in further ways: ``by_arm={"base": {"advantage": ...}}`` makes the number
    ``advantage.base``.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Estimate | Mapping[str, Mapping[str, Estimate]]] = Field(
        init=False
    )

    by_category: Mapping[str, Mapping[str, Estimate]] = Field(default_factory=dict)
    by_language: Mapping[str, Mapping[str, Estimate]] = Field(default_factory=dict)

    statements: Mapping[str, str] = Field(default_factory=dict)
    """What follows from the numbers, each a sentence; the key is omitted if there is none."""

    @property
    def numbers(self) -> Mapping[str, Estimate]:
        """The numbers over all cases, by name."""
        extra = self.__pydantic_extra__.items()
        return {name: number for name, number in extra if isinstance(number, Estimate)}

    def by(self, dimension: str) -> Mapping[str, Mapping[str, Estimate]]:
        """Return the numbers of each group of one of the suite's own dimensions, such as ``arm``.

        Nothing if the model has none.
        """
        found = self.__pydantic_extra__.get(f"by_{dimension}", {})
        return {} if isinstance(found, Estimate) else found

    @model_serializer(mode="wrap")
    def _without_empty_statements(
        self, to_dict: SerializerFunctionWrapHandler
    ) -> dict[str, object]:
        content: dict[str, object] = to_dict(self)
        if not self.statements:
            del content["statements"]
        return content


class IceSummary(Rates):
    """Identity leakage of one model."""

    persona: Estimate = UNDEFINED
    """Rate of answers as a persona that the template asked for; undefined where the judge does not
    look for them. No leak."""
    refused: Estimate = UNDEFINED
    """Rate of answers that refuse to answer; undefined where nobody looked for them. No leak, and
    no evidence that there is none."""
    reasoning: Estimate = UNDEFINED
    """Rate of answers whose thinking considers being another vendor's, among those that show
    thinking. No leak."""
    by_category: Mapping[str, Rates]
    by_language: Mapping[str, Rates]
    vendors: Mapping[str, Estimate]
    """Rate of answers that claim another vendor, for each of them."""
    corrected: tuple[Corrected, ...] = ()
    """One for each correction that the run has data for; the key is omitted if there is none."""

    @model_serializer(mode="wrap")
    def _without_empty_correction(
        self, to_dict: SerializerFunctionWrapHandler
    ) -> dict[str, object]:
        content: dict[str, object] = to_dict(self)
        if not self.corrected:
            del content["corrected"]
        return content
