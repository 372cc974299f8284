"""Keeps secrets out of everything that a run reads and writes."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar
from urllib.parse import quote, quote_plus

from pydantic import BaseModel

R = TypeVar("R", bound=BaseModel)

MASK = "***"

# Placeholders such as "EMPTY" or "none" are no secrets: masking them would mask ordinary words.
_LEAST_CHARACTERS = 8


class Secrets:
    """The secrets of a run, and texts without them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        """Take the secrets; those that are too short to be any are ignored."""
        forms = {
            form for value in values if len(value) >= _LEAST_CHARACTERS for form in _forms(value)
        }
        # The longest first: one key may begin with another.
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._folded = tuple({form.casefold() for form in ordered})
        either = "|".join(map(re.escape, ordered))
        self._pattern = re.compile(either, re.IGNORECASE)

    def __repr__(self) -> str:
        return "Secrets(...)"

    def blot(self, text: str) -> str:
        """Return `text` with each secret as ``***``, also where it is escaped or encoded."""
        return self._pattern.sub(MASK, text) if self._is_in(text) else text

    def blotted(self, record: R) -> R:
        """Return a record with each secret in its texts as ``***``; the same one without any."""
        if not self._folded:
            return record
        content = record.model_dump_json()
        if not self._is_in(content):
            return record
        # Text by text: in the JSON a secret may begin within an escape.
        found = json.dumps(self.blotted_json(json.loads(content)))
        return type(record).model_validate_json(found)

    def blotted_json(self, value: object) -> object:
        """Return a JSON value with each secret in its texts and keys as ``***``."""
        if not self._folded:
            return value
        if isinstance(value, str):
            return self.blot(value)
        if isinstance(value, list):
            return [self.blotted_json(each) for each in value]
        if isinstance(value, dict):
            return {self.blot(key): self.blotted_json(each) for key, each in value.items()}
        return value

    def _is_in(self, text: str) -> bool:
        # Twenty times as fast as the pattern, which reads capitals as small letters one by one.
        folded = text.casefold()
        return any(form in folded for form in self._folded)

    def blot_error(self, error: Exception) -> None:
        """Take the secrets out of the message of an error, and out of what it was caused by."""
        error.args = tuple(
            self.blot(each) if isinstance(each, str) else each for each in error.args
        )
        cause = error.__cause__ or error.__context__
        if cause is not None and self.blot(repr(cause)) != repr(cause):
            error.__cause__ = error.__context__ = None


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret may stand in a text: as it is, in a URL, in HTML, in a Basic header."""
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote(quote(secret, safe=""), safe="")
    yield quote_plus(secret)
    yield html.escape(secret)
    yield secret.encode("unicode_escape").decode("ascii")
    escaped = json.dumps(secret, ensure_ascii=False)[1:-1]
    yield escaped
    # PHP's JSON, and those that write punctuation as in HTML.
    yield escaped.replace("/", "\\/")
    for signs in ("<>&='", "<>&='+/"):
        yield "".join(f"\\u{ord(sign):04x}" if sign in signs else sign for sign in escaped)
    for text in (secret, f":{secret}", f"{secret}:"):
        # Without the padding, which may be left out.
        yield base64.b64encode(text.encode()).decode("ascii").rstrip("=")
        yield base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")
    yield from _within_base64(secret)
    yield secret.encode().hex()


def _within_base64(secret: str) -> Iterator[str]:
    """Yield what of a secret is the same in every base64 text that holds it, by where it begins.

    Three bytes are four characters: at its ends it shares one or two with its neighbours.
    """
    for before in range(3):
        content = bytes(before) + secret.encode()
        shared = -(-before * 8 // 6)
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(content).decode("ascii").rstrip("=")
            core = text[shared : -1 if len(content) % 3 else None]
            if len(core) >= _LEAST_CHARACTERS:
                yield core
