"""Who plays which role, and what they are called."""

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.models.registry import BUILT_IN
from pytest_distill.run.parsing import read_roles

HERE, THERE = "openai:x@http://here/v1", "openai:x@http://there:8000/v1"


def labels(models: list[str], references: list[str], base: str | None = None) -> list[str]:
    """Return what models, references and base are called."""
    aliases = {"x": THERE, "own": THERE}
    under_test, compared, before = read_roles(models, references, base, aliases, BUILT_IN)
    return [spec.label for spec in (*under_test, *compared, *([before] if before else []))]


def test_a_reference_on_another_server_is_called_after_it() -> None:
    """To ask whether a host serves the model that it says needs no alias."""
    assert labels([HERE], [THERE]) == ["x", "x@there:8000"]
    assert labels([HERE], [THERE, "openai:x@http://elsewhere/v1"])[1:] == [
        "x@there:8000",
        "x@elsewhere",
    ]


def test_one_without_a_server_of_its_own_is_called_after_the_provider() -> None:
    """A host is most often held against the maker's own endpoint."""
    assert labels([HERE], ["openai:x"]) == ["x", "x@openai"]


def test_the_base_is_named_in_the_same_way() -> None:
    """It may be on another server too."""
    assert labels([HERE], ["openai:y"], THERE) == ["x", "y", "x@there:8000"]


def test_what_has_a_name_of_its_own_keeps_it() -> None:
    """An alias, another model, and a model under test that is also a reference."""
    assert labels([HERE], ["own", "openai:z@http://there/v1", HERE]) == ["x", "own", "z", "x"]


def test_two_of_one_role_need_names() -> None:
    """Nothing says which of them is the usual one."""
    with pytest.raises(UsageError, match="two models are called 'x'"):
        labels([HERE, THERE], [])
    with pytest.raises(UsageError, match="two models are called 'y'"):
        labels([HERE], ["openai:y@http://a/v1", "openai:y@http://b/v1"])
