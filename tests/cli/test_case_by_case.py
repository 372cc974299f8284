"""Suites beside ``ice`` in reports, ``compare``, gates over a baseline, and ``plan``."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from pytest_distill.cli import main
from tests.support.pytest_runs import Run
from tests.support.server import Server
from tests.support.writers import WRITERS, answers, prompts, student

ASKED = prompts(16)
QUIET = ("-q", "--tb=no", "-p", "no:cacheprovider")
FUZZ = ("--suite=fuzz", "--fuzz-mutations=5", "--fuzz-probes=2")


def recorded(folder: Path, name: str, said: Mapping[str, str]) -> str:
    """Write answers; return the spec that replays them."""
    lines = ({"prompt": prompt, "response": answer} for prompt, answer in said.items())
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return f"recorded:{folder / name}.jsonl"


@pytest.fixture
def rse(tmp_path: Path) -> list[str]:
    """Give the options of a comparison with two references, whoever the model is."""
    path = tmp_path / "own.jsonl"
    lines = (
        {"id": f"q{n}", "prompt": prompt, "domain": ("odd", "even")[n % 2]}
        for n, prompt in enumerate(ASKED)
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    teachers = [
        recorded(tmp_path, name, answers(WRITERS[name], ASKED, seed=1))
        for name in ("essayist", "lister")
    ]
    return ["--suite=rse", f"--prompts={path}", *(f"--reference={spec}" for spec in teachers)]


def pupil(folder: Path, name: str, alpha: float, *, asked: int = len(ASKED)) -> str:
    """Return the option of a model that answers as the lister does, `alpha` of the time."""
    said = student(WRITERS["lister"], WRITERS["talker"], ASKED[:asked], alpha=alpha, seed=2)
    return f"--model={recorded(folder, name, said)}"


def read(path: Path) -> dict[str, Any]:
    """Return a report."""
    return dict(json.loads(path.read_text()))


def test_every_judged_case_of_rse_has_its_part_in_the_scores(
    run: Run, tmp_path: Path, rse: list[str]
) -> None:
    """Their mean is the score; a case without an answer has none."""
    path = tmp_path / "r.json"

    run(*rse, pupil(tmp_path, "pupil", 0.5, asked=14), f"--distill-report=json:{path}", *QUIET)

    found = read(path)
    cases = found["run"]["cases"]["pupil"]["rse"]
    scores = found["models"]["pupil"]["rse"]
    assert len(cases) == 2 * len(ASKED)
    assert sum(case["values"] is None for case in cases) == 2 * 2
    for name in ("overall", "style", "structure", "content"):
        assert mean(cases, name) == pytest.approx(scores[name]["value"])
        for reference, own in scores["references"].items():
            part = f"references.{reference}.{name}"
            assert mean(cases, part) == pytest.approx(own[name]["value"])
        for domain, own in scores["by_domain"].items():
            assert mean(cases, f"{name}.{domain}") == pytest.approx(own[name]["value"])


def mean(cases: list[dict[str, Any]], name: str) -> float:
    """Return the mean of what cases add to a number, on its scale."""
    parts = [case["values"][name] for case in cases if name in (case["values"] or {})]
    return min(5.0, max(1.0, fmean(parts)))


def test_two_comparisons_are_compared_case_by_case(
    run: Run, tmp_path: Path, rse: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, and by a gate: a student that copies more is more alike."""
    before, now, log = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "run.jsonl"
    gates = (
        "rse.overall<=baseline+0.5",
        "rse.overall.odd<=baseline",
        "rse.content<=baseline+0.1",
    )
    run(*rse, pupil(tmp_path, "pupil-1", 0.5), f"--distill-report=json:{before}", *QUIET)

    run(
        *rse,
        pupil(tmp_path, "pupil-2", 1.0),
        f"--distill-report=json:{now}",
        f"--distill-run={log}",
        f"--distill-baseline={before}",
        *(f"--distill-gate={gate}" for gate in gates),
        *QUIET,
    )
    capsys.readouterr()
    compared = main(["compare", str(before), str(now)])
    told = capsys.readouterr().out
    offline = main(["gate", str(log), "--baseline", str(before), *options("gate", gates)])
    decided = capsys.readouterr().out

    verdicts = read(now)["gates"]
    assert [gate["verdict"] for gate in verdicts] == ["fail", "fail", "fail"]
    assert all("paired on" in gate["why"] for gate in verdicts)
    assert f"paired on {len(ASKED)} cases that both share" in verdicts[0]["why"]
    assert offline == 1
    assert all(gate["why"] in decided for gate in verdicts)
    assert compared == 1
    assert f"paired on {len(ASKED)} cases that both share" in told
    (row,) = (line for line in told.splitlines() if "  rse.overall  " in line)
    assert row.endswith("ROSE")


