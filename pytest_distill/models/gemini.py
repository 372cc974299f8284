"""``gemini:``, Google's generateContent API."""

from collections.abc import Mapping
from urllib.parse import quote

from pydantic import SecretStr

from pytest_distill.errors import TransientModelError
from pytest_distill.models import fields, release
from pytest_distill.models.conversation import system_and_turns
from pytest_distill.models.over_http import REFUSED, RULES, over_http
from pytest_distill.models.provider import Provider
from pytest_distill.models.rules import ANY_INTEGER, COUNT, SAMPLING, SWITCH, TEXT
from pytest_distill.records import Completion, ModelSpec, Request, Usage
from pytest_distill.text import readable

DEFAULT_BASE_URL = "https://generativelanguage.googleapis.com"

_CONFIG = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "max_tokens": "maxOutputTokens",
    "seed": "seed",
    "stop": "stopSequences",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
}
"""Names of our parameters in ``generationConfig``."""

_ROLES = {"user": "user", "assistant": "model"}


class GeminiWire:
    """The wire format of Google's API and compatible servers."""

    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec
        self.base_url = (spec.base_url or DEFAULT_BASE_URL).removesuffix("/v1beta")
        name = spec.name if "/" in spec.name else f"models/{spec.name}"
        self.path = f"/v1beta/{quote(name)}:generateContent"

    def headers(self, key: SecretStr | None) -> dict[str, SecretStr]:
        """Return the key, if there is one."""
        # The API also takes the key in the URL, but then every error message would show it.
        return {} if key is None else {"x-goog-api-key": key}

    def body(self, request: Request) -> dict[str, object]:
        """Return messages, parameters and, in a field of its own, the system prompt."""
        system, turns = system_and_turns(request, self._spec)
        body: dict[str, object] = {
            "contents": [
                {"role": _ROLES[turn["role"]], "parts": [{"text": turn["content"]}]}
                for turn in turns
            ]
        }
        if system:
            body["systemInstruction"] = {"parts": [{"text": system}]}
        config = {
            **{
                _CONFIG[key]: [value] if key == "stop" else value
                for key, value in PROVIDER.sent(self._spec).items()
            },
            **_form(request, self._spec),
        }
        if config:
            body["generationConfig"] = config
        return body

    def completion(self, payload: Mapping[str, object], latency_s: float) -> Completion:
        """Read the first candidate."""
        candidates = fields.sequence(payload.get("candidates"))
        candidate = fields.mapping(candidates[0] if candidates else None)
        blocked = fields.mapping(payload.get("promptFeedback")).get("blockReason")
        finish_reason = fields.text(candidate.get("finishReason") or blocked)
        content = fields.mapping(candidate.get("content"))
        if not content and not finish_reason:
            words = fields.words_of(payload)
            problem = f"the answer has neither content nor a reason: {words}"
            raise TransientModelError(problem)
        # Thinking is in parts of its own.
        texts: dict[bool, list[str]] = {False: [], True: []}
        for part in map(fields.mapping, fields.sequence(content.get("parts"))):
            texts[bool(part.get("thought"))].append(fields.text(part.get("text")))
        words, thought = "".join(texts[False]), "\n".join(texts[True])
        if not words.strip():
            raise fields.no_answer(
                readable(finish_reason), came=fields.REASONING if thought.strip() else ""
            )
        return Completion(
            text=fields.answer(words, thought),
            finish_reason=readable(finish_reason) or None,
            usage=_usage(payload),
            latency_s=latency_s,
            release=release.reported(self._spec.name, payload.get("modelVersion")),
        )


def _form(request: Request, spec: ModelSpec) -> dict[str, object]:
    if request.form is None or not spec.parameters.get("structured"):
        return {}
    return {"responseMimeType": "application/json", "responseJsonSchema": request.form}


def _usage(payload: Mapping[str, object]) -> Usage:
    return fields.usage(
        payload.get("usageMetadata"),
        sent="promptTokenCount",
        # Thinking is billed as output, but counted separately.
        received=("candidatesTokenCount", "thoughtsTokenCount"),
    )


PROVIDER = Provider(
    name="gemini",
    example="gemini:gemini-2.5-flash",
    make=over_http(GeminiWire),
    rules={
        **{key: rule for key, rule in SAMPLING.items() if key != "min_p"},
        "top_k": COUNT,
        "seed": ANY_INTEGER,
        "stop": TEXT,
        "structured": SWITCH,
        **RULES,
    },
    refused=REFUSED,
    not_sent=frozenset({*RULES, "structured"}),
    takes_base_url=True,
    key_variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    own_server="gemini:NAME@http://HOST:PORT",
    is_billed=True,
    is_cached=True,
)
