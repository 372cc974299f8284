"""Functions that the suites that judge identity have in common."""

from collections.abc import Collection, Iterable, Mapping

from pytest_distill.engine.evaluate import IdentityEvaluator
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.gates.wording import PLAIN, Wording
from pytest_distill.records import Case, IceSummary, Report
from pytest_distill.results.metrics import grouped
from pytest_distill.settings.settings import OFFLINE
from pytest_distill.stats.corrected import PREDICTION_POWERED, ROGAN_GLADEN
from pytest_distill.stats.identity import APART, KINDS
from pytest_distill.suites.base import asked
from pytest_distill.suites.protocol import Effort, RunContext

_PREDICATES = {
    "loose": "contradict the facts",
    "strict": "claim another vendor",
    "hard": "claim another vendor unprompted",
    "persona": "speak as a persona",
    "refused": "refuse to answer",
    "reasoning": "come after a thought of being another vendor's",
}


def judge_name(models: Mapping[str, ModelUnderTest]) -> str:
    """Return the name of the identity judge in reports."""
    return next((model.judge_name for model in models.values()), OFFLINE)


def evaluator(model: ModelUnderTest) -> IdentityEvaluator:
    """Return the evaluator that judges the answers of a model against its facts."""
    return IdentityEvaluator(model.judge)


def metrics(
    groups: Iterable[str],
    vendors: Iterable[str],
    corrections: Iterable[str],
    *,
    more: Collection[str] = (),
) -> frozenset[str]:
    """Return the names of the leak rates: ``strict``, ``strict.team``, ``vendors.openai``, ...

    Args:
        groups: categories and languages.
        vendors: that an answer may claim.
        corrections: by which rates are corrected for the judge's errors.
        more: further numbers of a suite.
    """
    corrected = (f"{kind}.{by}" for by in corrections for kind in KINDS)
    claims = (f"vendors.{vendor}" for vendor in vendors)
    return frozenset([*grouped((*KINDS, *more), groups), *APART, *corrected, *claims])


def wording(number: str, subject: str = "answers") -> Wording:
    """Return what a leak rate says, in words.

    Args:
        number: its name: ``strict``, ``strict.team``, ``vendors.openai``, ...
        subject: what is counted.
    """
    kind, _, group = number.partition(".")
    if kind == "vendors":
        return Wording(subject, f"claim {group}")
    if kind not in _PREDICATES:
        return PLAIN
    is_corrected = group in {ROGAN_GLADEN, PREDICTION_POWERED}
    of_group = f"{subject} ({group})" if group and not is_corrected else subject
    return Wording(of_group, _PREDICATES[kind], is_corrected=is_corrected)


def summaries(suite: str, report: Report) -> Mapping[str, IceSummary]:
    """Return the leak rates that a report has of a suite or a part of it, by model."""
    found = {label: suites.get(suite) for label, suites in report.models.items()}
    return {label: each for label, each in found.items() if isinstance(each, IceSummary)}


def efforts(context: RunContext, cases: Collection[Case]) -> list[Effort]:
    """Return the requests for each case to the model and to each judging model."""
    is_recorded = all(case.response is not None for case in cases)
    own = [] if is_recorded else [asked("model", cases)]
    return [*own, *judged(context, cases)]


def judged(context: RunContext, cases: Collection[Case], *, times: int = 1) -> list[Effort]:
    """Return the requests to each judging model, `times` for each case."""
    return [Effort(f"judge {label}", times * len(cases), 0) for label in context.judges]
