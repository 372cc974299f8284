"""What a campaign learns, and what it forgets nothing of."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from pytest_distill.fuzz.campaign import Campaign, Mutant
from pytest_distill.fuzz.helper import HELPED
from pytest_distill.fuzz.mutators import IDENTITY, OFFLINE, Material
from pytest_distill.fuzz.rejection import Reason, RejectedError
from pytest_distill.fuzz.selection import MCTS_EXPLORE, POLICIES, RANDOM, ROUND_ROBIN, Policy
from pytest_distill.fuzz.stops import at_evidence, at_most
from tests.support.templates import bred, campaign, run, seeds, shipped


def rng(key: object = 0) -> Random:
    """Return a source of chance."""
    return Random(str(key))


def leaks_in_german(mutant: Mutant) -> list[bool | None]:
    """Return verdicts that depend on nothing but the text."""
    return [mutant.template.language == "de"] * 3


def test_a_mutant_joins_the_pool_only_if_it_leaked() -> None:
    """One leak is enough."""
    subject = campaign(seeds(3))
    size = len(subject.corpus)

    run(subject, range(1, 3), lambda _: [False, None, False])
    run(subject, range(3, 4), lambda _: [False, True, False])

    assert len(subject.corpus) == size + 1
    assert subject.corpus.nodes[-1].template == subject.mutants[3].template


def test_the_reward_is_the_share_of_answers_that_leaked() -> None:
    """Divided once: one leak in four is a quarter, and what has no verdict counts for nothing."""
    subject = campaign(seeds(1), policy=ROUND_ROBIN)

    run(subject, range(1, 2), lambda _: [True, False, False, False, None])

    assert subject.corpus.nodes[0].reward == 0.25


def test_answers_without_a_verdict_teach_nothing() -> None:
    """Not even that there was no leak."""
    subject = campaign(seeds(1))

    run(subject, range(1, 2), lambda _: [None, None])

    assert (subject.corpus.nodes[0].reward, subject.progress.refusals) == (0.0, 2)


def test_what_is_observed_twice_counts_once() -> None:
    """A test that is run again changes nothing."""
    subject = campaign(seeds(2))
    run(subject, range(1, 2), lambda _: [True])

    subject.observe(1, [True, True])

    assert subject.progress.leaks == 1
    subject.check_invariants()


def test_a_slot_is_bred_once() -> None:
    """Its mutant is what its name stands for."""
    subject = campaign(seeds(2))
    bred(subject, 1)

    with pytest.raises(ValueError, match="slot 1 was bred already"):
        subject.propose(1, rng())


def test_a_rejected_draft_is_counted_and_the_slot_is_free_again() -> None:
    """The pick is undone."""
    subject = Campaign(shipped(), policy=MCTS_EXPLORE, mutators=OFFLINE, helped=HELPED)
    proposal = subject.propose(1, rng())

    with pytest.raises(RejectedError) as rejected:
        subject.breed(proposal, "I'm sorry, but I can't help with that.")

    assert rejected.value.reason is Reason.REFUSAL
    assert subject.progress.rejected == {"refusal": 1}
    assert not any(node.visits for node in subject.corpus)
    subject.propose(1, rng())


def test_seeds_may_be_nearly_the_same_but_no_mutant_repeats_one() -> None:
    """Seeds are somebody's choice; both are in the pool."""
    one, *_ = seeds(1).seeds
    other = one.model_copy(update={"id": "plain-99-en", "text": f"{one.text}!"})

    subject = campaign(Material((one, other), seeds(1).pieces), mutators=OFFLINE[-1:])
    proposal = subject.propose(1, rng())

    assert len(subject.corpus) == 2
    assert proposal.draft is not None
    with pytest.raises(RejectedError) as rejected:
        subject.breed(replace(proposal, draft=replace(proposal.draft, text=other.text)))
    assert rejected.value.reason is Reason.DUPLICATE


def test_a_helper_that_gives_nothing_is_counted() -> None:
    """A failed call is no template."""
    subject = Campaign(shipped(), policy=RANDOM, mutators=OFFLINE, helped=HELPED)

    with pytest.raises(RejectedError) as rejected:
        subject.breed(subject.propose(1, rng()), None)

    assert rejected.value.reason is Reason.HELPER_FAILED


def test_without_a_helper_an_offline_mutator_steps_in() -> None:
    """So that a slot is filled whatever the helper does."""
    subject = Campaign(shipped(), policy=RANDOM, mutators=OFFLINE, helped=HELPED)

    proposal = subject.propose(1, rng(), without_helper=True)

    assert (proposal.prompt, proposal.draft is None) == (None, False)


