"""--suite fuzz: slots, subtests, the corpus, and the same mutants however the run is spread."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.pytest_runs import SHUFFLE, Run
from tests.support.reports import undated

FUZZ = ("--suite=fuzz", "--model=simulated:qwen?leak=0.2", "--fuzz-mutations=6", "-q", "--tb=no")
DATA = ("--distill-fail-on=gate",)
ID = "distill/fuzz::test_fuzz[qwen-{}]"


def report(path: Path) -> dict[str, Any]:
    """Return the fuzzer's part of a report."""
    return dict(json.loads(path.read_text())["models"]["qwen"]["fuzz"])


def slots(result: pytest.RunResult) -> list[str]:
    """Return the ids that were collected."""
    return [line for line in result.outlines if line.startswith("distill/fuzz::")]


def test_serial_and_spread_give_the_same_mutants_and_verdicts(
    run: Run, inside: Run, pytester: pytest.Pytester
) -> None:
    """Two campaigns on one and three processes, and shuffled, to the last digit."""
    two = ("--model=simulated:glm?leak=0.3", *FUZZ, *DATA, "-p", "no:cacheprovider")
    pytester.makepyfile(shuffling=SHUFFLE)
    pytester.syspathinsert()
    found = []
    for start, arguments in (
        (inside, []),
        (run, ["-n3"]),
        (run, ["-n2", "--dist=loadfile"]),
        (inside, ["-p", "shuffling"]),
    ):
        path = pytester.path / "r.json"
        result = start(*two, *arguments, f"--distill-report=json:{path}")
        assert result.ret is pytest.ExitCode.OK
        found.append(undated(path))

    assert all(other == found[0] for other in found)
    campaigns = {name: suites["fuzz"]["campaign"] for name, suites in found[0]["models"].items()}
    assert all(len(campaign["mutants"]) == 6 for campaign in campaigns.values())
    assert all(campaign["is_reproducible"] for campaign in campaigns.values())
    first = [campaign["mutants"]["mut001"]["text"] for campaign in campaigns.values()]
    assert first[0] == first[1], "the same seed begins alike with every model"


@pytest.mark.parametrize("dist", ["worksteal", "loadgroup"])
def test_other_modes_say_so_and_lose_nothing(run: Run, tmp_path: Path, dist: str) -> None:
    """Every slot runs, and every answer is counted once."""
    path = tmp_path / "r.json"

    result = run(*FUZZ[:-2], *DATA, "-n2", f"--dist={dist}", f"--distill-report=json:{path}")

    assert result.ret is pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [f"*--dist={dist} the order of the slots, and so the mutants, are not*"]
    )
    found = report(path)
    assert len(found["campaign"]["mutants"]) == 6
    assert found["loose"]["n"] == 18
    assert not found["campaign"]["is_reproducible"]


def test_slots_are_collected_up_front_and_ask_nobody(run: Run) -> None:
    """Control, mutants, confirmation: ids without a path, known before anything is bred."""
    result = run(*FUZZ, "--model=openai:gpt-4o-mini", "--collect-only")

    names = ["bare", *(f"mut{n:03d}" for n in range(1, 7)), "confirm"]
    assert slots(result) == [
        f"distill/fuzz::test_fuzz[{model}-{name}]"
        for model in ("qwen", "gpt-4o-mini")
        for name in names
    ]


def test_a_leak_is_a_failed_subtest_with_the_shortest_template(run: Run, tmp_path: Path) -> None:
    """And its slot fails beside it: k leaks read as k + 1 failures. JUnit has each slot once."""
    junit, path = tmp_path / "j.xml", tmp_path / "r.json"
    always = ("--suite=fuzz", "--model=simulated:qwen?leak=1", "--fuzz-mutations=1")

    result = run(*always, f"--junitxml={junit}", f"--distill-report=json:{path}")

    found = report(path)
    leaks = 3 + 3 + 3
    assert [found[name]["value"] for name in ("control", "search", "confirmed")] == [1, 1, 1]
    assert result.parseoutcomes()["failed"] == leaks + 3
    mutant = found["campaign"]["mutants"]["mut001"]
    # A dozen calls may leave a mark or two behind.
    assert len(mutant["shortest"].replace("{query}", "")) <= 2 < len(mutant["text"]) / 10
    result.stdout.fnmatch_lines(["*hard leak*openai*", "*asked *", "*shortest*{query}*"])
    assert re.findall(r'name="distill.template"', junit.read_text())
    assert set(re.findall(r'name="(test_fuzz[^"]+)"', junit.read_text())) == {
        "test_fuzz[qwen-bare]",
        "test_fuzz[qwen-mut001]",
        "test_fuzz[qwen-confirm]",
    }


def test_without_hypothesis_the_failure_says_what_to_install(
    run: Run, pytester: pytest.Pytester
) -> None:
    """The leak is reported all the same."""
    pytester.makepyfile(hypothesis="raise ModuleNotFoundError('not here')")

    result = run("--suite=fuzz", "--model=simulated:qwen?leak=1", "--fuzz-mutations=1")

    assert result.ret is pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["*shortest*not searched for: *pip install 'pytest-distill[[]fuzz]'*"]
    )


