"""``pytest-distill trace``: a set of candidates, or none, with its evidence."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import distill
from tests.support.writers import WRITERS, answers, prompts, student

ASKED = prompts(120)


def write(folder: Path, name: str, said: Mapping[str, str]) -> Path:
    """Write answers as a user would have them."""
    path = folder / f"{name}.jsonl"
    lines = ({"prompt": prompt, "response": answer} for prompt, answer in said.items())
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def teachers(tmp_path: Path) -> list[str]:
    """Give four candidates as arguments."""
    paths = {name: write(tmp_path, name, answers(WRITERS[name], ASKED, seed=1)) for name in WRITERS}
    return [f"--teacher={name}={path}" for name, path in paths.items()]


def traced(path: Path) -> dict[str, Any]:
    """Read the answer."""
    return dict(json.loads(path.read_text()))


def test_a_student_is_traced_to_its_teacher(tmp_path: Path, teachers: list[str]) -> None:
    """With score, interval and p of each candidate, and words that claim no proof."""
    said = student(WRITERS["lister"], WRITERS["essayist"], ASKED, alpha=0.9, seed=1)
    path, out = write(tmp_path, "student", said), tmp_path / "out.json"

    result = distill("trace", path, *teachers, "--json", out)

    found = traced(out)
    assert result.returncode == 0
    assert (found["student"], found["prompts"]) == ("student", 120)
    assert (found["set"], found["verdict"]) == (["lister"], "one")
    assert found["candidates"][0]["name"] == "lister"
    assert {"name", "family", "score", "low", "high", "p"} <= set(found["candidates"][0])
    assert all(c["low"] <= c["score"] <= c["high"] for c in found["candidates"])
    assert found["candidates"][0]["p"] == found["detection"]["p"] < 0.05
    assert found["detection"]["affinity"] >= found["detection"]["needed"]
    assert "consistent with a student of lister" in result.stdout
    assert "prove" not in result.stdout
    assert found["evidence"]["features"]
    assert found["evidence"]["examples"]


def test_what_was_thought_is_no_answer(tmp_path: Path, teachers: list[str]) -> None:
    """A student that thinks first, in another's manner, is traced by what it answers."""
    said = student(WRITERS["lister"], WRITERS["essayist"], ASKED, alpha=0.9, seed=1)
    thought = answers(WRITERS["talker"], ASKED, seed=3)
    thinking = {prompt: f"<think>{thought[prompt]}</think>\n{said[prompt]}" for prompt in ASKED}
    plain, out = tmp_path / "plain.json", tmp_path / "out.json"

    distill("trace", write(tmp_path, "student", said), *teachers, "--json", plain)
    distill("trace", write(tmp_path, "student", thinking), *teachers, "--json", out)

    assert traced(out) == traced(plain)


def test_a_stranger_is_of_none_of_them(tmp_path: Path) -> None:
    """It writes now like one, now like another: the set is empty, and the answer says so."""
    asked, out = prompts(400), tmp_path / "out.json"
    said = {name: answers(WRITERS[name], asked, seed=1) for name in WRITERS}
    turns = ("essayist", "lister", "designer") * 3 + ("talker",)
    again = {name: answers(WRITERS[name], asked, seed=2) for name in WRITERS}
    chance = random.Random(4)  # noqa: S311 - a simulation
    stranger = write(tmp_path, "x", {p: again[chance.choice(turns)][p] for p in asked})
    teachers = [f"--teacher={name}={write(tmp_path, name, said[name])}" for name in said]

    result = distill("trace", stranger, *teachers, "--json", out)

    assert (traced(out)["set"], traced(out)["verdict"]) == ([], "none")
    assert "consistent with none of these candidates: it resembles" in result.stdout


def test_half_a_student_is_undecided(tmp_path: Path) -> None:
    """As much as known students show, and no more than unrelated models do: neither is said."""
    asked, out = prompts(60), tmp_path / "out.json"
    said = {name: answers(WRITERS[name], asked, seed=1) for name in WRITERS}
    half = student(WRITERS["lister"], WRITERS["essayist"], asked, alpha=0.6, seed=1)
    teachers = [f"--teacher={name}={write(tmp_path, name, said[name])}" for name in said]

    result = distill("trace", write(tmp_path, "half", half), *teachers, "--json", out)

    found = traced(out)
    assert (found["set"], found["verdict"]) == ([], "undecided")
    assert found["detection"]["students"] <= found["detection"]["affinity"]
    assert found["detection"]["affinity"] < found["detection"]["needed"]
    assert "undecided: the nearest is " in result.stdout
    assert "prompts would " in result.stdout
    assert "consistent with" not in result.stdout


def test_nothing_is_said_of_a_model_of_few_words(tmp_path: Path, teachers: list[str]) -> None:
    """Terse answers resemble those of any other terse model, its teacher or not."""
    said, again = (answers(WRITERS["talker"], ASKED, seed=seed) for seed in (1, 2))
    terse = write(tmp_path, "terse", {p: " ".join(said[p].split()[:9]) for p in ASKED})
    twin = write(tmp_path, "twin", {p: " ".join(again[p].split()[:9]) for p in ASKED})
    out = tmp_path / "out.json"

    result = distill("trace", terse, *teachers, f"--teacher=twin={twin}", "--json", out)

    found = traced(out)
    assert (found["set"], found["verdict"], found["detection"]["p"]) == ([], "undecided", None)
    assert all(candidate["p"] is None for candidate in found["candidates"])
    assert "undecided: its answers are too short to tell" in result.stdout
    assert "its answers have fewer than 20 words on average" in " ".join(result.stdout.split())


