"""The names that a test of your own, or a suite, writes in its signatures."""

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.pytest_hooks.evaluation import Evaluation, IdentityChecker
from pytest_distill.pytest_hooks.slots import Slot, SlotEvaluation
from pytest_distill.records import Case, Completion, IdentityVerdict, Message, Observation

__all__ = [
    "Case",
    "Completion",
    "Evaluation",
    "IdentityChecker",
    "IdentityVerdict",
    "Message",
    "ModelUnderTest",
    "Observation",
    "Slot",
    "SlotEvaluation",
]
