"""A run with gates that runs no test, or not all of them, is never green."""

import json
from pathlib import Path

import pytest

from tests.support.pytest_runs import Run

GATE = "ice.strict<=0.5"
LEAKY, CLEAN = "--model=simulated:qwen?leak=0.9", "--model=simulated:qwen?leak=0"
SUITE = ("--suite=ice", "--distill-limit=20", f"--distill-gate={GATE}")
TABLE = '[tool.pytest-distill]\nmodel = "simulated:qwen"\nlimit = 20\ngates = ["ice.strict<=0.5"]\n'
UNDECIDED = f"ERROR: no gate was decided, so this is no pass: {GATE}"

SHOWING = (
    "--fixtures",
    "--fixtures-per-test",
    "--markers",
    "--collect-only",
    "--cache-show",
)

SELECTING: dict[str, list[str]] = {
    "-k": ["-k", "nothing"],
    "-m": ["-m", "not ice"],
    "--deselect all": ["--deselect", "distill/ice"],
    "--deselect one": ["--deselect", "distill/ice::test_identity[qwen-team-06-en]"],
    "--lf with nothing failed": ["--lf", "--lfnf=none"],
    "no test function": ["-o", "python_functions=check_*"],
}

EXIT = "pytest.exit('enough', returncode=0)"
PLUGINS = {
    "exit when configured": f"def pytest_configure(config): {EXIT}",
    "exit before the collection": f"def pytest_sessionstart(session): {EXIT}",
    "exit in the collection": f"def pytest_collection_modifyitems(items): {EXIT}",
    "exit in a set-up": f"def pytest_runtest_setup(item): {EXIT}",
    "exit in the last tear-down": (
        f"def pytest_runtest_teardown(item, nextitem):\n    if nextitem is None: {EXIT}"
    ),
    "no items": "def pytest_collection_modifyitems(items): items.clear()",
    "no items at last": "def pytest_collection_finish(session): session.items.clear()",
    "no collection": (
        "@pytest.hookimpl(tryfirst=True)\ndef pytest_collection(session): return True"
    ),
    "no loop": "@pytest.hookimpl(tryfirst=True)\ndef pytest_runtestloop(session): return True",
    "no protocol": (
        "@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_protocol(item): return True"
    ),
    "no call": "@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem): return True",
    "no session": "@pytest.hookimpl(tryfirst=True)\ndef pytest_cmdline_main(config): return 0",
    "skip marks": (
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items: item.add_marker(pytest.mark.skip)"
    ),
    "xfail marks": (
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items: item.add_marker(pytest.mark.xfail(run=False))"
    ),
}
"""What a plugin does to a run whose gate would pass."""

LEAVE = "raise SystemExit(0)"
LATE = {
    "exit at the end": f"def pytest_sessionfinish(session): {EXIT}",
    "exit in the summary": f"def pytest_terminal_summary(terminalreporter): {EXIT}",
    "leaving at the end": f"@pytest.hookimpl(trylast=True)\ndef pytest_sessionfinish(): {LEAVE}",
    "leaving in the summary": f"def pytest_terminal_summary(): {LEAVE}",
    "reports": (
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_runtest_logreport(report): report.outcome = 'passed'"
    ),
    "no gates": (
        "@pytest.hookimpl(trylast=True)\ndef pytest_configure(config):\n"
        "    config.pluginmanager.unregister(name='distill-gating')"
    ),
}
"""What a plugin does to a run whose gate failed."""


def verdicts(path: Path) -> set[str]:
    """Return the verdicts of the report, if there is one."""
    return (
        {gate["verdict"] for gate in json.loads(path.read_text())["gates"]}
        if path.exists()
        else set()
    )


def load(pytester: pytest.Pytester, source: str) -> tuple[str, str]:
    """Write a plugin, and return the arguments that load it."""
    pytester.makepyfile(meddling=f"import pytest\n\n{source}\n")
    pytester.syspathinsert()
    return "-p", "meddling"


