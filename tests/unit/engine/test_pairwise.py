"""Two models beside each other: who is asked, how often, and what a failure is."""

import asyncio
from collections import Counter

import pytest

from pytest_distill.engine.client import ModelClient, Tally
from pytest_distill.engine.limits import InFlight, Slots
from pytest_distill.engine.pairwise import PairwiseEvaluator
from pytest_distill.engine.retry import Retries
from pytest_distill.errors import ModelError
from pytest_distill.records import (
    Case,
    Completion,
    Likeness,
    LikenessVerdict,
    Message,
    Observation,
    Request,
)


def case(reference: str, *, sample: int = 0, response: str | None = None) -> Case:
    """Return a case of one prompt."""
    return Case(
        id=f"rse/{reference}/a",
        suite="rse",
        query="Why?",
        probe_key="a",
        sample=sample,
        reference=reference,
        response=response,
    )


class Speaker:
    """A model that says its name and which sample it is, or fails."""

    def __init__(self, name: str, *, thinks: str = "", fails: bool = False) -> None:
        self._name = name
        self._thinks = thinks
        self._fails = fails
        self.asked: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        """Answer."""
        self.asked.append(request)
        await asyncio.sleep(0)
        if self._fails:
            message = f"{self._name} is gone"
            raise ModelError(message)
        return Completion(text=f"{self._thinks}{self._name} {request.sample}")

    async def aclose(self) -> None:
        """Hold nothing open."""


class Judge:
    """Finds answers alike by a table, and counts what it is asked."""

    name = "judge"

    def __init__(self, table: dict[frozenset[str], float], *, fails: bool = False) -> None:
        self._table = table
        self._fails = fails
        self.asked: Counter[frozenset[str]] = Counter()

    async def compare(self, case: Case, answer: str, reference: str) -> LikenessVerdict:
        """Look up, or find nothing to compare."""
        del case
        pair = frozenset({answer, reference})
        self.asked[pair] += 1
        if self._fails:
            message = "the judge is gone"
            raise ModelError(message)
        if "" in pair:
            return LikenessVerdict(scores=None, reason="nothing")
        return LikenessVerdict(scores=alike(self._table.get(pair, 1.0)))


def alike(score: float) -> Likeness:
    """Return one score for everything."""
    return Likeness(overall=score, style=score, structure=score, content=score)


def asked(model: Speaker) -> ModelClient:
    """Wrap a model as a run does."""
    return ModelClient(
        model,
        in_flight=InFlight(Slots(4)),
        retries=Retries(0, seed=0),
        tally=Tally(),
        cache=None,
        key=lambda _: "",
    )


def text_of(completion: Completion | None) -> str | None:
    """Return what was answered, whenever that was."""
    return None if completion is None else completion.text


class UnderTest:
    """A model under test, as the evaluation sees it."""

    def __init__(self, label: str, model: Speaker) -> None:
        self.label = label
        self._model = model

    async def answer(self, case: Case) -> Completion:
        """Ask."""
        messages = (Message(role="user", content="Why?"),)
        return await self._model.complete(Request(messages=messages, sample=case.sample))


def observe(
    cases: list[Case],
    speakers: dict[str, Speaker],
    judge: Judge,
    *,
    label: str = "s",
    samples: int = 1,
    anchors: bool = True,
) -> list[Observation]:
    """Put cases to a student among references, all at once."""
    student = speakers.setdefault(label, Speaker(label))
    references = {name: asked(model) for name, model in speakers.items() if name != "s"}

    async def run() -> list[Observation]:
        found = PairwiseEvaluator(references, judge=judge, samples=samples, seed=0, anchors=anchors)
        return await asyncio.gather(
            *(found.evaluate(one, UnderTest(label, student)) for one in cases)
        )

    return asyncio.run(run())


def test_each_answer_is_asked_for_once() -> None:
    """However many are compared with it."""
    speakers = {name: Speaker(name) for name in ("r", "t", "u")}
    judge = Judge({})

    found = observe([case(name) for name in ("r", "t", "u")], speakers, judge)

    assert [one.outcome for one in found] == ["judged"] * 3
    assert {name: len(model.asked) for name, model in speakers.items()} == dict.fromkeys(
        ("r", "t", "u", "s"), 1
    )
    assert set(judge.asked.values()) == {1}


