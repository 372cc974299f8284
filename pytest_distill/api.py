"""The names that a test of your own, or a suite, writes in its signatures."""

from pytest_distill.collect.evaluation import Evaluation, Reader
from pytest_distill.collect.slots import Breeding, Slot
from pytest_distill.engine.respondent import Respondent
from pytest_distill.records import Case, Completion, IdentityVerdict, Message, Observation

__all__ = [
    "Breeding",
    "Case",
    "Completion",
    "Evaluation",
    "IdentityVerdict",
    "Message",
    "Observation",
    "Reader",
    "Respondent",
    "Slot",
]
