"""A request in the shapes that chat interfaces share."""

from pytest_distill.records import ModelSpec, Request


def messages_of(request: Request, spec: ModelSpec) -> list[dict[str, str]]:
    """Return the messages, after a system message only where the spec has ``system=``."""
    asked = [{"role": turn.role, "content": turn.content} for turn in request.messages]
    system = spec.parameters.get("system")
    return [{"role": "system", "content": str(system)}, *asked] if system else asked


def system_and_turns(request: Request, spec: ModelSpec) -> tuple[str, list[dict[str, str]]]:
    """Return the system prompt, empty where there is none, apart from the other messages."""
    messages = messages_of(request, spec)
    system = [message["content"] for message in messages if message["role"] == "system"]
    turns = [message for message in messages if message["role"] != "system"]
    return "\n\n".join(system), turns
