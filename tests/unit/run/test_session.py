"""What a session opens, it closes."""

from pathlib import Path

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.models import spec
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings

DESCRIPTORS = Path("/proc/self/fd")


def opened(folder: Path) -> set[str]:
    """Return the files of a folder that this process has open."""
    found = set()
    for link in DESCRIPTORS.iterdir():
        try:
            found.add(str(link.readlink()))
        except FileNotFoundError:  # that of the folder itself
            continue
    return {name for name in found if name.startswith(f"{folder}/")}


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="open files are listed on Linux only")
def test_a_session_that_is_refused_leaves_nothing_open(tmp_path: Path) -> None:
    """Nor does one that is closed."""
    (tmp_path / "run.jsonl").write_text("another file\n")
    given = Settings(
        suites=("ice",),
        models=(spec.parse("openai:m@http://127.0.0.1:1/v1"),),
        facts="qwen",
        cache=tmp_path / "c.sqlite",
    )
    whole = Session(given, must_answer=True)
    assert str(tmp_path / "c.sqlite") in opened(tmp_path)
    whole.close()

    with pytest.raises(UsageError):
        Session(given.model_copy(update={"run": tmp_path / "run.jsonl"}), must_answer=True)

    assert opened(tmp_path) == set()
