"""``simulated:NAME?first=0.7``, a judge that chooses by position, with a known bias."""

import hashlib
import json
import random
import re

from pytest_distill.protocols import Model
from pytest_distill.records import Completion, ModelSpec, Request

# What a judge of two answers is asked to end its reply with.
_FORM = re.compile(r'"fence": "(?P<token>[0-9a-f]+)", "choice": <"A" or "B">')


class BiasedJudge:
    """Takes the first of two answers with probability ``first=``, whatever they say.

    Ground truth for what position bias does to a number. It judges nothing else: to any other
    question its reply is no verdict.
    """

    def __init__(self, spec: ModelSpec) -> None:
        """Make a judge.

        Args:
            spec: with ``first`` and ``seed``.
        """
        self._spec = spec
        self._first = float(spec.parameters["first"])

    async def complete(self, request: Request) -> Completion:
        """Answer from seed and messages alone, independent of earlier requests."""
        question = request.messages[-1].content if request.messages else ""
        form = _FORM.search(question)
        if form is None:
            return Completion(text="I only choose between two answers.", finish_reason="stop")
        is_first = self._draw(request) < self._first
        choice = "A" if is_first else "B"
        reply = {"fence": form["token"], "choice": choice, "reason": "By its place."}
        return Completion(text=json.dumps(reply), finish_reason="stop")

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""

    def _draw(self, request: Request) -> float:
        turns = [[turn.role, turn.content] for turn in request.messages]
        seed = self._spec.parameters.get("seed", request.seed)
        identity = json.dumps([seed, self._spec.name, turns, request.sample])
        digest = hashlib.sha256(identity.encode()).hexdigest()
        return random.Random(digest).random()  # noqa: S311 - a simulation


def make(spec: ModelSpec) -> Model | None:
    """Return the judge that a ``simulated:`` spec describes; None if it is none."""
    return BiasedJudge(spec) if "first" in spec.parameters else None
