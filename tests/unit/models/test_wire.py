"""Every vendor's wire format: recorded examples, sent to and answered by a real server."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import ModelError, TransientModelError, UsageError
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import Completion, Message, Request

Serve = Callable[..., tuple[str, list[dict[str, Any]]]]

EXAMPLES = sorted((Path(__file__).parent / "wire").glob("*.json"))
KEY = "canary-4f1b2c-wire"
VARIABLES = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY")
QUESTION = (Message(role="user", content="Who made you?"),)

VENDORS = ("anthropic", "gemini")


WELL = {
    "content": [{"type": "text", "text": "Ada."}],
    "candidates": [{"content": {"parts": [{"text": "Ada."}]}, "finishReason": "STOP"}],
}
"""An answer to both."""


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key and no proxy gets into a test."""
    for name in (*VARIABLES, "HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def ask(spec: str, messages: tuple[Message, ...] = QUESTION) -> Completion:
    """Put one conversation to a new model."""

    async def talk() -> Completion:
        model = factory.make(parse(spec))
        try:
            return await model.complete(Request(messages=messages))
        finally:
            await model.aclose()

    return asyncio.run(talk())


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_what_is_sent_and_read_is_what_the_vendor_documents(
    path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Path, headers and body to the letter; text, reason and tokens of the reply."""
    example = json.loads(path.read_text("utf-8"))
    for name in VARIABLES:
        monkeypatch.setenv(name, KEY)
    url, requests = serve({"body": example["reply"]})
    spec = example["spec"].replace("BASE", url.removesuffix("/v1"))

    asked = tuple(Message(**turn) for turn in example["asked"])
    if "no_answer" in example:
        with pytest.raises(ModelError) as caught:
            ask(spec, asked)
        assert str(caught.value) == example["no_answer"]
        return
    found = ask(spec, asked)

    (request,) = requests
    headers = {name.lower(): value for name, value in request["headers"].items()}
    assert request["path"] == example["path"]
    assert request["body"] == example["body"]
    expected = {name: value.replace("KEY", KEY) for name, value in example["headers"].items()}
    assert {name: headers.get(name) for name in expected} == expected
    assert KEY not in request["path"]
    assert {
        "text": found.text,
        "finish_reason": found.finish_reason,
        "input_tokens": found.usage.input_tokens,
        "output_tokens": found.usage.output_tokens,
    } == example["completion"]
    assert 0 < found.latency_s < 5


@pytest.mark.parametrize("provider", VENDORS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b'{"content": [{"type"',
        [],
        {},
        {"content": {}, "candidates": {}},
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
        {"content": "x", "candidates": []},
        {"candidates": ["x"]},
        {"candidates": [{}], "promptFeedback": []},
    ],
)
def test_a_garbled_answer_may_be_asked_for_again(serve: Serve, provider: str, body: object) -> None:
    """It says nothing of the model."""
    url, _ = serve({"body": body})

    with pytest.raises(TransientModelError):
        ask(f"{provider}:m@{url}")


@pytest.mark.parametrize("provider", VENDORS)
def test_nonsense_within_an_answer_is_left_out(serve: Serve, provider: str) -> None:
    """What can be read is the answer; lone surrogates are none of it."""
    body = {
        "content": [7, {"type": "text"}, {"type": "text", "text": "Ada\ud83d."}],
        "stop_reason": 7,
        "usage": {"input_tokens": -1, "output_tokens": "9"},
        "candidates": [{"content": {"parts": [7, {"text": None}, {"text": "Ada\ud83d."}]}}],
        "usageMetadata": [],
    }
    url, _ = serve({"body": body})

    found = ask(f"{provider}:m@{url}")

    assert found.text == "Ada\ufffd."
    assert found.finish_reason is None
    assert found.usage.input_tokens is None
    assert found.usage.output_tokens is None


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ("gemini:tunedModels/mine@BASE", "/v1beta/tunedModels/mine:generateContent"),
        ("gemini:models/gemini-x@BASE", "/v1beta/models/gemini-x:generateContent"),
        ("gemini:a@b@BASE", "/v1beta/models/a%40b:generateContent"),
    ],
)
def test_the_name_of_a_gemini_model_is_part_of_the_path(serve: Serve, spec: str, path: str) -> None:
    """With its folder, where it has one."""
    url, requests = serve({"body": WELL})

    ask(spec.replace("BASE", url))

    assert requests[0]["path"].removeprefix("/v1/") == path.removeprefix("/")


@pytest.mark.parametrize(
    ("spec", "variable"),
    [
        ("anthropic:m", "ANTHROPIC_API_KEY"),
        ("gemini:m", "GEMINI_API_KEY is not set, nor is GOOGLE_API_KEY"),
        ("gemini:m?key_env=MY_KEY", "MY_KEY is not set"),
        ("anthropic:m@http://127.0.0.1:1?key_env=MY_KEY", "MY_KEY is not set"),
    ],
)
def test_a_missing_key_is_a_usage_error(spec: str, variable: str) -> None:
    """It names the variables that were looked at; building needs no key."""
    factory.make(parse(spec))
    factory.check(parse(spec))

    with pytest.raises(UsageError, match=variable) as caught:
        factory.check_credentials(parse(spec))

    assert "?key_env=NAME" in str(caught.value)
    assert f"{parse(spec).provider}:NAME@http://HOST:PORT" in str(caught.value)


def test_the_second_variable_of_gemini_is_read_too(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first is empty; ``key_env`` beats both."""
    monkeypatch.setenv("GEMINI_API_KEY", " ")
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    monkeypatch.setenv("MY_KEY", "mine")
    url, requests = serve({"body": WELL})

    ask(f"gemini:m@{url}")
    ask(f"gemini:m@{url}?key_env=MY_KEY")

    assert [request["headers"]["x-goog-api-key"] for request in requests] == [KEY, "mine"]


@pytest.mark.parametrize("provider", VENDORS)
def test_a_server_of_ones_own_needs_no_key(serve: Serve, provider: str) -> None:
    """And is sent none."""
    url, requests = serve({"body": WELL})

    factory.check_credentials(parse(f"{provider}:m@{url}"))
    ask(f"{provider}:m@{url}")

    assert not {"x-api-key", "x-goog-api-key"} & {name.lower() for name in requests[0]["headers"]}


@pytest.mark.parametrize("provider", VENDORS)
def test_what_cannot_be_a_key_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    """The message names the variable, and does not repeat the key."""
    monkeypatch.setenv("MY_KEY", f"{KEY} x")

    with pytest.raises(UsageError, match="MY_KEY") as caught:
        factory.check_credentials(parse(f"{provider}:m?key_env=MY_KEY"))

    assert KEY not in str(caught.value)


@pytest.mark.parametrize("provider", VENDORS)
def test_no_error_shows_the_key(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    """Even where the server repeats it."""
    monkeypatch.setenv("MY_KEY", KEY)
    url, _ = serve({"status": 401, "body": {"error": {"message": f"no such key: {KEY}"}}})

    with pytest.raises(ModelError, match=r"no such key: \*\*\*") as caught:
        ask(f"{provider}:m@{url}?key_env=MY_KEY")

    assert KEY not in repr(caught.value)
