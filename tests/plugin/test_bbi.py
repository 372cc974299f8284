"""``--suite bbi``: can student and teacher be told apart, live and from the log?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.cli import main
from pytest_distill.data import resources
from tests.support.pytest_runs import Run
from tests.support.server import serving
from tests.support.writers import WRITERS, answers, prompts, student

ASKED = prompts(30)
LISTER, TALKER = WRITERS["lister"], WRITERS["talker"]
GATE = "bbi.advantage<=0.1"


def recorded(folder: Path, name: str, *samples: Mapping[str, str]) -> str:
    """Write answers; return the spec that replays them."""
    lines = (
        {"prompt": prompt, "response": answer, "sample": number}
        for number, said in enumerate(samples)
        for prompt, answer in said.items()
    )
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return f"recorded:{folder / name}.jsonl"


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    """Give the options of a run with a student, its teacher, and its base."""
    path = tmp_path / "own.jsonl"
    lines = ({"id": f"q{n}", "prompt": prompt} for n, prompt in enumerate(ASKED))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    pupil = [student(LISTER, TALKER, ASKED, alpha=0.7, seed=seed) for seed in (3, 4)]
    teacher = [answers(LISTER, ASKED, seed=seed) for seed in (1, 2)]
    base = [answers(TALKER, ASKED, seed=seed) for seed in (5, 6)]
    return [
        "--suite=bbi",
        f"--prompts={path}",
        f"--model={recorded(tmp_path, 'pupil', *pupil)}",
        f"--reference={recorded(tmp_path, 'teacher', *teacher)}",
        f"--base={recorded(tmp_path, 'base', *base)}",
        "--distill-samples=2",
        f"--distill-gate={GATE}",
    ]


def report(path: Path) -> dict[str, Any]:
    """Read a report."""
    return dict(json.loads(path.read_text()))


def test_a_run_says_the_same_spread_resumed_and_from_its_log(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], pair: list[str]
) -> None:
    """Every number, statement and verdict."""
    spread, resumed, again = (tmp_path / f"{name}.json" for name in ("n2", "resumed", "again"))
    log = tmp_path / "run.log"

    run(*pair, f"--distill-report=json:{spread}", "-q", "-n2")
    run(*pair, f"--distill-run={log}", "-q", "-k", "q1")
    result = run(*pair, f"--distill-run={log}", f"--distill-report=json:{resumed}")
    main(["report", str(log), "--gate", GATE, "-o", str(again)])
    status = main(["gate", str(log), "--gate", GATE])

    live = report(resumed)
    found = live["models"]["pupil"]["bbi"]
    assert report(again) == live
    assert report(spread)["models"] == live["models"]
    # A resumed run says that it rests on earlier answers.
    decided = ("verdict", "value", "low", "high")
    one, other = (found["gates"][0] for found in (report(spread), live))
    assert [one[key] for key in decided] == [other[key] for key in decided]
    assert live["cost"]["calls"] == 3 * 2 * len(ASKED)
    assert set(found["by_arm"]) == {"student", "resample", "base"}
    assert found["advantage"]["n"] == 2 * len(ASKED)
    assert found["by_arm"]["base"]["advantage"]["value"] == 1.0
    assert live["gates"][0]["value"] == found["advantage"]["value"]
    assert status == result.ret == 1
    assert live["gates"][0]["why"] in capsys.readouterr().out
    result.stdout.fnmatch_lines(
        [
            "bbi · pupil · 60 pairs, 0 missing",
            "*arm*advantage*if consistent*flips*",
            "*the trained adversary: student",
            "*closed: * of the way from the base to the reference*",
        ]
    )


def test_two_hosts_of_one_model_are_held_against_each_other(
    run: Run, tmp_path: Path, pair: list[str]
) -> None:
    """The reference is called after its host; the two-sample test says whether they differ."""
    path, asked = tmp_path / "r.json", pair[1]
    with serving("--latency", "0") as one, serving("--latency", "0") as other:
        run(
            "--suite=bbi",
            asked,
            f"--model=openai:x@{one.url}",
            f"--reference=openai:x@{other.url}",
            "--distill-samples=2",
            "--facts=qwen",
            f"--distill-report=json:{path}",
            "-q",
        )

    found = report(path)["models"]["x"]["bbi"]
    host = other.url.split("/")[2]
    assert found["p_value"]["value"] == 1.0
    assert found["flip_rate"]["value"] == 1.0
    assert found["statements"]["two-sample"].startswith(f"not shown to differ from x@{host}: p = 1")


def test_a_position_biased_judge_has_no_advantage(
    run: Run, tmp_path: Path, pair: list[str]
) -> None:
    """Its flip rate shows the bias; what it judges stands in the section."""
    path = tmp_path / "r.json"

    result = run(*pair, "--judge=simulated:j?first=1", f"--distill-report=json:{path}", "-v")

    found = report(path)["models"]["pupil"]["bbi"]
    assert found["advantage"]["value"] == 0.0
    assert found["flip_rate"]["value"] == 1.0
    assert found["advantage_consistent"]["value"] is None
    assert set(found["by_adversary"]) == {"judge-j", "trained", "two-sample"}
    result.stdout.fnmatch_lines(["*adversaries: judge-j: a model that is shown both answers*"])


def test_what_cannot_be_run_is_said_before_anything_is_asked(
    refused: Run, tmp_path: Path, pair: list[str]
) -> None:
    """No reference, a number off the scale, a name that is taken, an epsilon that is none."""
    taken = recorded(tmp_path, "trained", answers(LISTER, ASKED, seed=1))

    no_reference = refused("--suite=bbi", "--model=simulated:qwen")
    off_scale = refused(*pair, "--distill-gate=bbi.advantage<=2")
    unknown = refused(*pair, "--distill-gate=bbi.advantages<=0.1")
    same_name = refused(*pair, f"--reference={taken}")
    epsilon = refused(*pair, "--bbi-epsilon=3")

    no_reference.stderr.fnmatch_lines(["*--suite bbi needs a reference model*"])
    off_scale.stderr.fnmatch_lines(["*bbi.advantage is between -1 and 1, the limit is 2*"])
    unknown.stderr.fnmatch_lines(["*Did you mean 'bbi.advantage'?*"])
    same_name.stderr.fnmatch_lines(["*the reference 'trained' is called like a group*", "*alias*"])
    epsilon.stderr.fnmatch_lines(["*--bbi-epsilon*an advantage is between 0 and 1*"])


def test_prompts_that_a_recorded_reference_did_not_answer_are_left_out(run: Run) -> None:
    """And the header says how many; a limit is one of those that it did answer."""
    result = run(
        "--suite=bbi",
        "--model=simulated:small?accuracy=0.3&manner=lister",
        f"--reference=recorded:{resources.fixtures() / 'recorded' / 'teacher.jsonl'}",
        "--distill-limit=20",
    )

    result.assert_outcomes(passed=20)
    result.stdout.fnmatch_lines(
        [
            "*bbi: * of * prompts are left out, to which recorded references have no answer*",
            "bbi · small · 20 pairs, 0 missing",
        ]
    )
