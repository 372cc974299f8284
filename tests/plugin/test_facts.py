"""--facts: who the model is."""

from pathlib import Path

import pytest

from tests.support.pytest_runs import Run

SUITE = ("--suite=ice", "--distill-limit=2", "--distill-fail-on=gate")


def test_facts_are_found_by_the_models_name(run: Run) -> None:
    """The scorecard says which were used."""
    result = run(*SUITE, "--model=simulated:glm-4-plus")

    result.stdout.fnmatch_lines(["ice * glm-4-plus *facts glm*"])


def test_unknown_facts_are_a_usage_error(refused: Run) -> None:
    """With the list of those that exist."""
    result = refused(*SUITE, "--model=simulated:qwen", "--facts=qwem")

    result.stderr.fnmatch_lines(
        ["*no fact set is called 'qwem'. Did you mean 'qwen'?", "*claude, *"]
    )


def test_facts_that_cannot_be_found_are_a_usage_error(run: Run, pytester: pytest.Pytester) -> None:
    """A name that no vendor uses."""
    pytester.makepyfile(mine="def answer(prompt): return prompt")

    result = run(*SUITE, "--model=python:mine:answer", "-p", "mine")

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no facts for the model*", "*--facts NAME*"])


def test_a_fact_set_of_ones_own(run: Run, tmp_path: Path) -> None:
    """A TOML file, whose names the judge then knows."""
    facts = tmp_path / "acme.toml"
    facts.write_text(
        'vendor = "acme"\nname = "Roadrunner"\ndeveloper = "Acme Labs"\ncountry = "Chile"\n'
        'places = ["Valparaíso"]\nmodels = ["Roadrunner"]\ncompanies = ["Acme Labs", "Acme"]\n'
        'match = ["roadrunner"]\nsource = "https://acme.example"\ndate = "2026-11-21"\n'
    )

    result = run(*SUITE, "--model=simulated:roadrunner?leak=0", f"--facts={facts}")

    result.stdout.fnmatch_lines(["*2 judged, 0 missing * facts acme*", "*all*0.000*"])


def test_a_broken_fact_set_is_a_usage_error(refused: Run, tmp_path: Path) -> None:
    """The message names the file and the key."""
    facts = tmp_path / "acme.toml"
    facts.write_text('vendor = "acme"\n')

    result = refused(*SUITE, "--model=simulated:qwen", f"--facts={facts}")

    result.stderr.fnmatch_lines(["*acme.toml: these keys are missing: name, developer, *"])
