"""Which case a test is of, by its node id."""

import pytest

from pytest_distill.pytest_hooks.cases import find, key_of

KNOWN = {("ice", "qwen-team-01"): "a", ("ice", "qwen-team-01-2"): "b", ("own", "qwen-x"): "c"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("distill/ice::test_identity[qwen-team-01]", "a"),
        ("distill/ice::test_identity[qwen-team-01-2]", "b"),
        ("distill/ice::test_identity[qwen-team-01-1-3]", "a"),
        ("distill/ice::test_identity[qwen-team-01-2-1-3]", "b"),
        ("distill/own::test_case[qwen-x]", "c"),
        ("distill/own::test_case[qwen]", None),
        ("distill/ice::test_identity[qwen-x]", None),
        ("distill/gates::ice.strict<=0.2[qwen]", None),
        ("test_of_the_project.py::test_it", None),
    ],
)
def test_parameters_that_a_plugin_adds_do_not_hide_the_case(
    name: str, expected: str | None
) -> None:
    """As those of pytest-repeat."""
    assert find(KNOWN, name) == expected
    assert (key_of(KNOWN, name) is None) == (expected is None)
