"""The installed command, and what it writes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def distill(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    command = Path(sys.executable).with_name("pytest-distill")
    return subprocess.run(
        [command, *arguments], capture_output=True, text=True, check=False, encoding="utf-8"
    )


def lines(path: Path) -> list[dict[str, Any]]:
    """Read a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
