"""As many cases without the gates as with them: for a case that is asked again, alone."""

import pytest

from pytest_distill.gates import expression
from pytest_distill.models import spec
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.options import FuzzSettings
from pytest_distill.suites.registry import SuiteRegistry

FROZEN = {"fuzz": FuzzSettings(policy="none")}


def sizes(suite: str, *gates: str, **more: object) -> dict[str, object]:
    """Return the sizes of a suite in a run with gates."""
    settings = Settings.model_validate(
        {
            "suites": (suite,),
            "models": (spec.parse("simulated:qwen"),),
            "gates": tuple(map(expression.parse, gates)),
            **more,
        }
    )
    return dict(SuiteRegistry()[suite].sizes(settings))


@pytest.mark.parametrize(
    ("suite", "gate", "more", "expected"),
    [
        ("ice", "ice.strict<=0.02", {}, {"distill_cases": 367}),
        ("ice", "ice.strict<=0.02", {"cases": 50}, {"distill_cases": 50}),
        ("ice", "fuzz.strict<=0.02", {}, {}),
        ("ice", "ice.strict<=0.02", {"transcripts": ("a.jsonl",)}, {}),
        ("fuzz", "fuzz.strict<=0.05", {"options": FROZEN}, {"fuzz_mutations": 143}),
        ("fuzz", "fuzz.strict<=0.05", {}, {}),
        ("rse", "rse.overall<=4", {}, {}),
    ],
)
def test_what_the_gates_decide_is_fixed(
    suite: str, gate: str, more: dict[str, object], expected: dict[str, object]
) -> None:
    """The questions of the bank, and the templates of a frozen one, depend on them."""
    assert sizes(suite, gate, **more) == expected
