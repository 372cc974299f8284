"""Option beats ini beats table."""

import re

import pytest

from pytest_distill.plugin import OPTIONS
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


def test_the_table_alone_leaves_a_bare_run_alone(run: Run, pytester: pytest.Pytester) -> None:
    """A bare ``pytest`` must not ask a paid model."""
    pytester.makepyprojecttoml(TABLE)
    pytester.makepyfile("def test_mine(): pass")

    result = run()

    result.assert_outcomes(passed=1)


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
    result.stdout.fnmatch_lines(["*interval: 90 %*"])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("limits = 3", "*no key 'limits'. Did you mean 'limit'?*"),
        ('suites = "icy"', "*no suite is called 'icy'*"),
        ("suites = [3]", "*a setting has the value 3, but needs a string*"),
        ("models = 3", "*maps an alias to a model spec*"),
        ("limit = 0", "*--distill-limit 0: *greater than or equal to 1*"),
        ("confidence = 95", "*--distill-confidence 95: *less than 1*"),
        ("fail_on = 'never'", "*--distill-fail-on 'never'*"),
        ("=", "*pyproject.toml*"),
    ],
)
def test_a_wrong_setting_is_a_usage_error(
    refused: Run, pytester: pytest.Pytester, table: str, message: str
) -> None:
    """It names the setting and what it may be."""
    pytester.makefile(".toml", pytest="[pytest]\n")
    pytester.makepyprojecttoml(f"[tool.pytest-distill]\n{table}\n")

    result = refused("--model=simulated:qwen")

    result.stderr.fnmatch_lines([message])


def test_help_reads_as_a_manual(run: Run) -> None:
    """Every option: what it takes, what it does, whether it repeats, and its real default."""
    shown = " ".join(run("--help").stdout.str().split())
    fields = Settings.model_fields

    for option in OPTIONS:
        names = f"{option.flag}={option.metavar}" if option.metavar else option.flag
        synonym = f", {option.synonym}={option.metavar}" if option.synonym else ""
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
