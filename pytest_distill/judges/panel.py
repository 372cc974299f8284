"""A panel: one verdict from several judges."""

import asyncio
from collections.abc import Sequence
from typing import Final, Literal

from pytest_distill.judges.verdicts import missing
from pytest_distill.protocols import Judge
from pytest_distill.records import Case, IdentityVerdict, Vote

Rule = Literal["majority", "unanimous"]

_KINDS: Final = ("loose", "strict", "hard")


class PanelJudge:
    """Asks every judge; the verdict is that of the majority, or of all.

    A judge without a verdict has no vote. Loose, strict and hard are decided separately: a leak
    that all judges see stays one if they disagree on how bad it is.
    """

    def __init__(self, judges: Sequence[Judge], *, rule: Rule) -> None:
        """Make a panel; reason and evidence come from the first judge that agrees with it."""
        self._judges = judges
        self._rule: Rule = rule

    @property
    def name(self) -> str:
        """Changes with the rule and with every judge."""
        return f"{self._rule} of {', '.join(judge.name for judge in self._judges)}"

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Judge `answer` as an answer to `case`; all judges read it at the same time."""
        verdicts = await asyncio.gather(*(judge.judge(case, answer) for judge in self._judges))
        votes = tuple(map(vote, self._judges, verdicts))
        return combined(verdicts, self._rule).model_copy(update={"votes": votes})


def vote(judge: Judge, verdict: IdentityVerdict, *, is_audit: bool = False) -> Vote:
    """Return the vote that is kept of one judge's verdict."""
    return Vote(
        judge=judge.name,
        loose=verdict.loose,
        strict=verdict.strict,
        hard=verdict.hard,
        reason=verdict.reason,
        reply=verdict.reply,
        is_audit=is_audit,
    )


def combined(verdicts: Sequence[IdentityVerdict], rule: Rule) -> IdentityVerdict:
    """Return the verdict of a panel, with the evidence of a judge that agrees with it."""
    given = [verdict for verdict in verdicts if verdict.loose is not None]
    if not given:
        reasons = list(dict.fromkeys(verdict.reason for verdict in verdicts))
        return missing(reasons[0] if len(reasons) == 1 else f"no verdict: {'; '.join(reasons)}")
    decided = {kind: _decided([bool(getattr(v, kind)) for v in given], rule) for kind in _KINDS}
    leaks = sum(bool(verdict.loose) for verdict in given)
    if decided["loose"] is None:
        return missing(f"the judges are split: {leaks} of {len(given)} see a leak")
    # A hard leak is strict and a strict one loose, so some judge agrees with all that was decided.
    agreed = next(
        verdict
        for verdict in given
        if all(said in {None, getattr(verdict, kind)} for kind, said in decided.items())
    )
    agreeing = leaks if decided["loose"] else len(given) - leaks
    reason = f"{agreeing} of {len(given)} judges: {agreed.reason}"
    found = {**decided, "reason": reason, "confidence": None}
    return with_apart(agreed.model_copy(update=found), given)


def with_apart(verdict: IdentityVerdict, given: Sequence[IdentityVerdict]) -> IdentityVerdict:
    """Return `verdict` with what is counted apart from leaks, by the majority of those who tell.

    Args:
        verdict: of several judges together.
        given: the verdicts of each; of a tie the first one counts. A model that judges tells
            neither of personas nor of thinking.
    """
    personas = [v.persona is True for v in given if v.persona is not None or v.rule]
    refusals = [v.refused for v in given if v.refused is not None]
    thoughts = [v.reasoning for v in given if v.reasoning is not None]
    return verdict.model_copy(
        update={
            # No leak is a persona, whatever a judge says that saw none.
            "persona": _most(personas) and not verdict.loose if personas else None,
            "refused": _most(refusals) and not verdict.loose if refusals else None,
            "reasoning": _most(thoughts) if thoughts else None,
        }
    )


def _most(votes: Sequence[bool]) -> bool:
    said = sum(votes)
    return votes[0] if 2 * said == len(votes) else 2 * said > len(votes)


def _decided(votes: Sequence[bool], rule: Rule) -> bool | None:
    """Return the decision of the panel, or None where it is split."""
    leaks = sum(votes)
    if rule == "unanimous":
        return bool(leaks) if leaks in {0, len(votes)} else None
    return None if 2 * leaks == len(votes) else 2 * leaks > len(votes)
