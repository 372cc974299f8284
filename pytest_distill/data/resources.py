"""Where ``suites/`` and ``fixtures/`` are, installed or in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def suites() -> Path:
    """Return the folder with one folder a suite."""
    return _find("suites")


def fixtures() -> Path:
    """Return the folder with the data that the package ships."""
    return _find("fixtures")


def _find(name: str) -> Path:
    installed = PACKAGE / f"_{name}"
    # An editable install has no copy: the folder lies beside the package.
    return installed if installed.is_dir() else PACKAGE.parent / name
