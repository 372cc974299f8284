"""What the user demands of a run, checked before anything is asked."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pytest_distill.errors import UsageError
from pytest_distill.gates import expression
from pytest_distill.gates.evaluator import GateEvaluator, GatePolicy
from pytest_distill.records import Calibration, ModelSuite, Report, Subject, SuitePlan
from pytest_distill.report import to_json
from pytest_distill.results import baseline as baselines
from pytest_distill.stats.corrected import PREDICTION_POWERED, ROGAN_GLADEN


def prepare(
    policy: GatePolicy,
    *,
    plans: Mapping[ModelSuite, SuitePlan],
    known: Mapping[str, Collection[str]],
    key_of: Callable[[ModelSuite], baselines.ComparabilityKey],
    seed: int,
) -> GateEvaluator:
    """Return what decides the gates, or refuse them.

    Args:
        policy: the gates, how sure they have to be, and the baseline.
        plans: the looks at each suite of each model.
        known: the names of the numbers of each suite.
        key_of: gives what the baseline must have in common with a suite of a model.
        seed: of the run.

    Raises:
        UsageError: a gate is misspelt, or the baseline cannot be compared with.
    """
    for gate in policy.gates:
        expression.check(gate, known)
    if policy.gates and policy.confidence <= 0.5:  # noqa: PLR2004 - as likely wrong as right
        message = (
            f"--distill-confidence {policy.confidence:g}: a gate cannot be decided with a"
            " confidence of one half or less"
        )
        raise UsageError(message)
    if policy.baseline is not None:
        for group in plans:
            namesake = baselines.counterpart(group.model, policy.baseline)
            before = baselines.key_of(policy.baseline, namesake, group.suite)
            baselines.check(key_of(group), before, what="the baseline")
    return GateEvaluator(policy, plans, seed=seed)


def baseline(path: Path | None) -> Report | None:
    """Return the report at `path`; None where there is none yet, as in a first run.

    Raises:
        UsageError: the file is no report of this format.
    """
    return to_json.read(path) if path is not None and path.exists() else None


def corrections(calibration: Calibration | None, *, is_cascade: bool) -> Iterator[str]:
    """Yield how the rates of a run are corrected for the errors of its judge."""
    if calibration is not None:
        yield ROGAN_GLADEN
    if is_cascade:
        yield PREDICTION_POWERED


def comparability_key(
    judge: str, subject: Subject, prompts: Mapping[str, str], probes: Iterable[str]
) -> baselines.ComparabilityKey:
    """Return what a run has to have in common with its baseline.

    Args:
        judge: as reports call it.
        subject: the facts that the model is held against.
        prompts: digest of what is asked, by the id of the case.
        probes: digests of the clusters of the cases.
    """
    return baselines.ComparabilityKey(
        judge=judge,
        facts=subject.facts,
        facts_sha256=subject.facts_sha256,
        prompts=prompts,
        probes=frozenset(probes),
    )
