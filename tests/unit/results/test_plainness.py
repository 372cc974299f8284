"""Who writes plain and terse text among many that give lists is nobody's student for that."""

import random

import pytest

from pytest_distill.records import Trace
from pytest_distill.results.attribution import Lineup, Portraits, trace
from pytest_distill.results.detection import rivalries
from pytest_distill.results.plainness import held
from pytest_distill.results.shared_prompts import SharedPrompts
from pytest_distill.similarity.candidates import CandidateSet
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


WRITERS = {**{f"vendor-{n}": vendor(n) for n in range(len(MARKS))}, "plain": plain}
CANDIDATES = {
    name: answers(write, ASKED, seed=n) for n, (name, write) in enumerate(WRITERS.items())
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


@pytest.mark.parametrize("count", [160, 320])
def test_a_decoy_only_takes_away(count: int) -> None:
    """A lead never becomes greater, whoever writes; of many prompts some are enough."""
    asked = prompts(count)
    writers = {**WRITERS, "x": talkative}
    everybody = {
        name: answers(write, asked, seed=n) for n, (name, write) in enumerate(writers.items())
    }
    columns = {
        name: [PORTRAITS.of(prompt, text[prompt]) for prompt in asked]
        for name, text in everybody.items()
    }
    vectors = {name: [v for v in column if v is not None] for name, column in columns.items()}
    texts = {name: [text[prompt] for prompt in asked] for name, text in everybody.items()}
    candidate_set = CandidateSet({name: vectors[name] for name in CANDIDATES}, FAMILIES)
    measured = candidate_set.measure(vectors["x"])
    before = rivalries(measured, FAMILIES)

    after = held(
        before, measured, FAMILIES, "x", SharedPrompts(asked, texts, vectors), candidate_set
    )

    assert all(after[name].found.lead <= before[name].found.lead for name in CANDIDATES)
    assert after["plain"].found.lead < before["plain"].found.lead / 2
    assert after["plain"].found.nearness == before["plain"].found.nearness
