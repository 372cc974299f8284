"""One prompt, asked of student, teacher and base."""

import asyncio
from collections.abc import Mapping

import pytest

from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.limits import InFlight, Slots
from pytest_distill.engine.retry import Retries
from pytest_distill.errors import ModelError
from pytest_distill.records import Case, Completion, Observation, Question, Request
from pytest_distill.suites.imitation.evaluator import ImitationEvaluator, Peers
from tests.support.imitation import Student

QUESTION = Question(id="q", category="facts", question="Capital of Norway?", answers=("Oslo",))


class Says:
    """A model that says one thing, or another one as its second answer."""

    def __init__(self, *texts: str, has_second: bool = True) -> None:
        self.texts = texts
        self.has_second = has_second
        self.asked = 0

    async def complete(self, request: Request) -> Completion:
        """Say it; nothing to say is an error."""
        self.asked += 1
        if not self.texts:
            message = "down"
            raise ModelError(message)
        return Completion(text=self.texts[min(request.sample, len(self.texts) - 1)])

    def holds(self, request: Request) -> bool:
        """Say whether there is such an answer."""
        return self.has_second or request.sample == 0

    async def aclose(self) -> None:
        """Do nothing."""


def client(model: Says) -> ModelClient:
    """Return a client of a model."""
    return ModelClient(
        model,
        in_flight=InFlight(Slots(4)),
        retries=Retries(0, seed=0),
        tally=Tally(),
        cache=None,
        key=repr,
    )


def evaluated(prompt: str, models: Mapping[str, Says], *, samples: int = 1) -> Observation:
    """Return what is observed of the student on one prompt."""
    clients = {name: client(model) for name, model in models.items() if name != "student"}
    peers = Peers(clients, base="base" if "base" in models else None, samples=samples, seed=0)
    evaluator = ImitationEvaluator(peers, {QUESTION.asked: QUESTION})
    case = Case(
        id="imitation/teacher/q",
        suite="imitation",
        query=prompt,
        probe_key="q",
        category="facts",
        reference="teacher",
    )
    student = Student("student", client(models["student"]), 0)
    return asyncio.run(evaluator.evaluate(case, student))


def test_a_question_is_right_or_wrong_for_each_of_them() -> None:
    """By the same rules."""
    found = evaluated(
        QUESTION.asked,
        {"student": Says("Bergen"), "teacher": Says("It is Oslo."), "base": Says("<think>Oslo")},
    )

    assert found.outcome == "missing"
    assert found.why_missing == "the base gave an empty answer"
    found = evaluated(
        QUESTION.asked,
        {"student": Says("Bergen"), "teacher": Says("It is Oslo."), "base": Says("Oslo or Bergen")},
    )
    assert found.values == {"accuracy": 0.0, "accuracy_teacher": 1.0, "accuracy_base": 0.0}


def test_an_open_prompt_is_compared_with_the_teachers_answer() -> None:
    """The student's, the base's, and a second one of the teacher itself."""
    listed = "Sure:\n\n- a\n- b"
    models = {"student": Says(listed), "teacher": Says(listed, "A word."), "base": Says("A word.")}

    found = evaluated("Why?", models, samples=2)

    assert found.values is not None
    assert found.values["style"] == 1.0
    assert found.values["style_base.lists"] == found.values["style_ceiling.lists"] == 0.0
    assert [(other.role, other.model, other.sample) for other in found.others] == [
        ("base", "base", 0),
        ("resample", "teacher", 1),
    ]


def test_a_teacher_without_a_second_answer_has_no_ceiling() -> None:
    """As a recorded one: it is not asked for it, and the case is not missing."""
    models = {"student": Says("Yes."), "teacher": Says("Yes.", has_second=False)}

    found = evaluated("Why?", models, samples=2)

    assert found.values is not None
    assert "style_ceiling" not in found.values
    assert found.outcome == "judged"


@pytest.mark.parametrize(
    ("lacking", "who"),
    [
        ("student", "the model"),
        ("teacher", "the reference teacher"),
        ("base", "the base base"),
    ],
)
@pytest.mark.parametrize("prompt", ["Why?", QUESTION.asked])
def test_a_case_without_an_answer_of_each_of_them_is_missing(
    lacking: str, who: str, prompt: str
) -> None:
    """And says whose it is."""
    models = {name: Says("Oslo") for name in ("student", "teacher", "base")}

    failed = evaluated(prompt, {**models, lacking: Says()})
    empty = evaluated(prompt, {**models, lacking: Says(" ")})

    assert (failed.outcome, empty.outcome) == ("missing", "missing")
    assert failed.why_missing == f"{who} gave no answer: down"
    assert empty.why_missing is not None
    assert "gave an empty answer" in empty.why_missing
    assert failed.values is None


def test_it_needs_an_event_loop() -> None:
    """Other models have to be asked."""
    evaluator = ImitationEvaluator(Peers({}, base=None, samples=1, seed=0), {})
    case = Case(id="imitation/q", suite="imitation", query="?", probe_key="q")

    with pytest.raises(TypeError, match="event loop"):
        evaluator.evaluate_now(case, "student", Completion(text="?"))
