"""Cache keys: a hash of everything that an answer depends on."""

import hashlib
import json
from collections.abc import Callable, Collection

from pytest_distill.records import ModelSpec, Request
from pytest_distill.store import schema

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def fingerprints(
    spec: ModelSpec, *, seeded: bool, unkeyed: Collection[str], revision: str = ""
) -> Callable[[Request], str]:
    """Return what gives the key of an answer: equal only where the same is asked of the same.

    New fields of spec or request are part of the key by default: a needless miss costs a call,
    a wrong hit invents a result.

    Args:
        spec: of the model; `text` and `label` are only names and left out.
        seeded: the provider honours ``request.seed``.
        unkeyed: parameters that say nothing of the answer: how long to wait, for example, or
            which API key to use.
        revision: what tells apart models of one name, such as size and date of a local file.
    """
    model = spec.model_dump(exclude={"text", "label"})
    model["parameters"] = {k: v for k, v in spec.parameters.items() if k not in unkeyed}
    unsaid = None if seeded else {"seed"}
    head, tail = _canonical([schema.SCHEMA_VERSION, model])[:-1], _canonical(revision)

    def fingerprint(request: Request) -> str:
        question = _canonical(request.model_dump(exclude=unsaid, exclude_none=True))
        return hashlib.sha256(f"{head},{question},{tail}]".encode()).hexdigest()

    return fingerprint
