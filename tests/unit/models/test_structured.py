"""structured=true: an endpoint is held to the form of a question that has one."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pytest_distill.errors import SpecError
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import Message, Request

Serve = Callable[..., tuple[str, list[dict[str, Any]]]]

FORM = {"type": "object", "properties": {"fence": {"type": "string"}}, "required": ["fence"]}
ASKED = Request(messages=(Message(role="user", content="Judge."),), form=FORM)
OPENAI = {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}
GEMINI = {"candidates": [{"content": {"parts": [{"text": "{}"}]}, "finishReason": "STOP"}]}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server takes any."""
    for name in ("OPENAI_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, "any")


def sent(serve: Serve, spec: str, request: Request, reply: object) -> dict[str, Any]:
    """Return the body of the one request that `spec` makes of `request`."""
    url, requests = serve({"body": reply})

    async def talk() -> None:
        model = factory.make(parse(spec.replace("BASE", url)))
        try:
            await model.complete(request)
        finally:
            await model.aclose()

    asyncio.run(talk())
    return dict(requests[0]["body"])


def test_an_openai_endpoint_gets_the_schema(serve: Serve) -> None:
    """As a strict response format; the parameter itself is ours."""
    body = sent(serve, "openai:j@BASE?structured=true", ASKED, OPENAI)

    assert body["response_format"]["json_schema"]["schema"] == FORM
    assert body["response_format"]["json_schema"]["strict"] is True
    assert "structured" not in body


def test_gemini_gets_the_schema_in_its_own_words(serve: Serve) -> None:
    """Beside its other settings."""
    body = sent(serve, "gemini:j@BASE?structured=true&temperature=0", ASKED, GEMINI)

    assert body["generationConfig"] == {
        "temperature": 0,
        "responseMimeType": "application/json",
        "responseJsonSchema": FORM,
    }


@pytest.mark.parametrize(
    ("spec", "request_"),
    [
        ("openai:j@BASE", ASKED),
        ("openai:j@BASE?structured=false", ASKED),
        ("openai:j@BASE?structured=true", ASKED.model_copy(update={"form": None})),
    ],
)
def test_otherwise_nothing_is_said_of_a_form(serve: Serve, spec: str, request_: Request) -> None:
    """Not every endpoint knows the parameter, and not every question has a form."""
    assert set(sent(serve, spec, request_, OPENAI)) <= {"model", "messages"}


@pytest.mark.parametrize("spec", ["openai:j?structured=perhaps", "anthropic:j?structured=true"])
def test_what_cannot_be_held_to_a_form_is_refused(spec: str) -> None:
    """By name."""
    with pytest.raises(SpecError, match="structured"):
        parse(spec)
