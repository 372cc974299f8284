"""What plugins add: suites, providers, judges, formats, listeners; they are in tests/toy."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.pytest_runs import Run

TOY = Path(__file__).resolve().parents[1] / "toy"
SUITE = "from toy import pytest_distill_suites as pytest_distill_suites\n"
"""What a project writes into its conftest to have the suite."""

SHOUTING = ("--suite=shouting", "--model=simulated:qwen")
GATES = ("--distill-gate=shouting.capitals<=0.9", "--distill-gate=shouting.capitals.calm>=0.5")
WORKERS = pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["serial", "n2"])

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def project(pytester: pytest.Pytester) -> Callable[[str], None]:
    """Give a writer of the conftest of a project that has the plugins in its folder."""
    (pytester.path / "toy").symlink_to(TOY)

    def write(conftest: str) -> None:
        pytester.makeconftest(conftest)

    return write


@pytest.fixture
def command(pytester: pytest.Pytester) -> Command:
    """Give real runs of ``pytest-distill``, in the project's folder."""

    def start(*arguments: str) -> "subprocess.CompletedProcess[str]":
        code = "import sys; from pytest_distill.cli import main; sys.exit(main())"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=pytester.path,
            capture_output=True,
            text=True,
            check=False,
        )

    return start


def report(path: str) -> dict[str, Any]:
    """Return a report that a run wrote."""
    return dict(json.loads(Path(path).read_text()))


@WORKERS
def test_a_suite_counts_everywhere(
    run: Run, project: Callable[[str], None], workers: list[str]
) -> None:
    """One line of conftest, and it is in tests, gates, terminal, Markdown and JSON."""
    project(SUITE)

    result = run(
        *SHOUTING, *GATES, *workers, "--distill-report=md:r.md", "--distill-report=json:r.json"
    )

    result.assert_outcomes(passed=13, failed=1)
    result.stdout.fnmatch_lines(
        [
            "FAILED distill/gates::shouting.capitals.calm>=0.5?qwen? - FAIL: *",
            "gates · 1 failed, 1 passed",
            "  PASS: shouting.capitals is 0.114 over 12 answers (at most *), limit 0.9",
            "    shouting.capitals<=0.9  qwen",
            "  FAIL: shouting.capitals.calm is 0.104 over 4 answers (at most *), *",
            "    shouting.capitals.calm>=0.5  qwen",
            "shouting · qwen · 12 measured, 0 missing",
            "  all           0.114 ?0.092, 0.137?  12",
            "  capitals by exclamation marks",
            "  2             0.117 ?0.072, 0.162?",
        ]
    )
    found = report("r.json")
    numbers = found["models"]["qwen"]["shouting"]
    assert set(numbers) == {"capitals", "by_category", "by_language"}
    assert (numbers["capitals"]["n"], numbers["capitals"]["clusters"]) == (12, 4)
    assert [gate["verdict"] for gate in found["gates"]] == ["pass", "fail"]
    markdown = Path("r.md").read_text()
    assert "| all | 0.114 [0.092, 0.137] | 12 |" in markdown
    assert "| 2 | 0.117 [0.072, 0.162] |" in markdown


@WORKERS
def test_a_node_id_is_enough(run: Run, project: Callable[[str], None], workers: list[str]) -> None:
    """It names the suite."""
    project(SUITE)

    result = run("distill/shouting::test_case[qwen-time-firm]", "--model=simulated:qwen", *workers)

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*1 of 12 cases*"])


def test_all_has_it_too(run: Run, project: Callable[[str], None]) -> None:
    """Where there is a model to ask; and it can be picked by its marker."""
    project(SUITE)

    result = run("--suite=all", "--model=simulated:qwen", "--co", "-q", "-m", "shouting")

    result.stdout.fnmatch_lines(["distill/shouting::test_case?qwen-time-calm?", "12/* tests *"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--suite=shoutin"], "no suite is called 'shoutin'. Did you mean 'shouting'?"),
        ([*SHOUTING, "--distill-gate=shouting.capitels<=0.9"], "Did you mean 'shouting.capitals'?"),
    ],
)
def test_a_misspelt_name_is_refused(
    run: Run, project: Callable[[str], None], arguments: list[str], message: str
) -> None:
    """As one of a suite that ships."""
    project(SUITE)

    refused(run(*arguments), message)


