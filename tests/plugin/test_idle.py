"""A run without any of our options: it must not notice that we are installed."""

import json

import pytest

PRINT_MODULES = """
import json, sys

def pytest_unconfigure(config):
    print("MODULES", json.dumps(sorted(sys.modules)))
"""


def modules(result: pytest.RunResult) -> set[str]:
    """Return the modules that a run had imported when it ended."""
    line = next(line for line in result.outlines if line.startswith("MODULES"))
    return set(json.loads(line.removeprefix("MODULES")))


@pytest.mark.parametrize("arguments", [[], ["--collect-only"], ["-n1"], ["--help"], ["--markers"]])
def test_an_idle_run_imports_the_entry_modules_only(
    pytester: pytest.Pytester, arguments: list[str]
) -> None:
    """Whatever else a run does, it pays for three modules of ours, and for no library."""
    pytester.makeconftest(PRINT_MODULES)
    pytester.makepyfile("def test_unrelated(): pass")

    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", *arguments)

    absent = pytester.runpytest_subprocess(
        "-p", "no:hypothesispytest", "-p", "no:distill", *arguments
    )
    # Other plugins, and coverage where it measures this, import what they like.
    ours = modules(result) - modules(absent)
    assert ours == {
        "pytest_distill",
        "pytest_distill.plugin",
        "pytest_distill.hookspecs",
        "pytest_distill.pytest_hooks",
        "pytest_distill.pytest_hooks.declared",
    }


def test_offline_runs_import_neither_httpx_nor_sqlite3(pytester: pytest.Pytester) -> None:
    """What only a server needs is not paid for by a simulated model."""
    pytester.makeconftest(PRINT_MODULES)

    result = pytester.runpytest_subprocess(
        "-p", "no:hypothesispytest", "--suite=ice", "--model=simulated:qwen", "--distill-limit=3"
    )

    result.assert_outcomes(passed=3)
    absent = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:distill")
    heavy = {"httpx", "sqlite3", "xllamacpp", "hypothesis", "pytest_distill.fuzz"} & (
        modules(result) - modules(absent)
    )
    assert not heavy


def test_the_plugin_can_be_switched_off(pytester: pytest.Pytester) -> None:
    """``-p no:distill`` takes every option away."""
    result = pytester.runpytest_subprocess("-p", "no:distill", "--suite=ice")

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unrecognized arguments: --suite=ice*"])


def test_markers_are_known_to_idle_runs(pytester: pytest.Pytester) -> None:
    """A user's own test may be marked ``ice`` under --strict-markers."""
    pytester.makepyfile("import pytest\n@pytest.mark.ice\ndef test_marked(): pass")

    result = pytester.runpytest_subprocess("--strict-markers", "-p", "no:hypothesispytest")

    result.assert_outcomes(passed=1)
