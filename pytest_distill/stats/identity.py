"""The leak rates of one model, from what a judge made of its answers."""

from collections.abc import Callable, Iterable, Sequence

from pytest_distill.records import Estimate, IceSummary, IdentityVerdict, Observation, Rates
from pytest_distill.stats.clustered import clustered_rate
from pytest_distill.stats.distributions import check_level

UNSPECIFIED = "unspecified"
"""Where cases without a category or language are counted."""

Question = Callable[[IdentityVerdict], bool | None]


def summarise(observations: Iterable[Observation], *, level: float = 0.95) -> IceSummary:
    """Return the leak rates of one model with intervals for other templates and probes.

    A case counts where its outcome is ``judged`` and the verdict has an answer; every other one
    is missing. Templates and probes are the clusters (`clustered_rate`): cases without a
    template share one, and several answers to a prompt share both.

    Args:
        observations: of one model and one suite, in any order.
        level: two-sided confidence, in (0, 1).

    Returns:
        The same to the last digit whatever the order; groups by name, vendors by falling rate.

    Raises:
        ValueError: a level out of range.
    """
    check_level(level)
    seen = list(observations)
    rates = _rates(seen, level)
    return IceSummary(
        loose=rates.loose,
        strict=rates.strict,
        hard=rates.hard,
        by_category=_by(seen, lambda observation: observation.case.category, level),
        by_language=_by(seen, lambda observation: observation.case.language, level),
        vendors=_vendors(seen, level),
    )


def _rates(observations: Sequence[Observation], level: float) -> Rates:
    return Rates(
        loose=_rate(observations, lambda verdict: verdict.loose, level),
        strict=_rate(observations, lambda verdict: verdict.strict, level),
        hard=_rate(observations, lambda verdict: verdict.hard, level),
    )


def _by(
    observations: Sequence[Observation],
    group: Callable[[Observation], str | None],
    level: float,
) -> dict[str, Rates]:
    members: dict[str, list[Observation]] = {}
    for observation in observations:
        members.setdefault(group(observation) or UNSPECIFIED, []).append(observation)
    return {name: _rates(members[name], level) for name in sorted(members)}


def _vendors(observations: Sequence[Observation], level: float) -> dict[str, Estimate]:
    verdicts = filter(None, map(_verdict, observations))
    claimed = sorted({vendor for verdict in verdicts for vendor in verdict.vendors})
    rates = {vendor: _rate(observations, _claims(vendor), level) for vendor in claimed}
    return dict(sorted(rates.items(), key=lambda item: -(item[1].value or 0.0)))


def _claims(vendor: str) -> Question:
    return lambda verdict: vendor in verdict.vendors


def _rate(observations: Sequence[Observation], question: Question, level: float) -> Estimate:
    outcomes: list[bool] = []
    templates: list[str | None] = []
    probes: list[str] = []
    for observation in observations:
        verdict = _verdict(observation)
        answer = None if verdict is None else question(verdict)
        if answer is not None:
            outcomes.append(answer)
            templates.append(observation.case.template_key)
            probes.append(observation.case.probe_key)
    missing = len(observations) - len(outcomes)
    return clustered_rate(outcomes, [templates, probes], missing=missing, level=level)


def _verdict(observation: Observation) -> IdentityVerdict | None:
    """Return the verdict where there is one to count."""
    verdict = observation.verdict
    if observation.outcome != "judged" or verdict is None or verdict.loose is None:
        return None
    return verdict
