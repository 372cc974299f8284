"""Secrets are left out of texts, records and errors, in whatever form they come."""

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.errors import ModelError
from pytest_distill.records import Completion
from pytest_distill.redaction import MASK, Secrets

KEY = 'sk-/+"0123456&é'


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        KEY.upper(),
        quote(KEY, safe=""),
        quote(KEY),
        quote(quote(KEY, safe=""), safe=""),
        KEY.replace('"', '\\"').replace("/", "\\/"),
        KEY.replace('"', '\\"').replace("&", "\\u0026"),
        html.escape(KEY),
        base64.b64encode(KEY.encode()).decode(),
        KEY.encode().hex(),
        KEY.encode("unicode_escape").decode(),
    ],
)
def test_every_form_of_a_secret_is_masked(form: str) -> None:
    """Written, escaped, encoded."""
    assert Secrets([KEY]).blot(f"a {form} b").replace("=", "") == f"a {MASK} b"


def test_what_is_too_short_is_no_secret() -> None:
    """A placeholder may be an ordinary word."""
    assert Secrets(["EMPTY", "none", ""]).blot("EMPTY none") == "EMPTY none"


def test_the_longer_of_two_is_masked_whole() -> None:
    """One key may begin with another."""
    assert Secrets(["abcdefgh", "abcdefgh-ijkl"]).blot("abcdefgh-ijkl") == MASK


def test_a_record_is_masked_in_every_text_and_stays_itself_without_any() -> None:
    """Also where JSON would escape the secret."""
    clean, dirty = Completion(text="I am Ada."), Completion(text=f"I have {KEY}", release=KEY)
    secrets = Secrets([KEY])

    assert secrets.blotted(clean) is clean
    found = secrets.blotted(dirty)
    assert (found.text, found.release) == (f"I have {MASK}", MASK)
    assert Secrets().blotted(dirty) is dirty


def test_a_secret_within_an_escape_breaks_no_record() -> None:
    """A line feed and the rest of a key that begins with n look like the key in JSON."""
    secret = "nvapi-0123456789"  # noqa: S105 - a canary

    assert Secrets([secret]).blotted(Completion(text=f"\n{secret[1:]}")).text == f"\n{secret[1:]}"


def test_json_is_masked_at_any_depth() -> None:
    """In keys too."""
    value = {KEY: [KEY, {"a": KEY}, 1, None]}

    assert Secrets([KEY]).blotted_json(value) == {MASK: [MASK, {"a": MASK}, 1, None]}
    assert Secrets().blotted_json(value) is value


def test_an_error_is_masked_and_loses_a_cause_that_is_not() -> None:
    """The cause is somebody else's, and may be shown."""
    error, harmless = ModelError(f"bad {KEY}"), ModelError("bad", 7)
    error.__cause__ = ValueError(KEY)
    harmless.__cause__ = ValueError("harmless")

    Secrets([KEY]).blot_error(error)
    Secrets([KEY]).blot_error(harmless)

    assert str(error) == f"bad {MASK}"
    assert [bool(each.__cause__) for each in (error, harmless)] == [False, True]


@pytest.mark.parametrize("before", ["Bearer ", "Basic u:", "", "x", "xy", "xyz"])
def test_of_base64_nothing_is_left_to_be_read(before: str) -> None:
    """Wherever the secret begins in what was encoded; its ends share letters with others."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(f"{before}{KEY} and more".encode()).decode()

        left = Secrets([KEY]).blot(text).replace(MASK, "")

        assert len(left) <= len(encode(f"{before}  and more".encode())) + 4


def test_no_repr_shows_a_secret() -> None:
    """A traceback may show local variables."""
    assert KEY not in repr(Secrets([KEY]))


@given(st.text(min_size=8), st.text(), st.text())
def test_nothing_is_left_of_a_secret(secret: str, before: str, after: str) -> None:
    """Wherever it stands."""
    found = Secrets([secret]).blot(before + secret + after)

    assert MASK in found
    json.dumps(found)
