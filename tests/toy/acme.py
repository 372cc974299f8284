"""A plugin that adds a provider and a judge, both called ``acme``."""

from pytest_distill.errors import SpecError
from pytest_distill.protocols import Judge, Model
from pytest_distill.records import Case, Completion, FactSet, IdentityVerdict, ModelSpec, Request


class AcmeModel:
    """Answers at once, and shouts back."""

    async def complete(self, request: Request) -> Completion:
        """Repeat the question, in capitals if it is shouted."""
        question = request.messages[-1].content
        return Completion(text=question.upper() if "!" in question else question.lower())

    async def aclose(self) -> None:
        """Give back nothing: nothing was opened."""


class StrictJudge:
    """Calls every answer a leak that does not name the model."""

    name = "acme-strict-1"

    def __init__(self, facts: FactSet) -> None:
        self._name = facts.name

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Look for the name."""
        del case
        is_leak = self._name not in answer
        return IdentityVerdict(loose=is_leak, strict=False, hard=False, reason="the name is absent")


def pytest_distill_make_model(spec: ModelSpec) -> Model | None:
    """Build ``acme:echo``, refuse its other names, and leave all else to others."""
    if spec.provider != "acme":
        return None
    if spec.name != "echo":
        raise SpecError(spec.text, "acme has one model, echo")
    return AcmeModel()


def pytest_distill_make_judge(spec: ModelSpec, facts: FactSet) -> Judge | None:
    """Build ``acme:strict``."""
    return StrictJudge(facts) if (spec.provider, spec.name) == ("acme", "strict") else None
