"""The observations of a run, reduced to what the report needs: a small record per case."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_distill.records import (
    CaseResult,
    Cost,
    ModelSuite,
    Observation,
    SlotResult,
    Summary,
    Usage,
)
from pytest_distill.results.protocol import CaseFilter, SuiteResults, SummaryOptions
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.stats.panels import Voted
from pytest_distill.text import digest, digest_of


class Entry(NamedTuple):
    """One case of one model."""

    suite: str
    prompt_sha256: bytes
    template: str | None
    probe: str
    category: str
    language: str
    is_unpaid: bool
    """Whether it is missing because the budget was spent."""


class ResultStore:
    """Counts each case once, in any order; a case that is added again replaces the earlier one."""

    def __init__(self, results_of: Callable[[str], SuiteResults]) -> None:
        """Create an empty store.

        Args:
            results_of: returns the results of the suite that a case belongs to; the same object
                for all parts of one suite.
        """
        self._results_of = results_of
        self._entries: dict[tuple[str, str], Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: tuple[str, str]) -> bool:
        """Whether a case, named by the label of its model and its id, was observed."""
        return key in self._entries

    def add(self, observation: Observation) -> None:
        """Enter one observation."""
        case = observation.case
        self._results_of(case.suite).add(observation)
        self._entries[observation.model, case.id] = Entry(
            suite=case.suite,
            prompt_sha256=hashlib.sha256(case.prompt.encode()).digest(),
            template=case.template_key,
            probe=case.probe_key,
            category=case.category or UNSPECIFIED,
            language=case.language or UNSPECIFIED,
            is_unpaid=observation.is_unpaid,
        )

    def add_slot(self, slot: SlotResult) -> None:
        """Enter the result of one slot."""
        self._results_of(slot.suite).add_slot(slot)

    def of(self, suite: str) -> SuiteResults:
        """Return the results of one suite."""
        return self._results_of(suite)

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return the summary of each suite that has observations of one model."""
        return {
            name: summary
            for results in self._all_results()
            for name, summary in results.summaries(model, options).items()
        }

    def summary(self, group: ModelSuite, options: SummaryOptions) -> Summary:
        """Return the summary of one suite of one model."""
        return self._results_of(group.suite).summary(group.model, options)

    def votes(self) -> Sequence[Voted]:
        """Return the votes of several judges on each case."""
        return [voted for results in self._all_results() for voted in results.votes()]

    def cases(self, group: ModelSuite, keep: CaseFilter | None = None) -> tuple[CaseResult, ...]:
        """Return the result of each case of one suite of one model, in the order of ids."""
        values = self._results_of(group.suite).values(*group)
        return tuple(
            CaseResult(
                id=case,
                prompt=digest_of(entry.prompt_sha256),
                template=entry.template,
                probe=digest(entry.probe),
                category=entry.category,
                language=entry.language,
                values=values.get(case),
            )
            for case, entry in self._of(group, keep)
        )

    def count(self, group: ModelSuite, keep: CaseFilter | None = None) -> int:
        """Return how many cases of one suite of one model were observed, missing ones included."""
        return len(self._of(group, keep))

    def unpaid(self, group: ModelSuite) -> int:
        """Return how many cases were not asked because the budget was spent."""
        return sum(entry.is_unpaid for _, entry in self._of(group, None))

    def ids(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of all cases, by the label of their model."""
        found: dict[str, list[str]] = {}
        for label, case in sorted(self._entries):
            found.setdefault(label, []).append(case)
        return {label: tuple(cases) for label, cases in found.items()}

    def groups(self) -> Collection[ModelSuite]:
        """Return each model and suite with observations."""
        return sorted({ModelSuite(model, e.suite) for (model, _), e in self._entries.items()})

    def report_fields(self, *, level: float) -> Mapping[str, Any]:
        """Return the report fields that are about all models together, by name."""
        return {
            name: value
            for results in self._all_results()
            for name, value in results.report_fields(level=level).items()
        }

    def cost(self) -> Cost:
        """Return the number of requests and tokens; tokens are None if not all were reported."""
        asked = [usage for results in self._all_results() for usage in results.usages()]
        return Cost(
            calls=len(asked),
            input_tokens=_sum(asked, lambda usage: usage.input_tokens),
            output_tokens=_sum(asked, lambda usage: usage.output_tokens),
        )

    def cases_sha256(self) -> str:
        """Return a digest of the ids and prompts of all cases."""
        total = hashlib.sha256()
        for (_, case), entry in sorted(self._entries.items()):
            total.update(case.encode() + b"\0" + entry.prompt_sha256)
        return total.hexdigest()

    def _all_results(self) -> list[SuiteResults]:
        suites = sorted({entry.suite for entry in self._entries.values()})
        return list({id(found): found for found in map(self._results_of, suites)}.values())

    def _of(self, group: ModelSuite, keep: CaseFilter | None) -> list[tuple[str, Entry]]:
        return sorted(
            (case, entry)
            for (label, case), entry in self._entries.items()
            if label == group.model and entry.suite == group.suite and (keep is None or keep(case))
        )


def _sum(asked: Sequence[Usage | None], tokens: Callable[[Usage], int | None]) -> int | None:
    counts = [count for usage in asked if usage and (count := tokens(usage)) is not None]
    # A sum over some of the calls could be mistaken for the sum over all.
    return sum(counts) if len(counts) == len(asked) else None
