"""``pytest-distill acquire``: the prompts on which a student should be trained next."""

import argparse
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_distill.cli import logs
from pytest_distill.cli.writing import check, write
from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.records import Case
from pytest_distill.results.acquisition import STRATEGIES, Candidate, candidates, coverage
from pytest_distill.run import replay
from pytest_distill.text import json_text

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands

_SUITES = ("bbi", "rse")
"""Suites that keep the answers of two models, the first one preferred."""

_SUITE = "--suite"

_CAUTION = (
    "published: acquisition guided by disagreement does not consistently beat stratified random"
    " acquisition (arXiv 2605.30448)"
)


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "write the prompts on which a student should be trained next, from a run of bbi or rse"
    command = commands.add_parser("acquire", help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument("logs", nargs="+", type=Path, metavar="RUN", help="run logs of one run")
    command.add_argument("--n", type=_positive, default=500, metavar="N", help="how many prompts")
    command.add_argument(
        "--strategy",
        choices=tuple(STRATEGIES),
        default="stratified",
        help="disagreement: where student and teacher are told apart best, or are least alike;"
        " stratified (default): as many of each category; random; mixed: half by disagreement, the"
        " rest stratified",
    )
    command.add_argument("--suite", metavar="NAME", help="bbi or rse, where the run has both")
    command.add_argument("--model", metavar="NAME", help="student, where the run has several")
    command.add_argument("--reference", metavar="NAME", help="teacher, where the run has several")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="output file, as for --prompts (default, or -: standard output)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the prompts, and report what each strategy would have covered.

    Raises:
        UsageError: a log cannot be used, or does not say which pair is meant.
    """
    check(options.output, options.logs)
    found = logs.read(options.logs)
    suite = _one_of(options.suite, [s for s in _SUITES if s in found.description.suites], _SUITE)
    of_suite = [one for one in found.observations if one.case.suite == suite]
    model = _one_of(options.model, _labels(one.model for one in of_suite), "--model")
    references = _labels(one.case.reference for one in of_suite if one.model == model)
    reference = _one_of(options.reference, references, "--reference")
    store = replay.stored(found, options.extensions.suites)
    every = candidates(
        [o for o in of_suite if (o.model, o.case.reference) == (model, reference)],
        store.of(suite).values(model, suite),
    )
    if not every:
        message = f"no prompt of {suite} has answers of both {model} and {reference}"
        raise UsageError(message)
    seed = found.description.seed
    chosen = STRATEGIES[options.strategy](every, options.n, seed)
    lines = (json_text(_entry(one)) for one in chosen)
    write("".join(f"{line}\n" for line in lines), options.output)
    report = _report(every, options.strategy, options.n, seed)
    is_file = options.output is not None and str(options.output) != "-"
    # Beside the prompts, if these go to standard output.
    (sys.stdout if is_file else sys.stderr).write(
        "\n".join([f"{model} and {reference}, suite {suite}:", *report]) + "\n"
    )
    return 0


def _labels(names: Iterable[str | None]) -> list[str]:
    return sorted({name for name in names if name is not None})


def _one_of(given: str | None, known: Sequence[str], flag: str) -> str:
    """Return the name that is meant.

    Raises:
        UsageError: there is none of that name, or several and none is given.
    """
    there_are = f"there are: {', '.join(known) or 'none'}"
    if given is not None:
        if given in known:
            return given
        guess = did_you_mean(given, known)
        message = f"{flag} {given}: the run has none of that name.{guess}\n  {there_are}"
        raise UsageError(message)
    if not known:
        message = "the run has no answers of two models: a run of suite bbi or rse is needed"
        raise UsageError(message)
    if len(known) > 1 and flag != _SUITE:
        message = f"the run has several: give {flag} NAME\n  {there_are}"
        raise UsageError(message)
    return known[0]


def _entry(one: Candidate) -> dict[str, object]:
    """Return a line of a file of prompts."""
    case = one.case
    known = {"domain": case.category, "language": case.language}
    return {
        "id": case.probe_key,
        **{key: value for key, value in known.items() if value is not None},
        **_asked(case),
        "disagreement": round(one.disagreement, 4),
    }


def _asked(case: Case) -> dict[str, object]:
    if len(case.messages) > 1:
        return {"messages": [turn.model_dump() for turn in case.messages]}
    return {"prompt": case.prompt}


def _report(every: Collection[Candidate], strategy: str, count: int, seed: int) -> Iterator[str]:
    known = list(every)
    if count >= len(known):
        yield f"the run has {len(known)} prompts, so every strategy takes all of them"
    covered = {name: coverage(s(known, count, seed), known) for name, s in STRATEGIES.items()}
    categories = covered[strategy].by_category
    width = max(map(len, [*categories, "disagreement"]))
    yield f"  {'':{width}} {' '.join(f'{name:>12}' for name in covered)}"
    for category in categories:
        shares = (found.by_category[category] for found in covered.values())
        cells = (f"{f'{taken} of {total}':>12}" for taken, total in shares)
        yield f"  {category:{width}} {' '.join(cells)}"
    means = (f"{found.disagreement:>12.3f}" for found in covered.values())
    yield f"  {'disagreement':{width}} {' '.join(means)}"
    yield _CAUTION


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        message = f"{text!r} is not a number of prompts: 1 or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)
