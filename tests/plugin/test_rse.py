"""``--suite rse --reference SPEC``: answers side by side, scored, traced and reported."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.pytest_runs import Run
from tests.support.reports import undated
from tests.support.writers import WRITERS, answers, prompts, student

ASKED = prompts(24)


def recorded(folder: Path, name: str, said: Mapping[str, str]) -> str:
    """Write answers; return the spec that replays them."""
    lines = ({"prompt": prompt, "response": answer} for prompt, answer in said.items())
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return f"recorded:{folder / name}.jsonl"


@pytest.fixture
def asked(tmp_path: Path) -> str:
    """Give the option that names the prompts."""
    path = tmp_path / "own.jsonl"
    lines = ({"id": f"q{n}", "prompt": prompt} for n, prompt in enumerate(ASKED))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return f"--prompts={path}"


@pytest.fixture
def references(tmp_path: Path) -> list[str]:
    """Give three references, each with a form of its own."""
    return [
        recorded(tmp_path, name, answers(WRITERS[name], ASKED, seed=1))
        for name in ("essayist", "lister", "designer")
    ]


def report(path: Path) -> dict[str, Any]:
    """Read a report."""
    return dict(json.loads(path.read_text()))


def test_a_student_is_nearer_to_its_teacher_than_a_stranger(
    inside: Run, tmp_path: Path, asked: str, references: list[str]
) -> None:
    """With the raw scores and the length-only baseline beside; spread as serial."""
    said = student(WRITERS["lister"], WRITERS["talker"], ASKED, alpha=0.8, seed=1)
    models = [
        recorded(tmp_path, "pupil", said),
        recorded(tmp_path, "stranger", answers(WRITERS["talker"], ASKED, seed=3)),
    ]
    options = [f"--model={spec}" for spec in models] + [f"--reference={r}" for r in references]
    serial, spread = tmp_path / "s.json", tmp_path / "n.json"

    result = inside("--suite=rse", asked, *options, f"--distill-report=json:{serial}")
    inside("--suite=rse", asked, *options, f"--distill-report=json:{spread}", "-q", "-n2")

    found = report(serial)
    pupil, stranger = (found["models"][name]["rse"] for name in ("pupil", "stranger"))
    assert result.ret == 0
    assert undated(serial) == undated(spread)
    assert pupil["reference"] == "lister"
    assert pupil["overall"] == pupil["references"]["lister"]["overall"]
    assert pupil["overall"]["n"] == len(ASKED)
    assert pupil["overall"]["value"] > stranger["references"]["lister"]["overall"]["value"]
    assert {"style", "structure", "content", "by_domain", "raw", "length_only"} <= set(pupil)
    assert pupil["anchors"] == "fixed"
    assert pupil["raw_others"]["overall"] < pupil["raw"]["overall"]["value"]
    assert pupil["resample"] is None
    assert set(found["lineage"]) == {"pupil", "stranger"}
    assert len(found["family_tree"]) == 4
    result.stdout.fnmatch_lines(
        [
            "rse · pupil · 24 compared, 0 missing*",
            "*anchors: fixed, from recorded*",
            "likeness of models (rows)*",
            "family tree*",
        ]
    )


def test_each_model_may_be_both(
    inside: Run, tmp_path: Path, asked: str, references: list[str]
) -> None:
    """The matrix leaves out oneself, and is shown both ways together."""
    options = [f"--{kind}={spec}" for spec in references for kind in ("model", "reference")]
    path = tmp_path / "r.json"

    result = inside("--suite=rse", asked, *options, f"--distill-report=json:{path}")

    found = report(path)
    assert {name: set(m["rse"]["references"]) for name, m in found["models"].items()} == {
        "essayist": {"lister", "designer"},
        "lister": {"essayist", "designer"},
        "designer": {"essayist", "lister"},
    }
    assert found["run"]["cases_observed"] == 6 * len(ASKED)
    assert found["cost"]["calls"] == 3 * len(ASKED)
    result.stdout.fnmatch_lines(["*both ways together"])


def test_recorded_answers_are_compared_without_asking(
    inside: Run, tmp_path: Path, references: list[str]
) -> None:
    """A transcript's category is its domain; with one reference there are no others."""
    path, out = tmp_path / "student.jsonl", tmp_path / "r.json"
    said = answers(WRITERS["lister"], ASKED, seed=9)
    lines = (
        {"prompt": p, "response": a, "category": "own" if n % 2 else "other"}
        for n, (p, a) in enumerate(said.items())
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    inside(
        "--suite=rse",
        f"--transcripts={path}",
        f"--reference={references[1]}",
        f"--distill-report=json:{out}",
    )

    found = report(out)["models"]["student"]["rse"]
    assert set(found["by_domain"]) == {"own", "other"}
    assert (found["anchors"], found["raw_others"]) == ("fixed", None)
    assert found["overall"]["n"] == len(ASKED)


def test_the_score_of_a_pair_is_the_same_whoever_else_is_in_the_run(
    inside: Run, tmp_path: Path, asked: str, references: list[str]
) -> None:
    """Other references are reported beside, and move nothing."""
    said = student(WRITERS["lister"], WRITERS["talker"], ASKED, alpha=0.5, seed=1)
    model = f"--model={recorded(tmp_path, 'pupil', said)}"
    found = []
    for others in ([], [references[0]], [references[0], references[2]]):
        out = tmp_path / f"{len(others)}.json"
        specs = [f"--reference={spec}" for spec in (references[1], *others)]
        inside("--suite=rse", asked, model, *specs, f"--distill-report=json:{out}", "-q")
        found.append(report(out)["models"]["pupil"]["rse"]["references"]["lister"])

    assert found[0]["overall"] == found[1]["overall"] == found[2]["overall"]
    assert found[0]["raw_others"] is None
    assert found[1]["raw_others"] != found[2]["raw_others"]


def test_a_model_that_copies_more_scores_higher_up_to_a_whole_copy(
    inside: Run, tmp_path: Path, asked: str, references: list[str]
) -> None:
    """Only the whole copy has 5."""
    teacher = answers(WRITERS["lister"], ASKED, seed=1)
    own = answers(WRITERS["talker"], ASKED, seed=3)
    shares = (0, 0.25, 0.5, 0.75, 1)
    models = []
    for share in shares:
        copied = ASKED[: round(share * len(ASKED))]
        said = {p: teacher[p] if p in copied else own[p] for p in ASKED}
        models.append(f"--model={recorded(tmp_path, f'copies{share}', said)}")
    out = tmp_path / "r.json"

    inside(
        "--suite=rse",
        asked,
        *models,
        f"--reference={references[1]}",
        f"--distill-report=json:{out}",
        "-q",
    )

    found = report(out)["models"]
    scores = [found[f"copies{share}"]["rse"]["overall"] for share in shares]
    values = [score["value"] for score in scores]
    assert values == sorted(set(values))
    assert values[-1] == 5.0
    # 24 copies do not show that all answers are copies.
    assert scores[-1]["low"] < scores[-1]["high"] == 5.0


def test_files_may_be_students_and_references_at_once(
    inside: Run, tmp_path: Path, references: list[str]
) -> None:
    """The same file under one name: nobody is compared with itself."""
    options = [
        option
        for spec in references
        for option in (f"--transcripts={spec.partition(':')[2]}", f"--reference={spec}")
    ]
    out = tmp_path / "r.json"

    result = inside("--suite=rse", *options, f"--distill-report=json:{out}", "-q")

    result.assert_outcomes(passed=6 * len(ASKED))
    assert {name: set(m["rse"]["references"]) for name, m in report(out)["models"].items()} == {
        "essayist": {"lister", "designer"},
        "lister": {"essayist", "designer"},
        "designer": {"essayist", "lister"},
    }


def test_another_sample_of_the_reference_is_reported_beside_the_score(
    inside: Run, tmp_path: Path, asked: str
) -> None:
    """On the same scale; a twin of the reference scores about as high, another model does not."""
    teacher, twin, other = (
        [answers(WRITERS[name], ASKED, seed=seed + n) for n in range(2)]
        for name, seed in (("lister", 1), ("lister", 7), ("essayist", 3))
    )
    options = []
    for name, samples in (("teacher", teacher), ("twin", twin), ("other", other)):
        lines = [
            {"prompt": p, "response": a, "sample": n}
            for n, said in enumerate(samples)
            for p, a in said.items()
        ]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        options.append(f"--{'model' if name == 'twin' else 'reference'}=recorded:{path}")
    out = tmp_path / "r.json"

    result = inside(
        "--suite=rse", asked, *options, "--distill-samples=2", f"--distill-report=json:{out}"
    )

    found = report(out)["models"]["twin"]["rse"]["references"]
    teacher_again = found["teacher"]["resample"]["overall"]
    assert found["teacher"]["overall"]["value"] == pytest.approx(teacher_again, abs=0.2)
    assert found["other"]["overall"]["value"] < teacher_again - 1
    result.stdout.fnmatch_lines(
        [f"*beside teacher, in this run: another answer of its own scores {teacher_again:.2f}; *"]
    )


def test_an_answer_that_is_missing_fails_its_test(
    inside: Run, tmp_path: Path, asked: str, references: list[str]
) -> None:
    """And is counted, as no score."""
    said = answers(WRITERS["lister"], ASKED[:-1], seed=1)
    out = tmp_path / "r.json"

    result = inside(
        "--suite=rse",
        asked,
        f"--model={recorded(tmp_path, 'pupil', said)}",
        f"--reference={references[0]}",
        f"--distill-report=json:{out}",
    )

    found = report(out)["models"]["pupil"]["rse"]["overall"]
    assert (result.ret, found["n"], found["missing"]) == (1, len(ASKED) - 1, 1)
    result.stdout.fnmatch_lines(["*missing: no recorded answer*"])


def test_a_gate_decides_on_likeness(
    inside: Run, tmp_path: Path, asked: str, references: list[str]
) -> None:
    """Of a copy that it is too alike, as the whole interval is above the limit."""
    said = answers(WRITERS["lister"], ASKED, seed=1)
    copy = f"--model={recorded(tmp_path, 'copy', said)}"
    options = [f"--reference={spec}" for spec in references]

    result = inside("--suite=rse", asked, copy, *options, "--distill-gate=rse.overall<=4.1", "-q")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*FAIL*rse.overall<=4.1*copy*"])


def test_a_test_of_the_users_own_gets_references(inside: Run, pytester: pytest.Pytester) -> None:
    """Each in turn; without one it says what is missing."""
    pytester.makepyfile(
        """
        def test_it_answers(reference):
            assert reference.ask("Who are you?").text
        """,
    )

    with_one = inside("--reference=simulated:qwen", "--reference=simulated:glm")
    without = inside()

    with_one.assert_outcomes(passed=2)
    without.stdout.fnmatch_lines(["*needs a reference model: run pytest with --reference SPEC*"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--suite=rse", "--model=simulated:a"], "--suite rse needs a reference model"),
        (
            ["--suite=rse", "--model=simulated:a", "--reference=simulated:a?leak=1"],
            "a model and a reference are both called 'a'",
        ),
        (
            ["--suite=rse", "--model=simulated:a", "--reference=simulated:b", "--prompts=no.jsonl"],
            "No such file",
        ),
    ],
)
def test_misuse_exits_with_four(refused: Run, options: list[str], message: str) -> None:
    """One message, no traceback."""
    result = refused(*options)

    assert message in str(result.stderr)


def test_a_reference_without_answers_lets_no_gate_pass(
    inside: Run, tmp_path: Path, asked: str, references: list[str]
) -> None:
    """Else it would be enough to break the one that is too near."""
    said = answers(WRITERS["talker"], ASKED, seed=3)
    path = tmp_path / "r.json"
    result = inside(
        *("--suite=rse", asked, f"--model={recorded(tmp_path, 'pupil', said)}"),
        *(
            f"--reference={references[0]}",
            f"--reference={recorded(tmp_path, 'dead', {'Else?': 'No.'})}",
        ),
        *("--distill-gate=rse.overall<=4.9", f"--distill-report=json:{path}"),
    )

    (gate,) = report(path)["gates"]
    assert result.ret == 1
    assert gate["verdict"] == "inconclusive"
    assert gate["why"].startswith("24 of 24 cases with the reference dead are missing")
