"""Parts of a request body that several chat APIs share."""

import json

from pytest_distill.models.provider import Provider
from pytest_distill.records import ModelSpec, Request


def sent_values(provider: Provider, spec: ModelSpec) -> dict[str, object]:
    """Return the parameters of a spec as they are sent: objects and arrays as JSON."""
    return {
        key: json.loads(value)
        if isinstance(value, str) and value[:1] in {"{", "["} and key not in provider.rules
        else value
        for key, value in provider.sent(spec).items()
    }


def messages_of(request: Request, spec: ModelSpec) -> list[dict[str, str]]:
    """Return the messages, with a system message first if the spec has ``system=``."""
    turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
    system = spec.parameters.get("system")
    return [{"role": "system", "content": str(system)}, *turns] if system else turns


def response_format(request: Request, spec: ModelSpec) -> dict[str, object]:
    """Return ``response_format`` with the JSON schema of `request`, if ``structured=true``."""
    if request.form is None or not spec.parameters.get("structured"):
        return {}
    schema = {"name": "reply", "strict": True, "schema": request.form}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def system_and_turns(request: Request, spec: ModelSpec) -> tuple[str, list[dict[str, str]]]:
    """Return the system prompt, empty if there is none, and the other messages."""
    messages = messages_of(request, spec)
    system = [message["content"] for message in messages if message["role"] == "system"]
    turns = [message for message in messages if message["role"] != "system"]
    return "\n\n".join(system), turns
