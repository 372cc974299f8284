"""A model behind HTTP."""

from pydantic import SecretStr

from pytest_distill.models import deadline, failure
from pytest_distill.models.http import JsonClient
from pytest_distill.models.wire import Wire
from pytest_distill.records import Completion, ModelSpec, Request


class HttpModel:
    """Posts each request in the given wire format, over connections of its own."""

    def __init__(self, spec: ModelSpec, wire: Wire, key: SecretStr | None) -> None:
        """Do not connect yet."""
        self._wire = wire
        self._client = JsonClient(
            wire.base_url, headers=wire.headers(key), timeout_s=deadline.seconds_or_default(spec)
        )

    async def complete(self, request: Request) -> Completion:
        """Post `request` and read the answer."""
        body = self._wire.body(request)
        reply = await self._client.post(self._wire.path, body)
        error = failure.in_answer(reply.payload, sent=body)
        if error is not None:
            raise error
        return self._wire.completion(reply.payload, reply.latency_s)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
