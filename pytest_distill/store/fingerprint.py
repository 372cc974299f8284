"""What an answer depends on, as one key."""

import hashlib
import json
from collections.abc import Callable

from pytest_distill.records import ModelSpec, Request
from pytest_distill.store import schema

# How long to wait and which key to pay with say nothing of the answer. Where a provider hands
# `key_env` or `latency` through to who answers, they do.
_SILENT = {
    "python": frozenset({"timeout"}),
    "simulated": frozenset({"timeout", "latency"}),
}
_SILENT_ELSEWHERE = frozenset({"timeout", "key_env"})

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def fingerprints(spec: ModelSpec, *, seeded: bool, revision: str = "") -> Callable[[Request], str]:
    """Return what gives the key of an answer: equal only where the same is asked of the same.

    New fields of spec or request count by themselves: a key that misses costs one call, a key
    that hits wrongly invents a result.

    Args:
        spec: who is asked; `text` and `label` are only what we call it.
        seeded: the provider honours ``request.seed``.
        revision: what tells apart models of one name, such as size and date of a local file.
    """
    silent = _SILENT.get(spec.provider, _SILENT_ELSEWHERE)
    model = spec.model_dump(exclude={"text", "label"})
    model["parameters"] = {k: v for k, v in spec.parameters.items() if k not in silent}
    unsaid = None if seeded else {"seed"}
    head, tail = _canonical([schema.SCHEMA_VERSION, model])[:-1], _canonical(revision)

    def fingerprint(request: Request) -> str:
        question = _canonical(request.model_dump(exclude=unsaid, exclude_none=True))
        return hashlib.sha256(f"{head},{question},{tail}]".encode()).hexdigest()

    return fingerprint
