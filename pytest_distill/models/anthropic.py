"""``anthropic:``, Anthropic's Messages API."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import fields, release
from pytest_distill.models.conversation import sent_values, system_and_turns
from pytest_distill.models.over_http import REFUSED, RULES, over_http
from pytest_distill.models.provider import Provider
from pytest_distill.models.rules import COUNT, RATE, TEXT
from pytest_distill.records import Completion, ModelSpec, Request
from pytest_distill.text import one_line, readable

DEFAULT_BASE_URL = "https://api.anthropic.com"

DEFAULT_MAX_TOKENS = 1024
"""The API requires a limit; an answer about identity is much shorter."""

_VERSION = "2023-06-01"
_TOOL = 60


class AnthropicWire:
    """The wire format of Anthropic's API and compatible servers."""

    path = "/v1/messages"

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        # Base URLs of other APIs end in /v1, and users add it from habit.
        given = (spec.base_url or DEFAULT_BASE_URL).removesuffix("/messages")
        self.base_url = given.removesuffix("/v1")

    def headers(self, key: SecretStr | None) -> dict[str, SecretStr]:
        """Return the API version, and the key if there is one."""
        version = {"anthropic-version": SecretStr(_VERSION)}
        return version if key is None else {**version, "x-api-key": key}

    def body(self, request: Request) -> dict[str, object]:
        """Return parameters, messages and, in a field of its own, the system prompt."""
        system, turns = system_and_turns(request, self._spec)
        stop = self._spec.parameters.get("stop")
        return {
            "max_tokens": DEFAULT_MAX_TOKENS,
            **sent_values(PROVIDER, self._spec),
            **({"stop_sequences": [stop]} if stop else {}),
            "model": self._spec.name,
            "messages": turns,
            **({"system": system} if system else {}),
        }

    def completion(self, payload: Mapping[str, object], latency_s: float) -> Completion:
        """Read the blocks of text and of thinking."""
        content = payload.get("content")
        if not isinstance(content, list):
            problem = f"the answer has no content: {fields.words_of(payload)}"
            raise TransientModelError(problem)
        blocks = fields.blocks(content)
        words, thought = "".join(_of("text", blocks)), "\n".join(_of("thinking", blocks))
        reason = readable(fields.text(payload.get("stop_reason")))
        if not words.strip():
            raise fields.no_answer(reason, came=_instead(blocks, thought))
        return Completion(
            text=fields.answer(words, thought),
            finish_reason=reason or None,
            usage=fields.usage(
                payload.get("usage"), sent="input_tokens", received=("output_tokens",)
            ),
            latency_s=latency_s,
            release=release.reported(self._spec.name, payload.get("model")),
        )


def _instead(blocks: Iterable[Mapping[str, object]], thought: str) -> str:
    """Return what a message has instead of an answer."""
    tools = (fields.text(block.get("name")) for block in blocks if block.get("type") == "tool_use")
    tool = next(tools, None)
    if tool is not None:
        return f"a call of the tool {one_line(tool, _TOOL)!r}"
    return fields.REASONING if thought.strip() else ""


def _of(kind: str, blocks: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield the texts of the blocks of one type, which stand under its name."""
    return (fields.text(block.get(kind)) for block in blocks if block.get("type") == kind)


PROVIDER = Provider(
    name="anthropic",
    example="anthropic:claude-sonnet-4-5",
    make=over_http(AnthropicWire),
    rules={
        "temperature": RATE,
        "max_tokens": COUNT,
        "top_p": RATE,
        "top_k": COUNT,
        "stop": TEXT,
        **RULES,
    },
    refused={
        **REFUSED,
        "seed": "Anthropic's API has none",
        "structured": "the prompt asks for the reply's format in words",
    },
    allows_unknown=True,
    not_sent=frozenset({*RULES, "stop"}),
    takes_base_url=True,
    key_variables=("ANTHROPIC_API_KEY",),
    own_server="anthropic:NAME@http://HOST:PORT",
    is_billed=True,
    is_cached=True,
)
