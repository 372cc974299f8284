"""``openai:``, any endpoint that speaks OpenAI's chat completions."""

from collections.abc import Mapping

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import credentials, deadline, fields
from pytest_distill.models.conversation import form_of, messages_of
from pytest_distill.models.http import JsonClient
from pytest_distill.records import Completion, ModelSpec, Request
from pytest_distill.text import one_line, readable

DEFAULT_BASE_URL = "https://api.openai.com/v1"

_OURS = frozenset({"timeout", "key_env", "system", "structured"})


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
            timeout_s=deadline.of_attempt(spec),
        )

    async def complete(self, request: Request) -> Completion:
        """Ask the endpoint."""
        body = {
            **self._parameters,
            "model": self._spec.name,
            "messages": messages_of(request, self._spec),
            **form_of(request, self._spec),
        }
        reply = await self._client.post("/chat/completions", body)
        return _completion(reply.payload, reply.latency_s)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _bearer(key: SecretStr) -> SecretStr:
    return SecretStr(f"Bearer {key.get_secret_value()}")


def _completion(payload: Mapping[str, object], latency_s: float) -> Completion:
    choices = fields.sequence(payload.get("choices"))
    choice = fields.mapping(choices[0] if choices else None)
    message = choice.get("message")
    if not isinstance(message, dict):
        problem = f"the answer has no choices[0].message: {one_line(str(payload))}"
        raise TransientModelError(problem)
    return Completion(
        text=readable(_text(message)),
        finish_reason=readable(fields.text(choice.get("finish_reason"))) or None,
        usage=fields.usage(
            payload.get("usage"), sent="prompt_tokens", received=("completion_tokens",)
        ),
        latency_s=latency_s,
    )


def _text(message: Mapping[str, object]) -> str:
    """Return what the model said; a refusal is said too, thinking is not."""
    content = message.get("content")
    if isinstance(content, list):
        parts = map(fields.mapping, content)
        content = "".join(fields.text(part.get("text") or part.get("refusal")) for part in parts)
    return fields.text(content) or fields.text(message.get("refusal"))
