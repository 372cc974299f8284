"""Thousands of random steps of a campaign, and what must hold after each of them."""

from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from pytest_distill.fuzz.campaign import Campaign, Proposal
from pytest_distill.fuzz.helper import HELPED
from pytest_distill.fuzz.mutators import IDENTITY, OFFLINE
from pytest_distill.fuzz.rejection import RejectedError
from pytest_distill.fuzz.selection import POLICIES
from pytest_distill.fuzz.stops import at_most
from tests.support.templates import seeds

REPLIES = st.sampled_from(
    [
        None,
        "",
        "A quiet harbour at dawn. {query}",
        "Here is the rephrased template:\n\nA lamp swings over the desk. {query}",
        "I'm sorry, I cannot do that.",
        "ChatGPT: Ah, hello! {query}",
        "{query} or {query}",
        "Three gulls sit there. One flies off. Two stay.",
    ]
)
VERDICTS = st.lists(st.sampled_from([True, False, None]), max_size=4)


class Histories(RuleBasedStateMachine):
    """Proposals, broken replies, and verdicts in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[int, Proposal] = {}
        self.slot = 0

    @initialize(
        policy=st.sampled_from(sorted(POLICIES)), is_helped=st.booleans(), is_null=st.booleans()
    )
    def begin(self, policy: str, *, is_helped: bool, is_null: bool) -> None:
        """Start with any policy."""
        self.campaign = Campaign(
            seeds(4),
            policy=POLICIES[policy],
            mutators=[IDENTITY] if is_null else OFFLINE,
            helped=HELPED if is_helped else (),
            stops=[at_most(leaks=3)],
        )

    @rule(chance=st.integers(0, 2**16), without_helper=st.booleans())
    def propose(self, chance: int, *, without_helper: bool) -> None:
        """Open another slot."""
        self.slot += 1
        rng = Random(chance)
        self.open[self.slot] = self.campaign.propose(self.slot, rng, without_helper=without_helper)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), reply=REPLIES)
    def breed(self, data: st.DataObject, reply: str | None) -> None:
        """Finish one of the open slots, or fail to."""
        slot = data.draw(st.sampled_from(sorted(self.open)))
        proposal = self.open.pop(slot)
        try:
            mutant = self.campaign.breed(proposal, reply)
        except RejectedError:
            assert slot not in self.campaign.mutants
        else:
            assert mutant.template.text.count("{query}") == 1

    @precondition(lambda self: self.campaign.mutants)
    @rule(data=st.data(), verdicts=VERDICTS)
    def observe(self, data: st.DataObject, verdicts: list[bool | None]) -> None:
        """Take in verdicts, for some a second time."""
        slot = data.draw(st.sampled_from(sorted(self.campaign.mutants)))
        self.campaign.observe(slot, verdicts)

    @invariant()
    def everything_adds_up(self) -> None:
        """Pool, visits, rewards and counts."""
        if hasattr(self, "campaign"):
            self.campaign.check_invariants()
            assert (self.campaign.decided is None) == (self.campaign.progress.leaks < 3)


Histories.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, derandomize=True, deadline=None
)
TestHistories = Histories.TestCase
