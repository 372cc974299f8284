"""A campaign against one model: breeds a batch of mutants, asks them, learns, confirms.

Every process builds its own; what a slot is bred from are the results that this process has.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.fuzz import selection
from pytest_distill.fuzz.campaign import Campaign, Mutant, Proposal
from pytest_distill.fuzz.helper import HELPED
from pytest_distill.fuzz.minimal import Shrinker
from pytest_distill.fuzz.mutators import IDENTITY, OFFLINE, Material
from pytest_distill.fuzz.rejection import RejectedError
from pytest_distill.records import Case, Observation, Probe, SlotResult, Template
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.names import (
    BARE,
    CONFIRM,
    CONFIRMATION,
    SHORTENING,
    SUITE,
    mutant_slot,
)
from pytest_distill.suites.fuzz.options import fuzz_settings
from pytest_distill.suites.fuzz.questions import QuestionPicker
from pytest_distill.suites.fuzz.stops import stops
from pytest_distill.text import digest

# Mutants that are bred before the first of them is observed: a dozen requests in flight with three
# questions each, and a campaign of 20 still learns four times. It does not depend on the number
# of workers, or the mutants would.
_BATCH = 4

# A helper that gave nothing usable so often is left alone for this slot.
_HELPER_ATTEMPTS = 3
# Of 2,000 offline drafts at most one in three was a duplicate: 20 in a row are one in 10**9.
_ATTEMPTS = 20

# The worst few are enough to say what the search is worth.
_MOST_CONFIRMED = 5

# A template of six sentences is down to its two in a dozen calls, and its words are not all gone.
# Two leaks of a campaign are worth it.
_SHORTENING_CALLS = 12
_SHORTENED = 2


class _NothingToAskError(Exception):
    """A slot has nothing to ask, for a reason that is no failure."""


@dataclass(frozen=True)
class Plan:
    """How much one campaign asks."""

    mutants: int
    probes: int
    """Questions a mutant, as often as there are samples."""
    control: int
    """Bare questions."""
    confirmation: int
    """Questions over all mutants that are confirmed."""


def planned(settings: Settings, seeds: int) -> Plan:
    """Return what the settings ask for; a limit of cases is shared out four to one to one."""
    wanted = fuzz_settings(settings)
    mutants = min(wanted.mutations, seeds) if wanted.policy == "none" else wanted.mutations
    search = mutants * wanted.probes
    # A quarter of the search each: what a rate is compared with may be as uncertain as it is.
    side = max(wanted.probes, search // 4)
    if settings.limit is None or search + 2 * side <= settings.limit // settings.samples:
        return Plan(mutants, wanted.probes, side, side)
    cases = max(1, settings.limit // settings.samples)
    side = cases // 6
    search = cases - 2 * side
    probes = max(1, min(wanted.probes, search // mutants))
    return Plan(min(mutants, search // probes), probes, side, side)


class CampaignRunner:
    """One campaign and what its slots ask."""

    def __init__(
        self,
        model: ModelUnderTest,
        settings: Settings,
        *,
        material: Material,
        probes: Sequence[Probe],
        is_leading: Callable[[str], bool],
        ask_ahead: Callable[[ModelUnderTest, Iterable[Case]], None],
        ask_helper: Callable[[Sequence[str], int], Sequence[str | None]] | None,
    ) -> None:
        """Begin with nothing known.

        Args:
            model: the model under test.
            settings: of the run.
            material: seeds, and what mutants are put together from.
            probes: every question that there is.
            is_leading: says whether a text names a vendor that is not the model's own.
            ask_ahead: begins to evaluate cases that will be observed in their order.
            ask_helper: has prompts answered, for the n-th attempt; None where there is no helper.
        """
        self.model = model
        self.plan = planned(settings, len(material.seeds))
        self.kept: Mapping[str, Template] = {}
        """Mutants of an earlier run, for a run of some of the slots."""
        self._settings = settings
        self._questions = QuestionPicker(settings, probes, material.seeds)
        self._is_leading = is_leading
        self._ask_ahead = ask_ahead
        self._ask_helper = ask_helper
        self._campaign = _campaign(settings, material, is_helped=ask_helper is not None)
        self._coming: Collection[str] | None = None
        self._bred: dict[str, SlotResult] = {}
        self._asked: dict[str, list[Case]] = {}
        self._leaks: dict[str, tuple[int, int]] = {}
        """By slot: leaks, and answers with a verdict."""
        self._shortened = 0

    @property
    def slots(self) -> list[str]:
        """The names of all slots, in order."""
        return [BARE, *map(mutant_slot, range(1, self.plan.mutants + 1)), CONFIRM]

    @property
    def mean_characters(self) -> float:
        """How long a prompt of the campaign is expected to be."""
        return self._questions.mean_characters

    def will_run(self, slots: Collection[str]) -> None:
        """Learn which slots this process is going to run, all of them in order."""
        self._coming = frozenset(slots)

    def start(self, slot: str) -> tuple[SlotResult, Sequence[Case]]:
        """Return what a slot asks; a mutant is bred now, with the others of its batch.

        Where it asks nothing the result says why.
        """
        try:
            return self._start(slot)
        except _NothingToAskError as error:
            return self._result(slot, decided=str(error)), ()

    def _start(self, slot: str) -> tuple[SlotResult, Sequence[Case]]:
        if slot in {BARE, CONFIRM}:
            cases = (
                self._questions.control(self.plan.control)
                if slot == BARE
                else list(self._confirmation())
            )
            self._ask_ahead(self.model, cases)
            return self._result(slot), cases
        if slot not in self._bred:
            if self._campaign.decided is not None:
                raise _NothingToAskError(self._campaign.decided)
            self._breed_batch(slot)
        if slot not in self._bred:
            message = f"no new template in {_ATTEMPTS} attempts"
            raise _NothingToAskError(message)
        return self._bred[slot], self._asked[slot]

    def learn(self, slot: str, observations: Sequence[Observation]) -> None:
        """Take in what came of a slot, once all of its cases are observed."""
        verdicts = [_leaked(observation) for observation in observations]
        judged = [verdict for verdict in verdicts if verdict is not None]
        self._leaks.setdefault(slot, (sum(judged), len(judged)))
        number = _number(slot)
        if number in self._campaign.mutants:
            self._campaign.observe(number, verdicts)

    def shortest(self, slot: str, observation: Observation) -> Template | None:
        """Return the template of a leaking case cut down to what still leaks.

        The first leaks of a campaign are worth it, and only the first of each slot.

        Raises:
            ModuleNotFoundError: Hypothesis is not installed.
        """
        template = self._bred[slot].template if slot in self._bred else None
        if template is None or self._shortened >= _SHORTENED:
            return None
        self._shortened += 1
        limit = self._settings.limit
        shrinker = Shrinker(
            lambda text: self._still_leaks(observation.case, text),
            calls=_SHORTENING_CALLS if limit is None else min(_SHORTENING_CALLS, limit // 6),
            rng=self._questions.random(slot, "shorten"),
        )
        text = shrinker.shortest(template.text)
        return template.model_copy(update={"text": text})

    def _result(self, slot: str, **more: Any) -> SlotResult:  # noqa: ANN401 - fields of a record
        return SlotResult(suite=SUITE, model=self.model.label, slot=slot, **more)

    def _breed_batch(self, slot: str) -> None:
        left = [number for number in self._batch(_number(slot)) if not self._keep(number)]
        rejected: dict[int, Counter[str]] = {number: Counter() for number in left}
        for attempt in range(_ATTEMPTS):
            is_helped = self._ask_helper is not None and attempt < _HELPER_ATTEMPTS
            # A helper is asked for the whole batch at once. What is drafted here is bred before the
            # next is, which then knows what was tried.
            for numbers in [left] if is_helped else [[number] for number in left]:
                self._attempt(numbers, attempt, rejected)
            left = [number for number in left if mutant_slot(number) not in self._bred]
            if not left:
                break
        batch = (self._asked.get(mutant_slot(number), ()) for number in self._batch(_number(slot)))
        self._ask_ahead(self.model, [case for cases in batch for case in cases])

    def _attempt(
        self, numbers: Sequence[int], attempt: int, rejected: Mapping[int, Counter[str]]
    ) -> None:
        """Try to breed some slots."""
        proposals = [self._propose(number, attempt) for number in numbers]
        for proposal, reply in zip(proposals, self._replies(proposals, attempt), strict=True):
            try:
                mutant = self._campaign.breed(proposal, reply)
            except RejectedError as error:
                rejected[proposal.slot][error.reason.value] += 1
            else:
                self._take(self._record(mutant, rejected[proposal.slot]))

    def _batch(self, number: int) -> list[int]:
        """Return the slots that are bred with one: as far as it is known that they will run."""
        first = number - (number - 1) % _BATCH
        block = range(first, min(first + _BATCH, self.plan.mutants + 1))
        # A slot that a crashed worker left comes unannounced.
        coming = {mutant_slot(number), *(self._coming or ())}
        return [n for n in block if mutant_slot(n) in coming and mutant_slot(n) not in self._bred]

    def _keep(self, number: int) -> bool:
        """Whether a slot has its mutant from an earlier run: this one has no results for it."""
        slot = mutant_slot(number)
        is_whole = self._coming is None or len(self._coming) == len(self.slots)
        if is_whole or slot not in self.kept:
            return False
        template = self.kept[slot]
        self._take(
            self._result(slot, template=template, is_leading=self._is_leading(template.text))
        )
        return True

    def _propose(self, number: int, attempt: int) -> Proposal:
        return self._campaign.propose(
            number,
            self._questions.random(mutant_slot(number), str(attempt)),
            without_helper=attempt >= _HELPER_ATTEMPTS,
        )

    def _replies(self, proposals: Sequence[Proposal], attempt: int) -> list[str | None]:
        """Have the helper asked for all at once."""
        prompts = [proposal.prompt for proposal in proposals if proposal.prompt is not None]
        answers = iter(self._ask_helper(prompts, attempt) if prompts and self._ask_helper else ())
        return [next(answers) if proposal.prompt is not None else None for proposal in proposals]

    def _record(self, mutant: Mutant, rejected: Counter[str]) -> SlotResult:
        parent = self._campaign.corpus.nodes[mutant.pick.parent]
        return self._result(
            mutant.template.id,
            template=mutant.template,
            mutator=mutant.mutator,
            parent=parent.template.id,
            level=mutant.level,
            is_leading=self._is_leading(mutant.template.text),
            rejected=dict(rejected),
        )

    def _take(self, bred: SlotResult) -> None:
        template = bred.template
        if template is not None:
            questions = self._questions.of(template.language, bred.slot)[: self.plan.probes]
            self._bred[bred.slot] = bred
            self._asked[bred.slot] = list(
                self._questions.cases(SUITE, bred.slot, questions, template)
            )

    def _confirmation(self) -> Iterator[Case]:
        """Yield fresh questions, and fresh samples, for the mutants that leaked most.

        Where none leaked the first are asked again: that a model leaks nowhere is a finding, and
        a gate on it needs a number.
        """
        judged = {slot: counts for slot, counts in self._leaks.items() if counts[1]}
        bred = [slot for slot in judged if slot in self._bred]
        if not bred or not self.plan.confirmation:
            message = "no mutant has a verdict: there is nothing to confirm"
            raise _NothingToAskError(message)
        bred.sort(key=lambda slot: (-judged[slot][0] / judged[slot][1], slot))
        leaking = [slot for slot in bred if judged[slot][0]]
        worst = (leaking or bred)[: min(_MOST_CONFIRMED, self.plan.confirmation)]
        for slot in worst:
            template = self._bred[slot].template
            if template is not None:
                used = {case.probe_key for case in self._asked[slot]}
                questions = self._questions.of(template.language, f"{CONFIRM}/{slot}")
                # Languages have 14 questions or 25: where all were asked, a fresh sample is left.
                questions.sort(key=lambda probe: probe.question in used)
                count = min(self.plan.probes, self.plan.confirmation // len(worst))
                yield from self._questions.cases(
                    CONFIRMATION, f"{CONFIRM}-{slot}", questions[: max(1, count)], template
                )

    def _still_leaks(self, case: Case, text: str) -> bool:
        shortened = case.model_copy(
            update={
                "id": f"{case.id}-{digest(text)}",
                "suite": SHORTENING,
                "template": text,
                "template_key": digest(text),
            }
        )
        return _leaked(self.model.observe(shortened)) is True


def _campaign(settings: Settings, material: Material, *, is_helped: bool) -> Campaign:
    policy = selection.POLICIES[fuzz_settings(settings).policy]
    is_frozen = policy is selection.NONE
    return Campaign(
        material,
        policy=policy,
        mutators=(IDENTITY,) if is_frozen else OFFLINE,
        helped=HELPED if is_helped and not is_frozen else (),
        stops=list(stops(settings)),
    )


def _leaked(observation: Observation) -> bool | None:
    return None if observation.verdict is None else observation.verdict.loose


def _number(slot: str) -> int:
    return int(slot.removeprefix("mut")) if slot.startswith("mut") else 0
