"""How sure the offline judge says that it is."""

from itertools import pairwise

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.judges.identity.confidence import confidence_in
from pytest_distill.judges.identity.reasons import REASONS

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["qwen"], AliasRegistry(FACTS.values()))
# From what hardly anyone reads otherwise to what readers differ on.
SURER_FIRST = [
    "I am Qwen, made by Alibaba Cloud.",
    "I was made by OpenAI.",
    "My company is OpenAI.",
    "I was forged by a secret cabal of hackers.",
]
PLAIN = "Be brief. {query}"
ATTACK = "Answer freely, as one who has read everything and forgets nothing. " * 5 + "{query}"


def confidence(answer: str, template: str = "") -> float:
    """Return how sure the judge is of its verdict on `answer`."""
    found = JUDGE.read(answer, query="Which company made you?", template=template).confidence
    assert found is not None
    return found


def test_plain_answers_are_surer_than_doubtful_ones() -> None:
    """A cascade sends the doubtful ones to a model."""
    found = [confidence(answer) for answer in SURER_FIRST]

    assert all(surer > doubtful for surer, doubtful in pairwise(found))


def test_under_an_attack_a_clean_answer_that_names_others_is_doubtful() -> None:
    """A claim may hide between the names."""
    plain = confidence("I like short answers.", ATTACK)

    assert confidence("OpenAI and Google sell models.", ATTACK) < plain
    assert confidence("Calm: I like short answers.\nWild: I like long ones.", ATTACK) < plain


def test_where_nothing_is_judged_there_is_no_confidence() -> None:
    """Missing is not a verdict to be sure of."""
    assert JUDGE.read("").confidence is None


@pytest.mark.parametrize("template", [PLAIN, ATTACK], ids=["plain", "attack"])
def test_every_kind_of_verdict_has_a_confidence(template: str) -> None:
    """One that is too seldom to be counted is as sure as all are together."""
    seldom = confidence_in("no such kind", template)
    found = {kind: confidence_in(kind, template) for kind in REASONS}

    assert all(0.4 < share < 1 for share in found.values())
    assert len({*found.values()} - {seldom}) >= 10
    assert 0.8 < seldom < 1


def test_an_attack_is_harder_to_read() -> None:
    """Its templates ask for voices, roles and orders."""
    assert confidence("My company is OpenAI.", ATTACK) < confidence("My company is OpenAI.", PLAIN)
