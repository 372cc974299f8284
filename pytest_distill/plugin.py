"""The pytest11 entry point: declares options, markers and fixtures, and activates the plugin.

Every pytest run on the machine imports this module, so it needs only the standard library
and pytest, and a run without one of the options below imports nothing further.

PYTEST_DONT_REWRITE: there is no assertion here, and rewriting would slow down every run.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_distill import hookspecs

if TYPE_CHECKING:
    from pytest_distill.engine.model_under_test import ModelUnderTest
    from pytest_distill.pytest_hooks.evaluation import Evaluation, IdentityChecker


class Option(NamedTuple):
    """One setting: a flag, its ini name and its ``--help`` text."""

    flag: str
    """The ini name is the same with underscores and without leading dashes."""
    ini_type: str
    """One of the type names of ``parser.addini``; a list type makes the flag repeatable."""
    metavar: str
    text: str
    synonym: str | None = None
    choices: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """The ini name, which is also the option's ``dest``."""
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
        "suite to run: 'ice' asks the model about its identity and counts the answers that claim"
        " another one; 'fuzz' searches for prompt templates that provoke more such answers; 'rse'"
        " measures how similar its answers are to those of each --reference; 'all' runs every"
        " suite. Works from any folder. Repeatable",
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
        "model that the model under test may have been distilled from, given as for --model;"
        " suite 'rse' compares their answers and, with several references, says which of them may"
        " be the teacher. Repeatable",
    ),
    Option(
        "--prompts",
        "paths",
        "PATH",
        "compare the answers to the prompts in this file instead of the shipped prompts: JSONL of"
        " your own, or a file of ArenaHard, NuminaMath, ShareGPT or AlpacaEval. Repeatable",
    ),
    Option(
        "--judge",
        "linelist",
        "SPEC",
        "judge of the answers: 'offline' (default; rules, deterministic, no network), a model,"
        " given as for --model, or cascade:SPEC, which asks the model only where the rules are"
        " uncertain. Repeatable: several judges form a panel",
    ),
    Option(
        "--helper",
        "string",
        "SPEC",
        "writer of the fuzzer's mutants: 'offline' (default; no model) or a model, given as for"
        " --model",
    ),
    Option("--fuzz-mutations", "int", "N", "mutants per campaign (default: 20)"),
    Option(
        "--fuzz-policy",
        "string",
        "NAME",
        "how the fuzzer selects the templates to mutate: mcts-explore (default), ucb, exp3,"
        " round-robin, random; 'none' uses the shipped templates unchanged",
        choices=("mcts-explore", "ucb", "exp3", "round-robin", "random", "none"),
    ),
    Option("--fuzz-probes", "int", "N", "questions asked of each mutant (default: 3)"),
    Option(
        "--fuzz-stop",
        "string",
        "queries=N,mutants=N,leaks=N,refusals=N,evidence=E",
        "end a campaign at the first of these limits; its remaining mutants are skipped. A refusal"
        " is an answer that reveals no identity. evidence=20 ends it when mutants are shown to leak"
        " more often than a gate on fuzz.loose allows (without one: 0.05); at most one campaign in"
        " 20 shows this wrongly",
    ),
    Option(
        "--fuzz-corpus",
        "string",
        "PATH",
        "store the leaks that the fuzzer finds in this JSONL file, to ask them again in later runs"
        " (default: in pytest's cache)",
    ),
    Option(
        "--facts",
        "string",
        "NAME|PATH",
        "facts about the model: a shipped fact set (qwen, claude, ...) or a TOML file of your own."
        " By default inferred from the model's name",
    ),
    Option(
        "--transcripts",
        "paths",
        "PATH",
        "judge the answers recorded in this JSONL file instead of asking a model; the file name"
        " without its suffix is the model's name. Repeatable",
    ),
    Option("--distill-seed", "int", "N", "seed of all random choices (default: 0)"),
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
        "most requests in flight at a time, over all workers together (default: 16)",
    ),
    Option(
        "--distill-retries",
        "int",
        "N",
        "retries after a temporary error: a busy server, a broken connection, a timeout"
        " (default: 5; 0 fails at the first error)",
    ),
    Option(
        "--distill-cache",
        "string",
        "PATH|off",
        "response cache, so that no answer is paid for twice (default: in pytest's cache folder);"
        " 'off' sends every request again",
    ),
    Option(
        "--distill-budget",
        "string",
        "calls=N,tokens=N,usd=X",
        "hard limit over all workers: requests sent, tokens of prompts and answers, US dollars; the"
        " cases beyond it are missing. Prices: [tool.pytest-distill.prices], else the extra"
        " [prices]",
    ),
    Option(
        "--distill-run",
        "string",
        "PATH",
        "append each finished case to this run log; with the path of an existing log, resume that"
        " run without repeating finished cases",
    ),
    Option(
        "--distill-confidence",
        "float",
        "P",
        "confidence level of intervals and gates, between 0 and 1 (default: 0.95)",
    ),
    Option(
        "--distill-gate",
        "linelist",
        "EXPR",
        "requirement on a number of the report, as in ice.strict<=2%, ice.strict.team<=0.05,"
        " ice.vendors.openai<=0.01 or ice.strict<=baseline+0.01. Decided from the interval:"
        " pass, fail or inconclusive. Repeatable",
    ),
    Option(
        "--distill-baseline",
        "string",
        "PATH",
        "report.json of an earlier run, for gates with a limit relative to 'baseline'",
    ),
    Option(
        "--distill-baseline-missing",
        "string",
        "error|ok",
        "a baseline that is not there is an error, or ok, as in a first run: gates relative to it"
        " are then inconclusive without failing the run (default: error)",
        choices=("error", "ok"),
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
        "end the run as soon as every gate is decided, or without gates, in a run with several"
        " references, as soon as tracing is; without raising the error rate that"
        " --distill-confidence sets; cases run in a random order, and unneeded ones are skipped",
    ),
    Option(
        "--distill-inconclusive",
        "string",
        "fail|pass",
        "how an inconclusive gate counts for the exit status (default: fail)",
        choices=("fail", "pass"),
    ),
    Option(
        "--distill-calibration",
        "string",
        "gold|PATH",
        "also show rates corrected for the errors of the judge: 'gold' uses the error rates of the"
        " offline judge on cases that its rules were not made with, PATH those that"
        " 'pytest-distill calibrate' measured for any judge",
    ),
    Option(
        "--distill-panel",
        "string",
        "majority|unanimous",
        "rule by which a panel of judges reaches a verdict: 'majority' (default) or 'unanimous';"
        " without one the case is missing",
        choices=("majority", "unanimous"),
    ),
    Option(
        "--distill-cascade",
        "float",
        "P",
        "least confidence at which the rules decide in a cascade, between 0 and 1 (default: 0.9)",
    ),
    Option(
        "--distill-fail-on",
        "string",
        "leak|gate",
        "'leak': each leak is a failed test; 'gate': leaks are data, and only gates and cases"
        " without a verdict fail the run (default: 'gate' if a gate is given, else 'leak')",
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
    "fuzz: a mutant of the fuzzer, or a leak that it found in an earlier run",
    "rse: a case of response similarity evaluation: how similar are the answers of two models?",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare each flag and its ini name; the defaults are in `Settings`."""
    group = parser.getgroup("distill", "how far a language model was distilled from another")
    for option in OPTIONS:
        flags = [flag for flag in (option.flag, option.synonym) if flag]
        how: dict[str, Any] = {"metavar": option.metavar}
        if option.is_repeatable:
            how["action"] = "append"
        if option.ini_type == "bool":
            # None if not given, so that ini file and TOML table apply.
            how = {"action": "store_true", "default": None}
        if option.choices:
            how["choices"] = option.choices
        if option.ini_type in {"int", "float"}:
            how["type"] = {"int": int, "float": float}[option.ini_type]
        text = option.text.replace("%", "%%")
        group.addoption(*flags, dest=option.key, help=text, **how)
        parser.addini(option.key, option.text, type=option.ini_type, default=None)  # type: ignore[arg-type]  # the names are pytest's own


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register our hooks; without this a conftest that implements one would fail every run."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Activate the plugin if any of its options is given."""
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
    """Give the object that asks, judges and records cases, so that the scorecard counts them."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.evaluation(request)
