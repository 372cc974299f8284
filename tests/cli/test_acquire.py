"""``pytest-distill acquire``: what a student should be trained on next, from a run log."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pytest_distill.cli import USAGE_ERROR, main
from pytest_distill.data import prompts as files
from pytest_distill.models import spec
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings
from tests.support.command import lines
from tests.support.run_logs import Log
from tests.support.writers import WRITERS, answers, prompts

ASKED = prompts(24)
LISTER = answers(WRITERS["lister"], ASKED, seed=1)
# It has learnt the teacher's form, but for every third prompt.
PUPIL = {
    prompt: (WRITERS["talker"] if n % 3 == 0 else WRITERS["lister"])
    for n, prompt in enumerate(ASKED)
}

Pairs = Callable[..., Path]


@pytest.fixture
def pairs(tmp_path: Path) -> Pairs:
    """Give a writer of logs of runs in which a pupil stands beside references."""

    def recorded(name: str, said: Mapping[str, str]) -> str:
        path = tmp_path / f"{name}.jsonl"
        entries = ({"prompt": prompt, "response": answer} for prompt, answer in said.items())
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
        return f"recorded:{path}"

    def write(*suites: str, references: tuple[str, ...] = ("teacher",)) -> Path:
        asked = tmp_path / "asked.jsonl"
        entries = (
            {"id": f"q{n:02}", "prompt": p, "domain": "rare" if n % 3 == 0 else "often"}
            for n, p in enumerate(ASKED)
        )
        asked.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
        said = {prompt: answers(write, [prompt], seed=2)[prompt] for prompt, write in PUPIL.items()}
        settings = Settings(
            suites=suites,
            models=(spec.parse(recorded("pupil", said)),),
            references=tuple(spec.parse(recorded(name, LISTER)) for name in references),
            prompts=(asked,),
            run=tmp_path / "run.log",
        )
        session = Session(settings, must_answer=True)
        try:
            for name in suites:
                for case in session.suites[name].cases("pupil"):
                    session.models["pupil"].observe(case)
            session.record_status(session.status())
        finally:
            session.close()
        return tmp_path / "run.log"

    return write


@pytest.mark.parametrize("suite", ["bbi", "rse"])
def test_disagreement_chooses_what_the_student_has_not_learnt(
    pairs: Pairs, tmp_path: Path, capsys: pytest.CaptureFixture[str], suite: str
) -> None:
    """What is written can be given to a run as prompts; the strategies are compared."""
    log, out = pairs(suite), tmp_path / "next.jsonl"

    status = main(["acquire", str(log), "--n=8", "--strategy=disagreement", "-o", str(out)])

    text = capsys.readouterr().out
    assert status == 0
    assert {line["domain"] for line in lines(out)} == {"rare"}
    assert [prompt.id for prompt in files.read(out).prompts] == [line["id"] for line in lines(out)]
    rare = next(line for line in text.splitlines() if line.startswith("  rare"))
    assert " ".join(rare.split()).startswith("rare 8 of 8 4 of 8")
    assert "does not consistently beat stratified random" in text


@pytest.mark.parametrize(
    ("strategy", "rare"), [("stratified", 4), ("mixed", 6), ("disagreement", 8)]
)
def test_each_strategy_covers_its_own_part(
    pairs: Pairs, capsys: pytest.CaptureFixture[str], strategy: str, rare: int
) -> None:
    """Without a file prompts go to standard output, and the report beside it."""
    log = pairs("rse")

    main(["acquire", str(log), "--n=8", f"--strategy={strategy}"])
    first = capsys.readouterr()
    main(["acquire", str(log), "--n=8", f"--strategy={strategy}"])

    found = [json.loads(line) for line in first.out.splitlines()]
    assert len(found) == 8
    assert sum(line["domain"] == "rare" for line in found) == rare
    assert capsys.readouterr() == first
    assert f"{rare} of 8" in first.err


def test_more_than_there_are_is_all_of_them(
    pairs: Pairs, capsys: pytest.CaptureFixture[str]
) -> None:
    """And said."""
    main(["acquire", str(pairs("rse")), "--strategy=random"])

    text = capsys.readouterr()
    assert len(text.out.splitlines()) == len(ASKED)
    assert "the run has 24 prompts, so every strategy takes all of them" in text.err


def test_a_pair_has_to_be_named_where_there_are_several(
    pairs: Pairs, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message lists them."""
    log = str(pairs("rse", references=("one", "two")))

    assert main(["acquire", log]) == USAGE_ERROR
    assert "give --reference NAME\n  there are: one, two" in capsys.readouterr().err
    assert main(["acquire", log, "--reference=onne"]) == USAGE_ERROR
    assert "Did you mean 'one'?" in capsys.readouterr().err
    assert main(["acquire", log, "--reference=one", "--n=3"]) == 0


def test_a_run_without_pairs_has_nothing_to_acquire(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what kind of run is needed."""
    assert main(["acquire", str(log("a", leak=0.5, limit=5))]) == USAGE_ERROR
    assert "a run of suite bbi or rse is needed" in capsys.readouterr().err


def test_a_number_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """One prompt is the least."""
    with pytest.raises(SystemExit, match=str(USAGE_ERROR)):
        main(["acquire", "run.log", "--n=0"])
    assert "'0' is not a number of prompts" in capsys.readouterr().err
