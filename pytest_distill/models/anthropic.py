"""``anthropic:``, Anthropic's messages."""

from collections.abc import Mapping

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import fields
from pytest_distill.models.conversation import system_and_turns
from pytest_distill.models.over_http import REFUSED, RULES, over_http
from pytest_distill.models.provider import Provider
from pytest_distill.models.rules import COUNT, RATE, TEXT
from pytest_distill.records import Completion, ModelSpec, Request
from pytest_distill.text import one_line, readable

DEFAULT_BASE_URL = "https://api.anthropic.com"

DEFAULT_MAX_TOKENS = 1024
"""The interface wants a limit; who it is a model has said long before this one."""

_VERSION = "2023-06-01"


class AnthropicWire:
    """What Anthropic's interface is sent, or one like it."""

    path = "/v1/messages"

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        # Bases of other interfaces end so, and are typed from habit.
        self.base_url = (spec.base_url or DEFAULT_BASE_URL).removesuffix("/v1")

    def headers(self, key: SecretStr | None) -> dict[str, SecretStr]:
        """Return the version of the interface, and the key where there is one."""
        version = {"anthropic-version": SecretStr(_VERSION)}
        return version if key is None else {**version, "x-api-key": key}

    def body(self, request: Request) -> dict[str, object]:
        """Return parameters, messages, and the system prompt apart from them."""
        system, turns = system_and_turns(request, self._spec)
        stop = self._spec.parameters.get("stop")
        return {
            "max_tokens": DEFAULT_MAX_TOKENS,
            **PROVIDER.sent(self._spec),
            **({"stop_sequences": [stop]} if stop else {}),
            "model": self._spec.name,
            "messages": turns,
            **({"system": system} if system else {}),
        }

    def completion(self, payload: Mapping[str, object], latency_s: float) -> Completion:
        """Read the blocks of text; thinking is in blocks of other types, and is not said."""
        content = payload.get("content")
        if not isinstance(content, list):
            problem = f"the answer has no content: {one_line(str(payload))}"
            raise TransientModelError(problem)
        blocks = [block for block in map(fields.mapping, content) if block.get("type") == "text"]
        return Completion(
            text=readable("".join(fields.text(block.get("text")) for block in blocks)),
            finish_reason=readable(fields.text(payload.get("stop_reason"))) or None,
            usage=fields.usage(
                payload.get("usage"), sent="input_tokens", received=("output_tokens",)
            ),
            latency_s=latency_s,
        )


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
        "seed": "Anthropic's interface takes none",
        "structured": "replies are read by their form, which is asked for in words",
    },
    allows_unknown=True,
    not_sent=frozenset({*RULES, "stop"}),
    takes_base_url=True,
    key_variables=("ANTHROPIC_API_KEY",),
    own_server="anthropic:NAME@http://HOST:PORT",
    is_billed=True,
    is_cached=True,
)
