"""What is known of a model before it is asked."""

from pytest_distill.protocols import KnownAnswers, Model
from pytest_distill.records import Request


def holds(model: Model, request: Request) -> bool:
    """Return whether the model has an answer, as far as it knows before it is asked."""
    return not isinstance(model, KnownAnswers) or model.holds(request)
