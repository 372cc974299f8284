"""What the user demands of a run, checked before anything is asked."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pytest_distill.errors import UsageError
from pytest_distill.gates import expression
from pytest_distill.gates.evaluator import GateEvaluator, GatePolicy, ModelSuite, Plan
from pytest_distill.records import Calibration, Case, Report, Subject
from pytest_distill.report import to_json
from pytest_distill.results import baseline as baselines
from pytest_distill.results import metrics
from pytest_distill.stats.corrected import PREDICTION_POWERED, ROGAN_GLADEN
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.text import digest


def prepare(
    demands: GatePolicy,
    *,
    plans: Mapping[ModelSuite, Plan],
    known: Mapping[str, Collection[str]],
    side_of: Callable[[ModelSuite], baselines.ComparabilityKey],
    seed: int,
) -> GateEvaluator:
    """Return what decides the gates, or refuse them.

    Args:
        demands: the gates, how sure they have to be, and the baseline.
        plans: the looks at each suite of each model.
        known: the names of the numbers of each suite.
        side_of: gives what the baseline must have in common with a suite of a model.
        seed: of the run.

    Raises:
        UsageError: a gate is misspelt, or the baseline cannot be compared with.
    """
    for gate in demands.gates:
        expression.check(gate, known)
    if demands.gates and demands.confidence <= 0.5:  # noqa: PLR2004 - as likely wrong as right
        message = (
            f"--distill-confidence {demands.confidence:g}: a gate cannot be decided with a"
            " confidence of one half or less"
        )
        raise UsageError(message)
    if demands.baseline is not None:
        for label, suite in plans:
            namesake = baselines.counterpart(label, demands.baseline)
            before = baselines.side_of(demands.baseline, namesake, suite)
            baselines.check(side_of((label, suite)), before, what="the baseline")
    return GateEvaluator(demands, plans, seed=seed)


def baseline(path: Path | None) -> Report | None:
    """Return the report at `path`; None where there is none yet, as in a first run.

    Raises:
        UsageError: the file is no report of this format.
    """
    return to_json.read(path) if path is not None and path.exists() else None


def names(
    suite: str, cases: Iterable[Case], vendors: Iterable[str], corrections: Iterable[str]
) -> frozenset[str]:
    """Return the names of the numbers of a suite that has these cases."""
    groups = {group or UNSPECIFIED for c in cases for group in (c.category, c.language)}
    return metrics.names(suite, groups, vendors, corrections)


def corrections(calibration: Calibration | None, *, is_cascade: bool) -> Iterator[str]:
    """Yield how the rates of a run are corrected for the errors of its judge."""
    if calibration is not None:
        yield ROGAN_GLADEN
    if is_cascade:
        yield PREDICTION_POWERED


def side(judge: str, subject: Subject, cases: Sequence[Case]) -> baselines.ComparabilityKey:
    """Return what a run has to have in common with its baseline."""
    return baselines.ComparabilityKey(
        judge=judge,
        facts=subject.facts,
        facts_sha256=subject.facts_sha256,
        prompts={case.id: digest(case.prompt) for case in cases},
        probes=frozenset(digest(case.probe_key) for case in cases),
    )
