"""``openai:``, OpenAI's chat completions API and compatible servers."""

from collections.abc import Mapping
from urllib.parse import quote

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import fields, release
from pytest_distill.models.conversation import messages_of, response_format, sent_values
from pytest_distill.models.over_http import REFUSED, RULES, over_http
from pytest_distill.models.provider import Provider
from pytest_distill.models.rules import ANY_INTEGER, COUNT, NAME, SAMPLING, SWITCH, TEXT
from pytest_distill.records import Completion, ModelSpec, Request
from pytest_distill.text import one_line, readable

_PATH = "/chat/completions"
# Azure's, which goes into the URL; with it the key goes into a header of its own.
_API_VERSION = "api-version"

DEFAULT_BASE_URL = "https://api.openai.com/v1"

# Servers differ: DeepSeek, SGLang and llama.cpp have the first, vLLM, OpenRouter and Ollama the
# second. One that has both says the same in both.
_THOUGHTS = ("reasoning_content", "reasoning")
_PARTS = ("reasoning", "thinking")
_TOOL = 60


class OpenAIWire:
    """The wire format of OpenAI's API and compatible servers."""

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        # Documentation of servers often gives the whole address.
        self.base_url = (spec.base_url or DEFAULT_BASE_URL).removesuffix(_PATH)
        version = spec.parameters.get(_API_VERSION)
        self._is_azure = version is not None
        self.path = _PATH if version is None else f"{_PATH}?{_API_VERSION}={quote(str(version))}"

    def headers(self, key: SecretStr | None) -> dict[str, SecretStr]:
        """Return the key, if there is one."""
        if key is None:
            return {}
        return {"api-key": key} if self._is_azure else {"Authorization": _bearer(key)}

    def body(self, request: Request) -> dict[str, object]:
        """Return parameters, messages and, if asked for, the schema of the reply."""
        return {
            **sent_values(PROVIDER, self._spec),
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
            problem = f"the answer has no choices[0].message: {fields.words_of(payload)}"
            raise TransientModelError(problem)
        words, reason = _text(message), readable(fields.text(choice.get("finish_reason")))
        if not words.strip():
            raise fields.no_answer(reason, came=_instead(message))
        return Completion(
            text=fields.answer(words, _thought(message)),
            finish_reason=reason or None,
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
    parts = [part for part in fields.blocks(message.get("content")) if not _is_thought(part)]
    content = "".join(fields.text(part.get("text") or part.get("refusal")) for part in parts)
    return content or fields.text(message.get("refusal"))


def _instead(message: Mapping[str, object]) -> str:
    """Return what a message has instead of an answer."""
    calls = [message.get("function_call"), *fields.sequence(message.get("tool_calls"))]
    named = (fields.mapping(call) for call in calls if call)
    tools = [fields.text(fields.mapping(call.get("function", call)).get("name")) for call in named]
    if tools:
        return f"a call of the tool {one_line(tools[0], _TOOL)!r}"
    return fields.REASONING if _thought(message).strip() else ""


def _thought(message: Mapping[str, object]) -> str:
    """Return the thinking that comes beside the answer, or in parts of its own."""
    for key in _THOUGHTS:
        if thought := fields.text(message.get(key)):
            return thought
    parts = filter(_is_thought, fields.blocks(message.get("content")))
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
        _API_VERSION: NAME,
        **RULES,
    },
    refused=REFUSED,
    allows_unknown=True,
    not_sent=frozenset({*RULES, "structured", _API_VERSION}),
    takes_base_url=True,
    key_variables=("OPENAI_API_KEY",),
    own_server="openai:NAME@http://HOST:PORT/v1",
    is_billed=True,
    is_cached=True,
)
