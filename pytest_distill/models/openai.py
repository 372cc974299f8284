"""``openai:``, any endpoint that speaks OpenAI's chat completions."""

from collections.abc import Mapping

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import credentials, deadline
from pytest_distill.models.conversation import messages_of
from pytest_distill.models.http import JsonClient
from pytest_distill.models.text import readable, shortened
from pytest_distill.records import Completion, ModelSpec, Request, Usage

DEFAULT_BASE_URL = "https://api.openai.com/v1"

# A long answer of a busy server takes a minute or two; a hung one takes for ever.
_ATTEMPT_S = 120.0

_OURS = frozenset({"timeout", "key_env", "system"})


class OpenAIModel:
    """A chat endpoint of OpenAI's, or one that speaks like it."""

    def __init__(self, spec: ModelSpec) -> None:
        """Take the key from the environment, if it is there, and connect to nothing."""
        self._spec = spec
        self._parameters = {k: v for k, v in spec.parameters.items() if k not in _OURS}
        key = credentials.read(spec)
        self._client = JsonClient(
            spec.base_url or DEFAULT_BASE_URL,
            headers={} if key is None else {"Authorization": _bearer(key)},
            timeout_s=deadline.seconds(spec) or _ATTEMPT_S,
        )

    async def complete(self, request: Request) -> Completion:
        """Ask the endpoint."""
        body = {
            **self._parameters,
            "model": self._spec.name,
            "messages": messages_of(request, self._spec),
        }
        reply = await self._client.post("/chat/completions", body)
        return _completion(reply.payload, reply.latency_s)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _bearer(key: SecretStr) -> SecretStr:
    return SecretStr(f"Bearer {key.get_secret_value()}")


def _completion(payload: Mapping[str, object], latency_s: float) -> Completion:
    choices = payload.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        problem = f"the answer has no choices[0].message: {shortened(str(payload))}"
        raise TransientModelError(problem)
    finish_reason = choice.get("finish_reason")
    return Completion(
        text=readable(_text(message)),
        finish_reason=readable(finish_reason) if isinstance(finish_reason, str) else None,
        usage=_usage(payload.get("usage")),
        latency_s=latency_s,
    )


def _text(message: Mapping[str, object]) -> str:
    """Return what the model said; a refusal is said too, thinking is not."""
    content = message.get("content")
    if isinstance(content, list):
        parts = (part for part in content if isinstance(part, dict))
        content = "".join(_string(part.get("text") or part.get("refusal")) for part in parts)
    return _string(content) or _string(message.get("refusal"))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _usage(value: object) -> Usage:
    if not isinstance(value, dict):
        return Usage()
    return Usage(
        input_tokens=_count(value.get("prompt_tokens")),
        output_tokens=_count(value.get("completion_tokens")),
    )


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
