"""The pytest11 entry point: what is on the command line, and the door to everything else.

Every pytest run on the machine imports this module, so it needs the standard library
and pytest only, and a run without one of the options below imports nothing further.

PYTEST_DONT_REWRITE: there is no assertion here, and rewriting would cost every run.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_distill import hookspecs

if TYPE_CHECKING:
    from pytest_distill.engine.model_under_test import ModelUnderTest
    from pytest_distill.pytest_hooks.evaluation import Evaluation, IdentityChecker


class Option(NamedTuple):
    """One setting: a flag, its ini twin, and what ``--help`` says of it."""

    flag: str
    """Its ini twin is the same name with underscores, and no leading dashes."""
    ini_type: str
    """One of the type names of ``parser.addini``; a list type makes the flag repeatable."""
    metavar: str
    text: str
    synonym: str | None = None
    choices: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """The ini twin, and the option's ``dest``."""
        return self.flag.removeprefix("--").replace("-", "_")

    @property
    def is_repeatable(self) -> bool:
        """Whether several values may be given."""
        return self.ini_type in {"linelist", "paths"}


OPTIONS = (
    Option(
        "--suite",
        "linelist",
        "NAME",
        "run this suite: 'ice' asks a model who it is, and finds the answers that claim to be"
        " someone else; 'fuzz' breeds templates around the same questions to bring out more; 'rse'"
        " finds how alike it answers to each --reference; 'all' runs every suite. Works from any"
        " folder. Repeatable",
    ),
    Option(
        "--model",
        "linelist",
        "SPEC",
        "model under test; every case runs for each."
        " SPEC is PROVIDER:NAME[@BASE_URL][?key=value&...]"
        " (openai:gpt-4o-mini, openai:qwen@http://127.0.0.1:8000/v1?temperature=0,"
        " recorded:answers.jsonl, local:smollm2-135m, local:/path/to/model.gguf,"
        " simulated:NAME?leak=0.2&vendor=openai, python:package.module:attribute)"
        " or an alias from [tool.pytest-distill.models]. Repeatable",
        synonym="--distill-model",
    ),
    Option(
        "--reference",
        "linelist",
        "SPEC",
        "a model that the one under test may have been distilled from, named as for --model:"
        " suite 'rse' compares their answers; with several it says whose student it may be."
        " Repeatable",
    ),
    Option(
        "--prompts",
        "paths",
        "PATH",
        "compare answers to the prompts of this file instead of the shipped ones: JSONL of your"
        " own, or a file of ArenaHard, NuminaMath, ShareGPT or AlpacaEval. Repeatable",
    ),
    Option(
        "--judge",
        "linelist",
        "SPEC",
        "who reads the answers: 'offline' (default; rules, deterministic, no network), a model,"
        " named as for --model, or cascade:SPEC, a model that is only asked what the rules are not"
        " sure of. Repeatable: several are a panel",
    ),
    Option(
        "--helper",
        "string",
        "SPEC",
        "who writes the fuzzer's mutants: 'offline' (default; no model) or a model, named as for"
        " --model",
    ),
    Option("--fuzz-mutations", "int", "N", "mutants per campaign (default: 20)"),
    Option(
        "--fuzz-policy",
        "string",
        "NAME",
        "how the fuzzer chooses what to breed from: mcts-explore (default), ucb, exp3,"
        " round-robin, random; 'none' asks the shipped templates as they are",
        choices=("mcts-explore", "ucb", "exp3", "round-robin", "random", "none"),
    ),
    Option("--fuzz-probes", "int", "N", "questions asked of each mutant (default: 3)"),
    Option(
        "--fuzz-stop",
        "string",
        "queries=N,mutants=N,leaks=N,refusals=N,evidence=E",
        "end a campaign at the first of these that is reached; its other mutants are skipped."
        " A refusal is an answer that gave nothing away; evidence=20 is wrong in one campaign of 20"
        " to say that mutants leak more often than a gate on fuzz.loose allows (without one: 0.05)",
    ),
    Option(
        "--fuzz-corpus",
        "string",
        "PATH",
        "keep the leaks that the fuzzer finds in this JSONL file, to be asked again in later runs"
        " (default: in pytest's cache)",
    ),
    Option(
        "--facts",
        "string",
        "NAME|PATH",
        "what is true of the model: a shipped fact set (qwen, claude, ...) or a TOML file of your"
        " own. By default found by the model's name",
    ),
    Option(
        "--transcripts",
        "paths",
        "PATH",
        "judge the answers recorded in this JSONL file instead of asking a model; its stem is the"
        " model's name. Repeatable",
    ),
    Option("--distill-seed", "int", "N", "seed of everything random (default: 0)"),
    Option(
        "--distill-samples",
        "int",
        "N",
        "answers per prompt, each a case of its own (default: 1)",
    ),
    Option(
        "--distill-limit",
        "int",
        "N",
        "at most N cases per suite and model, spread evenly over categories and languages",
    ),
    Option(
        "--distill-concurrency",
        "int",
        "N",
        "requests in flight over the whole run, all workers together (default: 16)",
    ),
    Option(
        "--distill-retries",
        "int",
        "N",
        "tries after the first for what may pass: a busy server, a broken connection, a timeout"
        " (default: 5; 0 fails fast)",
    ),
    Option(
        "--distill-cache",
        "string",
        "PATH|off",
        "where answers are kept, so that none is paid for twice (default: in pytest's cache"
        " folder); 'off' asks each time",
    ),
    Option(
        "--distill-budget",
        "string",
        "calls=N,tokens=N,usd=X",
        "hard cap over all workers: calls made, tokens of prompts and answers, US dollars; past it"
        " the rest is missing. Prices: [tool.pytest-distill.prices], else the extra [prices]",
    ),
    Option(
        "--distill-run",
        "string",
        "PATH",
        "write each finished case to this run log as it ends; the same path again resumes the run"
        " and asks for nothing that is finished",
    ),
    Option(
        "--distill-confidence",
        "float",
        "P",
        "level of the intervals, between 0 and 1 (default: 0.95)",
    ),
    Option(
        "--distill-gate",
        "linelist",
        "EXPR",
        "demand this of a number of the report, as in ice.strict<=0.02, ice.strict.team<=0.05,"
        " ice.vendors.openai<=0.01 or ice.strict<=baseline+0.01. Decided from the interval:"
        " pass, fail or inconclusive. Repeatable",
    ),
    Option(
        "--distill-baseline",
        "string",
        "PATH",
        "report.json of an earlier run, for gates on 'baseline'",
    ),
    Option(
        "--distill-max-missing",
        "float",
        "P",
        "share of missing cases above which a gate is inconclusive (default: 0.05)",
    ),
    Option(
        "--distill-stop",
        "bool",
        "",
        "end the run as soon as every gate is decided, with the error promised; cases come in a"
        " random order then, and what is not asked is skipped",
    ),
    Option(
        "--distill-inconclusive",
        "string",
        "fail|pass",
        "what an inconclusive gate does to the exit status (default: fail)",
        choices=("fail", "pass"),
    ),
    Option(
        "--distill-calibration",
        "string",
        "gold|PATH",
        "show rates corrected for the errors of the judge beside the raw ones: 'gold' has those of"
        " the offline judge on the shipped gold cases, PATH those that 'pytest-distill calibrate'"
        " wrote of any judge",
    ),
    Option(
        "--distill-panel",
        "string",
        "majority|unanimous",
        "how the judges of a panel come to a verdict: 'majority' (default) or 'unanimous'; where"
        " they do not, it is missing",
        choices=("majority", "unanimous"),
    ),
    Option(
        "--distill-cascade",
        "float",
        "P",
        "confidence from which the rules decide in a cascade, between 0 and 1 (default: 0.9)",
    ),
    Option(
        "--distill-fail-on",
        "string",
        "leak|gate",
        "'leak': an answer that leaks is a failed test; 'gate': leaks are data, and only gates can"
        " fail the run, or a case without a verdict (default: gate where there is one, else leak)",
        choices=("leak", "gate"),
    ),
    Option(
        "--distill-report",
        "linelist",
        "FORMAT:PATH",
        "write the report when the run ends, as in json:report.json or md:report.md. Repeatable",
    ),
)

