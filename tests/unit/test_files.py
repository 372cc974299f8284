"""Files that are written whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from pytest_distill.files import sha256_of, why_unreadable, write_whole


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is what is written."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)

    write_whole(link, "new")

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """And not replaced, as a device is not."""
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()

    write_whole(pipe, "news")
    reader.join()

    assert read == ["news"]
    assert pipe.is_fifo()


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """Neither a part nor a change."""
    path = tmp_path / "file"
    path.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")

    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file", "old")]


def why(path: Path) -> str:
    """Return why a file cannot be read."""
    with pytest.raises(OSError, match=r".") as caught:
        path.read_text()
    return why_unreadable(path, caught.value)


def test_a_missing_file_is_named_with_what_is_there(tmp_path: Path) -> None:
    """The nearest name, or that there is no folder."""
    (tmp_path / "answers.jsonl").touch()

    assert why(tmp_path / "anwsers.jsonl") == (
        f"No such file or directory. Did you mean '{tmp_path / 'answers.jsonl'}'?"
    )
    assert why(tmp_path / "zzz") == "No such file or directory"
    assert why(tmp_path / "x" / "y").endswith(f": there is no folder '{tmp_path / 'x'}'")


def test_a_folder_is_named_with_its_files(tmp_path: Path) -> None:
    """A few of them, and those of the kind that was asked for."""
    folder = tmp_path / "data.jsonl"
    folder.mkdir()
    assert why(folder) == "it is a folder, not a file; it has no file"

    for number in range(7):
        (folder / f"{number}.jsonl").touch()
    (folder / "README.md").touch()

    assert why(folder).endswith(
        "in it are: '0.jsonl', '1.jsonl', '2.jsonl', '3.jsonl', '4.jsonl', ..."
    )


def test_other_reasons_are_the_systems(tmp_path: Path) -> None:
    """Such as a file that may not be read."""
    path = tmp_path / "a"

    assert why_unreadable(path, PermissionError(13, "Permission denied")) == "Permission denied"
    assert why_unreadable(path, OSError()) == "OSError"


def test_a_hash_is_of_the_content(tmp_path: Path) -> None:
    """Whatever the name."""
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x")

    assert sha256_of(tmp_path / "a") == sha256_of(tmp_path / "b")
