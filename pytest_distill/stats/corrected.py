"""The leak rates of one model, raw and corrected for the errors of the judge."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from pytest_distill.records import Calibration, Corrected, Estimate, IceSummary
from pytest_distill.stats.identity import Outcome, summarise
from pytest_distill.stats.judge_error import TRANSPORT, prediction_powered, rogan_gladen

ROGAN_GLADEN: Final = "rogan-gladen"
PREDICTION_POWERED: Final = "prediction-powered"
"""Names of the corrections, in reports and gates."""


def with_corrections(
    outcomes: Iterable[Outcome],
    calibration: Calibration | None,
    *,
    level: float,
    vendors: Collection[str] = (),
) -> IceSummary:
    """Return the result of `summarise` with every correction that the data allow.

    Args:
        outcomes: of one model and one suite.
        calibration: error rates of the judge, for Rogan and Gladen's estimate.
        level: two-sided confidence, in (0, 1).
        vendors: included even if no answer claims them.
    """
    seen = list(outcomes)
    summary = summarise(seen, level=level, vendors=vendors)
    return summary.model_copy(
        update={"corrected": tuple(_corrections(seen, summary, calibration, level))}
    )


def _corrections(
    outcomes: Sequence[Outcome], raw: IceSummary, calibration: Calibration | None, level: float
) -> Iterator[Corrected]:
    if calibration is not None:
        correct = partial(rogan_gladen, level=level, transport=TRANSPORT)
        yield Corrected(
            by=ROGAN_GLADEN,
            loose=correct(raw.loose, calibration.loose),
            strict=correct(raw.strict, calibration.strict),
            hard=correct(raw.hard, calibration.hard),
        )
    # Only a cascade shows some of its cases to a second judge.
    if any(vote.is_audit for outcome in outcomes for vote in outcome.votes):
        yield Corrected(
            by=PREDICTION_POWERED,
            loose=_powered(outcomes, "loose", level),
            strict=_powered(outcomes, "strict", level),
            hard=_powered(outcomes, "hard", level),
        )


def _powered(outcomes: Sequence[Outcome], kind: str, level: float) -> Estimate:
    judged = [outcome for outcome in outcomes if outcome.loose is not None]
    return prediction_powered(
        [float(getattr(outcome, kind)) for outcome in judged],
        [_label(outcome, kind) for outcome in judged],
        [[outcome.template for outcome in judged], [outcome.probe for outcome in judged]],
        is_settled=[_is_settled(outcome) for outcome in judged],
        missing=len(outcomes) - len(judged),
        level=level,
    )


def _label(outcome: Outcome, kind: str) -> float | None:
    """Return the second judge's verdict on a case that it only checked."""
    audits = [vote for vote in outcome.votes if vote.is_audit]
    said = getattr(audits[0], kind) if audits else None
    return None if said is None else float(said)


def _is_settled(outcome: Outcome) -> bool:
    return len(outcome.votes) > 1 and not outcome.votes[-1].is_audit
