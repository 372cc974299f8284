"""What gates need, before the run."""

import pytest

from pytest_distill.gates import expression
from pytest_distill.gates.design import (
    alphas_of,
    cases_in,
    chance_to_fail,
    chance_to_pass,
    needed_cases,
)
from pytest_distill.records import Case

ONE = alphas_of(1, confidence=0.95)


def needed(gate: str, checks: int = 1, *, is_stopping: bool = False) -> int | None:
    """Return how many cases a gate needs."""
    alphas = alphas_of(checks, confidence=0.95)
    return needed_cases(expression.parse(gate), alphas, is_stopping=is_stopping)


def test_a_clean_model_passes_with_as_many_cases_as_are_needed() -> None:
    """In nine of ten runs; with a fifth less it does not."""
    cases = needed("ice.strict<=0.02") or 0

    assert chance_to_pass(0.002, 0.02, cases, ONE) >= 0.9
    assert chance_to_pass(0.002, 0.02, 0.8 * cases, ONE) < 0.9
    assert chance_to_fail(0.06, 0.02, cases, ONE) > 0.99


def test_more_gates_and_looks_need_more_cases() -> None:
    """They share the error; two gates still pass by the interval that is shown."""
    one, two, seven = (needed("ice.strict<=0.02", checks) or 0 for checks in (1, 2, 7))

    assert one == two < seven
    assert one < (needed("ice.strict<=0.02", is_stopping=True) or 0)


@pytest.mark.parametrize(
    ("gate", "same"),
    [
        ("ice.strict<=baseline+0.02", "ice.strict<=0.02"),
        ("ice.strict>=baseline-0.02", "ice.strict<=0.02"),
        ("ice.strict>=0.9", "ice.strict<=0.1"),
    ],
)
def test_every_gate_has_some_room(gate: str, same: str) -> None:
    """Below a limit, above a floor, around a baseline."""
    room, other = needed(gate), needed(same)

    assert room is not None
    assert other is not None
    assert abs(room - other) <= 1


@pytest.mark.parametrize("gate", ["ice.strict<=baseline", "ice.strict<=0", "ice.strict>=baseline"])
def test_a_gate_without_room_is_never_passed(gate: str) -> None:
    """However many cases there are."""
    assert needed(gate) is None


def test_a_gate_is_about_the_cases_of_its_group() -> None:
    """Of its category or language, else all."""
    cases = [
        Case(id=f"ice/{n}", suite="ice", query="?", probe_key=str(n), category=c, language=z)
        for n, (c, z) in enumerate([("team", "en"), ("team", "fr"), ("geography", "fr")])
    ]

    found = {
        number: len(cases_in(expression.parse(f"ice.{number}<=0.1"), cases))
        for number in ("strict", "strict.team", "loose.fr", "vendors.openai", "hard.geography")
    }

    assert list(found.values()) == [3, 2, 2, 3, 1]
