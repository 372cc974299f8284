"""A model that writes texts for the run, such as templates of the fuzzer."""

import asyncio
from collections.abc import Sequence

from pytest_distill.engine.bridge import Bridge
from pytest_distill.engine.client import ModelClient
from pytest_distill.errors import ModelError
from pytest_distill.records import Message, Request


class Helper:
    """Synchronous access to a model: many prompts at once, failures are None."""

    def __init__(self, model: ModelClient, *, bridge: Bridge, seed: int) -> None:
        self._model = model
        self._bridge = bridge
        self._seed = seed

    def replies(self, prompts: Sequence[str], sample: int) -> Sequence[str | None]:
        """Return the answer to each prompt; None if the request failed.

        Args:
            prompts: all sent at once.
            sample: a different number gives different answers to the same prompts.
        """
        return self._bridge.run(self._all(prompts, sample))

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()

    async def _all(self, prompts: Sequence[str], sample: int) -> list[str | None]:
        return await asyncio.gather(*(self._one(prompt, sample) for prompt in prompts))

    async def _one(self, prompt: str, sample: int) -> str | None:
        messages = (Message(role="user", content=prompt),)
        request = Request(messages=messages, sample=sample, seed=self._seed + sample)
        try:
            return (await self._model.complete(request)).answer
        except ModelError:
            return None
