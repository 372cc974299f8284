"""A request in the shapes that chat interfaces share."""

from pytest_distill.records import ModelSpec, Request


def messages_of(request: Request, spec: ModelSpec) -> list[dict[str, str]]:
    """Return the messages, after a system message only where the spec has ``system=``."""
    asked = [{"role": turn.role, "content": turn.content} for turn in request.messages]
    system = spec.parameters.get("system")
    return [{"role": "system", "content": str(system)}, *asked] if system else asked


def response_format(request: Request, spec: ModelSpec) -> dict[str, object]:
    """Return what holds an endpoint to the form of `request`, where the spec asks for that."""
    if request.form is None or not spec.parameters.get("structured"):
        return {}
    schema = {"name": "reply", "strict": True, "schema": request.form}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def system_and_turns(request: Request, spec: ModelSpec) -> tuple[str, list[dict[str, str]]]:
    """Return the system prompt, empty where there is none, apart from the other messages."""
    messages = messages_of(request, spec)
    system = [message["content"] for message in messages if message["role"] == "system"]
    turns = [message for message in messages if message["role"] != "system"]
    return "\n\n".join(system), turns
