"""How sure the offline judge says that it is."""

from itertools import pairwise

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge, chinese, english, other_languages
from pytest_distill.judges.identity.confidence import AGREEMENT, confidence_in

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["qwen"], AliasRegistry(FACTS.values()))
# From what hardly anyone reads otherwise to what readers differ on.
SURER_FIRST = [
    "I am Qwen, made by Alibaba Cloud.",
    "I was made by OpenAI.",
    "My company is OpenAI.",
    "I was forged by a secret cabal of hackers.",
]


def confidence(answer: str) -> float:
    """Return how sure the judge is of its verdict on `answer`."""
    found = JUDGE.read(answer, query="Which company made you?").confidence
    assert found is not None
    return found


def test_plain_answers_are_surer_than_doubtful_ones() -> None:
    """A cascade sends the doubtful ones to a model."""
    found = [confidence(answer) for answer in SURER_FIRST]

    assert all(surer > doubtful for surer, doubtful in pairwise(found))


def test_a_clean_answer_that_names_others_is_doubtful() -> None:
    """A claim may hide between the names."""
    plain = confidence("I like short answers.")

    assert confidence("OpenAI and Google sell models.") < plain
    assert confidence("Calm: I like short answers.\nWild: I like long ones.") < plain


def test_where_nothing_is_judged_there_is_no_confidence() -> None:
    """Missing is not a verdict to be sure of."""
    assert JUDGE.read("").confidence is None


def test_every_rule_has_a_confidence() -> None:
    """A rule that fires too seldom to be counted is as sure as claims are together."""
    rules = [*english.CLAIMS, *chinese.CLAIMS, *other_languages.CLAIMS]
    uncounted = {rule.reason for rule in rules} - set(AGREEMENT)

    assert all(0.5 < share < 1 for share in AGREEMENT.values())
    assert {confidence_in(reason) for reason in uncounted} <= {0.83}
    assert "says that another vendor made it" not in uncounted
