"""The declared options: flag, ini name, help text. Idle runs import it, so it imports nothing else.

PYTEST_DONT_REWRITE: there is no assertion here, and rewriting would slow down every run.
"""

from typing import NamedTuple

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
        " measures how similar its answers are to those of each --reference, 'bbi' how well"
        " adversaries tell them apart, and 'imitation' whether it has the ability of its"
        " --reference or only the style; 'all' runs every suite. Works from any folder. Repeatable",
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
        "--base",
        "string",
        "SPEC",
        "the model under test as it was before it was distilled, given as for --model: what"
        " distillation has changed is measured from there",
    ),
    Option(
        "--prompts",
        "paths",
        "PATH",
        "compare the answers to the prompts in this file instead of the shipped prompts: JSONL of"
        " your own, or a file of ArenaHard, NuminaMath, ShareGPT or AlpacaEval; for 'imitation'"
        " also questions: lines with 'answers'. Repeatable",
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
    Option(
        "--fuzz-mutations",
        "int",
        "N",
        "mutants per campaign (default: 20; with --fuzz-policy none and a gate, what it needs)",
    ),
    Option(
        "--fuzz-policy",
        "string",
        "NAME",
        "how the fuzzer selects the templates to mutate: mcts-explore (default), ucb, exp3,"
        " round-robin, random; 'none' breeds nothing and uses a shipped bank of templates",
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
        "--bbi-epsilon",
        "string",
        "A",
        "advantage up to which suite bbi calls student and teacher indistinguishable (default: .1)",
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
        "at most N cases per suite and model (of several references, for each), spread evenly over"
        " categories and languages",
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
        "--distill-shard",
        "string",
        "K/N",
        "run the K-th of N parts of the run, as in 2/8, each with its share of every category and"
        " language; needs --distill-run, and 'pytest-distill merge' joins the run logs of all",
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
        "--distill-max-refused",
        "float",
        "P",
        "share of answers that refuse to answer above which a gate that would pass is inconclusive:"
        " who refuses everything leaks nothing, and shows nothing either (default: 0.5)",
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
        "'leak': each leak and each missing case is a failed test; 'gate': leaks are data, and"
        " gates decide; a missing case is skipped where its suite has a gate, else it fails"
        " (default: 'gate' if a gate is given, else 'leak')",
        choices=("leak", "gate"),
    ),
    Option(
        "--distill-report",
        "linelist",
        "FORMAT:PATH",
        "write the report when the run ends, as in json:report.json, md:report.md, html:report.html"
        " (needs the extra 'html'), svg:FOLDER, its figures, or with a row a case jsonl:cases.jsonl"
        " and csv:cases.csv. Repeatable",
    ),
)

FLAGS = frozenset(flag for option in OPTIONS for flag in (option.flag, option.own_flag))

DECIDING = frozenset(
    {
        "suite",
        "distill_baseline",
        "distill_baseline_missing",
        "distill_gate",
        "distill_releases",
        "distill_report",
        "distill_run",
        "distill_shard",
        "distill_stop",
    }
)
"""Keys of what decides a run, or leaves its results behind.

Where tests are named only the command line asks for it: configured gates could not be decided
there, and configured reports would be overwritten.
"""

OF_WHOLE_RUNS = DECIDING | {
    "distill_cache_max_age",
    "distill_calibration",
    "distill_confidence",
    "distill_fail_on",
    "distill_inconclusive",
    "distill_max_missing",
    "distill_max_refused",
}
"""Likewise, of what a single case has no use for."""
