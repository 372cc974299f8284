"""``openai:``, OpenAI's chat completions API and compatible servers."""

from collections.abc import Mapping

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import fields, release
from pytest_distill.models.conversation import messages_of, response_format
from pytest_distill.models.over_http import REFUSED, RULES, over_http
from pytest_distill.models.provider import Provider
from pytest_distill.models.rules import ANY_INTEGER, COUNT, SAMPLING, SWITCH, TEXT
from pytest_distill.records import Completion, ModelSpec, Request
from pytest_distill.text import one_line, readable

DEFAULT_BASE_URL = "https://api.openai.com/v1"

# Servers differ: DeepSeek, SGLang and llama.cpp have the first, vLLM, OpenRouter and Ollama the
# second. One that has both says the same in both.
_THOUGHTS = ("reasoning_content", "reasoning")
_PARTS = ("reasoning", "thinking")


class OpenAIWire:
    """The wire format of OpenAI's API and compatible servers."""

    path = "/chat/completions"

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        self.base_url = spec.base_url or DEFAULT_BASE_URL

    def headers(self, key: SecretStr | None) -> dict[str, SecretStr]:
        """Return the key, if there is one."""
        return {} if key is None else {"Authorization": _bearer(key)}

    def body(self, request: Request) -> dict[str, object]:
        """Return parameters, messages and, if asked for, the schema of the reply."""
        return {
            **PROVIDER.sent(self._spec),
            "model": self._spec.name,
            "messages": messages_of(request, self._spec),
            **response_format(request, self._spec),
        }

    def completion(self, payload: Mapping[str, object], latency_s: float) -> Completion:
        """Read the first choice."""
        choices = fields.sequence(payload.get("choices"))
        choice = fields.mapping(choices[0] if choices else None)
        message = choice.get("message")
        if not isinstance(message, dict):
            problem = f"the answer has no choices[0].message: {one_line(str(payload))}"
            raise TransientModelError(problem)
        return Completion(
            text=fields.answer(_text(message), _thought(message)),
            finish_reason=readable(fields.text(choice.get("finish_reason"))) or None,
            usage=fields.usage(
                payload.get("usage"), sent="prompt_tokens", received=("completion_tokens",)
            ),
            latency_s=latency_s,
            release=release.reported(
                self._spec.name, payload.get("model"), payload.get("system_fingerprint")
            ),
        )


def _bearer(key: SecretStr) -> SecretStr:
    return SecretStr(f"Bearer {key.get_secret_value()}")


def _text(message: Mapping[str, object]) -> str:
    """Return the text of the answer, or of a refusal, without thinking."""
    content = message.get("content")
    if isinstance(content, list):
        parts = (part for part in map(fields.mapping, content) if not _is_thought(part))
        content = "".join(fields.text(part.get("text") or part.get("refusal")) for part in parts)
    return fields.text(content) or fields.text(message.get("refusal"))


def _thought(message: Mapping[str, object]) -> str:
    """Return the thinking that comes beside the answer, or in parts of its own."""
    for key in _THOUGHTS:
        if thought := fields.text(message.get(key)):
            return thought
    parts = filter(_is_thought, map(fields.mapping, fields.sequence(message.get("content"))))
    # Such a part has its text under its type or under "text", whole or in blocks.
    return "\n".join(
        fields.texts(part.get(fields.text(part["type"])) or part.get("text")) for part in parts
    )


def _is_thought(part: Mapping[str, object]) -> bool:
    return part.get("type") in _PARTS


PROVIDER = Provider(
    name="openai",
    example="openai:gpt-4o-mini",
    make=over_http(OpenAIWire),
    rules={
        **SAMPLING,
        "max_completion_tokens": COUNT,
        "seed": ANY_INTEGER,
        "stop": TEXT,
        "structured": SWITCH,
        **RULES,
    },
    refused=REFUSED,
    allows_unknown=True,
    not_sent=frozenset({*RULES, "structured"}),
    takes_base_url=True,
    key_variables=("OPENAI_API_KEY",),
    own_server="openai:NAME@http://HOST:PORT/v1",
    is_billed=True,
    is_cached=True,
)
