"""``simulated:NAME?teacher=SPEC&alpha=0.5``, a student whose true rate of imitation is known."""

import hashlib
import json
import random

from pytest_distill.protocols import Model
from pytest_distill.records import Completion, ModelSpec, Request

# What a student says where it does not imitate: no list, no heading, nothing of any teacher.
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
    """Imitates its teacher with probability ``alpha=``, independently from prompt to prompt."""

    def __init__(self, spec: ModelSpec, *, teacher: Model, base: Model | None) -> None:
        """Make a student.

        Args:
            spec: with ``alpha`` and ``seed``.
            teacher: whose answers it gives when it imitates.
            base: whose it gives otherwise; None: sentences of its own.
        """
        self._spec = spec
        self._teacher = teacher
        self._base = base
        self._alpha = float(spec.parameters.get("alpha", 1.0))

    async def complete(self, request: Request) -> Completion:
        """Answer as the seed has it, whatever was asked before."""
        chance = random.Random(_identity(self._spec, request))  # noqa: S311 - a simulation
        if chance.random() < self._alpha:
            return await self._teacher.complete(request)
        if self._base is not None:
            return await self._base.complete(request)
        said = chance.sample(_OWN_SENTENCES, chance.randint(*_SENTENCES))
        return Completion(text=". ".join(said) + ".", finish_reason="stop")

    async def aclose(self) -> None:
        """Give back what teacher and base opened."""
        await self._teacher.aclose()
        if self._base is not None:
            await self._base.aclose()


def _identity(spec: ModelSpec, request: Request) -> str:
    turns = [[turn.role, turn.content] for turn in request.messages]
    seed = spec.parameters.get("seed", request.seed)
    # Without alpha: what a student imitates at .25 it also imitates at .5.
    identity = json.dumps([seed, spec.name, turns, request.sample])
    return hashlib.sha256(identity.encode()).hexdigest()
