"""A model whose calls a budget pays for."""

from pytest_distill.engine import known_answers
from pytest_distill.errors import TransientModelError
from pytest_distill.protocols import BudgetAccount, Model
from pytest_distill.records import Completion, Price, Request

# Role, separators and the like; no chat template in use needs more for a message.
_MESSAGE_TOKENS = 16


class BudgetedModel:
    """Reserves the highest cost of each call, and releases what was not spent."""

    def __init__(
        self,
        model: Model,
        *,
        account: BudgetAccount,
        price: Price,
        answer_tokens: int,
        system: str = "",
    ) -> None:
        """Wrap `model`.

        Args:
            model: what sends the requests.
            account: of the whole run.
            price: of the model's tokens.
            answer_tokens: upper bound for one answer.
            system: system prompt that is sent with each request.
        """
        self._model = model
        self._account = account
        self._price = price
        self._answer_tokens = answer_tokens
        self._system_tokens = _max_tokens(system)

    async def complete(self, request: Request) -> Completion:
        """Answer `request` if the budget allows it.

        Raises:
            BudgetError: it does not; nothing was sent.
            ModelError: raised by the model. The reservation of a failed call stays spent, as it
                may be billed, unless the server rejected it as overloaded.
        """
        prompt = self._system_tokens + sum(_max_tokens(turn.content) for turn in request.messages)
        tokens = prompt + self._answer_tokens
        usd = self._price.usd(prompt, self._answer_tokens)
        self._account.reserve(tokens=tokens, usd=usd)
        try:
            completion = await self._model.complete(request)
        except TransientModelError as error:
            if error.is_overload:
                self._account.give_back(tokens=tokens, usd=usd)
            raise
        usage = completion.usage
        if usage.input_tokens is not None and usage.output_tokens is not None:
            spent = usage.input_tokens + usage.output_tokens
            cost = self._price.usd(usage.input_tokens, usage.output_tokens)
            self._account.give_back(tokens=tokens - spent, usd=usd - cost)
        return completion

    def holds(self, request: Request) -> bool:
        """Return whether the model has an answer, as far as it knows before it is asked."""
        return known_answers.holds(self._model, request)

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()


def _max_tokens(text: str) -> int:
    """Return an upper bound of the tokens of `text`: no token is less than a byte."""
    return len(text.encode()) + _MESSAGE_TOKENS
