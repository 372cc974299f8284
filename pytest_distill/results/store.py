"""What a run has observed, as much of it as the report needs: a line a case, whatever its size."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pytest_distill.errors import UNPAID
from pytest_distill.records import (
    Calibration,
    CaseResult,
    Cost,
    IceSummary,
    Observation,
    RseSummary,
    Usage,
)
from pytest_distill.stats import fuzzing
from pytest_distill.stats.corrected import with_corrections
from pytest_distill.stats.identity import Outcome, outcome_of, summarise, values_of
from pytest_distill.text import DIGEST_DIGITS, digest

Names = Callable[[str], bool]
"""Picks cases by their id."""


if TYPE_CHECKING:
    from pytest_distill.results.similarity import SimilarityResults


class Entry(NamedTuple):
    """One case of one model."""

    suite: str
    outcome: Outcome
    prompt_sha256: bytes
    usage: Usage | None
    """What the answer cost; None where none was asked for, or none came."""
    was_asked: bool
    is_unpaid: bool
    """Whether it is missing because the budget was spent."""


class ResultStore:
    """Counts each case once, in whatever order they come; a case that comes again replaces."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}

        self.comparisons: SimilarityResults | None = None
        """What was compared; None where nothing was."""

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: tuple[str, str]) -> bool:
        """Whether a case, named by the label of its model and its id, was observed."""
        return key in self._entries

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        case, completion = observation.case, observation.completion
        was_asked = case.response is None and case.reference is None
        if case.reference is not None:
            self._compared().add(observation)
        self._entries[observation.model, case.id] = Entry(
            suite=case.suite,
            outcome=outcome_of(observation),
            prompt_sha256=hashlib.sha256(case.prompt.encode()).digest(),
            usage=completion.usage if was_asked and completion is not None else None,
            was_asked=was_asked,
            is_unpaid=UNPAID in (observation.why_missing or ""),
        )

    def summaries(
        self,
        *,
        level: float,
        calibration: Calibration | None = None,
        vendors: Collection[str] = (),
    ) -> Mapping[str, Mapping[str, IceSummary | RseSummary]]:
        """Return the summary of each suite of each model.

        Args:
            level: of the intervals.
            calibration: how often the judge of identity errs, to correct for.
            vendors: counted even if nobody claims them.
        """
        compared: Mapping[str, RseSummary] = {}
        if self.comparisons is not None:
            compared = self.comparisons.summaries(level=level)
        groups: dict[str, dict[str, list[Outcome]]] = {}
        for (model, _), entry in sorted(self._entries.items()):
            if entry.suite != "rse":
                groups.setdefault(model, {}).setdefault(entry.suite, []).append(entry.outcome)
        found = {
            model: _with_campaign(
                {
                    suite: with_corrections(outcomes, calibration, level=level, vendors=vendors)
                    for suite, outcomes in suites.items()
                },
                suites,
                level=level,
            )
            for model, suites in groups.items()
        }
        return {
            model: {
                **found.get(model, {}),
                **({"rse": compared[model]} if model in compared else {}),
            }
            for model in {**found, **compared}
        }

    def outcomes(self) -> list[Outcome]:
        """Return what counts of every case of identity, in an order that is not theirs."""
        found = sorted(self._entries.items())
        return [entry.outcome for _, entry in found if entry.suite != "rse"]

    def summary(
        self,
        model: str,
        suite: str,
        *,
        level: float,
        calibration: Calibration | None = None,
        vendors: Collection[str] = (),
        keep: Names | None = None,
    ) -> IceSummary | RseSummary:
        """Return the summary of the cases of one suite of one model that `keep` names."""
        if suite == "rse" and self.comparisons is not None:
            found = self.comparisons.summaries(level=level, keep=keep)
            if model in found:
                return found[model]
        outcomes = self.outcomes_of(model, suite, keep)
        rates = with_corrections(outcomes, calibration, level=level, vendors=vendors)
        if suite != fuzzing.SUITE:
            return rates
        others = (fuzzing.CONTROL, fuzzing.CONFIRMATION)
        beside = {other: self.outcomes_of(model, other) for other in others}
        return fuzzing.fuzz_rates(rates, {suite: outcomes, **beside}, level=level)

    def cases(self, model: str, suite: str, keep: Names | None = None) -> tuple[CaseResult, ...]:
        """Return what each case of one suite of one model counts for, in the order of ids."""
        return tuple(
            CaseResult(
                id=case,
                prompt=entry.prompt_sha256.hex()[:DIGEST_DIGITS],
                template=entry.outcome.template,
                probe=digest(entry.outcome.probe),
                category=entry.outcome.category,
                language=entry.outcome.language,
                values=values_of(entry.outcome),
            )
            for case, entry in self._of(model, suite, keep)
        )

    def count(self, model: str, suite: str, keep: Names | None = None) -> int:
        """Return how many cases of one suite of one model were observed, missing ones included."""
        return len(self._of(model, suite, keep))

    def unpaid(self, model: str, suite: str) -> int:
        """Return how many cases were not asked because the budget was spent."""
        return sum(entry.is_unpaid for _, entry in self._of(model, suite, None))

    def groups(self) -> Collection[tuple[str, str]]:
        """Return each model and suite of which something was observed."""
        return sorted({(model, entry.suite) for (model, _), entry in self._entries.items()})

    def _of(self, model: str, suite: str, keep: Names | None) -> list[tuple[str, Entry]]:
        return sorted(
            (case, entry)
            for (label, case), entry in self._entries.items()
            if label == model and entry.suite == suite and (keep is None or keep(case))
        )

    def outcomes_of(self, model: str, suite: str, keep: Names | None = None) -> list[Outcome]:
        """Return what counts of each case of one suite of one model, in the order of ids."""
        return [entry.outcome for _, entry in self._of(model, suite, keep)]

    def cost(self) -> Cost:
        """Return what was asked for; tokens are None where a provider did not count them."""
        asked = [entry.usage for entry in self._entries.values() if entry.was_asked]
        asked += [] if self.comparisons is None else self.comparisons.usages()
        # A sum over some of the calls would look like the sum over all.
        inputs = [u.input_tokens for u in asked if u is not None and u.input_tokens is not None]
        outputs = [u.output_tokens for u in asked if u is not None and u.output_tokens is not None]
        return Cost(
            calls=len(asked),
            input_tokens=sum(inputs) if len(inputs) == len(asked) else None,
            output_tokens=sum(outputs) if len(outputs) == len(asked) else None,
        )

    def cases_sha256(self) -> str:
        """Return a digest of the ids and prompts of all cases."""
        total = hashlib.sha256()
        for (_, case), entry in sorted(self._entries.items()):
            total.update(case.encode() + b"\0" + entry.prompt_sha256)
        return total.hexdigest()

    def _compared(self) -> "SimilarityResults":
        if self.comparisons is None:
            from pytest_distill.results.similarity import SimilarityResults  # noqa: PLC0415 - most runs compare nothing

            self.comparisons = SimilarityResults()
        return self.comparisons


def _with_campaign(
    rates: Mapping[str, IceSummary], outcomes: Mapping[str, list[Outcome]], *, level: float
) -> Mapping[str, IceSummary]:
    """Return the suites of a model with all that its campaign asked in one."""
    parts = (fuzzing.SUITE, fuzzing.CONTROL, fuzzing.CONFIRMATION)
    if not any(suite in rates for suite in parts):
        return rates
    others = {suite: found for suite, found in rates.items() if suite not in parts}
    found = rates.get(fuzzing.SUITE) or summarise([], level=level)
    return {**others, fuzzing.SUITE: fuzzing.fuzz_rates(found, outcomes, level=level)}