def test_the_floor_is_the_mean_of_the_other_references() -> None:
    """Beside this one, without the student."""
    speakers = {name: Speaker(name) for name in ("r", "t", "u")}
    table = {
        frozenset({"s 0", "r 0"}): 4.0,
        frozenset({"r 0", "t 0"}): 2.0,
        frozenset({"r 0", "u 0"}): 3.0,
    }

    (one,) = observe([case("r")], speakers, Judge(table))

    assert one.likeness is not None
    assert (one.likeness.scores, one.likeness.floor) == (alike(4.0), alike(2.5))
    assert one.likeness.ceiling is None
    assert one.completion == Completion(text="s 0")
    assert text_of(one.reference) == "r 0"


def test_what_was_thought_is_not_compared() -> None:
    """Neither with the reference's answer, nor with those of other references; it is kept."""
    speakers = {name: Speaker(name, thinks=f"<think>{name}?</think>") for name in ("r", "t")}
    judge = Judge({})

    (one,) = observe([case("r")], speakers, judge)

    assert set(judge.asked) == {frozenset({"s 0", "r 0"}), frozenset({"r 0", "t 0"})}
    assert text_of(one.reference) == "<think>r?</think>r 0"


def test_the_ceiling_is_another_answer_of_the_reference() -> None:
    """Where there are samples."""
    table = {frozenset({"r 0", "r 1"}): 4.5}

    (one,) = observe([case("r")], {"r": Speaker("r")}, Judge(table), samples=2)

    assert one.likeness is not None
    assert (one.likeness.floor, one.likeness.ceiling) == (None, alike(4.5))


def test_without_anchors_the_references_are_left_alone() -> None:
    """A judging model is asked for what is measured only."""
    speakers = {name: Speaker(name) for name in ("r", "t")}
    judge = Judge({})

    (one,) = observe([case("r")], speakers, judge, anchors=False)

    assert one.likeness is not None
    assert one.likeness.floor is None
    assert len(speakers["t"].asked) == 0


def test_who_is_student_and_reference_is_asked_once() -> None:
    """And is no decoy of itself."""
    speakers = {name: Speaker(name) for name in ("r", "t")}

    (one,) = observe([case("r")], speakers, Judge({}), label="t")

    assert one.outcome == "judged"
    assert one.likeness is not None
    assert one.likeness.floor is None
    assert len(speakers["t"].asked) == 1


@pytest.mark.parametrize(
    ("gone", "why"),
    [("s", "s is gone"), ("r", "the reference r gave no answer: r is gone")],
)
def test_who_does_not_answer_is_missing(gone: str, why: str) -> None:
    """With who it was."""
    speakers = {name: Speaker(name, fails=name == gone) for name in ("s", "r")}

    (one,) = observe([case("r")], speakers, Judge({}))

    assert (one.outcome, one.why_missing) == ("missing", why)


def test_a_judge_that_fails_or_finds_nothing_is_missing() -> None:
    """With both answers kept."""
    (failed,) = observe([case("r")], {"r": Speaker("r")}, Judge({}, fails=True))
    (nothing,) = observe([case("r", response="")], {"r": Speaker("r"), "s": _Silent()}, Judge({}))

    assert failed.why_missing == "the judge gave no answer: the judge is gone"
    assert text_of(failed.reference) == "r 0"
    assert nothing.why_missing == "nothing"


def test_a_decoy_that_does_not_answer_is_left_out() -> None:
    """The others are the floor."""
    speakers = {"r": Speaker("r"), "t": Speaker("t", fails=True), "u": Speaker("u")}

    (one,) = observe([case("r")], speakers, Judge({frozenset({"r 0", "u 0"}): 3.0}))

    assert one.likeness is not None
    assert one.likeness.floor == alike(3.0)


class _Silent(Speaker):
    def __init__(self) -> None:
        super().__init__("s")

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        return Completion(text="")
