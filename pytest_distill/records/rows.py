"""One case as a row of a table, for notebooks."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from pytest_distill.records.base import Count, DeferredRecord, NonNegative


class CaseRow(DeferredRecord):
    """One case of one model, with question, answer and result; its texts are untrusted data."""

    model: str
    suite: str
    """Part of the suite, such as ``ice`` or ``fuzz-control``."""
    case: str
    """Its id."""
    category: str | None
    language: str | None
    sample: Count
    """Number of the answer to one prompt, from 0."""
    template: str | None
    """The text that wraps the query; None if it was asked bare."""
    query: str
    prompt: str
    """What was asked: the query in its template, or the whole conversation."""
    outcome: Literal["judged", "missing"]
    why_missing: str | None
    verdict: Literal["hard", "strict", "loose", "persona", "reasoning", "clean"] | None
    """The worst that the answer is; None without a verdict on identity."""
    loose: bool | None
    """This and the next six: as in `IdentityVerdict`; None without a verdict on identity."""
    strict: bool | None
    hard: bool | None
    persona: bool | None
    reasoning: bool | None
    vendor: str | None
    vendors: tuple[str, ...]
    values: Mapping[str, float] = Field(default_factory=dict)
    """What was measured, by the name of the number; empty if it is missing. A vendor without an
    entry was not claimed."""
    judge: str
    rule: str
    reason: str
    evidence: str
    """The part of the answer that decided the verdict."""
    answer: str | None
    """As it came, thinking included; None if there was none."""
    reference: str | None
    """Label of the model that the answer is compared with."""
    reference_answer: str | None
    finish_reason: str | None
    latency_s: NonNegative | None
    input_tokens: Count | None
    output_tokens: Count | None
    release: str | None
    answered_at: NonNegative | None
    """In seconds since 1970."""
    is_cached: bool | None
