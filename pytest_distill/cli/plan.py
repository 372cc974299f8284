"""``pytest-distill plan``: what a run would cost, and what it could tell."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pytest_distill.cli.judge_options import add_judges, judges_of
from pytest_distill.errors import UsageError
from pytest_distill.gates import expression
from pytest_distill.models import billing
from pytest_distill.models.registry import Providers
from pytest_distill.records import Case, Gate, ModelSpec, Price
from pytest_distill.run.parsing import read_helper, read_models
from pytest_distill.run.session import Session
from pytest_distill.settings import budget, pyproject
from pytest_distill.settings.settings import Settings
from pytest_distill.stats import power, required_cases
from pytest_distill.stats.clustered import Labels, assumed_effect
from pytest_distill.suites.protocol import Effort

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands
    from pytest_distill.run.extensions import Extensions

# Of English in the tokenisers of today; other scripts need more tokens for a character.
_CHARACTERS_PER_TOKEN = 3.0

# An identity probe is answered in a few sentences.
_ANSWER_TOKENS = 120

# The prompt of a judge holds instructions, facts and the answer; its reply is a short object.
_JUDGE_TOKENS = (900, 150)

# A template and how to change it; the reply is another template.
_HELPER_TOKENS = (500, 250)

# The chance that studies are commonly planned for.
_GOOD_POWER = 0.8

_PERSONA = "simulated:plan"


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "say what a run would cost and what it could tell, before anything is asked"
    command = commands.add_parser("plan", help=text, description=f"{text[0].upper()}{text[1:]}.")
    add = command.add_argument
    add("--suite", action="append", required=True, metavar="NAME", help="repeatable")
    add("--model", action="append", default=[], metavar="SPEC", help="repeatable")
    add("--reference", action="append", default=[], metavar="SPEC", help="repeatable")
    add("--prompts", action="append", default=[], type=Path, metavar="PATH", help="repeatable")
    add("--helper", metavar="SPEC", help="who writes mutants (default: offline)")
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
    project = pyproject.load(Path.cwd())
    aliases = pyproject.aliases(project)
    extensions: Extensions = options.extensions
    providers = extensions.providers
    models = read_models(options.model or [_PERSONA], aliases, providers)
    references = read_models(options.reference, aliases, providers)
    settings = Settings.model_validate(
        {
            "suites": extensions.suites.chosen(options.suite, can_compare=bool(references)),
            "models": models,
            "references": references,
            "prompts": tuple(options.prompts),
            "helper": read_helper(options.helper, aliases, providers),
            "facts": options.facts,
            "samples": options.samples,
            "limit": options.limit,
            "gates": tuple(map(expression.parse, options.gate)),
            "confidence": options.confidence,
            **judges_of(options),
        }
    )
    session = Session(settings, must_answer=False, extensions=extensions)
    try:
        # Refuses a gate on a number that the run would not have.
        _ = session.evaluator
    finally:
        session.close()
    prices = budget.prices(project)
    sys.stdout.write("\n".join(_lines(options, session, prices)) + "\n")
    return 0


def _lines(
    options: argparse.Namespace, session: Session, prices: Mapping[str, Price]
) -> Iterator[str]:
    total = 0
    settings = session.settings
    specs = _specs(settings)
    for model in settings.models:
        for name, suite in session.suites.items():
            for effort in suite.efforts(model.label):
                is_model = effort.role == "model"
                who = model if is_model else specs[effort.role]
                label = "any model" if model.text == _PERSONA else model.label
                total += effort.calls
                need = _need(effort, who, session.extensions.providers)
                told = _in_words(need, who, prices, session.extensions.providers)
                yield f"{name} · {label if is_model else effort.role} · {told}"
    seconds = total * options.latency / options.concurrency
    pace = f"{options.concurrency} in flight and {options.latency:g} s an answer"
    yield f"about {seconds:.0f} s at {pace}"
    first = session.suites[settings.suites[0]]
    yield from _power(options, settings.gates, first.planned(settings.models[0].label))


def _specs(settings: Settings) -> dict[str, ModelSpec]:
    """Return who plays each role, beside the model under test."""
    judges = [judge.model for judge in settings.judges if judge.model is not None]
    helper = {} if settings.helper is None else {"helper": settings.helper}
    return {
        **{f"reference {spec.label}": spec for spec in settings.references},
        **{f"judge {spec.label}": spec for spec in judges},
        **helper,
    }


class Need(NamedTuple):
    """What one role would be asked."""

    calls: int
    input_tokens: int
    output_tokens: int


def _need(effort: Effort, spec: ModelSpec, providers: Providers) -> Need:
    if effort.role.startswith(("judge ", "helper")):
        sent, received = _JUDGE_TOKENS if effort.role != "helper" else _HELPER_TOKENS
        return Need(effort.calls, effort.calls * sent, effort.calls * received)
    is_billed = providers.of(spec).is_billed
    try:
        answer = min(billing.answer_tokens(spec, is_billed=is_billed), _ANSWER_TOKENS)
    except UsageError:
        answer = _ANSWER_TOKENS
    sent = round(effort.characters / _CHARACTERS_PER_TOKEN)
    return Need(effort.calls, sent, answer * effort.calls)


def _in_words(
    need: Need, spec: ModelSpec, prices: Mapping[str, Price], providers: Providers
) -> str:
    asked = f"{need.calls} calls, about {need.input_tokens} tokens in and {need.output_tokens} out"
    if not providers.of(spec).is_billed:
        return f"{asked}, no bill"
    try:
        price = budget.price_of(spec, prices)
    except UsageError:
        return f"{asked}, price unknown ([tool.pytest-distill.prices] can say)"
    return f"{asked}, about {price.usd(need.input_tokens, need.output_tokens):.4f} US dollars"


def _power(
    options: argparse.Namespace, gates: Sequence[Gate], cases: Sequence[Case]
) -> Iterator[str]:
    """Yield what a run on `cases` could tell, with the design effect that is believed in."""
    if not cases:
        yield "what the run could tell is not known beforehand: it chooses its cases as it goes"
        return
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
