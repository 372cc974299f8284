"""Files that are written whole or not at all."""

import hashlib
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_distill.files import (
    MOST_BYTES,
    OWNER_ONLY,
    is_directory,
    is_there,
    read_bytes,
    real,
    sha256_of,
    why_no_file,
    why_unreadable,
    why_unwritable,
    write_whole,
)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is what is written."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)

    write_whole(link, "new")

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_device_is_written_to() -> None:
    """And not replaced."""
    write_whole(Path(os.devnull), "news")

    assert Path(os.devnull).is_char_device()


def pipe(folder: Path) -> Path:
    """Return a pipe that nobody writes to."""
    path = folder / "there"
    os.mkfifo(path)
    return path


def listening(folder: Path) -> Path:
    """Return a socket."""
    path = folder / "there"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    return path


def folder_in(folder: Path) -> Path:
    """Return a folder."""
    path = folder / "there"
    path.mkdir()
    return path


def looping(folder: Path) -> Path:
    """Return a link to itself."""
    path = folder / "there"
    path.symlink_to(path)
    return path


IRREGULAR: dict[str, Callable[[Path], Path]] = {
    "it is a pipe, not a file": pipe,
    "it is a socket, not a file": listening,
    "it is a device, not a file": lambda _: Path("/dev/zero"),
    "it is a folder, not a file": folder_in,
    "no file can have such a name": lambda folder: folder / "a\0b",
    "File name too long": lambda folder: folder / ("x" * 300),
    "Too many levels of symbolic links": looping,
}


@pytest.mark.parametrize("problem", IRREGULAR)
def test_what_is_no_file_is_not_read(tmp_path: Path, problem: str) -> None:
    """Nobody waits for a writer, and no device is drained."""
    path = IRREGULAR[problem](tmp_path)

    with pytest.raises(OSError, match=problem):
        read_bytes(path)
    with pytest.raises(OSError, match=problem):
        sha256_of(path)
    assert why_no_file(path) == problem
    assert is_there(path)
    assert isinstance(real(path), Path)
    assert is_directory(path) is ("folder" in problem)


@pytest.mark.parametrize("problem", IRREGULAR)
def test_only_devices_are_written_to_beside_files(tmp_path: Path, problem: str) -> None:
    """A pipe would wait for a reader."""
    path = IRREGULAR[problem](tmp_path)

    assert why_unwritable(path) == (None if "device" in problem else problem)


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    """Nor waited for."""
    path = pipe(tmp_path)

    with pytest.raises(OSError, match="it is a pipe, not a file"):
        write_whole(path, "news")

    assert path.is_fifo()


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """By its size, or by what comes of a file whose size the system does not say."""
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    with pytest.raises(OSError, match="it has more than 512 MiB, and is not read"):
        read_bytes(path)
    assert read_bytes(Path("/proc/self/status"))
    with pytest.raises(OSError, match="it has more than 0 MiB"):
        read_bytes(Path("/proc/self/status"), most=9)


def test_what_cannot_be_looked_at_is_there(tmp_path: Path) -> None:
    """A missing file is a first run; one that cannot be read is not."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    assert is_there(loop)
    assert is_there(tmp_path)
    assert not is_there(tmp_path / "a")


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


def test_nothing_that_lies_there_is_written_through(tmp_path: Path) -> None:
    """Others may write in the folder, and know how a file is named before it is whole."""
    before = {path.name for path in tmp_path.iterdir()}
    victim = tmp_path / "victim"
    victim.write_text("precious")
    digest = hashlib.sha256(b"r.json").hexdigest()[:8]
    (tmp_path / f".{digest}.{os.getpid()}.partial").symlink_to(victim)

    write_whole(tmp_path / "r.json", "new")

    assert victim.read_text() == "precious"
    assert stat.S_IMODE((tmp_path / "r.json").stat().st_mode) == OWNER_ONLY
    assert not (tmp_path / "r.json").is_symlink()
    assert before == set()


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    """What is written first is not longer."""
    path = tmp_path / ("x" * 255)

    write_whole(path, "new")

    assert [found.name for found in tmp_path.iterdir()] == [path.name]


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
