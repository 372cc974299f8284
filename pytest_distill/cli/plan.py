"""``pytest-distill plan``: what a run would cost, and what it could tell."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pytest_distill.cli.judge_options import add_judges, judges_of
from pytest_distill.errors import UsageError
from pytest_distill.gates import expression
from pytest_distill.models import billing, spec
from pytest_distill.models.registry import BUILT_IN
from pytest_distill.pytest_hooks.options import read_suites
from pytest_distill.records import Case, Gate, ModelSpec, Price
from pytest_distill.run.session import DistillSession
from pytest_distill.settings import budget, pyproject
from pytest_distill.settings.settings import Settings
from pytest_distill.stats import power, required_cases
from pytest_distill.stats.clustered import Labels, assumed_effect

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands

# Of English in the tokenisers of today; other scripts need more tokens for a character.
_CHARACTERS_PER_TOKEN = 3.0

# An identity probe is answered in a few sentences.
_ANSWER_TOKENS = 120

# The prompt of a judge holds instructions, facts and the answer; its reply is a short object.
_JUDGE_TOKENS = (900, 150)

# The chance that studies are commonly planned for.
_GOOD_POWER = 0.8

_PERSONA = "simulated:plan"


class Effort(NamedTuple):
    """What would be asked."""

    calls: int
    input_tokens: int
    output_tokens: int


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "say what a run would cost and what it could tell, before anything is asked"
    command = commands.add_parser("plan", help=text, description=f"{text[0].upper()}{text[1:]}.")
    add = command.add_argument
    add("--suite", action="append", required=True, metavar="NAME", help="repeatable")
    add("--model", action="append", default=[], metavar="SPEC", help="repeatable")
    add_judges(command)
    add("--facts", metavar="NAME|PATH", help="as for pytest; by default found by the model's name")
    add("--samples", type=int, default=1, metavar="N", help="answers per prompt")
    add("--limit", type=int, metavar="N", help="cases per suite and model")
    add("--concurrency", type=int, default=16, metavar="N", help="requests in flight")
    add("--latency", type=float, default=2.0, metavar="S", help="seconds an answer (default: 2)")
    add("--gate", action="append", default=[], metavar="EXPR", help="to be decided; repeatable")
    add("--rate", type=float, default=0.05, metavar="P", help="of the baseline (default: 0.05)")
    add("--rise", type=float, default=0.1, metavar="P", help="to be seen (default: 0.1)")
    add("--confidence", type=float, default=0.95, metavar="P", help="default: 0.95")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the plan; nobody is asked and no key is needed.

    Raises:
        UsageError: suite, model, judge or gate cannot be used.
    """
    settings_table = pyproject.load(Path.cwd())
    aliases = pyproject.aliases(settings_table)
    models = tuple(spec.parse(text, aliases) for text in options.model or [_PERSONA])
    settings = Settings.model_validate(
        {
            "suites": read_suites(options.suite),
            "models": models,
            "facts": options.facts,
            "samples": options.samples,
            "limit": options.limit,
            "gates": tuple(map(expression.parse, options.gate)),
            "confidence": options.confidence,
            **judges_of(options),
        }
    )
    session = DistillSession(settings, must_answer=False)
    try:
        # Refuses a gate on a number that the run would not have.
        _ = session.decisions
    finally:
        session.close()
    prices = budget.prices(settings_table)
    sys.stdout.write("\n".join(_lines(options, session, prices)) + "\n")
    return 0


def _lines(
    options: argparse.Namespace, session: DistillSession, prices: dict[str, Price]
) -> Iterator[str]:
    total, models = 0, session.settings.models
    judges = [judge.model for judge in session.settings.judges if judge.model is not None]
    for model in models:
        for suite in session.settings.suites:
            cases = session.catalogue.cases(suite, model.label)
            asked = _asked(model, cases)
            total += asked.calls
            name = "any model" if model.text == _PERSONA else model.label
            yield f"{suite} · {name} · {_told(asked)}{_cost(model, asked, prices)}"
            for judge in judges:
                judged = Effort(len(cases), *(len(cases) * tokens for tokens in _JUDGE_TOKENS))
                total += judged.calls
                cost = _cost(judge, judged, prices)
                yield f"{suite} · judge {judge.label} · {_told(judged)}{cost}"
    seconds = total * options.latency / options.concurrency
    pace = f"{options.concurrency} in flight and {options.latency:g} s an answer"
    yield f"about {seconds:.0f} s at {pace}"
    cases = session.catalogue.cases(session.settings.suites[0], models[0].label)
    yield from _power(options, session.settings.gates, cases)


def _asked(model: ModelSpec, cases: Sequence[Case]) -> Effort:
    characters = sum(len(case.prompt) for case in cases)
    try:
        answer = min(
            billing.answer_tokens(model, is_billed=BUILT_IN.of(model).is_billed), _ANSWER_TOKENS
        )
    except UsageError:
        answer = _ANSWER_TOKENS
    return Effort(len(cases), round(characters / _CHARACTERS_PER_TOKEN), answer * len(cases))


def _told(effort: Effort) -> str:
    return (
        f"{effort.calls} calls, about {effort.input_tokens} tokens in"
        f" and {effort.output_tokens} out"
    )


def _cost(model: ModelSpec, effort: Effort, prices: dict[str, Price]) -> str:
    if not BUILT_IN.of(model).is_billed:
        return ", no bill"
    try:
        price = budget.price_of(model, prices)
    except UsageError:
        return ", price unknown ([tool.pytest-distill.prices] can say)"
    return f", about {price.usd(effort.input_tokens, effort.output_tokens):.4f} US dollars"


def _power(
    options: argparse.Namespace, gates: Sequence[Gate], cases: Sequence[Case]
) -> Iterator[str]:
    """Yield what a run on `cases` could tell, with the design effect that is believed in."""
    clusters: list[Labels] = [[c.template_key for c in cases], [c.probe_key for c in cases]]
    effect = assumed_effect(clusters)
    yield ""
    yield (
        f"{len(cases)} cases are worth about {len(cases) / effect:.0f} independent ones where leaks"
        f" correlate as little as was ever measured (design effect {effect:.1f})"
    )
    # Each gate gets its part of the error until another has failed.
    alpha = (1 - options.confidence) / max(1, len(gates))
    for gate in gates:
        limit = options.rate + gate.limit if gate.is_relative else gate.limit
        # A rise has the variance of both runs, if they share nothing.
        variances = 2 if gate.is_relative else 1
        yield f"{gate.expression}: {_chance(options.rise, limit, effect * variances, alpha, cases)}"
    if not gates:
        told = _chance(options.rise, options.rate, 2 * effect, alpha, cases)
        yield f"over a baseline of {options.rate:g}: {told}"


def _chance(margin: float, limit: float, effect: float, alpha: float, cases: Sequence[Case]) -> str:
    truth = limit + margin
    try:
        chance = power(truth, limit, len(cases) / effect, alpha=alpha, is_above=True)
        needed = required_cases(truth, limit, alpha=alpha, power=_GOOD_POWER) * effect
    except ValueError as problem:
        return f"no power can be told: {problem}"
    return (
        f"a truth of {truth:g}, {margin:g} above the limit, fails with a chance of {chance:.0%};"
        f" {_GOOD_POWER:.0%} need about {needed:.0f} cases"
    )