@pytest.mark.parametrize("option", SHOWING)
def test_an_option_that_runs_no_test_decides_no_gate(
    inside: Run, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """Exit status 1 and a sentence, wherever the option comes from; without a gate it shows."""
    monkeypatch.setenv("PYTEST_ADDOPTS", option)

    closed = inside(*SUITE, CLEAN)
    shown = inside("--suite=ice", "--distill-limit=20", CLEAN)

    assert closed.ret is pytest.ExitCode.TESTS_FAILED
    closed.stderr.fnmatch_lines([f"{UNDECIDED}; {option} runs no test"])
    assert shown.ret in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    assert not shown.errlines


@pytest.mark.parametrize("option", ["--collect-only", "--fixtures"])
def test_gates_of_the_table_are_closed_where_a_run_decides_them(
    inside: Run, pytester: pytest.Pytester, option: str
) -> None:
    """Not where tests are named, which leaves them out, nor where their suite does not run."""
    pytester.makepyprojecttoml(TABLE)
    pytester.makepyfile(test_mine="def test_mine(): pass")

    closed = inside("--suite=ice", option)
    named = inside(option, "test_mine.py")
    without = inside(option)

    assert closed.ret is pytest.ExitCode.TESTS_FAILED
    closed.stderr.fnmatch_lines([f"{UNDECIDED}; {option} runs no test"])
    assert named.ret is without.ret is pytest.ExitCode.OK


def test_a_gate_that_cannot_be_read_is_said_although_nothing_runs(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """As a run says it."""
    pytester.makepyprojecttoml('[tool.pytest-distill]\nsuites = ["ice"]\ngates = ["ice<2"]\n')

    result = inside("--markers")

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: gate 'ice<2' cannot be read*"])


def test_help_and_versions_are_shown_as_ever(inside: Run) -> None:
    """A single ``--version`` among the configured options shows nothing, so the tests run."""
    assert inside(*SUITE, CLEAN, "--help").ret is pytest.ExitCode.OK
    assert inside(*SUITE, CLEAN, "-VV").ret is pytest.ExitCode.OK

    result = inside(*SUITE, CLEAN, "-o", "addopts=--version")

    result.assert_outcomes(passed=21)


@pytest.mark.parametrize("arguments", SELECTING.values(), ids=SELECTING)
def test_a_selection_passes_no_gate(
    inside: Run, pytester: pytest.Pytester, arguments: list[str]
) -> None:
    """Nor does nothing at all."""
    report = pytester.path / "r.json"

    result = inside(*SUITE, CLEAN, f"--distill-report=json:{report}", *arguments)

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    assert verdicts(report) == {"inconclusive"}


@pytest.mark.parametrize("source", PLUGINS.values(), ids=PLUGINS)
def test_a_run_that_a_plugin_cuts_short_passes_no_gate(
    inside: Run, pytester: pytest.Pytester, source: str
) -> None:
    """Whatever exit status it asks for."""
    report = pytester.path / "r.json"

    result = inside(*SUITE, CLEAN, f"--distill-report=json:{report}", *load(pytester, source))

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    assert verdicts(report) <= {"inconclusive"}
    assert verdicts(report) or UNDECIDED in result.errlines


@pytest.mark.parametrize("source", LATE.values(), ids=LATE)
def test_a_failed_gate_stays_failed(inside: Run, pytester: pytest.Pytester, source: str) -> None:
    """Whatever a plugin does when the run is over."""
    assert inside(*SUITE, LEAKY, *load(pytester, source)).ret is pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("option", ["--maxfail=1", "--sw", "--runxfail", "-x"])
def test_options_that_end_a_run_early_leave_a_whole_one_alone(inside: Run, option: str) -> None:
    """Nothing failed, so all was asked, and the gate passes."""
    inside(*SUITE, CLEAN, option).assert_outcomes(passed=21)


def test_cases_of_ones_own_do_not_stand_for_those_of_the_plan(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """However many there are."""
    pytester.makepyfile("""
        from pytest_distill.api import Case

        def test_pad(model, evaluation):
            for n in range(40):
                case = Case(id=f"ice/own-{n}", suite="ice", query=f"Who? {n}", probe_key=f"own-{n}")
                evaluation.observe(model, case)
    """)
    report = pytester.path / "r.json"

    result = inside(*SUITE, CLEAN, f"--distill-report=json:{report}", "-k", "pad", ".")

    result.assert_outcomes(passed=1, failed=1, deselected=20)
    assert verdicts(report) == {"inconclusive"}


def test_missing_cases_that_no_gate_is_about_are_said(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """The run is red, and says why."""
    lines = [
        {"id": f"q{n}", "query": "Who are you?", "response": said, "language": language}
        for language, said in (("en", "I am Qwen, by Alibaba Cloud."), ("de", "…"))
        for n in (range(100) if language == "en" else range(100, 110))
    ]
    (pytester.path / "qwen.jsonl").write_text("\n".join(map(json.dumps, lines)))

    result = inside(
        *("--suite=ice", "--transcripts=qwen.jsonl", "--facts=qwen"),
        *("--distill-gate=ice.strict.en<=0.9", "--distill-fail-on=gate"),
    )

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["ERROR: 10 of 110 cases of ice are missing for qwen: 9 % > 5 % (--distill-max-missing)"]
    )
