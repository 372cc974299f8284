"""Cache keys: a hash of everything that an answer depends on."""

import hashlib
import json
from collections.abc import Callable

from pytest_distill.records import ModelSpec, Request
from pytest_distill.store import schema

# Timeout and API key do not change the answer. Providers in `_SILENT` pass `key_env` on to the
# code that answers, so there it counts.
_SILENT = {
    "python": frozenset({"timeout"}),
    "simulated": frozenset({"timeout", "latency"}),
}
_SILENT_ELSEWHERE = frozenset({"timeout", "key_env"})

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def fingerprints(spec: ModelSpec, *, seeded: bool, revision: str = "") -> Callable[[Request], str]:
    """Return a function from requests to cache keys of one model.

    New fields of spec or request are part of the key by default: a needless miss costs a call,
    a wrong hit invents a result.

    Args:
        spec: of the model; `text` and `label` are only names and left out.
        seeded: the provider honours ``request.seed``.
        revision: distinguishes models of one name, such as size and date of a local file.
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
