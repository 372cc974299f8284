"""Runs without models: their descriptions, and stores of what they observed."""

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_distill.records import (
    Cost,
    ModelSuite,
    Report,
    RunDescription,
    RunInfo,
    Subject,
    SuitePlan,
)
from pytest_distill.results.store import ResultStore
from pytest_distill.suites.arrangement import looks_at
from pytest_distill.suites.registry import SuiteRegistry


def description(*models: str, **more: Any) -> RunDescription:  # noqa: ANN401 - fields of a record
    """Return a run of suite `ice` against some models, of which no case is planned."""
    labels = models or ("m",)
    subject = Subject(facts="f", vendor="v", facts_sha256="s")
    known: Mapping[str, Any] = {
        "version": "0",
        "suites": ("ice",),
        "subjects": dict.fromkeys(labels, subject),
        "judge": "j",
        "plans": {label: {"ice": plan(())} for label in labels},
    }
    return RunDescription.model_validate({**known, **more})


def plan(case_ids: Iterable[str], *, is_stopping: bool = False) -> SuitePlan:
    """Return the plan of cases that are known before the run."""
    return SuitePlan(looks=looks_at(case_ids, seed=0, is_stopping=is_stopping))


def plans(
    case_ids: Iterable[str], *models: str, is_stopping: bool = False
) -> dict[ModelSuite, SuitePlan]:
    """Return the plans of suite `ice` against some models."""
    found = plan(case_ids, is_stopping=is_stopping)
    return {ModelSuite(model, "ice"): found for model in models}


def new_store(**more: Any) -> ResultStore:  # noqa: ANN401 - fields of a record
    """Return an empty store of such a run."""
    return ResultStore(SuiteRegistry().results(description(**more)))


def empty_report(*, judge: str = "j", cases: int = 1, **more: Any) -> Report:  # noqa: ANN401 - fields of a record
    """Return a report of a run without models and without cost.

    Args:
        judge: its name.
        cases: expected and observed.
        more: further fields of the report.
    """
    run = RunInfo(
        version="0",
        seed=0,
        samples=1,
        limit=None,
        confidence=0.95,
        judge=judge,
        subjects={},
        cases_expected=cases,
        cases_observed=cases,
        cases_sha256="",
    )
    cost = Cost(calls=0, input_tokens=None, output_tokens=None)
    return Report(**{"run": run, "models": {}, "cost": cost, **more})
