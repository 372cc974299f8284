"""One campaign: chooses parents, makes mutants, learns from their verdicts.

It does no I/O; its caller asks the helper and the model under test::

    proposal = campaign.propose(slot, rng)
    mutant = campaign.breed(proposal, reply)   # `reply` where the proposal holds a prompt
    campaign.observe(slot, verdicts)

Several proposals may be open and several mutants unobserved at a time. If mutants are observed in
the order of their slots, the campaign depends only on seeds, random numbers and verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from pytest_distill.fuzz import helper
from pytest_distill.fuzz.corpus import Corpus, Node
from pytest_distill.fuzz.hygiene import Hygiene, checked
from pytest_distill.fuzz.mutators import Draft, Material, Mutator
from pytest_distill.fuzz.rejection import Reason, RejectedError
from pytest_distill.fuzz.selection import Pick, Policy, choose, withdraw
from pytest_distill.fuzz.stops import Progress, Stop
from pytest_distill.records import Template

# Of so many drafts a policy that prefers novelty keeps the most novel: adaptive random testing with
# the ten candidates of Chen, Leung & Mak 2004 (doi:10.1007/978-3-540-30502-6_23).
_DRAFTS = 10


@dataclass(frozen=True)
class Proposal:
    """Work on one slot: a draft, or a prompt for the helper."""

    slot: int
    mutator: str
    pick: Pick
    parent: Template
    draft: Draft | None = None
    prompt: str | None = None
    is_null: bool = False


@dataclass(frozen=True)
class Mutant:
    """A template that was bred, with its origin."""

    template: Template
    mutator: str
    pick: Pick
    level: int
    """Steps from its seed."""
    is_null: bool = False
    is_observed: bool = False


class Campaign:
    """The state of one campaign."""

    def __init__(
        self,
        material: Material,
        *,
        policy: Policy,
        mutators: Sequence[Mutator],
        helped: Sequence[helper.HelperMutator] = (),
        stops: Sequence[Stop] = (),
    ) -> None:
        """Start with the seeds as the pool.

        Args:
            material: seeds, and the pieces that offline mutators use.
            policy: chooses parents.
            mutators: offline ones.
            helped: those that a helper performs; used instead of `mutators` if there are any.
            stops: called after each mutant, in this order.
        """
        self.corpus = Corpus(material.seeds)
        self.policy = policy
        self.progress = Progress()
        self.mutants: dict[int, Mutant] = {}
        """By slot."""
        self.decided: str | None = None
        """Why no further mutant is needed."""
        self._material = material
        self._mutators = tuple(mutators)
        self._helped = tuple(helped)
        self._stops = tuple(stops)
        self._open: dict[int, Proposal] = {}
        self._hygiene = Hygiene()
        for seed in material.seeds:
            self._remember(seed.text)

    def propose(self, slot: int, rng: Random, *, without_helper: bool = False) -> Proposal:
        """Choose a parent and a mutator, and make a draft or the helper's prompt.

        Args:
            slot: from 1; each is bred once.
            rng: for this attempt at this slot.
            without_helper: use the offline mutators, because the helper gave nothing usable.
        """
        if slot in self._open or slot in self.mutants:
            message = f"slot {slot} was bred already"
            raise ValueError(message)
        pick = choose(self.policy, self.corpus, rng, slot=slot)
        parent = self.corpus.nodes[pick.parent]
        if self._helped and not without_helper:
            helped = rng.choice(self._helped)
            prompt = helped.prompt(parent.template, self._partner(parent.template, rng))
            proposal = Proposal(slot, helped.name, pick, parent.template, prompt=prompt)
        else:
            mutator, draft = self._drafted(parent, rng)
            is_null = mutator.is_null
            proposal = Proposal(
                slot, mutator.name, pick, parent.template, draft=draft, is_null=is_null
            )
        self._open[slot] = proposal
        return proposal

    def breed(self, proposal: Proposal, reply: str | None = None) -> Mutant:
        """Make the mutant of an open proposal.

        Args:
            proposal: from `propose`.
            reply: of the helper, if the proposal has a prompt; None if no reply came.

        Raises:
            RejectedError: the result is no template. The pick is undone, and the slot may be
                proposed again.
        """
        del self._open[proposal.slot]
        try:
            text, language = self._text(proposal, reply)
            if not proposal.is_null:
                text = self._hygiene.admit(text)
        except RejectedError as error:
            withdraw(self.corpus, proposal.pick)
            self.progress.rejected[error.reason.value] += 1
            raise
        template = Template(
            id=f"mut{proposal.slot:03d}",
            frame=proposal.parent.frame,
            language=language,
            text=text,
        )
        level = self.corpus.nodes[proposal.pick.parent].level + (not proposal.is_null)
        mutant = Mutant(template, proposal.mutator, proposal.pick, level, proposal.is_null)
        self.mutants[proposal.slot] = mutant
        partner = proposal.draft.partner if proposal.draft is not None else None
        self.corpus.note(template, *filter(None, [partner]))
        self.progress.made[proposal.mutator] += 1
        return mutant

    def observe(self, slot: int, verdicts: Sequence[bool | None]) -> None:
        """Learn from the verdicts on the mutant of `slot`; a second call changes nothing.

        Args:
            slot: of the mutant.
            verdicts: for each question, whether the answer leaked; None where there is no verdict.
        """
        mutant = self.mutants[slot]
        if mutant.is_observed:
            return
        self.mutants[slot] = replace(mutant, is_observed=True)
        judged = [verdict for verdict in verdicts if verdict is not None]
        leaks = sum(judged)
        if judged:
            self.policy.learn(self.corpus, mutant.pick, leaks / len(judged))
        if leaks and not mutant.is_null:
            self.corpus.add(mutant.template, parent=mutant.pick.parent)
        self.progress.take(verdicts)
        if self.decided is None:
            reasons = (stop(self.progress) for stop in self._stops)
            self.decided = next((reason for reason in reasons if reason is not None), None)

    def check_invariants(self) -> None:
        """Check that all counts are consistent.

        Raises:
            AssertionError: they are not; the campaign has a bug.
        """
        self.corpus.check_invariants()
        picks = [m.pick for m in self.mutants.values()] + [p.pick for p in self._open.values()]
        observed = [mutant for mutant in self.mutants.values() if mutant.is_observed]
        grown = [mutant.template for mutant in observed if not mutant.is_null]
        texts = [m.template.text for m in self.mutants.values() if not m.is_null]
        seeds = [seed.text for seed in self._material.seeds]
        progress = self.progress
        for node in self.corpus:
            passing = sum(node.index in pick.path for pick in picks)
            _require(node.visits == passing, "a visit is a pick, in flight or observed")
            _require(node.reward <= node.visits, "no pick is worth more than one")
            if node.parent is not None:
                _require(node.template in grown, "only an observed mutant joins the pool")
        _require(all(checked(text) == text for text in texts), "every mutant is a template")
        _require(len({*texts, *seeds}) == len(texts) + len(set(seeds)), "no text comes twice")
        _require(progress.mutants == len(observed), "each mutant is observed once")
        _require(sum(progress.made.values()) == len(self.mutants), "each mutant was made once")
        _require(progress.leaks + progress.refusals == progress.queries, "each answer counts once")
        _require(len(self.corpus) - len(seeds) <= progress.leaks, "only leaks join the pool")

    def _text(self, proposal: Proposal, reply: str | None) -> tuple[str, str]:
        if proposal.draft is not None:
            return proposal.draft.text, proposal.draft.language
        if reply is None:
            raise RejectedError(Reason.HELPER_FAILED)
        (mutator,) = (helped for helped in self._helped if helped.name == proposal.mutator)
        return helper.made(mutator, proposal.parent, reply), proposal.parent.language

    def _drafted(self, parent: Node, rng: Random) -> tuple[Mutator, Draft]:
        """Make a draft; a policy that prefers novelty makes several and keeps the most novel."""
        mutators, count = self._mutators, 1
        if self.policy.prefers_novelty and not parent.reward:
            count = _DRAFTS
            if parent.visits == 1:
                # The first mutant of a parent has to hold the parent's text.
                mutators = tuple(m for m in mutators if m.keeps_parent)
        drafts = []
        for _ in range(count):
            mutator, partner = rng.choice(mutators), self._partner(parent.template, rng)
            drafts.append((mutator, mutator.mutate(parent.template, partner, self._material, rng)))
        # A partner whose frame was never tried covers two new frames with one question. Else the
        # mutator is the one that was drawn first, and its most novel draft is taken.
        news = [made for made in drafts if made[1].partner and self.corpus.is_new(made[1].partner)]
        alike = [made for made in drafts if made[0] is drafts[0][0]]
        return max(news or alike, key=lambda made: self._hygiene.novelty(made[1].text))

    def _partner(self, parent: Template, rng: Random) -> Template:
        """Return another member of the pool, in the same language where there is one."""
        others = [node.template for node in self.corpus if node.template != parent]
        near = [other for other in others if other.language == parent.language]
        return rng.choice(near or others or [parent])

    def _remember(self, text: str) -> None:
        """Count a seed as seen; seeds may be nearly the same on purpose."""
        try:
            self._hygiene.admit(text)
        except RejectedError:
            return


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - as in assert
    if not holds:
        raise AssertionError(what)