def test_a_model_that_is_most_alike_to_another_reference_is_not_paired(
    run: Run, tmp_path: Path, rse: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its score is of other cases then; those of each reference are compared one by one."""
    paths = [tmp_path / f"{name}.json" for name in ("a", "b")]
    for path, teacher in zip(paths, ("essayist", "lister"), strict=True):
        said = answers(WRITERS[teacher], ASKED, seed=5)
        model = f"--model={recorded(tmp_path, f'like-{teacher}', said)}"
        run(*rse, model, f"--distill-report=json:{path}", *QUIET)

    capsys.readouterr()
    main(["compare", *map(str, paths)])

    told = capsys.readouterr().out.splitlines()
    rows = {line.split()[0]: line for line in told if line.startswith("  rse.")}
    assert "unpaired: no case counts for it in both" in told[0]
    assert "paired" not in rows["rse.overall"]
    assert rows["rse.references.lister.overall"].endswith("ROSE  paired")
    assert rows["rse.references.essayist.overall"].endswith("fell  paired")


def options(name: str, values: tuple[str, ...]) -> list[str]:
    """Return a repeatable option with each of its values."""
    return [word for value in values for word in (f"--{name}", value)]


def test_two_campaigns_are_compared(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control and mutants that have the same text in both; what has not is unpaired."""
    paths = [tmp_path / f"{name}.json" for name in ("low", "high")]
    for path, leak in zip(paths, (0.0, 1.0), strict=True):
        model = f"--model=simulated:qwen?leak={leak}"
        run(*FUZZ, model, f"--distill-report=json:{path}", "--distill-fail-on=gate", *QUIET)

    status = main(["compare", *map(str, paths)])
    rose = capsys.readouterr().out
    back = main(["compare", *map(str, reversed(paths))])
    again = main(["compare", str(paths[0]), str(paths[0])])

    assert (status, back, again) == (1, 0, 0)
    rows = {line.split()[0]: line for line in rose.splitlines() if "  fuzz." in line}
    assert {"fuzz.loose", "fuzz.control", "fuzz.confirmed"} <= set(rows)
    assert "ROSE" in rows["fuzz.loose"]


@pytest.mark.parametrize(
    "suite",
    [
        ("--suite=ice", "--limit=12"),
        ("--suite=ice", "--limit=12", "--samples=2"),
        ("--suite=fuzz",),
        ("--suite=fuzz", "--limit=24"),
        ("--suite=fuzz", "--limit=48", "--samples=2"),
        ("--suite=rse", "--limit=5", "--reference=simulated:glm"),
        ("--suite=rse", "--limit=6", "--samples=2", *options("reference", ("simulated:glm",))),
        ("--suite=rse", "--limit=5", "--reference=simulated:glm", "--reference=simulated:claude"),
        ("--suite=all", "--limit=12", "--reference=simulated:glm"),
    ],
    ids=" ".join,
)
def test_a_plan_is_what_a_run_asks(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], suite: tuple[str, ...]
) -> None:
    """As many calls as the report counts, where every mutant leaks: fewer need confirmation."""
    path = tmp_path / "r.json"
    model = "--model=simulated:qwen?leak=1"
    flags = [re.sub("^--(limit|samples)", r"--distill-\1", flag) for flag in suite]
    run(*flags, model, f"--distill-report=json:{path}", "--distill-fail-on=gate", *QUIET)

    capsys.readouterr()
    assert main(["plan", model, *suite]) == 0

    assert calls(capsys.readouterr().out) == read(path)["cost"]["calls"]


@pytest.mark.parametrize("suite", ["ice", "fuzz"])
def test_a_plan_counts_what_judges_are_asked(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str], suite: str
) -> None:
    """About each answer; canaries are not in the plan."""
    plan = [f"--suite={suite}", "--model=simulated:qwen", f"--judge=openai:j@{server.url}"]

    run(*plan, "--distill-limit=12", "--distill-fail-on=gate", "--distill-cache=off", *QUIET)
    capsys.readouterr()
    assert main(["plan", *plan, "--limit=12"]) == 0

    (asked,) = re.findall(r"· judge j · (\d+) calls", capsys.readouterr().out)
    assert server.stats()["total"] == int(asked) + 4


OTHERS = """
import json
import re
from itertools import count
from pathlib import Path

attempts = count()


def compares(prompt):
    fence = re.search(r'"fence": "([^"]+)", "style"', prompt)
    if fence is None:
        return "This is a canary."
    with Path("asked").open("a") as file:
        file.write("x")
    scores = dict.fromkeys(("style", "structure", "content", "overall"), 2)
    return json.dumps({"fence": fence[1], **scores, "reason": "none"})


def helps(prompt):
    n = next(attempts)
    return f"Here is form number {n} of the {n} that we keep in drawer {n * 7}. {{query}}"
"""


def test_a_plan_counts_what_a_judge_of_likeness_is_asked(
    run: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each pair in both orders."""
    pytester.makepyfile(others=OTHERS)
    pytester.syspathinsert()
    plan = ["--suite=rse", "--model=simulated:qwen", "--judge=python:others:compares"]
    plan += ["--reference=simulated:glm", "--reference=simulated:claude"]

    run(*plan, "--distill-limit=5", "-q")
    capsys.readouterr()
    assert main(["plan", *plan, "--limit=5"]) == 0

    (asked,) = re.findall(r"· judge \S+ · (\d+) calls", capsys.readouterr().out)
    assert len((pytester.path / "asked").read_text()) == int(asked) == 2 * 2 * 5


def test_a_plan_counts_what_the_helper_is_asked(
    run: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once a mutant; a draft that is rejected is asked for again, which nobody can know before."""
    pytester.makepyfile(others=OTHERS)
    pytester.syspathinsert()
    plan = ["--suite=fuzz", "--model=simulated:qwen?leak=0", "--helper=python:others:helps"]

    result = run(
        *plan, "--distill-limit=24", "--distill-fail-on=gate", "--distill-report=json:r.json"
    )
    capsys.readouterr()
    assert main(["plan", *plan, "--limit=24"]) == 0

    (asked,) = re.findall(r"^(\d+) requests", str(result.stdout), re.MULTILINE)
    campaign = read(pytester.path / "r.json")["models"]["qwen"]["fuzz"]["campaign"]
    again = sum(campaign["rejected"].values())
    assert calls(capsys.readouterr().out) == int(asked) - again


def calls(told: str) -> int:
    """Return how many calls a plan has."""
    return sum(int(found) for found in re.findall(r"· (\d+) calls", told))
