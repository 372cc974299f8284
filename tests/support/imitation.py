"""Suite `imitation` without pytest: simulated students, and observations with known values."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from pytest_distill.data import facts, questions
from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.evaluate import request
from pytest_distill.engine.limits import InFlight, Slots
from pytest_distill.engine.retry import Retries
from pytest_distill.models import factory
from pytest_distill.models.provider import Personas
from pytest_distill.models.spec import parse
from pytest_distill.records import Case, Completion, FactSet, Observation, SuiteSummary
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.cases import with_reference
from pytest_distill.suites.imitation import material
from pytest_distill.suites.imitation.evaluator import JUDGE, ImitationEvaluator, Peers
from pytest_distill.suites.imitation.results import ImitationResults
from pytest_distill.suites.protocol import RunContext

SUITE = "imitation"
TEACHER = "simulated:teacher?accuracy=0.9&manner=lister"
BASE = "simulated:base?accuracy=0.3&manner=talker"

KINDS: Mapping[str, str] = {
    "style only": "style=0.9&knowledge=0.1",
    "knowledge only": "style=0.05&knowledge=0.9",
    "both": "style=0.9&knowledge=0.9",
    "neither": "style=0.05&knowledge=0.1",
    "narrow (only: code)": "style=0.9&knowledge=0.1&knowledge.code=0.9",
}
"""What is to be said of a student, and the parameters that it is simulated with."""


class Student(NamedTuple):
    """A model under test."""

    label: str
    client: ModelClient
    seed: int

    async def answer(self, case: Case) -> Completion:
        """Ask it."""
        return await self.client.complete(request(case, seed=self.seed))


def student(parameters: str) -> str:
    """Return the spec of a student of `TEACHER` that was `BASE`."""
    parents = "&".join(
        f"{role}={spec.replace('&', '%26')}"
        for role, spec in (("teacher", TEACHER), ("base", BASE))
    )
    return f"simulated:student?{parents}&{parameters}"


def client(spec: str) -> ModelClient:
    """Return a client of a simulated model."""
    known = _facts()
    personas = Personas(known["qwen"], known, questions.shipped_by_prompt)
    return ModelClient(
        factory.make(parse(spec), personas=personas),
        in_flight=InFlight(Slots(64)),
        retries=Retries(0, seed=0),
        tally=Tally(),
        cache=None,
        key=repr,
    )


def simulated(parameters: str, *, seed: int, samples: int = 1, every: int = 1) -> SuiteSummary:
    """Return the summary of a simulated student.

    Args:
        parameters: of the student.
        seed: of the run.
        samples: answers per prompt.
        every: of so many open prompts one is asked, to save time; questions are all asked.
    """
    own = client(student(parameters))
    clients = {"teacher": client(TEACHER), "base": client(BASE)}
    shipped = material.read(RunContext(Settings.model_validate({}), {}))
    found = material.Material(shipped.prompts[::every], shipped.questions)
    peers = Peers(clients, base="base", samples=samples, seed=seed)
    evaluator = ImitationEvaluator(peers, found.questions)
    cases = with_reference(found.cases(SUITE, samples), "teacher")

    async def observe() -> Sequence[Observation]:
        model = Student("student", own, seed)
        return [await evaluator.evaluate(case, model) for case in cases]

    return summary(asyncio.run(observe()))


def summary(observations: Iterable[Observation], *, base: str | None = "base") -> SuiteSummary:
    """Return what the results of the suite make of observations of one student."""
    results = ImitationResults(SUITE, base=base)
    for observation in observations:
        results.add(observation)
    return results.summary("student", SummaryOptions(level=0.95))


def observed(
    number: int,
    values: Mapping[str, float] | None,
    *,
    category: str,
    reference: str = "teacher",
    language: str = "en",
) -> Observation:
    """Return the observation of one case; None is a missing one."""
    case = Case(
        id=f"{SUITE}/{reference}/{category}-{number:05}",
        suite=SUITE,
        query=f"{category} {number}?",
        probe_key=f"{category}-{number}",
        category=category,
        language=language,
        reference=reference,
    )
    return Observation(
        case=case,
        model="student",
        judge=JUDGE,
        outcome="missing" if values is None else "judged",
        why_missing="the model gave an empty answer" if values is None else None,
        values=values,
    )


@cache
def _facts() -> Mapping[str, FactSet]:
    return facts.load_shipped()
