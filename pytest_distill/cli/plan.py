"""``pytest-distill plan``: the cost and the statistical power of a run, before it is run."""

import argparse
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pytest_distill.cli import columns
from pytest_distill.cli.judge_options import add_judges, judges_of
from pytest_distill.errors import UsageError
from pytest_distill.gates import expression
from pytest_distill.gates.alphas import Alphas
from pytest_distill.gates.design import CLEAN, alphas_of, cases_in, chance_to_fail, chance_to_pass
from pytest_distill.models import billing
from pytest_distill.models.recorded import with_columns
from pytest_distill.models.registry import Providers
from pytest_distill.records import Case, Gate, ModelSpec, Price
from pytest_distill.run.parsing import read_aliases, read_cases, read_helper, read_roles
from pytest_distill.run.session import Session
from pytest_distill.settings import budget, pyproject
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.clustered import Labels, assumed_effect
from pytest_distill.stats.power import cases_for
from pytest_distill.suites.protocol import Effort

if TYPE_CHECKING:
    from pytest_distill.cli.judge import Commands
    from pytest_distill.run.extensions import Extensions

# For English in current tokenisers; other scripts need more tokens per character.
_CHARACTERS_PER_TOKEN = 3.0

# An identity probe is answered in a few sentences.
_ANSWER_TOKENS = 120

# The prompt of a judge holds instructions, facts and the answer; its reply is a short object.
_JUDGE_TOKENS = (900, 150)

# A template and how to change it; the reply is another template.
_HELPER_TOKENS = (500, 250)

# The power that studies are commonly planned for.
_GOOD_POWER = 0.8

_PERSONA = "simulated:plan"


