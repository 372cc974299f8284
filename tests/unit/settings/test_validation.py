"""Settings that are valid alone but not together."""

from pathlib import Path

import pytest

from pytest_distill.errors import SettingError, UsageError
from pytest_distill.gates import expression
from pytest_distill.models import spec
from pytest_distill.settings import validation
from pytest_distill.settings.settings import Settings

HOUSE = {"house": "openai:x"}


@pytest.mark.parametrize(
    ("models", "references", "problem"),
    [
        (["house"], ["openai:x"], "is the model under test house under another name"),
        (["openai:x", "openai:y"], ["house"], "under another name"),
    ],
)
def test_a_model_is_not_compared_with_itself(
    models: list[str], references: list[str], problem: str
) -> None:
    """Its likeness would be perfect."""
    settings = Settings(
        suites=("rse",),
        models=tuple(spec.parse(text, HOUSE) for text in models),
        references=tuple(spec.parse(text, HOUSE) for text in references),
    )

    with pytest.raises(UsageError, match=problem):
        validation.check(settings)


@pytest.mark.parametrize(
    ("base", "problem"),
    [
        ("openai:x", "--base openai:x is the model under test: give the model as it was before"),
        ("r", "a reference and the base model are both called 'r', but have different specs"),
    ],
)
def test_a_base_is_another_model(base: str, problem: str) -> None:
    """Nothing has changed between a model and itself."""
    settings = Settings(
        suites=("rse",),
        models=(spec.parse("openai:x"),),
        references=(spec.parse("openai:r"),),
        base=spec.parse(base, {"r": "openai:y"}),
    )

    with pytest.raises(UsageError, match=problem):
        validation.check(settings)


@pytest.mark.parametrize("references", [["openai:x", "openai:y"], ["openai:x?temperature=0"]])
def test_a_matrix_and_other_parameters_are_no_comparison_with_itself(references: list[str]) -> None:
    """The pair of a model with itself is left out of a matrix."""
    label = {"other": "openai:x?temperature=0"}
    texts = ["other" if "?" in text else text for text in references]
    settings = Settings(
        suites=("rse",),
        models=(spec.parse("openai:x"),),
        references=tuple(spec.parse(text, label) for text in texts),
    )

    validation.check(settings)


def test_what_fails_nothing_is_noted() -> None:
    """A run without a gate is green whatever leaks."""
    settings = Settings(suites=("ice",), fail_on="gate")
    gated = settings.model_copy(update={"gates": (expression.parse("ice.strict<=0.02"),)})

    (note,) = validation.notes(settings, is_baseline_asked=False)

    assert note.startswith("no gate is given, so no leak fails this run")
    assert not list(validation.notes(gated, is_baseline_asked=False))


def test_a_baseline_that_no_gate_uses_is_noted_or_refused() -> None:
    """Refused where this very command gives it; a configured one may be for other suites."""
    absolute = (expression.parse("ice.strict<=0.02"),)
    relative = (expression.parse("ice.strict<=baseline"),)
    settings = Settings(suites=("ice",), gates=absolute, baseline=Path("last.json"))
    used = settings.model_copy(update={"gates": relative})
    counted = settings.model_copy(update={"releases": 5})

    (note,) = validation.notes(settings, is_baseline_asked=False)

    assert note.startswith("the configured baseline last.json decides nothing: no gate")
    assert not list(validation.notes(used, is_baseline_asked=True))
    assert not list(validation.notes(counted, is_baseline_asked=True))
    with pytest.raises(SettingError, match=r"--distill-baseline 'last.json': no gate of this run"):
        list(validation.notes(settings, is_baseline_asked=True))
