"""What --help and --markers say of suites that plugins add."""

from pathlib import Path

import pytest

from tests.support.pytest_runs import Run

TOY = Path(__file__).resolve().parents[1] / "toy"
HEAD = "suites that plugins add, for --suite:"
IN_CONFTEST = ("conftest.py", "from toy import pytest_distill_suites as pytest_distill_suites\n")
IN_TABLE = ("pyproject.toml", '[tool.pytest-distill]\nplugins = ["toy"]\n')

ADDED = pytest.mark.parametrize("file", [IN_CONFTEST, IN_TABLE], ids=["conftest", "table"])


@ADDED
def test_help_ends_with_the_suites_of_plugins(
    run: Run, pytester: pytest.Pytester, file: tuple[str, str]
) -> None:
    """Each with what it measures, once."""
    (pytester.path / "toy").symlink_to(TOY)
    (pytester.path / file[0]).write_text(file[1])

    lines = run("--help").outlines

    text = "how many of its letters a model writes as capitals when it is shouted at"
    assert list(filter(None, lines))[-2:] == [HEAD, f"  {'shouting':<22}{text}"]
    assert lines.count(HEAD) == 1


@ADDED
def test_their_markers_are_listed(
    run: Run, pytester: pytest.Pytester, file: tuple[str, str]
) -> None:
    """Once, beside ours."""
    (pytester.path / "toy").symlink_to(TOY)
    (pytester.path / file[0]).write_text(file[1])

    lines = run("--markers").outlines

    found = [line.partition(":")[0] for line in lines]
    assert found.count("@pytest.mark.shouting") == found.count("@pytest.mark.ice") == 1


def test_a_marker_that_the_project_describes_keeps_its_words(
    run: Run, pytester: pytest.Pytester
) -> None:
    """It is not listed twice."""
    (pytester.path / "toy").symlink_to(TOY)
    pytester.makeconftest(IN_CONFTEST[1])
    pytester.makeini("[pytest]\nmarkers =\n    shouting: our own words")

    lines = [line for line in run("--markers").outlines if "mark.shouting" in line]

    assert lines == ["@pytest.mark.shouting: our own words"]


def test_without_such_plugins_help_ends_as_pytest_has_it(
    run: Run, pytester: pytest.Pytester
) -> None:
    """Also where a plugin adds something else, or the table says nothing of plugins."""
    pytester.makeconftest("def pytest_distill_observed(): pass")
    pytester.makepyprojecttoml("[tool.pytest-distill]\nlimit = 3\n")

    helped, absent = run("--help"), run("-p", "no:distill", "--help")

    assert helped.outlines[-3:] == absent.outlines[-3:]
    assert HEAD not in helped.outlines


@pytest.mark.parametrize("flag", ["--help", "--markers"])
def test_a_plugin_that_fails_is_named(run: Run, pytester: pytest.Pytester, flag: str) -> None:
    """As it is in a run."""
    pytester.makeconftest("def pytest_distill_suites(): raise ValueError('no')")

    result = run(flag)

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*hook pytest_distill_suites of a plugin failed: ValueError: no*"])
    result.stderr.no_fnmatch_line("*Traceback*")