@WORKERS
def test_a_run_goes_on_and_is_decided_offline(
    run: Run, project: Callable[[str], None], command: Command, workers: list[str]
) -> None:
    """From its log: resumed, gated, reported and compared, with the plugin and not without."""
    project(SUITE)
    logged = (*SHOUTING, "--distill-run=run.jsonl", *workers)
    run(*logged, "-k", "calm or firm")

    resumed = run(*logged, *GATES, "--distill-report=json:r.json")

    resumed.stdout.fnmatch_lines(["4 requests*"])
    gates = [f"--gate={gate.partition('=')[2]}" for gate in GATES]
    decided = command("-p", "toy", "gate", "run.jsonl", *gates)
    assert decided.returncode == 1
    told = [line.partition(":")[0].strip() for line in decided.stdout.splitlines() if ":" in line]
    assert told == ["PASS", "FAIL"]
    again = command("report", "run.jsonl", "-o", "again.json", *gates, "-p", "toy")
    assert again.returncode == 0
    assert Path("again.json").read_bytes() == Path("r.json").read_bytes()
    compared = command("compare", "r.json", "again.json")
    assert compared.stdout.splitlines()[0].startswith("qwen · the rise over the baseline, paired")
    assert "12 cases that both share" in compared.stdout.splitlines()[0]
    without = command("gate", "run.jsonl", *gates)
    assert without.returncode == 4
    assert "load that plugin with -p MODULE" in without.stderr


def test_a_plan_knows_it(project: Callable[[str], None], command: Command) -> None:
    """With -p; without it the message says so."""
    project("")

    planned = command("-p", "toy", "plan", "--suite=shouting", "--gate=shouting.capitals<=0.9")
    without = command("plan", "--suite=shouting")

    assert planned.stdout.startswith("shouting · any model · 12 calls")
    assert without.returncode == 4
    assert "-p MODULE adds those of a plugin" in without.stderr


def test_the_table_names_plugins_for_good(
    run: Run, project: Callable[[str], None], pytester: pytest.Pytester, command: Command
) -> None:
    """For both programs, also where pytest is not started as a module of Python."""
    project("")
    (pytester.path / "conftest.py").unlink()
    table = '[tool.pytest-distill]\nplugins = ["toy", "toy.text"]\n'
    pytester.makepyprojecttoml(table)
    code = "import sys; sys.path.remove(''); import pytest; sys.exit(pytest.main())"

    run(*SHOUTING, "--distill-run=run.jsonl", "-n2").assert_outcomes(passed=12)
    script = pytester.run(sys.executable, "-c", code, *SHOUTING, "-pno:hypothesispytest")

    script.assert_outcomes(passed=12)
    assert command("report", "run.jsonl", "--format=txt").stdout.startswith("shouting · qwen")


@WORKERS
def test_a_provider_is_asked(run: Run, project: Callable[[str], None], workers: list[str]) -> None:
    """Its models are judged as any other's."""
    project(f'{SUITE}pytest_plugins = ["toy.acme"]')

    result = run("--suite=shouting", "--model=acme:echo", "--facts=qwen", *workers)

    result.assert_outcomes(passed=12)
    result.stdout.fnmatch_lines(["  calm          0.000 *", "  urgent        1.000 *"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model=acme:qwen"], "model spec 'acme:qwen': acme has one model, echo"),
        (["--model=acne:qwen"], "model spec 'acne:qwen': no provider is called 'acne'"),
        (["--model=simulated:qwen", "--judge=acme:lax"], "model spec 'acme:lax': acme has one"),
    ],
)
def test_what_a_plugin_does_not_have_is_refused(
    run: Run, project: Callable[[str], None], arguments: list[str], message: str
) -> None:
    """In its own words, or in ours."""
    project('pytest_plugins = ["toy.acme"]')

    refused(run("--suite=ice", *arguments), message)


@WORKERS
def test_a_judge_judges(run: Run, project: Callable[[str], None], workers: list[str]) -> None:
    """With no model behind it; its name is in the report, and canaries test it as others."""
    project('pytest_plugins = ["toy.acme"]')

    result = run(
        "--suite=ice",
        "--model=simulated:qwen?leak=1",
        "--judge=acme:strict",
        "--distill-limit=10",
        "--distill-fail-on=gate",
        "--distill-report=json:r.json",
        *workers,
    )

    result.assert_outcomes(passed=10)
    found = report("r.json")
    assert found["run"]["judge"] == "acme-strict-1"
    assert found["models"]["qwen"]["ice"]["loose"]["n"] == 10
    assert found["run"]["canaries"]["failed"]


