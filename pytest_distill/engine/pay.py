"""A model whose calls a budget pays for."""

from pytest_distill.errors import TransientModelError
from pytest_distill.protocols import BudgetAccount, Model
from pytest_distill.records import Completion, Price, Request

# Role, separators and the like; no chat template in use needs more for a message.
_MESSAGE_TOKENS = 16


class Paid:
    """Sets aside what a call may cost at most, and returns what it did not."""

    def __init__(
        self,
        model: Model,
        *,
        purse: BudgetAccount,
        price: Price,
        answer_tokens: int,
        system: str = "",
    ) -> None:
        """Wrap `model`.

        Args:
            model: who is asked.
            purse: of the whole run.
            price: of the model's tokens.
            answer_tokens: the most that an answer may have.
            system: what is sent with each request.
        """
        self._model = model
        self._purse = purse
        self._price = price
        self._answer_tokens = answer_tokens
        self._system_tokens = _at_most(system)

    async def complete(self, request: Request) -> Completion:
        """Answer `request` if the budget bears it.

        Raises:
            BudgetError: it does not; nothing was asked.
            ModelError: as the model does. What such a call was to cost stays spent, for it may
                be billed all the same, unless the server turned it away.
        """
        prompt = self._system_tokens + sum(_at_most(turn.content) for turn in request.messages)
        tokens = prompt + self._answer_tokens
        usd = self._price.usd(prompt, self._answer_tokens)
        self._purse.reserve(tokens=tokens, usd=usd)
        try:
            completion = await self._model.complete(request)
        except TransientModelError as error:
            if error.is_overload:
                self._purse.give_back(tokens=tokens, usd=usd)
            raise
        usage = completion.usage
        if usage.input_tokens is not None and usage.output_tokens is not None:
            spent = usage.input_tokens + usage.output_tokens
            cost = self._price.usd(usage.input_tokens, usage.output_tokens)
            self._purse.give_back(tokens=tokens - spent, usd=usd - cost)
        return completion

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()


def _at_most(text: str) -> int:
    """Return more tokens than `text` can have: no tokenizer makes two of one byte."""
    return len(text.encode()) + _MESSAGE_TOKENS
