"""Where the table is found, and how its errors are worded."""

from pathlib import Path

import pytest

from pytest_distill.errors import FactsError, FileFormatError, GateError, SettingError, UsageError
from pytest_distill.gates import expression
from pytest_distill.models import spec
from pytest_distill.settings import pyproject
from pytest_distill.settings.pyproject import Table

TABLE = "[tool.pytest-distill]\nlimit = 3\n"


def write(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    """Write a file, with its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def test_the_table_of_a_folder_above_is_found(tmp_path: Path) -> None:
    """Also above a file that is not about us, whatever is wrong with that."""
    path = write(tmp_path, TABLE)
    write(tmp_path / "a", "[tool.ruff]\n")
    write(tmp_path / "a" / "b", "{{ template }}  # for pytest-distill\n")

    table = pyproject.find([tmp_path / "a" / "b" / "c"])

    assert table == Table({"limit": 3}, path)


def test_no_table_is_an_empty_one(tmp_path: Path) -> None:
    """And asks for nothing."""
    write(tmp_path, "[tool]\nother = 1\n# pytest-distill\n")

    table = pyproject.load(tmp_path)

    assert table == Table()
    assert not table.has_settings


@pytest.mark.parametrize("name", ["pytest_distill", "Pytest-Distill", "PYTEST_distill"])
def test_a_table_of_nearly_our_name_is_an_error(tmp_path: Path, name: str) -> None:
    """Its gates would be left out in silence."""
    path = write(tmp_path, f"[tool.{name}]\nlimit = 3\n")

    with pytest.raises(UsageError) as caught:
        pyproject.load(tmp_path)

    assert str(caught.value) == f"{path}: [tool.{name}] is not read: write [tool.pytest-distill]"


def test_several_tables_are_an_error(tmp_path: Path) -> None:
    """One would be lost in silence; a file that is named decides."""
    above, inner = write(tmp_path, TABLE), write(tmp_path / "a", TABLE)
    other = write(tmp_path / "b", TABLE, "ci.toml")
    bare = write(tmp_path / "b", "[pytest]\n", "bare.toml")

    assert pyproject.find([tmp_path / "a"], named=inner).path == inner
    assert pyproject.find([tmp_path / "a"], named=other).path == other
    with pytest.raises(UsageError, match=f"(?s)2 files .*{inner}.*{above}.*-c {inner}"):
        pyproject.find([tmp_path / "a"], named=bare)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[tool.pytest-distill]\nlimit = \n", ":2: not TOML: Invalid value"),
        ("[tool.pytest-distill]\ngates = [\n", ":3: .*"),
        ("[tool]\npytest-distill = 3\n", r": \[tool.pytest-distill\] has to be a table, not 3"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, text: str, problem: str) -> None:
    """With the line, where there is one."""
    path = write(tmp_path, text)

    with pytest.raises(UsageError, match=f"{path}{problem}"):
        pyproject.load(tmp_path)


def test_text_that_is_not_unicode_is_an_error(tmp_path: Path) -> None:
    """With its line."""
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b"[tool.pytest-distill]\nfacts = '\xff'\n")

    with pytest.raises(UsageError, match=f"{path}:2: not UTF-8: invalid start byte"):
        pyproject.load(tmp_path)


def test_the_end_of_a_file_has_a_line_too(tmp_path: Path) -> None:
    """TOML says "at end of document"."""
    write(tmp_path, "[tool.pytest-distill]\n\nfacts = '''\n")

    with pytest.raises(FileFormatError) as error:
        pyproject.load(tmp_path)

    assert error.value.line == 4


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (SettingError("distill_limit", 0, "too few"), "limit = 0: too few"),
        (SettingError("judge", "y", "unknown"), r"judges\[1\] = 'y': unknown"),
        (GateError("a.b<=1", "no"), r"gates\[0\]: no"),
        (FactsError("no"), "facts: no"),
    ],
)
def test_an_error_about_a_value_of_the_table_begins_with_its_place(
    error: UsageError, place: str
) -> None:
    """Only where the value comes from the table, and not from an option that beats it."""
    values = {"limit": 0, "judges": ["x", "y"], "gates": [" a.b<=1"], "facts": "f"}
    table = Table(values, Path("p.toml"))
    keys = {"distill_limit", "judge", "distill_gate", "facts"}

    with (
        pytest.raises(UsageError, match=rf"^p.toml: \[tool.pytest-distill\] {place}"),
        table.naming_errors(keys),
    ):
        raise error
    with pytest.raises(type(error), match=f"^{error}"), table.naming_errors(()):
        raise error


@pytest.mark.parametrize(
    ("values", "text", "place"),
    [
        ({"models": {"house": "opnai:x"}}, "house", "models.house"),
        ({"model": "opnai:x"}, "opnai:x", "model"),
        ({"references": ["a:b", "opnai:x"]}, "opnai:x", r"references\[1\]"),
    ],
)
def test_a_wrong_spec_is_found_in_the_table(
    values: dict[str, object], text: str, place: str
) -> None:
    """As an alias, or where it is given."""
    table = Table(values, Path("p.toml"))

    with (
        pytest.raises(UsageError, match=rf"\[tool.pytest-distill\] {place}: .*no provider"),
        table.naming_errors({"model", "reference"}),
    ):
        spec.parse(text, pyproject.aliases(table))


def test_a_wrong_gate_with_blanks_around_it_is_found_in_the_table() -> None:
    """Also such blanks as only Unicode knows."""
    table = Table({"gates": ["ice.strict<=0.1", " ice.loose<=\u2028"]}, Path("p.toml"))

    with (
        pytest.raises(UsageError, match=r"^p.toml: \[tool.pytest-distill\] gates\[1\]: gate "),
        table.naming_errors({"distill_gate"}),
    ):
        expression.parse(" ice.loose<=\u2028")
