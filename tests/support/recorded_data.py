"""The recorded real outputs."""

import os
from pathlib import Path

import pytest


def data_folder(name: str) -> Path:
    """Return a folder of the recorded real outputs, or skip; in CI they are always there."""
    folder = _place(name)
    if not folder.is_dir():
        message = f"the recorded real outputs are not at {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


def are_recorded(name: str) -> bool:
    """Return whether there is such a folder."""
    return _place(name).is_dir()


def _place(name: str) -> Path:
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    return Path(os.environ.get("PYTEST_DISTILL_DATA", default)) / name
