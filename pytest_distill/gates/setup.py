"""Set-up of the gates: checks of gates and baseline before the first request."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pytest_distill.errors import GateError, UsageError
from pytest_distill.files import is_there
from pytest_distill.gates import expression
from pytest_distill.gates.evaluator import GatePolicy
from pytest_distill.records import (
    Calibration,
    Gate,
    ModelSuite,
    Report,
    Subject,
    Verdict,
)
from pytest_distill.report import to_json
from pytest_distill.results import baseline as baselines
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.corrected import PREDICTION_POWERED, ROGAN_GLADEN


def check(
    policy: GatePolicy,
    *,
    groups: Iterable[ModelSuite],
    known: Mapping[str, Collection[str]],
    ends_of: Callable[[str, str], expression.Ends | None],
    key_of: Callable[[ModelSuite], baselines.ComparabilityKey],
) -> None:
    """Reject gates and a baseline that cannot be used.

    Args:
        policy: the gates, their confidence, and the baseline.
        groups: each suite of each model.
        known: the names of the numbers of each suite.
        ends_of: returns what a number of a suite can be; None: anything.
        key_of: returns what a suite of a model must have in common with the baseline.

    Raises:
        UsageError: a gate is misspelt or decides nothing, or the baseline cannot be compared with.
    """
    for gate in policy.gates:
        expression.check(gate, known, ends_of)
    if policy.gates and policy.confidence <= 0.5:  # noqa: PLR2004 - as likely wrong as right
        message = (
            f"--distill-confidence {policy.confidence:g}: a gate cannot be decided with a"
            " confidence of one half or less"
        )
        raise UsageError(message)
    if policy.baseline is not None:
        for group in groups:
            namesake = baselines.counterpart(group.model, policy.baseline)
            before = baselines.key_of(policy.baseline, namesake, group.suite)
            baselines.check(key_of(group), before, what="the baseline")


def policy_of(settings: Settings, *, calibration: Calibration | None = None) -> GatePolicy:
    """Return the gates of a run and how they are decided, with the baseline read.

    Args:
        settings: of the run.
        calibration: error rates of the judge, if rates are to be corrected for them.

    Raises:
        UsageError: a gate needs a baseline that is not there, or it cannot be used.
    """
    return GatePolicy(
        gates=settings.gates,
        confidence=settings.confidence,
        max_missing=settings.max_missing,
        max_refused=settings.max_refused,
        max_age_s=settings.cache_max_age_s,
        releases=settings.releases,
        calibration=calibration,
        baseline=baseline(
            settings.baseline,
            settings.gates,
            may_be_missing=settings.baseline_missing == "ok",
            releases=settings.releases,
        ),
    )


def baseline(
    path: Path | None,
    gates: Iterable[Gate],
    *,
    may_be_missing: bool,
    releases: int | None = None,
) -> Report | None:
    """Return the report at `path`; None if no gate needs it, or if it may be missing.

    Args:
        path: of the report; None if it was not given.
        gates: of the run.
        may_be_missing: whether there may be none yet, as in a first run.
        releases: how many releases share an error; they are counted by the baseline.

    Raises:
        UsageError: a gate needs a baseline that is not there, the file is no report of this
            format, or its releases are as many as share the error.
    """
    if path is not None and is_there(path):
        found = to_json.read(path)
        _check_series(path, found, releases)
        return found
    relative = next((gate.expression for gate in gates if gate.is_relative), None)
    if may_be_missing or (relative is None and releases is None):
        return None
    missing = (
        "give --distill-baseline PATH"
        if path is None
        else f"{path} is not there\n  in a first run give --distill-baseline-missing ok"
    )
    if relative is None:
        message = f"--distill-releases counts those in the report.json of the last one: {missing}"
        raise UsageError(message)
    message = f"gate {relative!r} is relative to a baseline, the report.json of an earlier run: "
    raise GateError(relative, message + missing)


def _check_series(path: Path, before: Report, releases: int | None) -> None:
    if releases is not None and len(before.releases) >= releases:
        message = (
            f"--distill-releases {releases}: the error is spent, {path} is release"
            f" {len(before.releases)} of the series\n  begin a new one: give"
            " --distill-baseline-missing ok and the path of a baseline that is not there yet"
        )
        raise UsageError(message)


def is_first_run(verdict: Verdict, settings: Settings, baseline: Report | None) -> bool:
    """Say whether a gate has no baseline yet, and that is ok.

    Args:
        verdict: of the gate.
        settings: of the run.
        baseline: the one that the gate was decided with: another run may write it meanwhile.
    """
    return (
        settings.baseline_missing == "ok"
        and settings.baseline is not None
        and baseline is None
        and expression.parse(verdict.expression).is_relative
    )


def corrections(calibration: Calibration | None, *, is_cascade: bool) -> Iterator[str]:
    """Yield the names of the corrections of a run's rates for the errors of its judge."""
    if calibration is not None:
        yield ROGAN_GLADEN
    if is_cascade:
        yield PREDICTION_POWERED


def comparability_key(
    judge: str, subject: Subject, prompts: Mapping[str, str], probes: Iterable[str]
) -> baselines.ComparabilityKey:
    """Return what a run must have in common with its baseline.

    Args:
        judge: its name in reports.
        subject: the facts that the model is judged against.
        prompts: digest of the prompt, by case id.
        probes: digests of the clusters of the cases.
    """
    return baselines.ComparabilityKey(
        judge=judge,
        facts=subject.facts,
        facts_sha256=subject.facts_sha256,
        prompts=prompts,
        probes=frozenset(probes),
    )
