"""A test that runs again asks nothing that has a verdict."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from pytest_distill.pytest_hooks.evaluation import FirstVerdicts
from pytest_distill.records import Case, IdentityVerdict, Observation, SlotResult

if TYPE_CHECKING:
    from pytest_distill.engine.model_under_test import ModelUnderTest


@dataclass
class Answering:
    """A model whose answers have these outcomes, one after the other."""

    outcomes: list[str]
    label: str = "m"
    asked: list[str] = field(default_factory=list)

    def observe(self, case: Case) -> Observation:
        """Return the next observation."""
        self.asked.append(case.id)
        is_judged = self.outcomes[len(self.asked) - 1] == "judged"
        clean = IdentityVerdict(loose=False, strict=False, hard=False)
        return Observation(
            case=case,
            model=self.label,
            judge="j",
            outcome="judged" if is_judged else "missing",
            verdict=clean if is_judged else None,
        )


def case(name: str = "a", query: str = "Who?") -> Case:
    """Return a case."""
    return Case(id=f"ice/{name}", suite="ice", query=query, probe_key=name)


@pytest.mark.parametrize(
    ("outcomes", "asked"),
    [(["judged"], 1), (["missing", "judged"], 2), (["missing", "missing", "missing"], 3)],
)
def test_a_case_is_asked_until_it_has_a_verdict(outcomes: list[str], asked: int) -> None:
    """Three runs of one test."""
    answering, verdicts = Answering(outcomes), FirstVerdicts()
    model = cast("ModelUnderTest", answering)

    found = [verdicts.observe(model, case()) for _ in range(3)]

    assert len(answering.asked) == asked
    assert found[-1].outcome == outcomes[-1]


@pytest.mark.parametrize(("is_repeating", "asked"), [(False, 2), (True, 1)])
def test_verdicts_are_forgotten_with_their_test(*, is_repeating: bool, asked: int) -> None:
    """A long run would not fit in memory; with several tests of one case they are kept."""
    answering, verdicts = Answering(["judged", "judged"]), FirstVerdicts()
    model = cast("ModelUnderTest", answering)
    verdicts.is_repeating = is_repeating
    slot = SlotResult(suite="fuzz", model="m", slot="bare")

    verdicts.observe(model, case())
    verdicts.finish(slot)
    verdicts.end_test()
    verdicts.observe(model, case())

    assert len(answering.asked) == asked
    assert verdicts.finished(model, "bare") == (slot if is_repeating else None)


def test_another_case_under_the_same_id_is_asked() -> None:
    """A user's own tests choose their ids."""
    answering, verdicts = Answering(["judged", "judged"]), FirstVerdicts()
    model = cast("ModelUnderTest", answering)

    verdicts.observe(model, case())
    found = verdicts.observe(model, case(query="Who made you?"))

    assert (found.case.query, len(answering.asked)) == ("Who made you?", 2)
