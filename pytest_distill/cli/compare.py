"""``pytest-distill compare``: which numbers rose or fell from one report to another."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli import logs
from pytest_distill.cli.writing import check, write
from pytest_distill.errors import UsageError
from pytest_distill.gates import setup
from pytest_distill.records import Lines, Report, Section, Table
from pytest_distill.report import html, tidy, to_json, to_markdown
from pytest_distill.report.conclusion import Conclusion
from pytest_distill.results.diff import Change, compare
from pytest_distill.run import replay
from pytest_distill.settings.settings import Settings
from pytest_distill.store.contents import is_run_log
from pytest_distill.text import json_text, one_line

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands

_FORMAT = "pytest-distill-comparison/1"

# Numbers that a sentence names.
_MOST = 3


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "show which numbers rose or fell from one report to another"
    command = commands.add_parser(
        "compare",
        help=text,
        description=f"{text[0].upper()}{text[1:]}. Exit status 1 if a number rose significantly.",
    )
    command.add_argument(
        "before", type=Path, metavar="A", help="report.json or run log of the earlier run"
    )
    command.add_argument("now", type=Path, metavar="B", help="the same of the later run")
    command.add_argument(
        "--confidence",
        type=float,
        default=0.95,
        metavar="P",
        help="confidence level (default: 0.95)",
    )
    command.add_argument(
        "--format",
        choices=("text", "md", "json", *tidy.TEXTS, "html"),
        default="text",
        help="text, md, json, a row a number as jsonl or csv, or html: a page, which needs the"
        " extra 'html' (default: text)",
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="output file (default, or -: standard output)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the changes; exit status 1 if a number rose significantly.

    Raises:
        UsageError: a report cannot be read, the two do not measure the same thing, or the output
            cannot be written.
    """
    if not 0.5 < options.confidence < 1:  # noqa: PLR2004 - as likely wrong as right
        message = f"--confidence {options.confidence:g} is not between 0.5 and 1"
        raise UsageError(message)
    check(options.output, [options.before, options.now])
    if options.format == "html":
        html.check_installed()
    before, now = (_read(path, options) for path in (options.before, options.now))
    changes = compare(before, now, confidence=options.confidence)
    if not changes:
        message = f"{options.before} and {options.now} have no number in common"
        raise UsageError(message)
    write(_text(changes, options), options.output)
    return int(any(change.has_risen for change in changes))


def _read(path: Path, options: argparse.Namespace) -> Report:
    """Return the report of a run, from the file that it wrote or again from its log."""
    if not is_run_log(path):
        return to_json.read(path)
    policy = setup.policy_of(Settings(confidence=options.confidence))
    found = logs.read([path])
    return replay.report(found, policy, registry=options.extensions.suites)


def _text(changes: Sequence[Change], options: argparse.Namespace) -> str:
    name, confidence = options.format, options.confidence
    if name == "html":
        return _page(changes, options)
    if name == "md":
        sections = _sections(changes, confidence)
        return to_markdown.page(_conclusion(changes, confidence), sections)
    if name == "json":
        rows = list(map(_row, changes))
        return f"{json_text({'format': _FORMAT, 'confidence': confidence, 'changes': rows})}\n"
    if name in tidy.TEXTS:
        return tidy.TEXTS[name](map(_row, changes))
    return "\n".join(_lines(changes, confidence)) + "\n"


def _row(change: Change) -> dict[str, object]:
    exact = change.exact
    return {
        "model": change.model,
        "number": change.number,
        "before": change.before,
        "now": change.now,
        "difference": change.difference.value,
        "low": change.difference.low,
        "high": change.difference.high,
        "significance": "rose" if change.has_risen else "fell" if change.has_fallen else "none",
        "exact_p": None if exact is None else exact.p,
        "is_paired": change.is_paired,
        "how": change.how,
    }


def _page(changes: Sequence[Change], options: argparse.Namespace) -> str:
    before, now = options.before.name, options.now.name
    return html.compared(
        f"pytest-distill: {before} and {now}",
        _conclusion(changes, options.confidence),
        list(_sections(changes, options.confidence)),
    )


def _conclusion(changes: Sequence[Change], confidence: float) -> Conclusion:
    risen = [f"{change.number} of {change.model}" for change in changes if change.has_risen]
    count = _count(changes, confidence)
    if risen:
        more = f" and {len(risen) - _MOST} more" if len(risen) > _MOST else ""
        what = f"{', '.join(risen[:_MOST])}{more} rose. {count}."
        return Conclusion("fail", what)
    return Conclusion("pass", f"No number rose significantly. {count}.")


def _sections(changes: Sequence[Change], confidence: float) -> Iterator[Section]:
    for model in dict.fromkeys(change.model for change in changes):
        own = [change for change in changes if change.model == model]
        rows = tuple(
            (
                change.number,
                _value(change.before),
                _value(change.now),
                change.difference,
                f"{change.exact.p:.2g}" if change.exact else None,
                _word(change),
            )
            for change in own
        )
        columns = ("", "before", "now", "difference", "exact p", "change")
        note = f"{own[0].how}; interval of the difference: {100 * confidence:g} %"
        yield Section(
            title=model,
            blocks=(Table(columns=columns, rows=rows, drawn="bars"), Lines(lines=(note,))),
        )


def _lines(changes: Sequence[Change], confidence: float) -> Iterator[str]:
    width = max(len(one_line(change.number)) for change in changes)
    for model in dict.fromkeys(change.model for change in changes):
        own = [change for change in changes if change.model == model]
        yield f"{one_line(model)} · {own[0].how} · interval of the rise: {100 * confidence:g} %"
        for change in own:
            word = "paired" if change.is_paired else "unpaired"
            apart = "" if change.is_paired == own[0].is_paired else f"  {word}"
            yield f"  {one_line(change.number):<{width}}  {_number(change)}{apart}"
        yield ""
    if tests := {change.exact.test for change in changes if change.exact}:
        yield f"exact p: one-sided, if cases were independent ({' and '.join(sorted(tests))})"
    yield _count(changes, confidence)


def _count(changes: Sequence[Change], confidence: float) -> str:
    risen = sum(change.has_risen for change in changes)
    fallen = sum(change.has_fallen for change in changes)
    error = f"an error rate of {1 - confidence:.2g} over all of them"
    return f"{risen} rose, {fallen} fell, of {len(changes)} numbers, with {error}"


def _word(change: Change) -> str:
    return "ROSE" if change.has_risen else "fell" if change.has_fallen else ""


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _number(change: Change) -> str:
    difference = change.difference
    low, high = difference.low or 0.0, difference.high or 0.0
    word = f"  {_word(change)}".rstrip()
    values = f"{change.before or 0:.3f} -> {change.now or 0:.3f}"
    exact = f"  exact p {change.exact.p:.2g}" if change.exact else ""
    return f"{values}  {difference.value or 0:+.3f} [{low:+.3f}, {high:+.3f}]{exact}{word}"
