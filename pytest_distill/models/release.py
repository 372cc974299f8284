"""The release of a model that an endpoint reports with an answer.

Most of what servers report says nothing of it. Ollama's fingerprint is always ``fp_ollama``,
llama.cpp's and TGI's are the version of the server, LM Studio's is the name of the model, and many
servers return whatever name they were asked for. Two things do:

- a dated or numbered snapshot of the asked name: ``gpt-4o-2024-08-06`` for ``gpt-4o``;
- a fingerprint that is a hash, as of OpenAI, DeepSeek, xAI and Groq: ``fp_44709d6fcb``. It changes
  with the server's configuration too, so equal ones mean one release, different ones need not mean
  two.
"""

import re

from pytest_distill.models import fields
from pytest_distill.text import readable

_LATEST = re.compile(r"[-:@](?:latest|stable)$")
_SNAPSHOT = re.compile(r"[-@:](?:\d{4}-\d{2}-\d{2}|\d{3,8})")
_FINGERPRINT = re.compile(r"fp_[0-9a-f]{6,}(?:_\w+)?")


def reported(asked: str, returned: object, fingerprint: object = None) -> str | None:
    """Return the release that a response names; None if it names none.

    Args:
        asked: the name that the model was asked under.
        returned: the name in the response.
        fingerprint: ``system_fingerprint`` of the response.
    """
    name, mark = fields.text(returned), fields.text(fingerprint)
    stem = _LATEST.sub("", asked)
    if name != asked and name.startswith(stem) and _SNAPSHOT.fullmatch(name[len(stem) :]):
        return readable(name)
    return mark if _FINGERPRINT.fullmatch(mark) else None


def is_fingerprint(release: str) -> bool:
    """Return whether a release was told by its fingerprint, of which it may have several."""
    return _FINGERPRINT.fullmatch(release) is not None
