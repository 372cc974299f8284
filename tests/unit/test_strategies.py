"""The strategies, and the example in their documentation as a user would run it."""

import textwrap

import pytest
from hypothesis import find, given, settings

from pytest_distill import strategies
from pytest_distill.records import Probe, Template
from tests.support.transcripts import HOME, LEAK

BOUNDED = settings(max_examples=60, derandomize=True, deadline=None)


@BOUNDED
@given(strategies.mutants(languages=["en", "de"], frames=["audit", "log"]))
def test_mutants_are_templates_in_the_languages_asked_for(mutant: Template) -> None:
    """One placeholder, and the frame of the parent."""
    assert mutant.text.count("{query}") == 1
    assert mutant.language in {"en", "de"}
    assert mutant.frame in {"audit", "log"}


@BOUNDED
@given(strategies.mutants())
def test_mutants_are_of_every_language_by_default(mutant: Template) -> None:
    """None is left out by accident."""
    assert mutant.wrap("Who made you?").count("Who made you?") == 1


@BOUNDED
@given(strategies.probes(languages=["fr"], categories=["team"]), strategies.templates())
def test_probes_and_templates_are_the_shipped_ones(probe: Probe, template: Template) -> None:
    """As many as fit."""
    assert (probe.language, probe.category) == ("fr", "team")
    assert "{query}" in template.text


def test_a_mutant_shrinks_to_the_shortest_template() -> None:
    """A failure shows what is needed and no more."""
    how = settings(max_examples=200, derandomize=True, deadline=None, database=None)

    assert find(strategies.mutants(), lambda _: True, settings=how).text == "{query}"


@pytest.mark.parametrize(
    "call",
    [
        lambda: strategies.probes(languages=["tlh"]),
        lambda: strategies.templates(frames=["sonnet"]),
        lambda: strategies.mutants(languages=["tlh"]),
    ],
)
def test_what_does_not_exist_is_an_error(call: object) -> None:
    """At once, not when an example is drawn."""
    with pytest.raises(ValueError, match="no shipped"):
        call()  # type: ignore[operator]  # one of the three above


@pytest.mark.parametrize(("answer", "outcome"), [(HOME, "passed"), (LEAK, "failed")])
def test_the_documented_example_runs(pytester: pytest.Pytester, answer: str, outcome: str) -> None:
    """It passes on a model that knows itself, and fails on one that does not."""
    documented = (
        str(strategies.__doc__).partition("turned off::\n")[2].partition("\nRun it with")[0]
    )
    pytester.makepyfile(test_example=textwrap.dedent(documented))
    pytester.makepyfile(qwen=f"def answers(prompt):\n    return {answer!r}\n")

    result = pytester.runpytest_subprocess(
        "--model=python:qwen:answers", "--facts=qwen", "test_example.py"
    )

    result.assert_outcomes(**{outcome: 1})
