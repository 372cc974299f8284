"""What the tests of the fuzzer share: what ships, and a campaign that is driven by hand."""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from pytest_distill.data import templates
from pytest_distill.fuzz.campaign import Campaign, Mutant
from pytest_distill.fuzz.mutators import OFFLINE, Material, Mutator
from pytest_distill.fuzz.rejection import RejectedError
from pytest_distill.fuzz.selection import MCTS_EXPLORE, Policy
from pytest_distill.fuzz.stops import Stop
from pytest_distill.records import Template

Verdicts = Sequence[bool | None]


@cache
def shipped() -> Material:
    """Return the seeds and pieces of the package."""
    return Material(templates.load_shipped(), templates.load_pieces())


def seeds(count: int) -> Material:
    """Return a small bank of plain English seeds, all in other words."""
    words = ("apple", "river", "candle", "window", "garden", "letter", "mountain", "clock")
    texts = [
        f"{word} " * 3 + f"{word}s and more {number}: {{query}}"
        for number, word in enumerate(words[:count])
    ]
    found = tuple(
        Template(id=f"plain-{n:02d}-en", frame=f"frame{n}", language="en", text=text)
        for n, text in enumerate(texts)
    )
    return Material(found, shipped().pieces)


def campaign(
    material: Material | None = None,
    *,
    policy: Policy = MCTS_EXPLORE,
    mutators: Sequence[Mutator] = OFFLINE,
    stops: Sequence[Stop] = (),
) -> Campaign:
    """Return a new campaign."""
    return Campaign(material or shipped(), policy=policy, mutators=mutators, stops=stops)


def bred(subject: Campaign, slot: int, *, seed: int = 0) -> Mutant:
    """Breed one slot, however many attempts it takes."""
    for attempt in range(50):
        rng = Random(f"{seed}/{slot}/{attempt}")
        try:
            return subject.breed(subject.propose(slot, rng))
        except RejectedError:
            continue
    message = f"slot {slot} found nothing new"
    raise AssertionError(message)


def run(
    subject: Campaign, slots: range, verdicts: Callable[[Mutant], Verdicts], *, seed: int = 0
) -> None:
    """Breed and observe slot by slot."""
    for slot in slots:
        subject.observe(slot, verdicts(bred(subject, slot, seed=seed)))
