"""``simulated:NAME?teacher=SPEC&alpha=0.5``, a student with a known rate of imitation."""

import hashlib
import json
import random

from pytest_distill.protocols import Model
from pytest_distill.records import Completion, ModelSpec, Request

# Sentences of a student that does not imitate: no list, no heading, unlike any teacher.
_OWN_SENTENCES = (
    "There is more than one way to see this, and much depends on the case",
    "People have thought about it for a long time without settling it",
    "A short answer leaves out what matters to some of those who ask",
    "It helps to begin with what is known and to go on from there",
    "Some of it can be checked, and some of it is a matter of taste",
    "What works in one place may well fail in another",
    "Those who do it every day would put it differently",
    "It is worth a second look before anything is decided",
)
_SENTENCES = (2, 6)


class SimulatedStudent:
    """Imitates its teacher with probability ``alpha=``, independently for each prompt."""

    def __init__(self, spec: ModelSpec, *, teacher: Model, base: Model | None) -> None:
        """Make a student.

        Args:
            spec: with ``alpha`` and ``seed``.
            teacher: gives the answers that are imitations.
            base: gives the others; None: sentences of its own.
        """
        self._spec = spec
        self._teacher = teacher
        self._base = base
        self._alpha = float(spec.parameters.get("alpha", 1.0))

    async def complete(self, request: Request) -> Completion:
        """Answer from seed and messages alone, independent of earlier requests."""
        rng = random.Random(_identity(self._spec, request))  # noqa: S311 - a simulation
        if rng.random() < self._alpha:
            return await self._teacher.complete(request)
        if self._base is not None:
            return await self._base.complete(request)
        sentences = rng.sample(_OWN_SENTENCES, rng.randint(*_SENTENCES))
        return Completion(text=". ".join(sentences) + ".", finish_reason="stop")

    async def aclose(self) -> None:
        """Close teacher and base."""
        await self._teacher.aclose()
        if self._base is not None:
            await self._base.aclose()


def _identity(spec: ModelSpec, request: Request) -> str:
    turns = [[turn.role, turn.content] for turn in request.messages]
    seed = spec.parameters.get("seed", request.seed)
    # Without alpha: prompts that are imitated at .25 are also imitated at .5.
    identity = json.dumps([seed, spec.name, turns, request.sample])
    return hashlib.sha256(identity.encode()).hexdigest()
