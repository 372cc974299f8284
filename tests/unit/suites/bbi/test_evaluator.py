"""Who is asked for the answers of all arms, and what a failure is."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence

import pytest

from pytest_distill.engine.answers import SharedAnswers
from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.limits import InFlight, Slots
from pytest_distill.engine.retry import Retries
from pytest_distill.errors import BudgetError, ModelError
from pytest_distill.judges.identification import IdentifyingJudge
from pytest_distill.records import Case, Completion, Observation, Request
from pytest_distill.suites.bbi.evaluator import NOTHING_TO_TELL, PairCollector, Unrelated


def case(name: str = "a", *, reference: str = "r", sample: int = 0) -> Case:
    """Return a case."""
    return Case(
        id=f"bbi/{reference}/{name}",
        suite="bbi",
        query=f"{name}?",
        probe_key=name,
        sample=sample,
        reference=reference,
    )


class Speaker:
    """A model that says its name and which sample it is, as far as it has samples."""

    def __init__(self, name: str, *, samples: int = 99, error: ModelError | None = None) -> None:
        self._name = name
        self._samples = samples
        self._error = error
        self.asked: list[tuple[str, int]] = []

    async def complete(self, request: Request) -> Completion:
        """Answer."""
        self.asked.append((request.messages[0].content, request.sample))
        await asyncio.sleep(0)
        if self._error is not None:
            raise self._error
        if request.sample >= self._samples:
            message = f"{self._name} has no sample {request.sample}"
            raise ModelError(message)
        return Completion(text=f"{self._name} {request.sample}".strip() if self._name else "")

    async def aclose(self) -> None:
        """Hold nothing open."""


class Judging:
    """A judging model that finds the answer of one model, and remembers what it saw."""

    def __init__(self, knows: str, *, broken_for: str = "none") -> None:
        self._knows = knows
        self._broken_for = broken_for
        self.asked: list[str] = []

    async def complete(self, request: Request) -> Completion:
        """Choose, or say something else."""
        text = request.messages[0].content
        self.asked.append(text)
        found = re.search(r"<<<(\w+) answer A>>>\n(.*)\n", text)
        assert found is not None
        if self._broken_for in text:
            return Completion(text="No.")
        choice = "A" if found[2].startswith(self._knows) else "B"
        return Completion(
            text=json.dumps({"fence": found[1], "choice": choice, "reason": "By its name."})
        )


class UnderTest:
    """The model under test."""

    def __init__(self, model: Speaker) -> None:
        self.label = "s"
        self._model = model

    async def answer(self, case: Case) -> Completion:
        """Ask."""
        return await self._model.complete(
            Request.model_validate(
                {"messages": [{"role": "user", "content": case.query}], "sample": case.sample}
            )
        )


def client(model: Speaker) -> ModelClient:
    """Wrap a model as a run does."""
    return ModelClient(
        model,
        in_flight=InFlight(Slots(4)),
        retries=Retries(0, seed=0),
        tally=Tally(),
        cache=None,
        key=lambda _: "",
    )


def collect(  # noqa: PLR0913 - who takes part
    cases: Sequence[Case],
    others: Mapping[str, Speaker],
    *,
    student: Speaker | None = None,
    base: str | None = None,
    samples: int = 1,
    judges: Mapping[str, Judging] | None = None,
    recorded: Sequence[str] = (),
    prompts: Sequence[Case] = (),
) -> list[Observation]:
    """Put cases to a student among others, all at once."""
    judging = {
        label: IdentifyingJudge(ask=model.complete, label=label, seed=0)
        for label, model in (judges or {}).items()
    }
    references = [label for label in others if label != base]

    async def run() -> list[Observation]:
        found = PairCollector(
            SharedAnswers({name: client(model) for name, model in others.items()}, seed=0),
            judging,
            unrelated=Unrelated(base, references),
            samples=samples,
            recorded=recorded,
            prompts=prompts,
            otherwise="trained",
        )
        model = UnderTest(student or Speaker("s"))
        return await asyncio.gather(*(found.evaluate(one, model) for one in cases))

    return asyncio.run(run())


def others_of(observation: Observation) -> list[tuple[str, str, int, str]]:
    """Return role, model, sample and text of the further answers."""
    return [(o.role, o.model, o.sample, o.completion.text) for o in observation.others]


def test_all_arms_are_kept_and_each_answer_is_asked_for_once() -> None:
    """Student, reference, its next sample, and the base; each answer is in one resample pair."""
    others = {"r": Speaker("r"), "b": Speaker("b")}

    first, second = collect([case(), case(sample=1)], others, base="b", samples=2)

    assert first.outcome == second.outcome == "judged"
    assert first.reference is not None
    assert first.reference.text == "r 0"
    assert others_of(first) == [("resample", "r", 1, "r 1"), ("base", "b", 0, "b 0")]
    assert others_of(second) == [("base", "b", 1, "b 1")]
    assert sorted(others["r"].asked) == [("a?", 0), ("a?", 1)]
    assert first.judge == "trained"


def test_without_a_base_another_reference_stands_for_an_unrelated_model() -> None:
    """The next in their order; never the model itself."""
    unrelated = Unrelated(None, ["r", "s", "t"])

    assert unrelated.of("r", "s") == "t"
    assert unrelated.of("t", "s") == "r"
    assert Unrelated(None, ["r"]).of("r", "s") is None
    assert Unrelated(None, ["r", "s"]).of("r", "s") is None
    assert Unrelated("b", ["r"]).of("r", "s") == "b"
    assert Unrelated("r", ["r"]).of("r", "s") is None
    assert Unrelated(None, ["r"]).of("x", "s") is None


def test_a_recorded_reference_without_further_answers_is_compared_by_its_first() -> None:
    """It has no resample, and says which answer it gave."""
    _, second = collect(
        [case(), case(sample=1)], {"r": Speaker("r", samples=1)}, samples=2, recorded=["r"]
    )

    assert second.outcome == "judged"
    assert second.reference is None
    assert others_of(second) == [("reference", "r", 0, "r 0")]


def test_another_reference_that_fails_makes_the_case_missing() -> None:
    """A server that should have answered is no recording."""
    _, second = collect([case(), case(sample=1)], {"r": Speaker("r", samples=1)}, samples=2)

    assert second.outcome == "missing"
    assert second.why_missing == "the reference r gave no answer: r has no sample 1"


def test_a_student_that_fails_makes_the_case_missing() -> None:
    """As does an empty answer: there is nothing to tell apart."""
    gone = Speaker("s", error=ModelError("s is gone"))

    (failed,) = collect([case()], {"r": Speaker("r")}, student=gone)
    (empty,) = collect([case()], {"r": Speaker("r")}, student=Speaker(""))

    assert (failed.outcome, failed.why_missing) == ("missing", "s is gone")
    assert (empty.outcome, empty.why_missing) == ("missing", NOTHING_TO_TELL)


@pytest.mark.parametrize(
    ("base", "is_unpaid"),
    [
        (Speaker("b", error=ModelError("b is gone")), False),
        (Speaker("b", error=BudgetError("spent", cap="calls")), True),
        (Speaker(""), False),
    ],
)
def test_an_arm_without_an_answer_is_left_out(base: Speaker, *, is_unpaid: bool) -> None:
    """The pair itself stands; a spent budget is known."""
    (found,) = collect([case()], {"r": Speaker("r"), "b": base}, base="b")

    assert found.outcome == "judged"
    assert found.others == ()
    assert found.is_unpaid is is_unpaid


def test_judges_guess_in_every_arm_and_see_other_answers_of_the_reference() -> None:
    """Not the one to the prompt itself; each judge's guess is kept."""
    sharp, blind = Judging("r"), Judging("nobody")
    prompts = [case("a"), case("b"), case("c")]

    (found,) = collect(
        [case()],
        {"r": Speaker("r"), "b": Speaker("b")},
        base="b",
        samples=2,
        judges={"sharp": sharp, "blind": blind},
        prompts=prompts,
    )

    assert found.judge == "identify-1 sharp + identify-1 blind"
    assert found.values == {
        "judge-sharp/student": 1.0,
        "judge-sharp/resample": 0.0,
        "judge-sharp/base": 1.0,
        "judge-blind/student": 0.0,
        "judge-blind/resample": 0.0,
        "judge-blind/base": 0.0,
    }
    assert "b?" in sharp.asked[0]
    assert "c?" in sharp.asked[0]
    assert "prompt of example 3" not in sharp.asked[0]