def declare(commands: "Commands") -> None:
    """Add the command to the command line."""
    text = "estimate the cost and the statistical power of a run, without asking a model"
    command = commands.add_parser("plan", help=text, description=f"{text[0].upper()}{text[1:]}.")
    add = command.add_argument
    add("--suite", action="append", required=True, metavar="NAME", help="suite; repeatable")
    add("--model", action="append", default=[], metavar="SPEC", help="model under test; repeatable")
    add(
        "--reference",
        action="append",
        default=[],
        metavar="SPEC",
        help="reference model; repeatable",
    )
    add("--base", metavar="SPEC", help="the model under test before it was distilled")
    add(
        "--prompts",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="file of prompts to compare answers on; repeatable",
    )
    columns.declare(command)
    add("--helper", metavar="SPEC", help="writer of the mutants (default: offline)")
    add_judges(command)
    add(
        "--facts",
        metavar="NAME|PATH",
        help="facts about the model (default: by its name)",
    )
    add("--samples", type=int, default=1, metavar="N", help="answers per prompt (default: 1)")
    add("--limit", type=int, metavar="N", help="most cases per suite and model")
    add(
        "--cases",
        metavar="N|auto",
        help="questions of suite ice (default: as many as the gates need, without one the core)",
    )
    add(
        "--concurrency",
        type=int,
        default=16,
        metavar="N",
        help="most requests in flight at a time (default: 16)",
    )
    add("--latency", type=float, default=2.0, metavar="S", help="seconds per answer (default: 2)")
    add("--gate", action="append", default=[], metavar="EXPR", help="gate to decide; repeatable")
    add(
        "--rate",
        type=float,
        default=0.05,
        metavar="P",
        help="expected rate of the baseline (default: 0.05)",
    )
    add(
        "--rise",
        type=float,
        metavar="P",
        help="how far above the limit a bad model is (default: as much again as the limit)",
    )
    add(
        "--confidence",
        type=float,
        default=0.95,
        metavar="P",
        help="confidence level of the gates (default: 0.95)",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the plan; no request is sent and no key is needed.

    Raises:
        UsageError: suite, model, judge or gate cannot be used.
    """
    project = pyproject.load(Path.cwd())
    extensions: Extensions = options.extensions
    providers = extensions.providers
    aliases = read_aliases(project, providers)
    mapped = columns.read(options)
    models, references, base = read_roles(
        options.model or [_PERSONA], options.reference, options.base, aliases, providers
    )
    suites = extensions.suites.chosen(options.suite, can_compare=bool(references))
    left_out = extensions.suites.left_out(options.suite, suites)
    settings = Settings.model_validate(
        {
            "suites": suites,
            "models": tuple(with_columns(spec, mapped) for spec in models),
            "references": tuple(with_columns(spec, mapped) for spec in references),
            "base": None if base is None else with_columns(base, mapped),
            "prompts": tuple(options.prompts),
            "columns": mapped,
            "helper": read_helper(options.helper, aliases, providers),
            "facts": options.facts,
            "samples": options.samples,
            "limit": options.limit,
            "cases": read_cases(options.cases),
            "gates": tuple(map(expression.parse, options.gate)),
            "confidence": options.confidence,
            # What a gate could tell does not depend on what the baseline says.
            "baseline_missing": "ok",
            **judges_of(options),
        }
    )
    session = Session(settings, must_answer=False, extensions=extensions)
    try:
        # Rejects a gate on a number that the run does not measure.
        _ = session.evaluator
    finally:
        session.close()
    prices = budget.prices(project)
    without = [f"suite {name} is left out of 'all': {why}" for name, why in left_out.items()]
    sys.stdout.write("\n".join([*_lines(options, session, prices), *without]) + "\n")
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
                spec = model if is_model else specs[effort.role]
                label = "any model" if model.text == _PERSONA else model.label
                total += effort.calls
                need = _need(effort, spec, session.extensions.providers)
                text = _in_words(need, spec, prices, session.extensions.providers)
                yield f"{name} · {label if is_model else effort.role} · {text}"
    seconds = total * options.latency / options.concurrency
    pace = f"{options.concurrency} in flight and {options.latency:g} s per answer"
    yield f"about {seconds:.0f} s at {pace}"
    first, *others = (session.suites[name] for name in settings.suites)
    models = settings.models
    yield from first.header
    label = models[0].label
    if first.power(label) is None:
        yield from _power(options, settings.gates, first.planned(label), len(models))
    for suite in (first, *others):
        if (known := suite.power(label)) is not None:
            yield from ("", *known)


def _specs(settings: Settings) -> dict[str, ModelSpec]:
    """Return the model of each role other than the model under test."""
    judges = [judge.model for judge in settings.judges if judge.model is not None]
    single = {"base": settings.base, "helper": settings.helper}
    return {
        **{f"reference {spec.label}": spec for spec in settings.references},
        **{f"judge {spec.label}": spec for spec in judges},
        **{role: spec for role, spec in single.items() if spec is not None},
    }


class Need(NamedTuple):
    """Requests to one role, and their tokens."""

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
        return f"{asked}, no cost"
    try:
        price = budget.price_of(spec, prices)
    except UsageError:
        return f"{asked}, price unknown (set it in [tool.pytest-distill.prices])"
    return f"{asked}, about {price.usd(need.input_tokens, need.output_tokens):.4f} US dollars"


def _power(
    options: argparse.Namespace, gates: Sequence[Gate], cases: Sequence[Case], models: int
) -> Iterator[str]:
    """Yield what a run on `cases` is likely to say of a good and of a bad model."""
    if not cases:
        yield "the power of the run is not known in advance: it chooses its cases as it goes"
        return
    yield ""
    alphas = alphas_of(len(gates) * models, confidence=options.confidence)
    for gate in gates:
        yield f"{gate.expression}: {_chances(gate, cases, alphas, options)}"
    if not gates:
        gate = expression.parse(f"{cases[0].suite}.any<=baseline")
        yield f"over a baseline of {options.rate:g}: {_to_fail(gate, cases, alphas, options)}"


def _chances(gate: Gate, cases: Sequence[Case], alphas: Alphas, options: argparse.Namespace) -> str:
    found = cases_in(gate, cases)
    if not 0 < gate.limit < 1 or not gate.is_ceiling:
        return _to_fail(gate, found, alphas, options)
    truth = CLEAN * gate.limit
    chance = chance_to_pass(truth, gate.limit, _effective(found), alphas)
    who = f"a model whose answers differ from the baseline's in {truth:.2%} of the cases"
    if not gate.is_relative:
        who = f"a model that leaks in {truth:.2%} of the cases"
    return f"{who} passes with a chance of {chance:.0%}; {_to_fail(gate, found, alphas, options)}"


def _to_fail(gate: Gate, cases: Sequence[Case], alphas: Alphas, options: argparse.Namespace) -> str:
    limit = options.rate + gate.limit if gate.is_relative else gate.limit
    rise = limit if options.rise is None else options.rise
    truth = limit + rise if gate.is_ceiling else limit - rise
    if not (0 < limit < 1 and 0 <= truth <= 1 and rise > 0):
        return f"a rate {rise:g} beyond a limit of {limit:g} cannot be; --rise gives another"
    # A floor is a ceiling of the other answers.
    beyond, end = (truth, limit) if gate.is_ceiling else (1 - truth, 1 - limit)
    # A rise has the variance of both runs, if they share no cases.
    runs = 2 if gate.is_relative else 1
    chance = chance_to_fail(beyond, end, max(1.0, _effective(cases) / runs), alphas)
    needed = cases_for(lambda count: chance_to_fail(beyond, end, count, alphas), _GOOD_POWER)
    text = f"a model with a true rate of {truth:.3g} fails with a chance of {chance:.0%}"
    if needed is None or chance >= _GOOD_POWER:
        return text
    enough = math.ceil(needed * runs * len(cases) / _effective(cases))
    return f"{text}, and with {enough} cases of {_GOOD_POWER:.0%}"


def _effective(cases: Sequence[Case]) -> float:
    """Return what the cases are worth as long as no leak shows how leaks correlate."""
    clusters: list[Labels] = [[c.template_key for c in cases], [c.probe_key for c in cases]]
    return len(cases) / assumed_effect(clusters)