@pytest.mark.parametrize("name", [helped.name for helped in HELPED])
def test_a_helpers_good_reply_becomes_the_mutant(name: str) -> None:
    """Chatter around it is stripped; what it was asked for holds the parent and the rules."""
    (mutator,) = (helped for helped in HELPED if helped.name == name)
    subject = Campaign(shipped(), policy=RANDOM, mutators=OFFLINE, helped=[mutator])
    proposal = subject.propose(1, rng())
    sentences = "The rain has stopped. A door opens. Somebody comes in."
    reply = sentences if name == "expand" else f"{sentences} {{query}}"

    mutant = subject.breed(proposal, f"Here is the template you asked for:\n\n{reply}")

    expected = f"{sentences}\n{proposal.parent.text}" if name == "expand" else reply
    assert mutant.template.text == expected
    assert proposal.parent.text in str(proposal.prompt)
    assert "nothing else" in str(proposal.prompt)
    assert str(proposal.prompt).count("Template 2:") == (name == "crossover")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("One. {query} Two.", Reason.SEVERAL_PLACEHOLDERS),
        ("no sentence at all", Reason.NO_SENTENCES),
        ("Many. " * 20, Reason.NO_SENTENCES),
    ],
)
def test_sentences_to_go_before_are_sentences(reply: str, reason: Reason) -> None:
    """A helper that wrote a whole template instead has lost the parent."""
    (expand,) = (helped for helped in HELPED if helped.name == "expand")
    subject = Campaign(shipped(), policy=RANDOM, mutators=OFFLINE, helped=[expand])

    with pytest.raises(RejectedError) as rejected:
        subject.breed(subject.propose(1, rng()), reply)

    assert rejected.value.reason is reason


def test_the_fence_around_a_template_is_longer_than_any_in_it() -> None:
    """A mutant cannot close it."""
    (shorten,) = (helped for helped in HELPED if helped.name == "shorten")
    parent = shipped().seeds[0].model_copy(update={"text": "~~~~ {query}"})

    prompt = shorten.prompt(parent, parent)

    assert prompt.endswith("~~~~~\n~~~~ {query}\n~~~~~")


def test_the_null_mutator_asks_its_parent_again_and_adds_nothing() -> None:
    """It repeats on purpose, so it is no duplicate and no member of the pool."""
    subject = campaign(seeds(2), policy=ROUND_ROBIN, mutators=[IDENTITY])

    run(subject, range(1, 5), lambda _: [True])

    assert len(subject.corpus) == 2
    assert [m.template.text for m in subject.mutants.values()][:2] == [
        seed.text for seed in seeds(2).seeds
    ]
    subject.check_invariants()


def test_a_curious_policy_keeps_what_it_picked_for_the_first_time() -> None:
    """And as long as there are frames that nobody tried, two go into one mutant."""
    subject = campaign()

    mutants = [bred(subject, slot) for slot in range(1, 5)]

    parents = [subject.corpus.nodes[mutant.pick.parent].template.text for mutant in mutants]
    assert all(text in m.template.text for text, m in zip(parents, mutants, strict=True))
    assert "crossover" in {mutant.mutator for mutant in mutants}


def test_a_campaign_deepens_where_it_leaks() -> None:
    """Rewards are used: a mutant of a mutant of a mutant, within 40 rounds."""
    subject = campaign()

    run(subject, range(1, 41), leaks_in_german)

    assert subject.corpus.depth >= 3


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_the_same_verdicts_give_the_same_mutants(policy: Policy) -> None:
    """In batches, too."""
    texts = []
    for _ in range(2):
        subject = campaign(policy=policy)
        for start in (1, 5, 9):
            mutants = {slot: bred(subject, slot) for slot in range(start, start + 4)}
            for slot, mutant in mutants.items():
                subject.observe(slot, leaks_in_german(mutant))
        texts.append([mutant.template.text for mutant in subject.mutants.values()])

    assert texts[0] == texts[1]


def test_check_invariants_finds_what_does_not_add_up() -> None:
    """It is not there for show."""
    subject = campaign(seeds(2))
    run(subject, range(1, 2), lambda _: [True])
    subject.corpus.nodes[0].visits += 1

    with pytest.raises(AssertionError, match="a visit is a pick"):
        subject.check_invariants()


@pytest.mark.parametrize(
    ("limit", "slots"), [("mutants", 3), ("queries", 2), ("leaks", 3), ("refusals", 2)]
)
def test_a_campaign_is_decided_by_the_first_stop_that_is_reached(limit: str, slots: int) -> None:
    """And says which it was."""
    counts = {"mutants": 3, "queries": 4, "leaks": 2, "refusals": 3}
    stop = at_most(**{limit: counts[limit]})
    subject = campaign(seeds(3), stops=[at_most(), stop])

    for slot in range(1, 5):
        if subject.decided is None:
            run(subject, range(slot, slot + 1), lambda m: [m.template.id != "mut001", False])

    assert len(subject.mutants) == slots
    assert f"{limit} (stop at {counts[limit]})" in str(subject.decided)


def test_evidence_weighs_each_mutant_once() -> None:
    """By the share of its answers that leaked; a mutant without a verdict weighs nothing."""
    seen: list[list[float]] = []

    def weigh(shares: Sequence[float]) -> float:
        seen.append([*shares])
        return 20.0 * (shares[-1:] == [0.5])

    verdicts: dict[str, list[bool | None]] = {
        "mut001": [False, None],
        "mut002": [None, None],
        "mut003": [True, False],
    }
    subject = campaign(seeds(3), stops=[at_evidence(20, weigh, "it leaks")])
    run(subject, range(1, 4), lambda mutant: verdicts[mutant.template.id])

    assert seen == [[0.0], [0.0], [0.0, 0.5]]
    assert subject.decided == "the campaign is decided: evidence of 20 that it leaks (stop at 20)"
