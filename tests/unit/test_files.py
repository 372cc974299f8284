"""Files that are written whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from pytest_distill.files import write_whole


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
