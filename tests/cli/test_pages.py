"""``pytest-distill report --format html|svg`` and ``compare --format html``."""

from pathlib import Path

import pytest

from pytest_distill.cli import main
from tests.support.run_logs import Log


def test_a_page_is_made_from_a_log(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the gates that are asked for now; to a file, or to standard output."""
    path, out = str(log("a", leak=0.5)), tmp_path / "r.html"
    asked = ["report", path, "--format", "html", "--gate", "ice.strict<=0.1"]

    statuses = [main([*asked, "-o", str(out)]), main(asked)]

    assert statuses == [0, 0]
    text = out.read_text("utf-8")
    assert capsys.readouterr().out == text
    assert "Do not release qwen:" in text
    assert "claim another vendor" in text


def test_figures_are_made_from_a_log(log: Log, tmp_path: Path) -> None:
    """In a folder, which is made; a second time over the first."""
    path, out = str(log("a", leak=0.5)), tmp_path / "figures"

    for _ in range(2):
        assert main(["report", path, "--format", "svg", "-o", str(out)]) == 0

    (figure,) = out.iterdir()
    assert figure.read_text("utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "this format writes a folder of files: name it with -o FOLDER"),
        (["-o", "a.json"], "it is a file; name a folder"),
    ],
)
def test_figures_need_a_folder(
    log: Log,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    arguments: list[str],
    message: str,
) -> None:
    """Said before any work."""
    path = str(log("a", leak=0.5))
    monkeypatch.chdir(tmp_path)

    status = main(["report", path, "--format", "svg", *arguments])

    assert status == 4
    assert message in capsys.readouterr().err


def test_two_reports_are_compared_on_a_page(log: Log, tmp_path: Path) -> None:
    """With the exit status of the command: 1 where a number rose."""
    low, high = (
        log(name, leak=leak).with_suffix(".json") for name, leak in (("a", 0.1), ("b", 0.9))
    )
    rose, fell = tmp_path / "rose.html", tmp_path / "fell.html"

    statuses = [
        main(["compare", str(one), str(other), "--format", "html", "-o", str(out)])
        for one, other, out in ((low, high, rose), (high, low, fell))
    ]

    assert statuses == [1, 0]
    assert "ice.loose of qwen" in rose.read_text("utf-8")
    assert "ROSE" in rose.read_text("utf-8")
    assert "No number rose significantly." in fell.read_text("utf-8")


def test_a_comparison_is_not_written_over_a_report(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither of the two."""
    report = str(log("a", leak=0.1).with_suffix(".json"))

    status = main(["compare", report, report, "--format", "html", "-o", report])

    assert status == 4
    assert "is an input" in capsys.readouterr().err
