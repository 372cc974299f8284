"""Whether a run can be compared with a baseline: only with the same judge, facts and probes."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_distill.errors import UsageError, did_you_mean
from pytest_distill.records import CaseResult, Report


class ComparabilityKey(NamedTuple):
    """What two runs of one suite must have in common."""

    judge: str
    facts: str
    """Name of the fact set."""
    facts_sha256: str
    prompts: Mapping[str, str]
    """Digest of the prompt, by case id; empty if it is unknown."""
    probes: frozenset[str]


def key_of(report: Report, label: str, suite: str) -> ComparabilityKey:
    """Return the key of one suite of one model in a report."""
    subject = report.run.subjects[label]
    cases = report.run.cases.get(label, {}).get(suite, ())
    return ComparabilityKey(
        judge=report.run.judge,
        facts=subject.facts,
        facts_sha256=subject.facts_sha256,
        prompts={case.id: case.prompt for case in cases},
        probes=frozenset(case.probe for case in cases),
    )


def counterpart(label: str, report: Report) -> str:
    """Return the model of a baseline to compare `label` with: of the same name, or the only one.

    Raises:
        UsageError: there are several, and none has the name.
    """
    if label in report.models:
        return label
    if len(report.models) == 1:
        return next(iter(report.models))
    message = (
        f"the baseline holds no model {label!r}.{did_you_mean(label, report.models)}\n"
        f"  there are: {', '.join(report.models) or 'none'}; an alias in"
        " [tool.pytest-distill.models] gives a model the name of an earlier one"
    )
    raise UsageError(message)


def check(now: ComparabilityKey, before: ComparabilityKey, *, what: str) -> None:
    """Reject a comparison of runs that do not measure the same thing.

    Args:
        now: of the later run.
        before: of the run that it is compared with.
        what: name of the latter in the message.

    Raises:
        UsageError: says what differs.
    """
    differing = list(_differences(now, before))
    if differing:
        message = "\n  ".join(
            [
                f"{what} cannot be compared with this run:",
                *differing,
                "measure it again, with the settings of this run",
            ]
        )
        raise UsageError(message)


def _differences(now: ComparabilityKey, before: ComparabilityKey) -> Iterable[str]:
    if now.judge != before.judge:
        yield f"its answers were judged by {before.judge}, those of this run by {now.judge}"
    if now.facts_sha256 != before.facts_sha256:
        yield f"it was judged against other facts ({before.facts}) than this run ({now.facts})"
    if not now.prompts or not before.prompts:
        return
    asked = now.prompts.items()
    changed = [name for name, prompt in asked if before.prompts.get(name, prompt) != prompt]
    if changed:
        yield f"{len(changed)} cases have another prompt under the same id, such as {changed[0]}"
    only_now, only_before = now.probes - before.probes, before.probes - now.probes
    if only_now and only_before:
        yield (
            f"its probes differ: {len(only_before)} are not in this run,"
            f" {len(only_now)} of this run are not in it"
        )


def pairs(
    now: Iterable[CaseResult], before: Iterable[CaseResult]
) -> list[tuple[CaseResult, CaseResult]]:
    """Return the cases that both runs have a verdict on."""
    earlier = {case.id: case for case in before if case.values is not None}
    return [
        (case, earlier[case.id])
        for case in now
        if case.values is not None
        and case.id in earlier
        # The id of a mutant is that of its slot; its text differs from run to run.
        and case.prompt == earlier[case.id].prompt
    ]