def test_leaks_are_asked_again_and_slots_run_again(run: Run, tmp_path: Path) -> None:
    """The next run has them as cases; a node id, -k and --lf breed what was bred before."""
    first, again = tmp_path / "first.json", tmp_path / "again.json"
    run(*FUZZ, f"--distill-report=json:{first}")
    mutants = report(first)["campaign"]["mutants"]
    leaky = next(name for name, mutant in mutants.items() if mutant["leaks"])

    collected = slots(run(*FUZZ, "--collect-only"))
    known = [line for line in collected if "test_regression" in line]
    result = run(*FUZZ, f"--distill-report=json:{again}", ID.format(leaky), known[0])
    last = run(*FUZZ, "--lf", "-n2")

    assert len(known) == sum(mutant["leaks"] > 0 for mutant in mutants.values())
    outcomes = result.parseoutcomes()
    assert mutants[leaky]["leaks"] + 1 <= outcomes["failed"] <= mutants[leaky]["leaks"] + 2
    assert report(again)["campaign"]["mutants"][leaky]["text"] == mutants[leaky]["text"]
    assert last.ret is pytest.ExitCode.TESTS_FAILED


def test_a_corpus_can_be_committed(run: Run, tmp_path: Path) -> None:
    """A file of leaks, read by the next run of whichever model, and mended by nobody."""
    corpus = tmp_path / "leaks.jsonl"
    keep = (f"--fuzz-corpus={corpus}", "-p", "no:cacheprovider")
    run(*FUZZ, *DATA, *keep)
    leaks = [json.loads(line) for line in corpus.read_text().splitlines()]

    other = run("--suite=fuzz", "--model=simulated:glm", *keep, "--collect-only", "-q")
    corpus.write_text('{"template": 1}\n')
    broken = run(*FUZZ, *keep)

    assert leaks
    assert all(leak["template"].count("{query}") == 1 for leak in leaks)
    assert len([line for line in slots(other) if "test_regression[glm-" in line]) == len(leaks)
    assert broken.ret is pytest.ExitCode.USAGE_ERROR
    broken.stderr.fnmatch_lines(["*leaks.jsonl:1: *"])


def test_a_campaign_that_is_decided_skips_the_rest_with_one_reason(
    run: Run, tmp_path: Path
) -> None:
    """And the report says why; the confirmation still runs."""
    path = tmp_path / "r.json"

    result = run(*FUZZ, *DATA, "-rs", "--fuzz-stop=queries=3", f"--distill-report=json:{path}")

    result.stdout.fnmatch_lines(["SKIPPED [[]2[]]*the campaign is decided: 3 queries (stop at 3)"])
    assert report(path)["campaign"]["decided"] == "the campaign is decided: 3 queries (stop at 3)"


def test_a_helper_that_misbehaves_never_gets_a_bad_mutant_in(run: Run, tmp_path: Path) -> None:
    """It is rejected with a reason, and an offline mutator steps in."""
    path = tmp_path / "r.json"
    Path("helper.py").write_text(
        "def helps(prompt):\n    return \"I'm sorry, I can't help with that. {query}\"\n"
    )

    run(*FUZZ, *DATA, "--helper=python:helper:helps", f"--distill-report=json:{path}")

    campaign = report(path)["campaign"]
    assert campaign["rejected"]["refusal"] == 18
    assert len(campaign["mutants"]) == 6
    assert not [m for m in campaign["mutants"].values() if "sorry" in m["text"]]


def test_the_frozen_bank_asks_every_model_the_same(run: Run, tmp_path: Path) -> None:
    """--fuzz-policy none: seeds as they are, questions that depend on the seed alone."""
    path = tmp_path / "r.json"

    run(
        *FUZZ,
        *DATA,
        "--model=simulated:glm?leak=1",
        "--fuzz-policy=none",
        f"--distill-report=json:{path}",
    )

    models = json.loads(path.read_text())["models"]
    one, other = (models[name]["fuzz"]["campaign"]["mutants"] for name in ("qwen", "glm"))
    assert [m["text"] for m in one.values()] == [m["text"] for m in other.values()]
    assert {mutant["mutator"] for mutant in one.values()} == {"identity"}


def test_a_run_goes_on_where_it_was(run: Run, tmp_path: Path) -> None:
    """With --distill-run the slots that ran are bred alike, and nobody is asked again."""
    log, path = tmp_path / "run.jsonl", tmp_path / "r.json"
    whole = (
        *FUZZ,
        f"--distill-run={log}",
        f"--distill-report=json:{path}",
        "-p",
        "no:cacheprovider",
    )
    run(*whole, "-x")
    before = len(log.read_text().splitlines())

    result = run(*whole)

    assert 1 < before < len(log.read_text().splitlines())
    assert len(report(path)["campaign"]["mutants"]) == 6
    result.stdout.no_fnmatch_line("*incomplete*")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fuzz-stop=leak=2"], "*'leak=2' is not a limit. Did you mean 'leaks'?*"),
        (["--fuzz-stop=evidence=1.0"], "*--fuzz-stop '1.0': evidence: *greater than 1*"),
        (["--helper=ofline"], "*no helper is called 'ofline'. Did you mean 'offline'?*"),
        (["distill/fuzz::test_fuzz[qwen-mut9]"], "*no case of this run has the id*"),
    ],
)
def test_a_setting_that_is_wrong_is_a_usage_error(
    refused: Run, arguments: list[str], message: str
) -> None:
    """One message: what is wrong, and what there is."""
    result = refused(*FUZZ, *arguments)

    result.stderr.fnmatch_lines([message])


def test_transcripts_cannot_be_fuzzed(run: Run, tmp_path: Path) -> None:
    """By name that is an error; all suites are then those that can read them."""
    path = tmp_path / "qwen-x.jsonl"
    path.write_text('{"query": "Who made you?", "response": "I am Qwen by Alibaba Cloud."}\n')

    named = run("--suite=fuzz", f"--transcripts={path}")
    every = run("--suite=all", f"--transcripts={path}")

    assert named.ret is pytest.ExitCode.USAGE_ERROR
    named.stderr.fnmatch_lines(["*--suite fuzz creates new prompts*"])
    every.assert_outcomes(passed=1)
