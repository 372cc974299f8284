"""The pytest11 entry point: declares options, markers and fixtures, and activates the plugin.

Every pytest run on the machine imports this module, so it needs only the standard library
and pytest, and a run without one of the options below imports nothing further.

PYTEST_DONT_REWRITE: there is no assertion here, and rewriting would slow down every run.
"""

import os
import warnings
from argparse import Namespace
from collections.abc import Collection, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_distill import hookspecs

if TYPE_CHECKING:
    from pytest_distill.engine.model_under_test import ModelUnderTest
    from pytest_distill.pytest_hooks.command_line import Restart
    from pytest_distill.pytest_hooks.evaluation import Evaluation, IdentityChecker


PREFIX = "--distill-"


class Option(NamedTuple):
    """One setting: a flag, its ini name and its ``--help`` text."""

    flag: str
    """As in the manual. Without ``--distill-`` it is a plain name, which others may have too."""
    ini_type: str
    """One of the type names of ``parser.addini``; a list type makes the flag repeatable."""
    metavar: str
    text: str
    choices: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """Its name in the ini file and in code: the flag with underscores, without dashes."""
        return self.flag.removeprefix("--").replace("-", "_")

    @property
    def own_flag(self) -> str:
        """The flag that is always ours: the twin of a plain name, ``--distill-model``."""
        return f"{PREFIX}{self.flag.removeprefix(PREFIX).removeprefix('--')}"

    @property
    def dest(self) -> str:
        """The name of `own_flag` in ``config.option``, and an ini name that is always ours."""
        return self.own_flag.removeprefix("--").replace("-", "_")

    @property
    def is_plain(self) -> bool:
        """Whether another plugin or a conftest may have an option of this name too."""
        return self.flag != self.own_flag

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
    Option(
        "--map",
        "linelist",
        "THEIRS=OURS",
        "key of --transcripts, --prompts or recorded: files that holds what goes by another name"
        " here, as in question=query or answer=response. Repeatable",
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
        "--distill-cases",
        "string",
        "N|auto",
        "number of questions of suite ice, each another one and in one language; 'auto': as many"
        " as a clean model needs to pass the gates (default: auto with a gate, else the 162 cases"
        " of the core, the same questions in up to ten languages)",
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
        "--distill-cache-max-age",
        "string",
        "DURATION",
        "greatest age, as in 30m, 12h or 7d, of answers from the cache or an earlier session of"
        " --distill-run that a gate may rest on: with older ones it is inconclusive, since another"
        " release may answer under the old name. 'forever' allows any (default: 1d). A spec that"
        " says ?release=NAME needs no limit, nor does a model that is a local file",
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
        "--distill-releases",
        "int",
        "N",
        "spend the error of a wrong fail over N releases in a row, this run being the one after"
        " those in --distill-baseline: all of them together then fail without a reason as seldom as"
        " one release does otherwise",
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

FLAGS = frozenset(flag for option in OPTIONS for flag in (option.flag, option.own_flag))
_SHOWING = (
    "help",
    "version",
    "markers",
    "cacheshow",
    "showfixtures",
    "show_fixtures_per_test",
)
"""Options with which pytest shows something and runs nothing."""

HELP = frozenset({"-h", "--help"})

MARKERS = (
    "ice: a case of identity consistency evaluation: does the model know who it is?",
    "fuzz: a mutant of the fuzzer, or a leak that it found in an earlier run",
    "rse: a case of response similarity evaluation: how similar are the answers of two models?",
)


RESTART: "pytest.StashKey[Restart]" = pytest.StashKey()
"""The arguments with which pytest has to start again; absent where it does not have to."""

NOTES = pytest.StashKey[list[str]]()
"""Lines for the header about plain names on the command line that are not ours here."""

PARSER: "pytest.StashKey[pytest.Parser]" = pytest.StashKey()
"""Knows the options of every plugin and conftest."""

FOREIGN_INI = pytest.StashKey[list[str]]()
"""Plain names in the ini file that are not ours here."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the names that are always ours; `pytest_load_initial_conftests` adds plain ones."""
    for option in OPTIONS:
        parser.addini(option.dest, option.text, type=option.ini_type, default=None)  # type: ignore[arg-type]  # the names are pytest's own
    config = pluginmanager.get_plugin("pytestconfig")
    # The manual shows both names of an option, so it waits until all plain names are known.
    if config is None or not _asks_for_help(config):
        declare(parser)


def declare(parser: pytest.Parser, plain: Collection[str] = ()) -> None:
    """Declare each option; the defaults are in `Settings`.

    Args:
        parser: pytest's.
        plain: flags without prefix that nobody else has.
    """
    group = parser.getgroup("distill", "how far a language model was distilled from another")
    for option in OPTIONS:
        flags = [option.flag] if option.is_plain and option.flag in plain else []
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
        group.addoption(*flags, option.own_flag, dest=option.dest, help=text, **how)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register our hooks; without this a conftest that implements one would fail every run."""
    pluginmanager.add_hookspecs(hookspecs)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, object, object]:
    """Read plain names as ours, unless a conftest or another plugin has an option of that name."""
    words = {str(word).partition("=")[0] for word in args}
    early_config.stash[PARSER] = parser
    try:
        if _asks_for_help(early_config) or words.isdisjoint(FLAGS):
            return (yield)
        from pytest_distill.pytest_hooks.command_line import CommandLine  # noqa: PLC0415 - idle runs must not pay

        line = CommandLine(OPTIONS, early_config, parser, args, is_declared=is_declared)
        again = line.restart(line.read_paths(), is_ours=is_in_pyproject(early_config))
        if again is not None:
            early_config.stash[RESTART] = again
            line.empty()
            return (yield)
        result = yield
        early_config.stash[NOTES] = line.settle()
        return result
    finally:
        # Also where a conftest cannot be loaded: ``--help`` then goes on without it.
        if _asks_for_help(early_config):
            declare(parser, [o.flag for o in OPTIONS if not is_declared(parser, o.flag)])
        _adopt_ini_names(early_config, parser)


def is_declared(parser: pytest.Parser, flag: str) -> bool:
    """Return whether an option of this name has been declared so far."""
    try:
        _, unknown = parser.parse_known_and_unknown_args([flag], Namespace())
    except pytest.UsageError:
        # It lacks its value.
        return True
    return flag not in unknown


def _asks_for_help(config: pytest.Config) -> bool:
    return not HELP.isdisjoint(config.invocation_params.args)


def _adopt_ini_names(config: pytest.Config, parser: pytest.Parser) -> None:
    """Read plain names in the ini file as ours, unless another plugin has declared them."""
    with warnings.catch_warnings():
        # Declaring names that are not there could disturb a conftest that is loaded later.
        warnings.simplefilter("ignore")
        there = getattr(config, "inicfg", None)
    foreign = config.stash[FOREIGN_INI] = []
    for option in OPTIONS:
        if option.is_plain and (there is None or option.key in there):
            try:
                parser.addini(
                    option.dest,
                    option.text,
                    type=option.ini_type,  # type: ignore[arg-type]  # as above
                    default=None,
                    aliases=[option.key],
                )
            except ValueError:
                foreign.append(option.key)


def pytest_configure(config: pytest.Config) -> None:
    """Activate the plugin if an option, the ini file or the TOML table asks for it."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if not any(getattr(config.option, name, None) for name in _SHOWING):
        is_given = _is_given(config)
        is_named = any(_may_be_node_id(config, argument) for argument in config.args)
        if is_given or is_named or is_in_pyproject(config):
            from pytest_distill.pytest_hooks.activation import activate  # noqa: PLC0415 - idle runs must not pay

            activate(
                config,
                OPTIONS,
                is_given=is_given,
                is_named=is_named,
                notes=_notes(config),
                plain_flags=_plain_flags(config),
            )
    elif config.option.markers and _may_add_suites(config):
        from pytest_distill.pytest_hooks import help  # noqa: A004, PLC0415 - idle runs must not pay

        help.show_markers(config)


def _notes(config: pytest.Config) -> list[str]:
    """Return what the user of an active plugin should know, beside what every header says."""
    foreign = config.stash.get(FOREIGN_INI, [])
    names = ", ".join(foreign)
    ours = ", ".join(option.dest for option in OPTIONS if option.key in foreign)
    lines = [f"ini {names} belongs to a conftest or another plugin here; ours: {ours}"]
    return [*config.stash.get(NOTES, []), *(lines if foreign else [])]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which plain names are not ours here."""
    is_active = config.pluginmanager.has_plugin("distill-suites")
    notes = _notes(config) if is_active else config.stash.get(NOTES, [])
    return [f"distill: {note}" for note in notes]


@pytest.hookimpl(specname="pytest_cmdline_main", tryfirst=True)
def pytest_cmdline_main_again(config: pytest.Config) -> "int | pytest.ExitCode | None":
    """Start pytest again where it took the value of an option for a path of tests."""
    again = config.stash.get(RESTART, None)
    if again is None:
        return None
    before = {name: os.environ[name] for name in again.environment}
    os.environ.update(again.environment)
    try:
        return pytest.main(again.arguments, plugins=config.invocation_params.plugins)
    finally:
        os.environ.update(before)


def _plain_flags(config: pytest.Config) -> list[str]:
    """Return the flags without the prefix that nobody else has."""
    parser = config.stash.get(PARSER, None)
    plain = [option.flag for option in OPTIONS if option.is_plain]
    return [] if parser is None else [flag for flag in plain if not is_declared(parser, flag)]


def _may_be_node_id(config: pytest.Config, argument: str) -> bool:
    """Return whether an argument may be the node id of a suite's case, as a failure shows it."""
    path, colons, _ = argument.partition("::")
    is_ours = colons and path.startswith(("distill/", "../"))
    return bool(is_ours) and not (config.invocation_params.dir / path).exists()


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """End ``--help`` with the suites of plugins: options are declared before they are known."""
    result = yield
    if config.option.help and _may_add_suites(config):
        from pytest_distill.pytest_hooks import help  # noqa: A004, PLC0415 - idle runs must not pay

        help.show_suites(config)
    return result


def _is_given(config: pytest.Config) -> bool:
    return any(config.getoption(o.dest) is not None or config.getini(o.dest) for o in OPTIONS)


def is_in_pyproject(config: pytest.Config) -> bool:
    """Return whether there may be a table of ours; imports nothing to find out."""
    starts = [config.invocation_params.dir, config.rootpath]
    if config.inipath is not None:
        starts.append(config.inipath.parent)
    folders = {folder for start in starts for folder in (start, *start.parents)}
    files = {folder / "pyproject.toml" for folder in folders} | {config.inipath}
    return any(_names_us(path) for path in files if path is not None)


def _names_us(path: Path) -> bool:
    try:
        return os.path.isfile(path) and b"pytest-distill" in path.read_bytes()  # noqa: PTH113 - never raises
    except OSError:
        return False


def _may_add_suites(config: pytest.Config) -> bool:
    """Return whether a plugin may add suites; imports nothing to find out."""
    return is_in_pyproject(config) or bool(config.hook.pytest_distill_suites.get_hookimpls())


# A user's fixture of the same name replaces ours. What is parametrized by the models of the run is
# therefore not `model` but what only ours requests: a test with a fixture of its own is left alone.


@pytest.fixture
def _distill_model(request: pytest.FixtureRequest) -> "ModelUnderTest":
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.model(request)


@pytest.fixture
def _distill_reference(request: pytest.FixtureRequest) -> "ModelUnderTest":
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.reference(request)


@pytest.fixture
def model(_distill_model: "ModelUnderTest") -> "ModelUnderTest":
    """Give each model under test in turn: ``model.ask("Who are you?").text``."""
    return _distill_model


@pytest.fixture
def reference(_distill_reference: "ModelUnderTest") -> "ModelUnderTest":
    """Give each reference model in turn: ``reference.ask("Who are you?").text``."""
    return _distill_reference


@pytest.fixture
def judge(request: pytest.FixtureRequest, _distill_model: "ModelUnderTest") -> "IdentityChecker":
    """Give the judge of the model's identity: ``judge("I am ...").loose``."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.judge(request, _distill_model)


@pytest.fixture
def evaluation(request: pytest.FixtureRequest) -> "Evaluation":
    """Give the object that asks, judges and records cases, so that the scorecard counts them."""
    from pytest_distill.pytest_hooks import fixtures  # noqa: PLC0415 - idle runs must not pay

    return fixtures.evaluation(request)
