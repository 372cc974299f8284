"""Who writes plain and terse text among many that give lists is nobody's student for that."""

import random

import pytest

from pytest_distill.records import Trace
from pytest_distill.results.attribution import Lineup, Portraits, trace
from pytest_distill.results.detection import Rivalry, held_against
from pytest_distill.similarity.candidates import Measured
from pytest_distill.stats.unrelated import Resemblance
from tests.support.writers import Write, answers, prompts, sentence, size

ASKED = prompts(160)
MARKS = ("- ", "* ", "1. ", "• ", "2) ", "+ ")
OPENINGS = ("Here are some", "Sure! Look at this", "These matter", "Points", "Of course", "Ways")


def vendor(number: int) -> Write:
    """Return a writer that gives lists to two prompts of three, each in a way of its own."""

    def write(prompt: str, chance: random.Random) -> str:
        bold = f"**{sentence(chance, 1)}**: " if number % 2 else ""
        said = [f"{bold}{sentence(chance, 5)}." for _ in range(size(prompt) + 2)]
        if not sum(map(ord, prompt)) % 3:
            return " ".join(said)
        items = "\n".join(f"{MARKS[number]}{line}" for line in said)
        return f"{OPENINGS[number]}:\n\n{items}"

    return write


def plain(prompt: str, chance: random.Random) -> str:
    """Short sentences, one after the other."""
    return " ".join(f"{sentence(chance, 7)}." for _ in range(2 + size(prompt)))


def talkative(prompt: str, chance: random.Random) -> str:
    """No list either, and nothing else of the plain one."""
    end = "?!"[size(prompt) % 2]
    return " ".join(
        f"We don't {sentence(chance, 3)}, {sentence(chance, 3)}{end}"
        for _ in range(1 + size(prompt))
    )


CANDIDATES = {
    **{f"vendor-{n}": answers(vendor(n), ASKED, seed=n) for n in range(len(MARKS))},
    "plain": answers(plain, ASKED, seed=11),
}
FAMILIES = {name: name for name in CANDIDATES}
PORTRAITS = Portraits()


def traced(write: Write) -> Trace:
    """Trace what a writer says."""
    said = answers(write, ASKED, seed=50)
    return trace("x", said, Lineup(CANDIDATES, FAMILIES), level=0.95, portraits=PORTRAITS)


def test_plainness_alone_names_no_teacher() -> None:
    """What it shares with the plain one, answers of others share that are cut down like its own."""
    found = traced(talkative)

    assert (found.verdict, found.set) == ("undecided", ())
    assert found.candidates[0].name == "plain"
    assert found.detection.p is not None
    assert found.detection.p > 0.05
    assert found.warnings[0].startswith("all that it shares with plain is to be plain and terse")


@pytest.mark.parametrize(("write", "name"), [(plain, "plain"), (vendor(0), "vendor-0")])
def test_a_copy_is_named_as_before(write: Write, name: str) -> None:
    """A plain one too: it is nearer to its teacher than to anything made of others."""
    found = traced(write)

    assert found.set == (name,)
    assert not found.warnings


def test_a_decoy_only_takes_away() -> None:
    """And nothing where it is of the candidate's own family, or agrees less than the rival does."""
    seen = Resemblance(lead=0.4, error=0.01, families=2, nearness=0.7)
    rivals = {"a": Rivalry("a", "b", seen), "b": Rivalry("b", "a", seen)}
    own = [0.5, 0.6, 0.7]
    measured = {name: Measured(own, own) for name in rivals}

    found = held_against(
        rivals, measured, {"a": "a", "b": "b"}, {"a": [0.3, 0.4, 0.5], "b": [0.0, 0.1, 0.2]}
    )

    assert found["a"].found == seen
    assert found["b"].found.lead == pytest.approx(0.2)
