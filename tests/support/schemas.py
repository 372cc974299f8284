"""Writes the shipped JSON Schemas again: ``python -m tests.support.schemas``."""

from pathlib import Path

from pytest_distill.report import schema


def main() -> None:
    """Write one file for each."""
    folder = Path(schema.__file__).with_name("schemas")
    for name in schema.MODELS:
        path = folder / f"pytest-distill-{name}-{schema.FORMAT_VERSION}.json"
        path.write_text(schema.made(name), "utf-8")


if __name__ == "__main__":
    main()