def test_a_judge_without_a_verdict_makes_the_case_missing_unless_another_has_one() -> None:
    """With its reply for the reader."""
    asked = {"r": Speaker("r")}

    (lone,) = collect([case()], asked, judges={"j": Judging("r", broken_for="s 0")})
    (panel,) = collect(
        [case()], asked, judges={"j": Judging("r", broken_for="s 0"), "k": Judging("r")}
    )

    assert lone.outcome == "missing"
    assert "could not be read twice" in (lone.why_missing or "")
    assert lone.reply == "No."
    assert panel.outcome == "judged"
    assert panel.values == {"judge-k/student": 1.0}


def test_an_example_that_fails_is_left_out() -> None:
    """The judge sees fewer."""
    judging = Judging("r")

    class Picky(Speaker):
        """Answers one prompt only."""

        async def complete(self, request: Request) -> Completion:
            """Answer or fail."""
            if request.messages[0].content != "a?":
                message = "no"
                raise ModelError(message)
            return await super().complete(request)

    (found,) = collect(
        [case()], {"r": Picky("r")}, judges={"j": judging}, prompts=[case("a"), case("b")]
    )

    assert found.values == {"judge-j/student": 1.0}
    assert "example 1" not in judging.asked[0]


def test_it_needs_an_event_loop() -> None:
    """The reference has to be asked."""
    collector = PairCollector(
        SharedAnswers({}, seed=0),
        {},
        unrelated=Unrelated(None, []),
        samples=1,
        recorded=(),
        prompts=(),
        otherwise="trained",
    )

    assert not collector.is_immediate
    with pytest.raises(TypeError, match="needs an event loop"):
        collector.evaluate_now(case(), "s", Completion(text=""))
