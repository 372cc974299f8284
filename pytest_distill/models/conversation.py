"""A request in the shape that chat interfaces share."""

from pytest_distill.records import ModelSpec, Request


def messages_of(request: Request, spec: ModelSpec) -> list[dict[str, str]]:
    """Return the messages, after a system message only where the spec has ``system=``."""
    asked = [{"role": turn.role, "content": turn.content} for turn in request.messages]
    system = spec.parameters.get("system")
    return [{"role": "system", "content": str(system)}, *asked] if system else asked
