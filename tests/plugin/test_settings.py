"""Option beats ini beats table."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_distill.pytest_hooks.declared import OPTIONS
from pytest_distill.settings.settings import Settings
from tests.support.pytest_runs import Run

TABLE = """
[tool.pytest-distill]
suites = ["ice"]
model = "simulated:qwen"
limit = 3
fail-on = "gate"
"""


def test_the_table_gives_what_no_option_does(run: Run, pytester: pytest.Pytester) -> None:
    """One option opens the house, the table furnishes it."""
    pytester.makepyprojecttoml(TABLE)

    result = run("--distill-seed=1")

    result.assert_outcomes(passed=3)


def test_the_suites_of_the_table_run_beside_the_projects_own_tests(
    run: Run, pytester: pytest.Pytester
) -> None:
    """As the ini form does: a plain ``pytest`` runs them, and decides the gates."""
    leaky = 'model = "simulated:qwen?leak=1&vendor=openai"\ngates = ["ice.strict<=0.02"]'
    pytester.makepyprojecttoml(TABLE.replace('model = "simulated:qwen"', leaky))
    pytester.makepyfile("def test_mine(): pass")

    result = run()

    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["FAILED distill/gates::ice.strict<=0.02*"])


@pytest.mark.parametrize("form", ["table", "ini"])
def test_configured_suites_do_not_run_where_tests_are_named(
    inside: Run, pytester: pytest.Pytester, form: str
) -> None:
    """As with ``testpaths``; the models of the project are there, its reports stay as they are."""
    if form == "table":
        pytester.makepyprojecttoml(TABLE + 'gates = ["ice.strict<=0.02"]\nrun = "run.jsonl"\n')
    else:
        pytester.makeini("[pytest]\nsuite = ice\nmodel = simulated:qwen\ndistill_run = run.jsonl\n")
    pytester.makepyfile(test_it="def test_mine(model): assert model.label == 'qwen'")

    result = inside("test_it.py")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["distill: tests are named, so the configured suites (ice) and gates are left out*"]
    )
    assert not (pytester.path / "run.jsonl").exists()


def test_a_suite_on_the_command_line_runs_beside_named_tests(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """Then nothing is left out."""
    pytester.makepyprojecttoml(TABLE)
    pytester.makepyfile(test_it="def test_mine(): pass")

    inside("test_it.py", "--suite=ice").assert_outcomes(passed=4)


def test_named_tests_that_need_no_model_run_whatever_the_table_says(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """Nor do they need a key; a test that needs the model says what is wrong."""
    pytester.makepyprojecttoml(TABLE.replace("simulated:qwen", "openai:gpt-4o-mini"))
    pytester.makepyfile(test_it="def test_mine(): pass\ndef test_asks(model): pass")

    result = inside("test_it.py")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*needs a model under test, but no key for 'openai:gpt-4o-mini'*"])


@pytest.mark.parametrize("option", ["--help", "--markers", "--fixtures", "--cache-show"])
def test_what_only_shows_something_needs_no_key(
    inside: Run, pytester: pytest.Pytester, option: str
) -> None:
    """Whatever the table says."""
    pytester.makepyprojecttoml(TABLE.replace("simulated:qwen", "openai:gpt-4o-mini"))

    assert inside(option).ret in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


def test_a_table_that_only_names_things_leaves_a_plain_run_alone(
    inside: Run, pytester: pytest.Pytester
) -> None:
    """Aliases and prices ask for nothing."""
    pytester.makepyprojecttoml('[tool.pytest-distill.models]\nhouse = "openai:ours"\n')
    pytester.makepyfile("def test_mine(): pass")

    result = inside()

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("distill:*")


def test_an_ini_value_beats_the_table_and_an_option_beats_both(
    run: Run, pytester: pytest.Pytester
) -> None:
    """3 cases by the table, 4 by the ini file, 5 by the option."""
    pytester.makepyprojecttoml(TABLE)
    pytester.makefile(".toml", pytest="[pytest]\ndistill_limit = 4\n")

    by_ini, by_option = run("--suite=ice"), run("--suite=ice", "--distill-limit=5")

    by_ini.assert_outcomes(passed=4)
    by_option.assert_outcomes(passed=5)


def test_an_ini_file_can_hold_everything(run: Run, pytester: pytest.Pytester) -> None:
    """Also in the old format."""
    pytester.makeini(
        "[pytest]\nsuite = ice\nmodel =\n    simulated:qwen\n    simulated:glm\n"
        "distill_limit = 2\ndistill_confidence = 0.9\n"
    )

    result = run()

    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["*interval*: 90 %*"])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("limits = 3", "has no key 'limits'. Did you mean 'limit'?*"),
        ('suites = ["ice", "icy"]', "suites[[]1] = 'icy': no suite is called 'icy'. Did you*"),
        ("suites = [3]", "suites: 3 has to be a string: put it in quotes"),
        ("models = 3", "models: it maps an alias to a model spec, not 3"),
        ("models.house = 3", "models.house: a model spec is a string, not 3"),
        ("reference = 'house'\nmodels.house = 'opnai:x'", "models.house: *provider*'opnai'. Did*"),
        ("references = ['opnai:x']", "references[[]0]: *no provider is called 'opnai'. Did you*"),
        ("limit = 0", "limit = 0: *greater than or equal to 1"),
        ("confidence = 95", "confidence = 95: *less than 1"),
        ("fail_on = 'never'", "fail_on = 'never': *'leak' or 'gate'"),
        ("facts = 'qwne'", "facts: no fact set is called 'qwne'. Did you mean 'qwen'?*"),
        ("judge = 'offlin'", "judge = 'offlin': no judge is called 'offlin'. Did you mean*"),
        ("helper = 'offlin'", "helper = 'offlin': no helper is called 'offlin'. Did you mean*"),
        ("budget = 'call=3'", "budget = 'call=3': 'call=3' is not a limit. Did you mean 'calls'?"),
        ("fuzz-stop = 'leak=2'", "fuzz-stop = 'leak=2': 'leak=2' is not a limit. Did you*"),
        ("report = 'jsn:x'", "report = 'jsn:x': no format is called 'jsn', as in *"),
        ("prices.m = {input = -1, output = 1}", "prices.m = *: input: *greater than or equal*"),
        ("prices = 3", "prices: it has to be a table, not 3"),
        ("plugins = 3", "plugins: it has to be a list of module names, not 3"),
        ("gates = ['ice.strict<=0.1', 'ice.strikt<=1']", "gates[[]1]: gate*'ice.strikt<=1'*"),
        ("gates = ['ice.strict<=']", "gates[[]0]: gate 'ice.strict<=' cannot be read"),
        ("gates = ['ice.strict<=baseline']\nbaseline = 'b.json'", "gates[[]0]: *is not there"),
    ],
)
def test_a_wrong_setting_is_a_usage_error_in_the_words_of_the_table(
    refused: Run, pytester: pytest.Pytester, table: str, message: str
) -> None:
    """It names the file, the key, and what it may be."""
    pytester.makefile(".toml", pytest="[pytest]\n")
    path = pytester.makepyprojecttoml(f"[tool.pytest-distill]\n{table}\n")
    suite = [] if "suites" in table else ["--suite=ice"]

    result = refused(*suite, "--model=simulated:qwen")

    result.stderr.fnmatch_lines([f"ERROR: {path}: [[]tool.pytest-distill] {message}"])


def test_a_table_that_is_not_toml_is_an_error_with_its_line(
    refused: Run, pytester: pytest.Pytester
) -> None:
    """Also in a folder above, which pytest does not read."""
    path = pytester.makepyprojecttoml("[tool.pytest-distill]\nlimit = 3\nmodel = \n")
    inner = pytester.mkdir("inner")
    (inner / "pytest.toml").touch()
    os.chdir(inner)

    result = refused("--suite=ice")

    result.stderr.fnmatch_lines([f"ERROR: {path}:3: not TOML: Invalid value"])


def test_help_reads_as_a_manual(run: Run) -> None:
    """Every option: what it takes, what it does, whether it repeats, and its real default."""
    shown = " ".join(run("--help").stdout.str().split())
    fields = Settings.model_fields

    for option in OPTIONS:
        names = f"{option.flag}={option.metavar}" if option.metavar else option.flag
        synonym = f", {option.own_flag}={option.metavar}" if option.is_plain else ""
        if synonym and sys.version_info >= (3, 13):
            names = option.flag  # argparse says once what both take
        # argparse breaks lines inside of long words, after a hyphen.
        assert f"{names}{synonym} {option.text}".replace(" ", "") in shown.replace(" ", "")
        assert (". Repeatable" in option.text) == option.is_repeatable
        assert all(choice in names + option.text for choice in option.choices or ())
        if option.metavar and (field := fields.get(option.key.removeprefix("distill_"))):
            if isinstance(field.default, int | float):
                assert re.search(rf"default: {field.default}\b", option.text), option.flag
            elif isinstance(field.default, str):
                assert re.search(
                    rf"{field.default}' \(default|\(default: .*{field.default}", option.text
                )


def test_a_wrong_number_in_an_ini_file_is_named(refused: Run, pytester: pytest.Pytester) -> None:
    """With the file and the key: it also stops runs that are not about us."""
    path = pytester.makeini("[pytest]\ndistill_limit = six\n")

    result = refused()

    result.stderr.fnmatch_lines([f"ERROR: {path}: distill_limit: invalid literal for int()*'six'"])


def test_a_zero_in_an_ini_file_is_a_value(refused: Run, pytester: pytest.Pytester) -> None:
    """Not the absence of one."""
    pytester.makeini("[pytest]\ndistill_limit = 0\n")

    result = refused("--suite=ice", "--model=simulated:qwen")

    result.stderr.fnmatch_lines(["*--distill-limit 0: *"])


def test_two_outputs_need_two_paths(refused: Run) -> None:
    """A report must not destroy the run log."""
    result = refused(
        "--suite=ice",
        "--model=simulated:qwen",
        "--distill-run=r.jsonl",
        "--distill-report=json:r.jsonl",
    )

    result.stderr.fnmatch_lines(["*r.jsonl is given twice*"])


def test_a_suite_that_all_leaves_out_is_said(inside: Run, transcripts: Callable[..., Path]) -> None:
    """With what it needs."""
    judged = inside("--suite=all", f"--transcripts={transcripts('qwen-t')}", "--co")

    judged.stdout.fnmatch_lines(
        [
            "distill: suite fuzz is left out of 'all': it needs --model SPEC instead of *",
            "distill: suite rse is left out of 'all': it needs --reference SPEC",
        ]
    )


@pytest.mark.parametrize("form", ["option", "table"])
def test_a_gate_on_a_suite_that_all_leaves_out_is_refused(
    refused: Run, pytester: pytest.Pytester, form: str
) -> None:
    """It would be dropped in silence."""
    gate = ["--distill-gate=rse.overall<=4"] if form == "option" else []
    if form == "table":
        pytester.makepyprojecttoml('[tool.pytest-distill]\ngates = ["rse.overall<=4"]\n')

    result = refused("--suite=all", "--model=simulated:qwen", *gate)

    result.stderr.fnmatch_lines(["*'rse.overall<=4': suite 'rse' does not run: it needs --ref*"])


def test_what_fails_nothing_is_said_again_below_the_scorecard(inside: Run) -> None:
    """Where a reader looks; -q hides the header."""
    result = inside(
        "-q",
        "--suite=ice",
        "--model=simulated:qwen?leak=1",
        "--distill-limit=2",
        "--distill-fail-on=gate",
    )

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["distill: no gate is given, so no leak fails this run *"])
