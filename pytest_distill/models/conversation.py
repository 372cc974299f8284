"""Parts of a request body that several chat APIs share."""

from pytest_distill.records import ModelSpec, Request


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