def test_nulls_of_the_run_adapt_the_null(tmp_path: Path, teachers: list[str]) -> None:
    """Unrelated models that resemble a candidate make resemblance usual."""
    said = student(WRITERS["lister"], WRITERS["essayist"], ASKED, alpha=0.9, seed=1)
    path = write(tmp_path, "student", said)
    null = write(tmp_path, "null", answers(WRITERS["designer"], ASKED, seed=5))
    before, after = tmp_path / "a.json", tmp_path / "w.json"

    distill("trace", path, *teachers, "--json", before)
    result = distill("trace", path, *teachers, f"--null=n={null}", "--json", after)

    assert traced(after)["detection"]["decoys"] == 1
    assert traced(after)["detection"]["needed"] > traced(before)["detection"]["needed"]
    assert "adapted to 1 null model of this run" in result.stdout


def test_a_student_of_another_language_is_told(tmp_path: Path, teachers: list[str]) -> None:
    """The null was measured on English answers."""
    said = {
        prompt: f"{answer} " + "И ещё несколько слов по-русски, чтобы было заметно. " * 8
        for prompt, answer in answers(WRITERS["lister"], ASKED, seed=8).items()
    }

    result = distill("trace", write(tmp_path, "student", said), *teachers)

    assert "was measured on English answers" in result.stdout


def test_twins_cannot_be_told_apart(tmp_path: Path, teachers: list[str]) -> None:
    """Both are in the set, as one family."""
    said = student(WRITERS["lister"], WRITERS["essayist"], ASKED, alpha=0.95, seed=1)
    path, out = write(tmp_path, "student", said), tmp_path / "out.json"
    twin = write(tmp_path, "twin", answers(WRITERS["lister"], ASKED, seed=2))

    distill("trace", path, *teachers, f"--teacher=twin={twin}", "--json", out)

    found = traced(out)
    assert (sorted(found["set"]), found["verdict"]) == (["lister", "twin"], "several")
    assert len({c["family"] for c in found["candidates"] if c["name"] in found["set"]}) == 1


def test_few_prompts_and_prompts_that_do_not_match_are_told(
    tmp_path: Path, teachers: list[str]
) -> None:
    """As warnings, in the terminal and in the file."""
    said = answers(WRITERS["lister"], [*ASKED[:30], "Something else?"], seed=8)
    path = write(tmp_path, "student", said)

    result = distill("trace", path, *teachers, "--json", "-")

    found = json.loads(result.stdout)
    assert found["prompts"] == 30
    assert "30 prompts are few" in found["warnings"][0]
    assert "1 of the student's 31 prompts" in found["warnings"][1]
    assert "decoys are few (3)" in found["warnings"][2]
    assert "warning: 30 prompts are few" in result.stderr


def test_one_family_alone_says_nothing(tmp_path: Path, teachers: list[str]) -> None:
    """A closed set always accuses somebody; a null gives it somebody to compare with."""
    path = write(tmp_path, "student", answers(WRITERS["lister"], ASKED, seed=8))
    null = write(tmp_path, "null", answers(WRITERS["talker"], ASKED, seed=8))
    (lister,) = (argument for argument in teachers if "=lister=" in argument)
    alone, watched = tmp_path / "a.json", tmp_path / "w.json"

    distill("trace", path, lister, "--json", alone)
    distill("trace", path, lister, f"--null=n={null}", "--json", watched)

    assert (traced(alone)["set"], traced(alone)["verdict"]) == ([], "undecided")
    assert traced(alone)["detection"]["p"] is None
    assert "no decoy" in traced(alone)["warnings"][0]
    assert traced(alone)["candidates"][0]["p"] is None
    assert traced(watched)["set"] == ["lister"]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--teacher=lister"], "NAME=FILE.jsonl is needed"),
        (["--teacher=lister=x.jsonl"], "two models are called 'lister'"),
        (["--null=n=no.jsonl"], "No such file"),
        (["--json=no/such/folder.json"], "cannot write"),
        (["--confidence=2"], "--confidence"),
    ],
)
def test_misuse_exits_with_four(
    tmp_path: Path, teachers: list[str], extra: list[str], message: str
) -> None:
    """One message, no traceback."""
    path = write(tmp_path, "student", answers(WRITERS["lister"], ASKED[:20], seed=8))

    result = distill("trace", path, *teachers, *extra)

    assert result.returncode == 4
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_in_common_is_refused(tmp_path: Path, teachers: list[str]) -> None:
    """With how many answers each model has."""
    path = write(tmp_path, "student", {"Another question?": "Yes."})

    result = distill("trace", path, *teachers)

    assert result.returncode == 4
    assert "prompts answered by all: 0; at least" in result.stderr
    assert "student: 1" in result.stderr


def test_nobody_is_its_own_teacher(tmp_path: Path, teachers: list[str]) -> None:
    """The same file on both sides is a slip."""
    result = distill("trace", tmp_path / "lister.jsonl", *teachers)

    assert result.returncode == 4
    assert "no model is its own teacher" in result.stderr
