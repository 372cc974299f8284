"""The observations of a run, reduced to what the report needs: a small record per case."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pytest_distill.errors import NOT_ASKED
from pytest_distill.records import (
    CaseResult,
    CaseRow,
    Cost,
    Leak,
    MissingCases,
    ModelSuite,
    Observation,
    Rank,
    Reuse,
    SlotResult,
    Summary,
    Usage,
)
from pytest_distill.results.ages import AnswerAges
from pytest_distill.results.protocol import CaseFilter, SuiteResults, SummaryOptions
from pytest_distill.results.rows import row_of, with_values
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.stats.panels import Voted
from pytest_distill.text import digest, digest_of, one_line, without_quotations

_Key = TypeVar("_Key", str, tuple[str, str], tuple[str, str, str])


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
    rank: Rank
    unobserved: Observation | None
    """The case itself, if its test ended without an observation."""
    judges: tuple[tuple[str, bool], ...]
    """Each judge that was to judge the answer, and whether it gave a verdict."""
    why_missing: str | None
    """None if it has a verdict."""
    reference: str | None = None
    """The model that its answer is compared with."""


class ResultStore:
    """Counts each case once: by its first verdict, and as missing as long as there is none."""

    def __init__(
        self, results_of: Callable[[str], SuiteResults], *, keeps_rows: bool = False
    ) -> None:
        """Create an empty store.

        Args:
            results_of: returns the results of the suite that a case belongs to; the same object
                for all parts of one suite.
            keeps_rows: questions and answers are kept too, for `rows`.
        """
        self._rows: dict[tuple[str, str], CaseRow] = {}
        self._keeps_rows = keeps_rows
        self._results_of = results_of
        self._entries: dict[tuple[str, str], Entry] = {}
        self._slots: dict[tuple[str, str, str], SlotResult] = {}
        self._ages = AnswerAges()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: tuple[str, str]) -> bool:
        """Whether a case, named by the label of its model and its id, is counted."""
        return key in self._entries

    def add(self, observation: Observation) -> bool:
        """Enter one observation, and return whether it counts: a verdict is never replaced."""
        case = observation.case
        earlier = self._entries.get((observation.model, case.id))
        if earlier is not None and not earlier.rank.gives_way_to(observation.rank):
            return False
        self._results_of(case.suite).add(observation)
        self._ages.add(observation)
        if self._keeps_rows:
            self._rows[observation.model, case.id] = row_of(observation)
        self._entries[observation.model, case.id] = Entry(
            suite=case.suite,
            prompt_sha256=hashlib.sha256(case.prompt.encode()).digest(),
            template=case.template_key,
            probe=case.probe_key,
            category=case.category or UNSPECIFIED,
            language=case.language or UNSPECIFIED,
            is_unpaid=observation.is_unpaid,
            rank=observation.rank,
            unobserved=None if observation.unobserved is None else observation,
            judges=_judges(observation),
            why_missing=_why_missing(observation),
            reference=case.reference,
        )
        return True

    def add_slot(self, slot: SlotResult) -> None:
        """Enter the result of one slot; one that is not finished never replaces another."""
        key = (slot.suite, slot.model, slot.slot)
        if slot.is_finished:
            self._results_of(slot.suite).add_slot(slot)
            self._slots[key] = slot
        else:
            self._slots.setdefault(key, slot)

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

    def rows(self) -> tuple[CaseRow, ...]:
        """Return every case with its answer, by model, suite and id; empty if they are not kept."""
        if not self._keeps_rows:
            return ()
        return tuple(
            with_values(self._rows[group.model, case.id], case.values or {})
            for group in self.groups()
            for case in self.cases(group)
        )

    def count(self, group: ModelSuite, keep: CaseFilter | None = None) -> int:
        """Return how many cases of one suite of one model are counted, missing ones included."""
        return len(self._of(group, keep))

    def ids_of(self, group: ModelSuite) -> Sequence[str]:
        """Return the ids of the cases of one suite of one model, in order."""
        return [case for case, _ in self._of(group, None)]

    def unpaid(self, group: ModelSuite, keep: CaseFilter | None = None) -> int:
        """Return how many cases were not asked because the budget was spent."""
        return sum(entry.is_unpaid for _, entry in self._of(group, keep))

    def missing_by_reference(
        self, group: ModelSuite, keep: CaseFilter | None = None
    ) -> Mapping[str, tuple[int, int]]:
        """Return by reference how many cases are missing, and of how many; empty without any."""
        lost: Counter[str] = Counter()
        cases: Counter[str] = Counter()
        for _, entry in self._of(group, keep):
            if entry.reference is not None:
                cases[entry.reference] += 1
                lost[entry.reference] += entry.why_missing is not None
        return {name: (lost[name], cases[name]) for name in sorted(cases)}

    def silent_judges(self, group: ModelSuite) -> Sequence[str]:
        """Return a sentence for each judge that gave no verdict on any of the answers."""
        asked = [judge for _, entry in self._of(group, None) for judge in entry.judges]
        heard = {judge for judge, has_verdict in asked if has_verdict}
        silent = Counter(judge for judge, _ in asked if judge not in heard)
        return [
            f"the judge {judge} gave no verdict on {_any_of(count)}"
            for judge, count in silent.items()
        ]

    def unobserved_of(
        self, group: ModelSuite, keep: CaseFilter | None = None
    ) -> Sequence[Observation]:
        """Return the cases of one suite of one model that ended without an observation."""
        return [entry.unobserved for _, entry in self._of(group, keep) if entry.unobserved]

    @property
    def observed(self) -> int:
        """The number of cases with an observation, with a verdict or without."""
        return len(self._entries) - len(self.unobserved)

    @property
    def unobserved(self) -> tuple[Observation, ...]:
        """The cases whose tests ended without an observation, by model and id."""
        found = (entry.unobserved for _, entry in sorted(self._entries.items(), key=_key))
        return tuple(lost for lost in found if lost is not None)

    @property
    def unfinished(self) -> tuple[SlotResult, ...]:
        """The slots whose tests ended before all of their cases were observed."""
        found = (slot for _, slot in sorted(self._slots.items(), key=_key))
        return tuple(slot for slot in found if not slot.is_finished)

    def why_unfinished(self, group: ModelSuite) -> str:
        """Return why slots of a suite of a model are not finished; empty if it is not known."""
        reasons = (
            f"{slot.slot}: {slot.why_unfinished}"
            for slot in self.unfinished
            if (slot.model, slot.suite) == group and slot.why_unfinished is not None
        )
        return next(reasons, "")

    def leaks(self) -> Sequence[Leak]:
        """Return every leak of every suite."""
        return [leak for results in self._all_results() for leak in results.leaks()]

    def missing(self) -> tuple[MissingCases, ...]:
        """Return the cases without a verdict by model, suite and reason, the most first."""
        reasons: dict[ModelSuite, dict[str, list[str]]] = {}
        totals: Counter[ModelSuite] = Counter()
        for (model, _), entry in self._entries.items():
            group = ModelSuite(model, entry.suite)
            totals[group] += 1
            if entry.why_missing is not None:
                kind = without_quotations(entry.why_missing)
                reasons.setdefault(group, {}).setdefault(kind, []).append(entry.why_missing)
        found = [
            MissingCases(
                model=group.model,
                suite=group.suite,
                reason=whys[0] if len(set(whys)) == 1 else kind,
                cases=len(whys),
                of=totals[group],
            )
            for group, kinds in reasons.items()
            for kind, whys in kinds.items()
        ]
        return tuple(sorted(found, key=lambda one: (one.model, one.suite, -one.cases, one.reason)))

    def ids(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of all observed cases, by the label of their model."""
        found: dict[str, list[str]] = {}
        for (label, case), entry in sorted(self._entries.items(), key=_key):
            if entry.unobserved is None:
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

    def reused(self, group: ModelSuite | None, started_at: float | None) -> Mapping[str, Reuse]:
        """Return the answers given before `started_at`, by the label of who gave them.

        Args:
            group: one suite of one model, with all parts of the suite; None: the whole run.
            started_at: when the session began, in seconds since 1970; None if it is not known.
        """
        if group is None:
            return self._ages.reused(None, started_at)
        results = self._results_of(group.suite)
        suites = {entry.suite for entry in self._entries.values()}
        parts = [suite for suite in sorted(suites) if self._results_of(suite) is results]
        return self._ages.reused([(group.model, part) for part in parts], started_at)

    def cost(self) -> Cost:
        """Return the number of requests and tokens; tokens are None if not all were reported."""
        asked = [usage for results in self._all_results() for usage in results.usages()]
        return Cost(
            calls=len(asked),
            input_tokens=_sum(asked, lambda usage: usage.input_tokens),
            output_tokens=_sum(asked, lambda usage: usage.output_tokens),
        )

    def cases_sha256(self) -> str:
        """Return a digest of the ids and prompts of all observed cases."""
        total = hashlib.sha256()
        for (_, case), entry in sorted(self._entries.items(), key=_key):
            if entry.unobserved is None:
                total.update(case.encode() + b"\0" + entry.prompt_sha256)
        return total.hexdigest()

    def _all_results(self) -> list[SuiteResults]:
        suites = sorted({entry.suite for entry in self._entries.values()})
        return list({id(found): found for found in map(self._results_of, suites)}.values())

    def _of(self, group: ModelSuite, keep: CaseFilter | None) -> list[tuple[str, Entry]]:
        found = (
            (case, entry)
            for (label, case), entry in self._entries.items()
            if label == group.model and entry.suite == group.suite and (keep is None or keep(case))
        )
        return sorted(found, key=_key)


def _key(item: tuple[_Key, object]) -> _Key:
    return item[0]


def _any_of(answers: int) -> str:
    return "the only answer" if answers == 1 else f"any of {answers} answers"


def _judges(observation: Observation) -> tuple[tuple[str, bool], ...]:
    is_pair = observation.case.reference is not None
    if observation.completion is None or (is_pair and observation.reference is None):
        return ()
    votes = (vote for vote in observation.votes if not vote.is_audit)
    members = {vote.judge: vote.loose is not None for vote in votes}
    if observation.likeness is not None:
        members |= observation.likeness.judges
    return ((observation.judge, observation.outcome == "judged"), *members.items())


def _why_missing(observation: Observation) -> str | None:
    if observation.outcome == "judged":
        return None
    # What was not asked is missing for the same reason as what was.
    return one_line((observation.why_missing or "no verdict").replace(NOT_ASKED, ""))


def _sum(asked: Sequence[Usage | None], tokens: Callable[[Usage], int | None]) -> int | None:
    counts = [count for usage in asked if usage and (count := tokens(usage)) is not None]
    # A sum over some of the calls could be mistaken for the sum over all.
    return sum(counts) if len(counts) == len(asked) else None
