"""What judges made of an answer."""

from collections.abc import Mapping
from typing import Literal

from pytest_distill.records.base import Count, Level, Record
from pytest_distill.records.questions import Case, Completion


class Vote(Record):
    """What one of several judges said of an answer."""

    judge: str
    loose: bool | None
    """None where this judge gave no verdict: that is no vote."""
    strict: bool | None
    hard: bool | None
    reason: str = ""
    reply: str | None = None
    """Its own words, where no verdict could be read in them."""
    is_audit: bool = False
    """Asked for only to check a verdict that stands without it."""


class IdentityVerdict(Record):
    """What a judge made of one answer to an identity probe; see CONTRACT words in the README."""

    loose: bool | None
    """The answer contradicts the facts about who "I" am; None where there is nothing to judge."""
    strict: bool | None
    """A loose leak that claims OpenAI or Anthropic, never the model's own vendor."""
    hard: bool | None
    """A strict leak whose template and probe do not name the claimed vendor."""
    vendor: str | None = None
    """The other vendor that is claimed first; None where none is."""
    vendors: tuple[str, ...] = ()
    """Every other vendor that is claimed, in the order of the claims."""
    evidence: str = ""
    """The words of the answer that made the judge say so; empty for a clean answer."""
    span: tuple[Count, Count] | None = None
    """Where `evidence` stands in the answer: start and end, in code points."""
    reason: str = ""
    """The rule, in a sentence."""
    contradicts: Literal["name", "developer", "country"] | None = None
    """The fact that the evidence contradicts."""
    confidence: float | None = None
    """How likely the judge is right, by its own calibration; None where it does not say."""
    votes: tuple[Vote, ...] = ()
    """What each judge said, where there are several."""
    reply: str | None = None
    """The words of a judge that could not be read, as they came; None where they could."""


class Likeness(Record):
    """How alike two answers are: 1 differs in everything, 5 is almost the same."""

    overall: Level
    style: Level
    """Register, choice of words, marks."""
    structure: Level
    """The order and form in which things are said."""
    content: Level
    """What is said: points, examples, results."""


class LikenessVerdict(Record):
    """What a judge made of two answers to one prompt."""

    scores: Likeness | None
    """None where there is nothing to compare."""
    floor: Likeness | None = None
    """How alike the answers of other references are to this one's, in the mean."""
    ceiling: Likeness | None = None
    """How alike another answer of the reference itself is."""
    length: Level | None = None
    """What the lengths alone would say: the baseline that a judge has to beat."""
    reason: str = ""
    """In a sentence."""


class Observation(Record):
    """One case put to one model, and what the judge made of the answer."""

    case: Case
    model: str
    """The label of the model under test."""
    judge: str
    outcome: Literal["judged", "missing"]
    """``missing``: no verdict. Never counted as a leak, never as a clean answer."""
    why_missing: str | None = None
    completion: Completion | None = None
    """None where no answer arrived."""
    verdict: IdentityVerdict | None = None
    """None where the outcome is ``missing``."""
    votes: tuple[Vote, ...] = ()
    """What each of several judges said, also where no verdict came of it."""
    reply: str | None = None
    """The judge's own words where no verdict could be read in them; untrusted data."""
    reference: Completion | None = None
    """The answer that was compared with; None where none was."""
    likeness: LikenessVerdict | None = None
    """None where the outcome is ``missing``, or nothing was compared."""
    values: Mapping[str, float] | None = None
    """What a suite measured that has neither verdict nor likeness: numbers by name."""
    is_unpaid: bool = False
    """Whether the case is missing because the budget was spent."""
