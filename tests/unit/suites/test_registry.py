"""What the suites of a run need, which only they know."""

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.models import spec
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.registry import SuiteRegistry


def settings(suite: str, *references: str, **more: object) -> Settings:
    """Return the settings of a run of one suite against one model."""
    return Settings.model_validate(
        {
            "suites": (suite,),
            "models": (spec.parse("openai:x"),),
            "references": tuple(map(spec.parse, references)),
            **more,
        }
    )


def test_a_model_is_not_compared_with_itself_alone() -> None:
    """There would be no case; beside another reference, the pair is left out."""
    with pytest.raises(UsageError, match="is the only model under test"):
        SuiteRegistry().check(settings("rse", "openai:x"))

    SuiteRegistry().check(settings("rse", "openai:x", "openai:y"))


@pytest.mark.parametrize(
    ("suite", "references"), [("ice", []), ("rse", ["openai:y"]), ("ice", ["openai:y", "openai:z"])]
)
def test_a_run_without_anything_to_settle_does_not_end_early(
    suite: str, references: list[str]
) -> None:
    """Only a suite that looks for a teacher among several can end without a gate."""
    with pytest.raises(UsageError, match="--distill-stop ends a run when its gates are decided"):
        SuiteRegistry().check(settings(suite, *references, stop=True))


def test_a_teacher_among_several_may_end_a_run() -> None:
    """When it is found, or when none of them is one."""
    SuiteRegistry().check(settings("rse", "openai:y", "openai:z", stop=True))
