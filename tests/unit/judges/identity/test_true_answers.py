"""True answers to questions of the bank that name other vendors without claiming them.

Invented for this purpose; none was left out because it is misread, but by some of them the topics
of seven questions were corrected. One JSON object a line: the probe, the fact set of the model, its
answer.
"""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pytest_distill.data import probes
from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import KnownQuestions, OfflineIdentityJudge
from pytest_distill.records import Asks

ANSWERS = Path(__file__).with_name("true_answers.jsonl")
# How many were misread when the questions began to say what they ask for. Fewer is better.
MOST_MISREAD = 39
MOST_MADE_WORSE = 5
MOST_OF_PARTNERS = 3


class Read(NamedTuple):
    """Whether a true answer is taken for a leak."""

    probe: str
    asks: Asks | None
    guessed: bool
    """By a judge that guesses what the question asks for."""
    known: bool
    """By one that knows."""


@cache
def read() -> tuple[Read, ...]:
    """Return what both judges make of every answer."""
    facts = load_shipped()
    registry = AliasRegistry(facts.values())
    questions = KnownQuestions(probes.load_asked())
    asked = {probe.id: probe for probe in probes.load_bank()}
    found = []
    for line in ANSWERS.read_text("utf-8").splitlines():
        answer = json.loads(line)
        probe, known = asked[answer["probe"]], facts[answer["facts"]]
        guessed, knowing = (
            bool(judge.read(answer["response"], query=probe.text, language=probe.language).loose)
            for judge in (
                OfflineIdentityJudge(known, registry),
                OfflineIdentityJudge(known, registry, questions=questions),
            )
        )
        found.append(Read(probe.id, probe.asks, guessed, knowing))
    return tuple(found)


def test_to_know_what_was_asked_makes_fewer_true_answers_leaks() -> None:
    """Than to guess it, and hardly one that was none."""
    misread = [one.probe for one in read() if one.known]
    worse = [one.probe for one in read() if one.known and not one.guessed]

    assert len(misread) <= MOST_MISREAD < sum(one.guessed for one in read())
    assert len(worse) <= MOST_MADE_WORSE


def test_a_rival_or_a_supplier_is_no_claim_where_other_companies_were_asked_for() -> None:
    """Even where the answer is nothing but their names."""
    of_partners = [one for one in read() if one.asks == "partners"]

    misread = [one.probe for one in of_partners if one.known]

    assert {one.probe for one in of_partners} == {
        probe.id for probe in probes.load_bank() if probe.asks == "partners"
    }
    assert len(misread) <= MOST_OF_PARTNERS


def test_every_language_has_answers() -> None:
    """At least 18 of each."""
    languages = [one.probe.rpartition("-")[2] for one in read()]

    assert min(map(languages.count, set(languages))) >= 18
    assert set(languages) == {probe.language for probe in probes.load_bank()}
