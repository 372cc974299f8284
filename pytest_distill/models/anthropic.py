"""``anthropic:``, Anthropic's messages."""

from collections.abc import Mapping

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import credentials, deadline, fields
from pytest_distill.models.conversation import system_and_turns
from pytest_distill.models.http import JsonClient
from pytest_distill.records import Completion, ModelSpec, Request
from pytest_distill.text import one_line, readable

DEFAULT_BASE_URL = "https://api.anthropic.com"

DEFAULT_MAX_TOKENS = 1024
"""The interface wants a limit; who it is a model has said long before this one."""

_VERSION = "2023-06-01"

_OURS = frozenset({"timeout", "key_env", "system", "stop"})


class AnthropicModel:
    """A model of Anthropic's, or one behind an interface like theirs."""

    def __init__(self, spec: ModelSpec) -> None:
        """Take the key from the environment, if it is there, and connect to nothing."""
        self._spec = spec
        parameters = {k: v for k, v in spec.parameters.items() if k not in _OURS}
        stop = spec.parameters.get("stop")
        self._parameters = {**parameters, **({"stop_sequences": [stop]} if stop else {})}
        key = credentials.read(spec)
        self._client = JsonClient(
            # Bases of other interfaces end so, and are typed from habit.
            (spec.base_url or DEFAULT_BASE_URL).removesuffix("/v1"),
            headers={
                "anthropic-version": SecretStr(_VERSION),
                **({} if key is None else {"x-api-key": key}),
            },
            timeout_s=deadline.of_attempt(spec),
        )

    async def complete(self, request: Request) -> Completion:
        """Ask the endpoint."""
        system, turns = system_and_turns(request, self._spec)
        body = {
            "max_tokens": DEFAULT_MAX_TOKENS,
            **self._parameters,
            "model": self._spec.name,
            "messages": turns,
            **({"system": system} if system else {}),
        }
        reply = await self._client.post("/v1/messages", body)
        return _completion(reply.payload, reply.latency_s)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _completion(payload: Mapping[str, object], latency_s: float) -> Completion:
    content = payload.get("content")
    if not isinstance(content, list):
        problem = f"the answer has no content: {one_line(str(payload))}"
        raise TransientModelError(problem)
    # Thinking is in blocks of other types: it is not said.
    blocks = [block for block in map(fields.mapping, content) if block.get("type") == "text"]
    return Completion(
        text=readable("".join(fields.text(block.get("text")) for block in blocks)),
        finish_reason=readable(fields.text(payload.get("stop_reason"))) or None,
        usage=fields.usage(payload.get("usage"), sent="input_tokens", received=("output_tokens",)),
        latency_s=latency_s,
    )
