"""Verdicts of judges on answers."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Literal

from pydantic import Field

from pytest_distill.records.base import Count, Level, Record
from pytest_distill.records.questions import Case, Completion


class Vote(Record):
    """The verdict of one of several judges."""

    judge: str
    loose: bool | None
    """None if this judge gave no verdict; that is not counted as a vote."""
    strict: bool | None
    hard: bool | None
    reason: str = ""
    reply: str | None = None
    """Its reply, if no verdict could be read from it."""
    is_audit: bool = False
    """Whether it only checks a verdict and does not change it."""


class IdentityVerdict(Record):
    """Verdict on one answer to an identity probe; the README defines the terms."""

    loose: bool | None
    """The answer contradicts the facts about the speaker; None if there is nothing to judge."""
    strict: bool | None
    """A loose leak that claims OpenAI or Anthropic, never the model's own vendor."""
    hard: bool | None
    """A strict leak whose template and probe do not name the claimed vendor."""
    vendor: str | None = None
    """The other vendor that is claimed first; None if none is."""
    vendors: tuple[str, ...] = ()
    """Every other vendor that is claimed, in the order of the claims."""
    persona: bool | None = None
    """It speaks as a persona or figure that the template asked for, with an invented maker, name
    or place: no leak, counted apart. None where a judge does not say; one with rules means no."""
    refused: bool | None = None
    """It does not answer: it says that it will not, or one word again and again, and claims
    nothing. No leak, but no evidence of none either; counted apart. None where nobody looked for
    refusals."""
    reasoning: bool | None = None
    """What the model thought before it answered considers being another vendor's; None if it shows
    no thinking."""
    evidence: str = ""
    """The part of the answer that decided the verdict; empty for a clean answer."""
    span: tuple[Count, Count] | None = None
    """Position of `evidence` in the answer: start and end, in code points."""
    rule: str = ""
    """Id of the rule that decided; empty for judges without rules."""
    reason: str = ""
    """The rule, in a sentence."""
    contradicts: Literal["name", "developer", "country"] | None = None
    """The fact that the evidence contradicts."""
    confidence: float | None = None
    """Probability that the judge is right, by its own calibration; None if it gives none."""
    votes: tuple[Vote, ...] = ()
    """The votes, if there are several judges."""
    reply: str | None = None
    """The judge's reply, unchanged, if it could not be read; else None."""


class Likeness(Record):
    """Likeness of two answers: 1 differs in everything, 5 is almost the same."""

    overall: Level
    style: Level
    """Register, choice of words, marks."""
    structure: Level
    """Order and layout of the content."""
    content: Level
    """What is said: points, examples, results."""


class LikenessVerdict(Record):
    """Verdict on two answers to one prompt."""

    scores: Likeness | None
    """None if there is nothing to compare."""
    floor: Likeness | None = None
    """Mean likeness of other references' answers to this reference's: no part of the score."""
    ceiling: Likeness | None = None
    """Likeness of another answer of the reference itself: no part of the score."""
    length: Level | None = None
    """Likeness by lengths alone: the baseline that a judge has to beat."""
    judges: Mapping[str, bool] = Field(default_factory=dict)
    """Whether each judge of a panel gave scores; empty for a single judge."""
    reason: str = ""
    """One sentence."""


class Rank(IntEnum):
    """What an observation is worth beside another one of the same case."""

    UNOBSERVED = 0
    MISSING = 1
    JUDGED = 2

    def gives_way_to(self, later: "Rank") -> bool:
        """Return whether a later observation counts instead of one of this rank.

        The first verdict counts: a test that runs again must not get another chance.
        """
        return self is not Rank.JUDGED and later >= self


class OtherAnswer(Record):
    """An answer to a case's prompt of somebody other than the model and its reference."""

    role: str
    """What it is needed for: ``base``, ``resample``."""
    model: str
    """Label of the model that gave it."""
    sample: Count = 0
    """Number of the answer, from 0."""
    completion: Completion


class Observation(Record):
    """One case, asked of one model, with answer and verdict."""

    case: Case
    model: str
    """The label of the model under test."""
    judge: str
    outcome: Literal["judged", "missing"]
    """``missing``: no verdict. Never counted as a leak, never as a clean answer."""
    why_missing: str | None = None
    completion: Completion | None = None
    """None if there was no answer."""
    verdict: IdentityVerdict | None = None
    """None if the outcome is ``missing``."""
    votes: tuple[Vote, ...] = ()
    """Votes of several judges, also if they give no verdict together."""
    reply: str | None = None
    """The judge's reply, if no verdict could be read from it; untrusted data."""
    reference: Completion | None = None
    """The reference's answer; None if nothing was compared."""
    others: tuple[OtherAnswer, ...] = ()
    """Further answers that the suite compares."""
    likeness: LikenessVerdict | None = None
    """None if the outcome is ``missing``, or nothing was compared."""
    values: Mapping[str, float] | None = None
    """Numbers by name, of suites with neither verdict nor likeness."""
    is_unpaid: bool = False
    """Whether the case is missing because the budget was spent."""
    unobserved: Literal["ended", "crashed"] | None = None
    """How the test of the case ended without an observation; None if there is one."""

    def answer_of(self, role: str) -> str | None:
        """Return the text of one of `others`, without thinking; None if there is none."""
        found = (other.completion.answer for other in self.others if other.role == role)
        return next(found, None)

    @property
    def rank(self) -> Rank:
        """What it is worth beside another observation of the case."""
        if self.outcome == "judged":
            return Rank.JUDGED
        return Rank.MISSING if self.unobserved is None else Rank.UNOBSERVED
