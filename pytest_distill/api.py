"""The public types, for the signatures of your own tests, suites and plugins.

Old names still work, with a warning: `Respondent` is now `ModelUnderTest`, `Reader` is
`IdentityChecker`, `Breeding` is `SlotEvaluation`.
"""

import warnings

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.evaluation import Evaluation, IdentityChecker
from pytest_distill.pytest_hooks.slots import Slot, SlotEvaluation
from pytest_distill.records import (
    Case,
    Completion,
    Estimate,
    IdentityVerdict,
    Lines,
    Message,
    ModelSpec,
    Observation,
    Report,
    Request,
    Section,
    Series,
    Table,
)
from pytest_distill.suites.base import BaseSuite
from pytest_distill.suites.protocol import Needs, RunContext

__all__ = [
    "BaseSuite",
    "Case",
    "Completion",
    "Estimate",
    "Evaluation",
    "IdentityChecker",
    "IdentityVerdict",
    "Lines",
    "Message",
    "ModelSpec",
    "ModelUnderTest",
    "Needs",
    "Observation",
    "Report",
    "Request",
    "RunContext",
    "Section",
    "Series",
    "Slot",
    "SlotEvaluation",
    "Table",
]

_RENAMED: dict[str, type[object]] = {
    "Breeding": SlotEvaluation,
    "Reader": IdentityChecker,
    "Respondent": ModelUnderTest,
}


def __getattr__(name: str) -> type[object]:
    if name not in _RENAMED:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    now = _RENAMED[name]
    message = f"pytest_distill.api.{name} was renamed to {now.__name__}"
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    return now
