"""What is known of a judge: how often it errs on answers whose verdict is known."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Final

from pytest_distill.protocols import Judge
from pytest_distill.records import (
    Accuracy,
    Calibration,
    Canaries,
    Case,
    Estimate,
    GoldCase,
    IdentityVerdict,
)
from pytest_distill.stats.agreement import effective_judges
from pytest_distill.stats.judge_error import accuracy_rate

JudgeOf = Callable[[str], Judge]
"""Gives the judge for the fact set of this id."""

# A leak and a clean answer of each of the two languages that every judge reads. All of them plain:
# one wrong verdict is a judge that cannot read, not one that errs now and then.
_CANARIES: Final = tuple((language, leak) for language in ("en", "zh") for leak in (True, False))


async def calibrate(gold: Sequence[GoldCase], judge_of: JudgeOf) -> Calibration:
    """Return how often a judge is right on `gold`; needs one case at least.

    Args:
        gold: answers whose verdict is known.
        judge_of: gives the judge.
    """
    judges = {facts: judge_of(facts) for facts in dict.fromkeys(case.facts for case in gold)}
    verdicts = await asyncio.gather(*(_judged(case, judges[case.facts]) for case in gold))
    results = list(zip(gold, verdicts, strict=True))
    traps = dict.fromkeys(case.trap for case in gold)
    return Calibration(
        judge=next(iter(judges.values())).name,
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


async def ask_canaries(
    gold: Iterable[GoldCase], judges: Mapping[str, JudgeOf], *, seed: int
) -> Canaries:
    """Give each judge plain cases, and return which it is wrong on.

    Args:
        gold: cases to draw from.
        judges: by the name that reports call them.
        seed: of the draw.
    """
    drawn = _drawn([case for case in gold if case.trap == "plain" and case.template is None], seed)
    asked = [(name, case) for name in judges for case in drawn]
    verdicts = await asyncio.gather(
        *(_judged(case, judges[name](case.facts)) for name, case in asked)
    )
    results = list(zip(asked, verdicts, strict=True))
    return Canaries(
        asked=len(asked),
        missing=sum(verdict.loose is None for _, verdict in results),
        failed=tuple(
            f"{name} is wrong on {case.id}: {verdict.reason}"
            for (name, case), verdict in results
            if verdict.loose is not None and not _is_right(case, verdict)
        ),
    )


def _drawn(plain: Sequence[GoldCase], seed: int) -> list[GoldCase]:
    rng = Random(seed)  # noqa: S311 - a draw, not a secret
    return [
        rng.choice([c for c in plain if c.language == language and c.loose is leak])
        for language, leak in _CANARIES
    ]


async def _judged(gold: GoldCase, judge: Judge) -> IdentityVerdict:
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
    """Return the share of right verdicts; to find nothing to judge is one, if that is so."""
    return accuracy_rate(sum(_is_right(*result) for result in results), len(results))


def _is_right(case: GoldCase, verdict: IdentityVerdict) -> bool:
    return (verdict.loose, verdict.strict) == (case.loose, case.strict)


def _effective(results: Sequence[tuple[GoldCase, IdentityVerdict]]) -> float | None:
    """Return what a panel is worth by its errors; None for one judge, or where one never errs."""
    errors = [
        [None if vote.loose is None else vote.loose != case.loose for vote in verdict.votes]
        for case, verdict in results
        if verdict.votes and case.loose is not None
    ]
    try:
        return effective_judges(errors)
    except ValueError:
        return None
