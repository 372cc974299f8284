"""What a run has observed, as much of it as the report needs: a line a case, whatever its size."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from pytest_distill.records import Calibration, Cost, IceSummary, Observation, Usage
from pytest_distill.stats.corrected import with_corrections
from pytest_distill.stats.identity import Outcome, outcome_of


class Entry(NamedTuple):
    """One case of one model."""

    suite: str
    outcome: Outcome
    prompt_sha256: bytes
    usage: Usage | None
    """What the answer cost; None where none was asked for, or none came."""
    was_asked: bool


class Ledger:
    """Counts each case once, in whatever order they come; a case that comes again replaces."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        case, completion = observation.case, observation.completion
        was_asked = case.response is None
        self._entries[observation.model, case.id] = Entry(
            suite=case.suite,
            outcome=outcome_of(observation),
            prompt_sha256=hashlib.sha256(case.prompt.encode()).digest(),
            usage=completion.usage if was_asked and completion is not None else None,
            was_asked=was_asked,
        )

    def summaries(
        self, *, level: float, calibration: Calibration | None = None
    ) -> Mapping[str, Mapping[str, IceSummary]]:
        """Return the summary of each suite of each model.

        Args:
            level: of the intervals.
            calibration: how often the judge errs, to correct for.
        """
        groups: dict[str, dict[str, list[Outcome]]] = {}
        for (model, _), entry in sorted(self._entries.items()):
            groups.setdefault(model, {}).setdefault(entry.suite, []).append(entry.outcome)
        return {
            model: {
                suite: with_corrections(found, calibration, level=level)
                for suite, found in suites.items()
            }
            for model, suites in groups.items()
        }

    def outcomes(self) -> list[Outcome]:
        """Return what counts of every case, in an order that does not depend on theirs."""
        return [entry.outcome for _, entry in sorted(self._entries.items())]

    def outcomes_of(self, model: str, suite: str) -> list[Outcome]:
        """Return what counts of each case of one suite of one model, in the order of ids."""
        return [
            entry.outcome
            for (label, _), entry in sorted(self._entries.items())
            if label == model and entry.suite == suite
        ]

    def cost(self) -> Cost:
        """Return what was asked for; tokens are None where a provider did not count them."""
        asked = [entry.usage for entry in self._entries.values() if entry.was_asked]
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
