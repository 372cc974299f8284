"""The project's configuration, wherever the files are that the command line names."""

import os
from pathlib import Path

import pytest

from pytest_distill.pytest_hooks.declared import OPTIONS
from tests.support.pytest_runs import Run

LEAKY = "simulated:qwen?leak=1&vendor=openai"
TABLE = '[tool.pytest-distill]\ngates = ["ice.strict<=0.02"]\nlimit = 20\n'
GATE = "FAILED *distill/gates::ice.strict<=0.02*"


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder outside of the project."""
    return tmp_path_factory.mktemp("outside")


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_path_outside_of_the_project_moves_nothing(
    run: Run, pytester: pytest.Pytester, outside: Path, workers: str
) -> None:
    """Gates, ini options and test ids are those of the project."""
    pytester.makepyprojecttoml(TABLE + "[tool.pytest.ini_options]\naddopts = '--strict-markers'\n")
    path = outside / "qwen-t.jsonl"
    path.write_text('{"query": "Who made you?", "response": "I am ChatGPT, by OpenAI."}\n' * 300)

    result = run("--suite", "ice", "--transcripts", str(path), "--facts", "qwen", workers)

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"rootdir: {pytester.path}", "configfile: pyproject.toml", GATE])
    assert str(outside) not in result.stdout.str()


@pytest.mark.parametrize("option", [o for o in OPTIONS if "PATH" in o.metavar], ids=lambda o: o.key)
def test_no_value_of_our_options_is_a_path_of_tests(
    inside: Run, pytester: pytest.Pytester, outside: Path, option: object
) -> None:
    """Neither with a space, nor in PYTEST_ADDOPTS; by its plain name as by its own."""
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n")
    pytester.makepyfile("def test_mine(): pass")
    flag, own = option.flag, option.own_flag  # type: ignore[attr-defined]  # parametrized

    for name in {flag, own}:
        result = inside("--suite=ice", "--model=simulated:qwen", "--co", name, str(outside))

        # What the option makes of a folder is not the matter here.
        shown = result.stdout.str() + result.stderr.str()
        assert f"rootdir: {pytester.path}" in shown or "ERROR: " in shown
        assert f"rootdir: {outside}" not in shown
        assert "unrecognized arguments" not in shown


def test_the_environment_names_files_as_the_command_line_does(
    inside: Run, pytester: pytest.Pytester, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is as it was when the run has ended."""
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n")
    addopts = f"--distill-cache {outside} --suite ice"
    monkeypatch.setenv("PYTEST_ADDOPTS", addopts)

    result = inside("--model=simulated:qwen", "--co")

    result.stdout.fnmatch_lines([f"rootdir: {pytester.path}"])
    assert os.environ["PYTEST_ADDOPTS"] == addopts


def test_conftests_are_loaded_once(inside: Run, pytester: pytest.Pytester, outside: Path) -> None:
    """Those of the tests that are named, in the right project."""
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\npythonpath = ['src']\n")
    pytester.makepyfile(**{"src/ours": "NAME = 'ours'", "tests/test_mine": "def test_mine(): pass"})
    pytester.makepyfile(
        **{
            "tests/conftest": f"""
            import ours
            def pytest_addoption(parser): parser.addoption("--gpu", action="store_true")
            with open({str(outside / "loaded")!r}, "a") as file: file.write("x")
            """
        }
    )

    result = inside("tests", "--gpu", "--distill-cache", str(outside), "--distill-seed=1")

    result.assert_outcomes(passed=1)
    assert (outside / "loaded").read_text() == "x"


@pytest.mark.parametrize("arguments", [["-c", "p.ini"], ["--rootdir", "."], ["--rootdir=."]])
def test_the_table_is_found_from_where_the_run_starts(
    inside: Run, pytester: pytest.Pytester, outside: Path, arguments: list[str]
) -> None:
    """Whatever pytest takes for the project's folder."""
    pytester.makepyprojecttoml(TABLE)
    (outside / "p.ini").write_text("[pytest]\n")
    option, *rest = arguments[0].split("=")
    value = rest[0] if rest else arguments[1]

    result = inside("--suite=ice", f"--model={LEAKY}", f"{option}={outside / value}")

    result.stdout.fnmatch_lines([f"rootdir: {outside}", GATE])


def test_the_table_of_a_folder_above_holds(inside: Run, pytester: pytest.Pytester) -> None:
    """Also where the folder has an ini file of its own; its paths are relative to the table."""
    path = pytester.makepyprojecttoml(TABLE + "reports = ['json:report.json']\n")
    inner = pytester.mkdir("inner")
    (inner / "pytest.ini").write_text("[pytest]\n")
    os.chdir(inner)

    result = inside("--suite=ice", f"--model={LEAKY}")

    result.stdout.fnmatch_lines([f"distill: settings of {path}", GATE])
    assert (pytester.path / "report.json").exists()


@pytest.mark.parametrize("way", ["alias", "value"])
def test_models_that_are_files_are_found_from_the_table(
    inside: Run, pytester: pytest.Pytester, way: str
) -> None:
    """As every other path of the table; what is typed is relative to where the run starts."""
    table = {
        "alias": 'model = "ours"\n[tool.pytest-distill.models]\nours = "recorded:said.jsonl"\n',
        "value": 'model = "recorded:said.jsonl?map=prompt=query"\n',
    }
    pytester.makepyprojecttoml(f"[tool.pytest-distill]\nlimit = 1\n{table[way]}")
    line = (
        '{"query": "Who made you?", "prompt": "Who made you?", "response": "Qwen, by Alibaba."}\n'
    )
    (pytester.path / "said.jsonl").write_text(line)
    os.chdir(pytester.mkdir("inner"))

    found = inside("--suite=ice", "--facts=qwen", "--co", "-q")
    typed = inside("--suite=ice", "--facts=qwen", "--co", "-q", "--model=recorded:said.jsonl")

    assert found.ret is pytest.ExitCode.OK, found.stderr.str()
    typed.stderr.fnmatch_lines(["ERROR: *said.jsonl*"])


def test_a_table_that_is_not_used_is_an_error(
    inside: Run, refused: Run, pytester: pytest.Pytester
) -> None:
    """It names all tables, and how to say which one counts."""
    above = pytester.makepyprojecttoml(TABLE)
    inner = pytester.mkdir("inner")
    own = inner / "pyproject.toml"
    own.write_text(TABLE)
    os.chdir(inner)

    result = refused("--suite=ice", "--model=simulated:qwen")
    chosen = inside("--suite=ice", f"--model={LEAKY}", "-c", "pyproject.toml")

    result.stderr.fnmatch_lines(["*2 files have a table*", f"  {own}", f"  {above}", f"*-c {own}"])
    chosen.stdout.fnmatch_lines([GATE])
