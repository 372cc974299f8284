"""The results of a campaign: leak rates, and how its templates were bred."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from pytest_distill.records import (
    CampaignSummary,
    FuzzRates,
    FuzzSummary,
    Mutant,
    RunDescription,
    SlotResult,
    SuitePlan,
    Summary,
    Template,
)
from pytest_distill.results.outcomes import IdentityResults
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.settings.settings import OFFLINE
from pytest_distill.stats.identity import Outcome
from pytest_distill.suites.fuzz.names import CONFIRM, CONFIRMATION, CONTROL, REGRESSION, SUITE
from pytest_distill.suites.fuzz.rates import PARTS, SEARCH, fuzz_rates
from pytest_distill.text import digest


class FuzzResults(IdentityResults):
    """Counts each case and each slot once, in any order."""

    def __init__(self, description: RunDescription) -> None:
        """Create empty results.

        Args:
            description: of the run, with the settings of its campaigns.
        """
        super().__init__(SUITE)
        self._options = description.options.get(SUITE, {})
        self._seed = description.seed
        self._slots: dict[tuple[str, str], SlotResult] = {}

    def add_slot(self, slot: SlotResult) -> None:
        """Enter one slot."""
        self._slots[slot.model, slot.slot] = slot

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return the summaries of the campaign and of the leaks of earlier runs."""
        found: dict[str, Summary] = {}
        if any((model, part) in self._outcomes for part in (SUITE, CONTROL, CONFIRMATION)):
            rates = self.summary(model, options)
            campaign = self._campaign(model, is_ordered=options.status.is_ordered)
            found[SUITE] = FuzzSummary(**dict(rates), campaign=campaign)
        if (model, REGRESSION) in self._outcomes:
            found[REGRESSION] = self._rates(model, REGRESSION, options)
        return found

    def summary(self, model: str, options: SummaryOptions) -> FuzzRates:
        """Return the rates of the search, with those of control and confirmation."""
        outcomes = {SUITE: self.outcomes(model, SUITE, options.keep)}
        outcomes |= {part: self.outcomes(model, part) for part in (CONTROL, CONFIRMATION)}
        return fuzz_rates(self._rates(model, SUITE, options), outcomes, level=options.level)

    def _counted(self, model: str, number: str) -> Collection[str]:
        part, confirmed = PARTS.get(number), self.outcomes(model, CONFIRMATION)
        if part is None:
            return super()._counted(model, number)
        chosen = {outcome.template for outcome in confirmed} if number == SEARCH else None
        return [
            case
            for case, outcome in self._outcomes.get((model, part), {}).items()
            if outcome.loose and (chosen is None or outcome.template in chosen)
        ]

    def expected(self, model: str, plan: SuitePlan) -> int:
        """Return the number of cases asked, plus those of slots that were not run."""
        asked = sum(len(self.outcomes(model, part)) for part in (SUITE, CONTROL, CONFIRMATION))
        return asked + self._not_run(model, plan.slots) * plan.cases_per_slot

    def shortcoming(self, model: str, plan: SuitePlan) -> str | None:
        """Return how many slots were run, if some were not."""
        not_run = self._not_run(model, plan.slots)
        if not not_run:
            return None
        run = len(plan.slots) - not_run
        return f"the campaign is incomplete: {run} of {len(plan.slots)} slots"

    def _not_run(self, model: str, slots: Iterable[str]) -> int:
        return sum((model, slot) not in self._slots for slot in slots)

    def _campaign(self, model: str, *, is_ordered: bool) -> CampaignSummary:
        slots = [slot for (label, _), slot in sorted(self._slots.items()) if label == model]
        bred = [slot for slot in slots if slot.template is not None]
        rejected: Counter[str] = Counter()
        for slot in slots:
            rejected.update(slot.rejected)
        leading = sum(slot.is_leading for slot in bred)
        outcomes = self.outcomes(model, SUITE)
        mutants = {
            slot.slot: _mutant(slot, slot.template, outcomes)
            for slot in slots
            if slot.template is not None
        }
        return CampaignSummary(
            policy=str(self._options.get("policy")),
            seed=self._seed,
            helper=str(self._options.get("helper_label") or OFFLINE),
            probes=int(self._options.get("probes") or 0),
            is_reproducible=is_ordered,
            queries=len(outcomes),
            made=_sorted(Counter(slot.mutator or "kept" for slot in bred)),
            rejected=_sorted(rejected),
            # Only mutants that leaked are part of the tree.
            depth=max((mutant.level for mutant in mutants.values() if mutant.leaks), default=0),
            leading=leading,
            not_leading=len(bred) - leading,
            decided=next((s.decided for s in slots if s.decided and s.slot != CONFIRM), None),
            mutants=mutants,
        )


def _mutant(bred: SlotResult, template: Template, outcomes: Iterable[Outcome]) -> Mutant:
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
