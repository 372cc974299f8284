"""``gemini:``, Google's generateContent."""

from collections.abc import Mapping
from urllib.parse import quote

from pytest_distill.errors import TransientModelError
from pytest_distill.models import credentials, deadline, fields
from pytest_distill.models.conversation import system_and_turns
from pytest_distill.models.http import JsonClient
from pytest_distill.records import Completion, ModelSpec, Request, Usage
from pytest_distill.text import one_line, readable

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
"""What our parameters are called in ``generationConfig``."""

_ROLES = {"user": "user", "assistant": "model"}


class GeminiModel:
    """A model of Google's, or one behind an interface like theirs."""

    def __init__(self, spec: ModelSpec) -> None:
        """Take the key from the environment, if it is there, and connect to nothing."""
        self._spec = spec
        name = spec.name if "/" in spec.name else f"models/{spec.name}"
        self._path = f"/v1beta/{quote(name)}:generateContent"
        self._config = {
            theirs: [spec.parameters[ours]] if ours == "stop" else spec.parameters[ours]
            for ours, theirs in _CONFIG.items()
            if ours in spec.parameters
        }
        key = credentials.read(spec)
        self._client = JsonClient(
            (spec.base_url or DEFAULT_BASE_URL).removesuffix("/v1beta"),
            # A key in the URL, which they take too, would be in every error.
            headers={} if key is None else {"x-goog-api-key": key},
            timeout_s=deadline.of_attempt(spec),
        )

    async def complete(self, request: Request) -> Completion:
        """Ask the endpoint."""
        system, turns = system_and_turns(request, self._spec)
        body: dict[str, object] = {
            "contents": [
                {"role": _ROLES[turn["role"]], "parts": [{"text": turn["content"]}]}
                for turn in turns
            ]
        }
        if system:
            body["systemInstruction"] = {"parts": [{"text": system}]}
        config = {**self._config, **_form(request, self._spec)}
        if config:
            body["generationConfig"] = config
        reply = await self._client.post(self._path, body)
        return _completion(reply.payload, reply.latency_s)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _form(request: Request, spec: ModelSpec) -> dict[str, object]:
    if request.form is None or not spec.parameters.get("structured"):
        return {}
    return {"responseMimeType": "application/json", "responseJsonSchema": request.form}


def _completion(payload: Mapping[str, object], latency_s: float) -> Completion:
    candidates = fields.sequence(payload.get("candidates"))
    candidate = fields.mapping(candidates[0] if candidates else None)
    blocked = fields.mapping(payload.get("promptFeedback")).get("blockReason")
    finish_reason = fields.text(candidate.get("finishReason") or blocked)
    content = fields.mapping(candidate.get("content"))
    if not content and not finish_reason:
        problem = f"the answer has neither content nor a reason: {one_line(str(payload))}"
        raise TransientModelError(problem)
    parts = map(fields.mapping, fields.sequence(content.get("parts")))
    return Completion(
        # What was thought is in parts of its own: it is not said.
        text=readable("".join(fields.text(p.get("text")) for p in parts if not p.get("thought"))),
        finish_reason=readable(finish_reason) or None,
        usage=_usage(payload),
        latency_s=latency_s,
    )


def _usage(payload: Mapping[str, object]) -> Usage:
    return fields.usage(
        payload.get("usageMetadata"),
        sent="promptTokenCount",
        # Thinking is billed as output, and counted apart.
        received=("candidatesTokenCount", "thoughtsTokenCount"),
    )
