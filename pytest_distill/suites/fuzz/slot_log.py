"""What became of the slots of a run: with the ledger it becomes the fuzzer's part of the report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pytest_distill.records import (
    CampaignSummary,
    FuzzRates,
    FuzzSummary,
    Mutant,
    Report,
    SlotResult,
    Template,
)
from pytest_distill.results.store import ResultStore
from pytest_distill.settings.settings import OFFLINE, Settings
from pytest_distill.stats.fuzzing import CONFIRMATION, CONTROL, SUITE
from pytest_distill.stats.identity import Outcome
from pytest_distill.suites.fuzz.campaigns import CONFIRM
from pytest_distill.text import digest


class FuzzLog:
    """Counts each slot once, in whatever order they come."""

    def __init__(self, *, is_ordered: bool = True) -> None:
        """Begin with nothing.

        Args:
            is_ordered: slots run in an order that does not depend on chance.
        """
        self._is_ordered = is_ordered
        self._bred: dict[tuple[str, str], SlotResult] = {}

    def add(self, bred: SlotResult) -> None:
        """Enter one slot."""
        self._bred[bred.model, bred.slot] = bred

    def of(self, model: str) -> list[SlotResult]:
        """Return the slots of one model, in their order."""
        return [bred for (label, _), bred in sorted(self._bred.items()) if label == model]

    def asked(self, model: str, ledger: ResultStore) -> int:
        """Return how many cases of one model's campaign were observed."""
        return sum(
            len(ledger.outcomes_of(model, suite)) for suite in (SUITE, CONTROL, CONFIRMATION)
        )

    def not_run(self, model: str, slots: Iterable[str]) -> int:
        """Return how many of `slots` nothing is known of: they were not run."""
        return sum((model, slot) not in self._bred for slot in slots)

    @property
    def all(self) -> list[SlotResult]:
        """Every slot."""
        return list(self._bred.values())

    def parts(self, slots: Mapping[str, Sequence[str]]) -> Mapping[tuple[str, str], str]:
        """Return which campaigns are not whole, and how far they came.

        Args:
            slots: of each model's campaign.
        """
        return {
            (model, SUITE): f"{len(names) - not_run} of {len(names)} slots: a part of the campaign"
            for model, names in slots.items()
            if (not_run := self.not_run(model, names))
        }

    def told(self, report: Report, ledger: ResultStore, settings: Settings) -> Report:
        """Return `report` with how each model's templates were found."""
        models = {
            model: {
                suite: FuzzSummary(**dict(found), campaign=self._campaign(model, ledger, settings))
                if isinstance(found, FuzzRates)
                else found
                for suite, found in suites.items()
            }
            for model, suites in report.models.items()
        }
        return report.model_copy(update={"models": models})

    def _campaign(self, model: str, ledger: ResultStore, settings: Settings) -> CampaignSummary:
        slots = self.of(model)
        bred = [slot for slot in slots if slot.template is not None]
        rejected: Counter[str] = Counter()
        for slot in slots:
            rejected.update(slot.rejected)
        leading = sum(slot.is_leading for slot in bred)
        outcomes = ledger.outcomes_of(model, SUITE)
        mutants = {
            slot.slot: _mutant(slot, slot.template, outcomes)
            for slot in slots
            if slot.template is not None
        }
        return CampaignSummary(
            policy=settings.fuzz.policy,
            seed=settings.seed,
            helper=settings.helper.label if settings.helper else OFFLINE,
            probes=settings.fuzz.probes,
            is_reproducible=self._is_ordered,
            queries=len(outcomes),
            made=_sorted(Counter(slot.mutator or "kept" for slot in bred)),
            rejected=_sorted(rejected),
            # Only what leaked is part of the tree.
            depth=max((mutant.level for mutant in mutants.values() if mutant.leaks), default=0),
            leading=leading,
            not_leading=len(bred) - leading,
            decided=next((s.decided for s in slots if s.decided and s.slot != CONFIRM), None),
            mutants=mutants,
        )


def _mutant(bred: SlotResult, template: Template, outcomes: list[Outcome]) -> Mutant:
    verdicts = [outcome.loose for outcome in outcomes if outcome.template == digest(template.text)]
    return Mutant(
        text=template.text,
        language=template.language,
        frame=template.frame,
        mutator=bred.mutator,
        parent=bred.parent,
        level=bred.level,
        is_leading=bred.is_leading,
        queries=sum(verdict is not None for verdict in verdicts),
        leaks=sum(verdict is True for verdict in verdicts),
        shortest=None if bred.shortest is None else bred.shortest.text,
    )


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
