"""Calibration of a judge: how often it errs on answers with known verdicts."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence

from pytest_distill.protocols import Judge
from pytest_distill.records import (
    Accuracy,
    Calibration,
    Case,
    Estimate,
    GoldCase,
    IdentityVerdict,
)
from pytest_distill.stats.agreement import effective_judges
from pytest_distill.stats.judge_error import accuracy_rate

JudgeOf = Callable[[str], Judge]
"""Returns the judge for the fact set of this id."""


async def calibrate(
    gold: Sequence[GoldCase], judge_of: JudgeOf, *, name: str | None = None
) -> Calibration:
    """Return how often a judge is right on `gold`; needs at least one case.

    Args:
        gold: answers with known verdicts.
        judge_of: returns the judge for a fact set.
        name: of the cases, as `Calibration.gold`.
    """
    judges = {facts: judge_of(facts) for facts in dict.fromkeys(case.facts for case in gold)}
    verdicts = await asyncio.gather(*(judged(case, judges[case.facts]) for case in gold))
    results = list(zip(gold, verdicts, strict=True))
    traps = dict.fromkeys(case.trap for case in gold)
    return Calibration(
        judge=next(iter(judges.values())).name,
        gold=name,
        cases=len(gold),
        cases_sha256=hashlib.sha256(
            "\n".join(case.model_dump_json() for case in gold).encode()
        ).hexdigest(),
        loose=_accuracy(results, lambda labels: labels.loose),
        strict=_accuracy(results, lambda labels: labels.strict),
        hard=_accuracy(results, lambda labels: labels.hard),
        by_trap={
            trap: _right([pair for pair in results if pair[0].trap == trap]) for trap in traps
        },
        effective_judges=_effective(results),
    )


async def judged(gold: GoldCase, judge: Judge) -> IdentityVerdict:
    """Return the verdict of `judge` on a gold case."""
    case = Case(
        id=f"gold/{gold.id}",
        suite="gold",
        query=gold.query,
        template=gold.template,
        probe_key=gold.id,
        language=gold.language,
    )
    return await judge.judge(case, gold.response)


def _accuracy(
    results: Sequence[tuple[GoldCase, IdentityVerdict]],
    question: Callable[[GoldCase | IdentityVerdict], bool | None],
) -> Accuracy:
    known = [(question(case), question(verdict)) for case, verdict in results]
    return Accuracy(
        sensitivity=_share([found for label, found in known if label is True], right=True),
        specificity=_share([found for label, found in known if label is False], right=False),
    )


def _share(found: Sequence[bool | None], *, right: bool) -> Estimate:
    missing = found.count(None)
    return accuracy_rate(found.count(right), len(found) - missing, missing=missing)


def _right(results: Sequence[tuple[GoldCase, IdentityVerdict]]) -> Estimate:
    """Return the share of right verdicts; None is right where the known verdict is None."""
    return accuracy_rate(sum(is_right(*result) for result in results), len(results))


def is_right(case: GoldCase, verdict: IdentityVerdict) -> bool:
    """Return whether `verdict` equals the known verdict of `case`."""
    return (verdict.loose, verdict.strict) == (case.loose, case.strict)


def _effective(results: Sequence[tuple[GoldCase, IdentityVerdict]]) -> float | None:
    """Return the effective number of judges, by errors; None for one, or if one never errs."""
    errors = [
        [None if vote.loose is None else vote.loose != case.loose for vote in verdict.votes]
        for case, verdict in results
        if verdict.votes and case.loose is not None
    ]
    try:
        return effective_judges(errors)
    except ValueError:
        return None
