"""A campaign against one model: breeds a batch of mutants, asks them, learns, confirms.

Every process builds its own; mutants are bred only from the results of this process.
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
from pytest_distill.gates.design import needed_by
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

# The paper's number: 20 mutants of 50 questions are its budget of 1,000.
_MUTANTS = 20

# Mutants that are bred before the first of them is observed. With three questions each there are a
# dozen requests in flight, and a campaign of 20 still learns four times. It must not depend on the
# number of workers, or the mutants would.
_BATCH = 4

# After so many unusable replies the helper is not asked again for this slot.
_HELPER_ATTEMPTS = 3
# Of 2,000 offline drafts at most one in three was a duplicate: 20 in a row are one in 10**9.
_ATTEMPTS = 20

# Number of worst mutants to confirm, enough to validate the search.
_MOST_CONFIRMED = 5

# A dozen calls shorten a template of six sentences to the two that leak, though not to the fewest
# words. Only the first two leaks of a campaign are shortened.
_SHORTENING_CALLS = 12
_SHORTENED = 2


_NOT_KEPT = (
    "it depends on the answers of a whole campaign, and pytest's cache has none with these options:"
    " run the campaign first"
)


class _NothingToAskError(Exception):
    """A slot has nothing to ask, for a reason that is not a failure."""


@dataclass(frozen=True)
class Plan:
    """The number of mutants and questions of one campaign."""

    mutants: int
    probes: int
    """Questions per mutant, each asked once per sample."""
    control: int
    """Bare questions."""
    confirmation: int
    """Questions over all mutants that are confirmed."""


def planned(settings: Settings, seeds: int) -> Plan:
    """Return the plan; a limit of cases is split 4:1:1 over search, control, confirmation."""
    wanted = fuzz_settings(settings)
    mutants = wanted.mutations or usual_mutants(settings)
    if wanted.is_frozen:
        mutants = min(mutants, seeds)
    search = mutants * wanted.probes
    # A quarter of the search each: a rate's comparison may be as uncertain as the rate.
    side = max(wanted.probes, search // 4)
    if settings.limit is None or search + 2 * side <= settings.limit // settings.samples:
        return Plan(mutants, wanted.probes, side, side)
    cases = max(1, settings.limit // settings.samples)
    side = cases // 6
    search = cases - 2 * side
    probes = max(1, min(wanted.probes, search // mutants))
    return Plan(min(mutants, search // probes), probes, side, side)


def usual_mutants(settings: Settings) -> int:
    """Return how many mutants a campaign has, if nobody says: of a bank, enough for its gates."""
    if not fuzz_settings(settings).is_frozen:
        return _MUTANTS
    needs = [needed_by(gate, settings) for gate in settings.gates if gate.suite == SUITE]
    # Leaks may be all in one template, so that a template is worth one case.
    return max([_MUTANTS, *(need or 0 for need in needs)])


class CampaignRunner:
    """Runs one campaign: chooses the cases of its slots."""

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
        """Start without results.

        Args:
            model: the model under test.
            settings: of the run.
            material: seed templates, and the pieces that mutants are built from.
            probes: all questions.
            is_leading: returns whether a text names a vendor that is not the model's own.
            ask_ahead: starts to evaluate cases before their tests run, in order.
            ask_helper: returns replies to prompts, for the n-th attempt; None without a helper.
        """
        self.model = model
        self.plan = planned(settings, len(material.seeds))
        self.kept: Mapping[str, Template] = {}
        """Mutants of an earlier run, for a run of only some of the slots."""
        self.confirmed: Sequence[str] = ()
        """Slots that an earlier run confirmed, for a run of only some of the slots."""
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
        """By slot: number of leaks, and of answers with a verdict."""
        self._shortened = 0
        self._begun: set[str] = set()
        """Slots whose cases were asked ahead, of those that are not bred."""

    @property
    def slots(self) -> list[str]:
        """The names of all slots, in order."""
        return [BARE, *map(mutant_slot, range(1, self.plan.mutants + 1)), CONFIRM]

    @property
    def mean_characters(self) -> float:
        """Expected length of a prompt of the campaign."""
        return self._questions.mean_characters

    def will_run(self, slots: Collection[str]) -> None:
        """Set the slots that this process will run, in order."""
        self._coming = frozenset(slots)

    def start(self, slot: str) -> tuple[SlotResult, Sequence[Case]]:
        """Return the cases of a slot; a mutant is bred now, with the others of its batch.

        If there are no cases, the result says why.
        """
        try:
            return self._start(slot)
        except _NothingToAskError as error:
            return self._result(slot, decided=str(error)), ()

    def _start(self, slot: str) -> tuple[SlotResult, Sequence[Case]]:
        if slot in {BARE, CONFIRM}:
            worst = self._worst() if slot == CONFIRM else ()
            cases = (
                self._questions.control(self.plan.control)
                if slot == BARE
                else list(self._confirmation(worst))
            )
            # A test that runs again has its first verdicts, and asks only where there is none.
            if slot not in self._begun:
                self._begun.add(slot)
                self._ask_ahead(self.model, cases)
            return self._result(slot, confirms=tuple(worst)), cases
        if slot not in self._bred:
            # The first mutants are bred without answers, all others from those to earlier ones.
            if self._settings.is_replay and slot not in self.kept and _number(slot) > _BATCH:
                raise _NothingToAskError(_NOT_KEPT)
            if self._campaign.decided is not None:
                raise _NothingToAskError(self._campaign.decided)
            self._breed_batch(slot)
        if slot not in self._bred:
            message = f"no new template in {_ATTEMPTS} attempts"
            raise _NothingToAskError(message)
        return self._bred[slot], self._asked[slot]

    def learn(self, slot: str, observations: Sequence[Observation]) -> None:
        """Use the observations of a slot, once all of its cases are observed."""
        verdicts = [_leaked(observation) for observation in observations]
        judged = [verdict for verdict in verdicts if verdict is not None]
        self._leaks.setdefault(slot, (sum(judged), len(judged)))
        number = _number(slot)
        if number in self._campaign.mutants:
            self._campaign.observe(number, verdicts)

    def shortest(self, slot: str, observation: Observation) -> Template | None:
        """Return the shortest template with which a case still leaks.

        Only for the first leaks of a campaign, and only for the first of each slot.

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
            # The helper is asked for the whole batch at once. Offline drafts are bred one by one,
            # so that each takes the earlier ones into account.
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
        """Return the slots to breed with one, as far as they are known to run."""
        first = number - (number - 1) % _BATCH
        block = range(first, min(first + _BATCH, self.plan.mutants + 1))
        # A slot left by a crashed worker was not announced.
        coming = {mutant_slot(number), *(self._coming or ())}
        return [n for n in block if mutant_slot(n) in coming and mutant_slot(n) not in self._bred]

    def _keep(self, number: int) -> bool:
        """Use a slot's mutant of an earlier run, if only some slots run; return whether it did."""
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
        """Return the helper's replies, asked for all at once."""
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

    def _worst(self) -> Sequence[str]:
        """Return the slots of the mutants that leaked most, to confirm them.

        If none leaked, the first mutants are confirmed: that a model does not leak is a result
        too, and a gate on it needs a number. A run of this slot alone confirms what the earlier run
        did.
        """
        if self.confirmed and not self._leaks:
            kept = [slot for slot in self.confirmed if self._keep(_number(slot))]
            if len(kept) == len(self.confirmed):
                return kept
        judged = {slot: counts for slot, counts in self._leaks.items() if counts[1]}
        bred = [slot for slot in judged if slot in self._bred]
        if not bred or not self.plan.confirmation:
            message = "no mutant has a verdict: there is nothing to confirm"
            if self._settings.is_replay:
                message = _NOT_KEPT
            raise _NothingToAskError(message)
        bred.sort(key=lambda slot: (-judged[slot][0] / judged[slot][1], slot))
        leaking = [slot for slot in bred if judged[slot][0]]
        return (leaking or bred)[: min(_MOST_CONFIRMED, self.plan.confirmation)]

    def _confirmation(self, worst: Sequence[str]) -> Iterator[Case]:
        """Yield new questions, or new samples, for the mutants of some slots.

        All are asked, however few mutants leaked: the rate of one mutant is as sure as that of
        five.
        """
        for slot in worst:
            template = self._bred[slot].template
            if template is not None:
                used = {case.probe_key for case in self._asked[slot]}
                questions = self._questions.of(template.language, f"{CONFIRM}/{slot}")
                # A language has 14 or 25 questions; if all were asked, they are sampled again.
                questions.sort(key=lambda probe: probe.question in used)
                count = self.plan.confirmation // len(worst)
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
