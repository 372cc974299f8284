"""The report formats, and writing a report in one of them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pytest_distill.errors import UsageError, failure
from pytest_distill.files import write_whole
from pytest_distill.records import Report, Section
from pytest_distill.report import tidy, to_json, to_markdown

Text = str | Mapping[str, str]
"""What is written: a file, or the files of a folder by their names."""

Format = Callable[[Report, Sequence[Section]], Text]
"""Returns the text of a report; the sections come from its suites."""


class Target(Protocol):
    """A file that the user asked for."""

    @property
    def format(self) -> str:
        """The name of a format."""
        ...

    @property
    def path(self) -> Path:
        """The path of the file."""
        ...


def _json(report: Report, sections: Sequence[Section]) -> str:
    del sections
    return to_json.dumps(report)


def _html(report: Report, sections: Sequence[Section]) -> str:
    from pytest_distill.report import html  # noqa: PLC0415 - most runs make no page

    return html.dumps(report, sections)


def _svg(report: Report, sections: Sequence[Section]) -> Mapping[str, str]:
    from pytest_distill.report.drawing import figures  # noqa: PLC0415 - most runs draw nothing

    return figures.files(report, sections)


FORMATS: Mapping[str, Format] = {
    "json": _json,
    "md": to_markdown.dumps,
    "html": _html,
    "svg": _svg,
    "jsonl": tidy.cases_as_json_lines,
    "csv": tidy.cases_as_csv,
}
"""The formats that ship."""

_WITHOUT_ROWS = frozenset({"json", "md", "html", "svg"})


def needs_rows(name: str) -> bool:
    """Return whether a format may list all cases with their answers, as those of plugins may."""
    return name not in _WITHOUT_ROWS


def writes_folder(name: str, formats: Mapping[str, Format]) -> bool:
    """Return whether a format writes the files of a folder."""
    return formats[name] is _svg


def check(name: str, formats: Mapping[str, Format]) -> None:
    """Refuse a format that lacks something to be written with, before anything is asked.

    Raises:
        UsageError: says what to install.
    """
    if formats[name] is _html:
        from pytest_distill.report import html  # noqa: PLC0415 - most runs make no page

        html.check_installed()


def write(
    report: Report, sections: Sequence[Section], target: Target, formats: Mapping[str, Format]
) -> None:
    """Write `report` to `target` in its format, whole or not at all.

    Raises:
        UsageError: the format fails.
        OSError: the file cannot be written.
    """
    save(rendered(report, sections, target.format, formats), target.path)


def save(text: Text, path: Path) -> None:
    """Write a file, or the files of a folder, which is made if there is none; each whole.

    Raises:
        OSError: it cannot be written.
    """
    if isinstance(text, str):
        write_whole(path, text)
        return
    path.mkdir(exist_ok=True)
    for name, each in text.items():
        write_whole(path / name, each)


def rendered(
    report: Report, sections: Sequence[Section], name: str, formats: Mapping[str, Format]
) -> Text:
    """Return `report` in the format `name`.

    Raises:
        UsageError: the format, which may be a plugin's, fails.
    """
    try:
        text: object = formats[name](report, sections)
    except UsageError:
        raise
    except Exception as error:
        message = f"report format {name!r} failed: {failure(error)}"
        raise UsageError(message) from error
    if not isinstance(text, Mapping if writes_folder(name, formats) else str):
        message = f"report format {name!r} returned no text, but {text!r}"
        raise UsageError(message)
    return text