@WORKERS
def test_a_format_writes(
    run: Run, project: Callable[[str], None], command: Command, workers: list[str]
) -> None:
    """Live, and again from the log."""
    project(f'{SUITE}pytest_plugins = ["toy.text"]')

    run(*SHOUTING, GATES[0], "--distill-run=run.jsonl", "--distill-report=txt:r.txt", *workers)

    lines = Path("r.txt").read_text().splitlines()
    assert lines[:2] == [
        "pass: shouting.capitals<=0.9",
        "shouting · qwen · 12 measured, 0 missing",
    ]
    gate = "--gate=shouting.capitals<=0.9"
    again = command("-p", "toy", "-p", "toy.text", "report", "run.jsonl", "--format=txt", gate)
    assert again.stdout.splitlines() == lines
    unknown = command("-p", "toy", "report", "run.jsonl", "--format=txt")
    assert unknown.returncode == 4
    assert "no format is called 'txt'" in unknown.stderr


@WORKERS
def test_a_listener_hears_each_case_once(
    run: Run, project: Callable[[str], None], workers: list[str]
) -> None:
    """In the process that reports."""
    project(f'{SUITE}pytest_plugins = ["toy.listener"]')

    run(*SHOUTING, *workers).assert_outcomes(passed=12)

    heard = Path("heard.txt").read_text().splitlines()
    assert len(heard) == len(set(heard)) == 12
    assert "shouting/time-calm judged" in heard


BROKEN = {
    "def pytest_distill_suites(): raise ValueError('no')": (
        "hook pytest_distill_suites of a plugin failed: ValueError: no (*/conftest.py:1)"
    ),
    "def pytest_distill_suites(): return 7": "TypeError: 'int' object is not iterable",
    "def pytest_distill_suites(): return [7]": "returned 7, which is no Suite: it has no 'name'",
    "import toy.suite\ndef pytest_distill_suites(): return [toy.suite.Shouting]": (
        "which is no Suite: it is a class: call it"
    ),
    "def pytest_distill_report_formats(): raise ValueError('no')": (
        "hook pytest_distill_report_formats of a plugin failed: ValueError: no"
    ),
    "def pytest_distill_make_model(spec): raise ValueError('no')": (
        "hook pytest_distill_make_model of a plugin failed: ValueError: no"
    ),
    "def pytest_distill_make_model(spec): return 7": (
        "hook pytest_distill_make_model of a plugin returned 7, which is no Model"
    ),
    "def pytest_distill_make_judge(spec): raise ValueError('no')": (
        "hook pytest_distill_make_judge of a plugin failed: ValueError: no"
    ),
    "def pytest_distill_make_judge(spec): return 7": "returned 7, which is no Judge",
}


@pytest.mark.parametrize("conftest", BROKEN)
def test_a_broken_hook_is_named(run: Run, project: Callable[[str], None], conftest: str) -> None:
    """In one message: what it raised and where, or what it returned."""
    project(conftest)
    is_judge = "make_judge" in conftest
    who = ["--model=simulated:qwen", "--judge=acme:x"] if is_judge else ["--model=acme:qwen"]

    refused(run("--suite=ice", *who), BROKEN[conftest])


VARIANT = """
from toy.suite import Shouting

class Variant(Shouting):
    {body}

def pytest_distill_suites():
    return [Variant()]
"""


@pytest.mark.parametrize(
    ("suite", "body", "message"),
    [
        ("ice", "name = 'ice'", "'ice' (conftest.Variant), but 'ice' is taken by *IceSuite"),
        ("gates", "name = 'gates'", "but 'gates' has a meaning of its own"),
        ("a.b", "name = 'a.b'", "but 'a.b' is no name"),
        ("shouting", "def cases(self, run, label): return []", "has no cases for model 'qwen'"),
        (
            "shouting",
            "def cases(self, run, label): return 2 * super().cases(run, label)",
            "suite 'shouting': 2 cases have the id 'shouting/time-calm'",
        ),
        (
            "other",
            "name = 'other'; parts = ('other',)\n    cases = lambda *_: [CASE]",
            "is of suite",
        ),
    ],
)
def test_a_suite_that_cannot_be_run_is_refused(
    run: Run, project: Callable[[str], None], suite: str, body: str, message: str
) -> None:
    """Before anything is asked."""
    case = "from toy.suite import Case\nCASE = Case(id='x', suite='x', query='x', probe_key='x')\n"
    project(case + VARIANT.format(body=body))

    refused(run(f"--suite={suite}", "--model=simulated:qwen"), message)


