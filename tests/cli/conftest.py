"""Run logs, made as a run makes them, without pytest."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.run_logs import Log, write_log


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Give a writer of run logs: ``log("a", leak=0.3)``; beside each lies its ``a.json``."""

    def write(name: str, **how: Any) -> Path:  # noqa: ANN401 - whatever settings hold
        return write_log(tmp_path / f"{name}.jsonl", **how)

    return write