MARKERS = (
    "ice: a case of identity consistency evaluation: does the model know who it is?",
    "fuzz: a mutant of the fuzzer, or a leak that it found before",
    "rse: a case of response similarity evaluation: how alike do two models answer?",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare every flag and its ini twin; the defaults live in the settings."""
    group = parser.getgroup("distill", "how far a language model was distilled from another")
    for option in OPTIONS:
        flags = [flag for flag in (option.flag, option.synonym) if flag]
        how: dict[str, Any] = {"metavar": option.metavar}
        if option.is_repeatable:
            how["action"] = "append"
        if option.ini_type == "bool":
            # Without it None, so that ini file and table are asked.
            how = {"action": "store_true", "default": None}
        if option.choices:
            how["choices"] = option.choices
        if option.ini_type in {"int", "float"}:
            how["type"] = {"int": int, "float": float}[option.ini_type]
        text = option.text.replace("%", "%%")
        group.addoption(*flags, dest=option.key, help=text, **how)
        parser.addini(option.key, option.text, type=option.ini_type, default=None)  # type: ignore[arg-type]  # the names are pytest's own


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make our hooks known: without them a conftest that implements one would end every run."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Open the house if any option is given; an idle run ends here."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    given = (config.getoption(o.key) is not None or config.getini(o.key) for o in OPTIONS)
    if any(given):
        from pytest_distill.pytest_hooks.activation import activate  # noqa: PLC0415 - idle runs must not pay

        activate(config, OPTIONS)
    elif config.option.markers and _may_add_suites(config):
        from pytest_distill.pytest_hooks import help  # noqa: A004, PLC0415 - idle runs must not pay

        help.show_markers(config)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """End ``--help`` with the suites of plugins: options are declared before they are known."""
    result = yield
    if config.option.help and _may_add_suites(config):
        from pytest_distill.pytest_hooks import help  # noqa: A004, PLC0415 - idle runs must not pay

        help.show_suites(config)
    return result


def _may_add_suites(config: pytest.Config) -> bool:
    """Return whether a plugin may add suites; imports nothing to find out."""
    table = config.rootpath / "pyproject.toml"
    is_named = table.is_file() and "[tool.pytest-distill]" in table.read_text("utf-8")
    return is_named or bool(config.hook.pytest_distill_suites.get_hookimpls())


@pytest.fixture
def model(request: pytest.FixtureRequest) -> "ModelUnderTest":
    """Give each model under test in turn: ``model.ask("Who are you?").text``."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.model(request)


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> "ModelUnderTest":
    """Give each reference model in turn: ``reference.ask("Who are you?").text``."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.reference(request)


@pytest.fixture
def judge(request: pytest.FixtureRequest, model: "ModelUnderTest") -> "IdentityChecker":
    """Give the judge of the model's identity: ``judge("I am ...").loose``."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.judge(request, model)


@pytest.fixture
def evaluation(request: pytest.FixtureRequest) -> "Evaluation":
    """Give what asks, judges and records cases, so that they count in the scorecard."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.evaluation(request)