@WORKERS
def test_a_listener_that_fails_fails_the_run(
    run: Run, project: Callable[[str], None], workers: list[str]
) -> None:
    """At its end: what was measured is reported all the same."""
    project(f"{SUITE}def pytest_distill_observed(): raise ValueError('no')")

    result = run(*SHOUTING, *workers, "--distill-report=json:r.json")

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=12)
    result.stdout.fnmatch_lines(
        ["ERROR: hook pytest_distill_observed of a plugin failed: ValueError: no (*) (12 times)"]
    )
    assert report("r.json")["models"]["qwen"]["shouting"]["capitals"]["n"] == 12


def test_a_format_that_fails_costs_no_other_report(
    run: Run, project: Callable[[str], None], pytester: pytest.Pytester, command: Command
) -> None:
    """The run fails, and says which one is not there."""
    formats = "{'bad': lambda report, sections: 1 / 0, 'none': lambda report, sections: None}"
    plugin = f"def pytest_distill_report_formats(): return {formats}"
    pytester.makepyfile(broken=plugin)
    project(f'{SUITE}pytest_plugins = ["broken"]')
    targets = [f"--distill-report={name}:r.{name}" for name in ("bad", "none", "json")]

    result = run(*SHOUTING, *targets, "--distill-run=run.jsonl")
    again = command("-p", "toy", "-p", "broken", "report", "run.jsonl", "--format=bad")

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "json report written to *",
            "ERROR: bad report not written to *: report format 'bad' failed: ZeroDivisionError: *",
            "ERROR: none report not written to *: report format 'none' returned no text, but None",
        ]
    )
    assert report("r.json")["run"]["cases_observed"] == 12
    assert not Path("r.bad").exists()
    assert again.returncode == 4
    assert "report format 'bad' failed: ZeroDivisionError" in again.stderr


def test_a_section_that_fails_costs_no_number(run: Run, project: Callable[[str], None]) -> None:
    """Where it would be the report says why it is not."""
    project(VARIANT.format(body="def sections(self, report): raise ValueError('no')"))

    result = run(*SHOUTING, GATES[0], "--distill-report=md:r.md")

    assert result.ret is pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        ["shouting · cannot be shown, its numbers stand", "  ValueError: no (*conftest.py:4)"]
    )
    assert "cannot be shown" in Path("r.md").read_text()


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("toyy", "plugin 'toyy' cannot be imported: there is no module 'toyy'"),
        ("bad", "plugin 'bad' cannot be imported: ValueError: no (*/bad.py:1)"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_named(
    run: Run, pytester: pytest.Pytester, command: Command, module: str, message: str
) -> None:
    """By both programs."""
    pytester.makepyfile(bad="raise ValueError('no')")
    pytester.makepyprojecttoml(f'[tool.pytest-distill]\nplugins = ["{module}"]\n')

    refused(run("--suite=ice", "--model=simulated:qwen"), message)
    refused_command = command("plan", "--suite=ice")

    assert refused_command.returncode == 4
    assert message.partition("(")[0] in refused_command.stderr
    assert "Traceback" not in refused_command.stderr


def refused(result: pytest.RunResult, message: str) -> None:
    """Assert that a run ended with exit status 4 and `message`, and without a traceback."""
    told = "\n".join(result.errlines)
    assert result.ret is pytest.ExitCode.USAGE_ERROR, told
    assert re.search(re.escape(message).replace(r"\*", ".*"), told), told
    assert "Traceback" not in told + result.stdout.str()
    assert "INTERNALERROR" not in told + result.stdout.str()


def test_a_judge_that_raises_has_no_verdict(run: Run, project: Callable[[str], None]) -> None:
    """On the canaries neither: the gates are inconclusive, and nothing breaks."""
    project("""
        class Broken:
            name = "broken-1"

            async def judge(self, case, answer):
                raise ZeroDivisionError("no judge today")

        def pytest_distill_make_judge(spec, facts):
            return Broken() if spec.provider == "acme" else None
    """)

    result = run(
        *("--suite=ice", "--model=simulated:qwen", "--judge=acme:broken", "--distill-limit=5"),
        *("--distill-gate=ice.strict<=0.9", "--distill-report=json:r.json"),
    )

    found = report("r.json")
    assert result.ret == 1
    assert found["run"]["canaries"]["missing"] == 4
    assert [gate["verdict"] for gate in found["gates"]] == ["inconclusive"]
    assert "INTERNALERROR" not in result.stdout.str()
