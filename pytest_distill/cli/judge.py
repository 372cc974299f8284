"""``pytest-distill judge``: adds a verdict to each recorded answer."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_distill.cli import columns
from pytest_distill.cli.judge_options import add_judges, judges_of
from pytest_distill.cli.writing import check, write
from pytest_distill.data import transcripts
from pytest_distill.records import IdentityVerdict, Observation
from pytest_distill.report import terminal
from pytest_distill.report.judge_quality import has_broken_judge
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.ice import ICE
from pytest_distill.text import json_text, message

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[argparse.ArgumentParser]

VERDICT_KEYS = (
    "loose",
    "strict",
    "hard",
    "vendor",
    "vendors",
    "persona",
    "reasoning",
    "rule",
    "evidence",
    "reason",
)


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "add the judge's verdict to each transcript"
    command = commands.add_parser("judge", help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument("input", type=Path, metavar="IN.jsonl", help="transcripts, one per line")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT.jsonl",
        help="output file (default, or -: standard output)",
    )
    command.add_argument(
        "--facts",
        metavar="NAME|PATH",
        help="facts about the model: a shipped fact set or a TOML file of your own"
        " (default: inferred from the name of IN.jsonl)",
    )
    columns.declare(command)
    add_judges(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Judge a file; the output appears whole or not at all.

    Exit status 1 if nothing could be judged, or if a judging model fails a canary.

    Raises:
        UsageError: input, facts or output cannot be used.
    """
    check(options.output, [options.input])
    settings = Settings.model_validate(
        {
            "suites": (ICE.name,),
            "facts": options.facts,
            "transcripts": (options.input,),
            "columns": columns.read(options),
            **judges_of(options),
        }
    )
    session = Session(settings, must_answer=True, extensions=options.extensions)
    try:
        session.canaries.begin()
        observations = _observe(session)
        recorded = transcripts.read(options.input, settings.columns)
        # Line by line before it is JSON: in that a secret may begin within an escape.
        lines = map(session.secrets.blotted_json, _lines(recorded, observations))
        text = "".join(f"{json_text(line)}\n" for line in lines)
        store = session.new_store()
        for observation in observations:
            store.add(observation)
        report = session.report(store)
        sections = session.extensions.suites.sections(report)
        summary = list(terminal.scorecard(report, sections))
    finally:
        session.close()
    write(text, options.output)
    sys.stderr.write("\n".join(summary).strip("\n") + "\n")
    if any(observation.verdict is not None for observation in observations):
        return int(has_broken_judge(report.run))
    sys.stderr.write(f"{message(f'nothing was judged: {observations[0].why_missing}')}\n")
    return 1


def _observe(session: Session) -> list[Observation]:
    coming = [
        (model, case)
        for label, model in session.models.items()
        for case in session.suites[ICE.name].cases(label)
    ]
    session.expect(coming)
    return [model.observe(case) for model, case in coming]


def _lines(
    recorded: Iterable[transcripts.Transcript], observations: Iterable[Observation]
) -> Iterator[dict[str, Any]]:
    for transcript, observation in zip(recorded, observations, strict=True):
        yield {**transcript.original, "verdict": {**_verdict(observation), **_votes(observation)}}


def _verdict(observation: Observation) -> dict[str, Any]:
    if observation.verdict is None:
        verdict = IdentityVerdict(loose=None, strict=None, hard=None).model_dump(mode="json")
        verdict["reason"] = observation.why_missing
    else:
        verdict = observation.verdict.model_dump(mode="json")
    # A judge that does not look for personas has found none.
    verdict["persona"] = bool(verdict["persona"])
    return {key: verdict[key] for key in VERDICT_KEYS}


def _votes(observation: Observation) -> dict[str, Any]:
    """Return the votes of several judges; empty for a single judge."""
    votes = [vote.model_dump(mode="json") for vote in observation.votes]
    return {"votes": votes} if votes else {}
