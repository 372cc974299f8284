"""What providers really send: each is an answer, or says why there is none and what to do."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pytest_distill.errors import ModelError, RefusedError, SpecError, TransientModelError
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import Completion, Message, Request, Usage

Serve = Callable[..., tuple[str, list[dict[str, Any]]]]

QUESTION = Request(messages=(Message(role="user", content="Who made you?"),))
WELL = {"choices": [{"message": {"content": "Ada."}, "finish_reason": "stop"}]}


def ask(spec: str) -> Completion:
    """Ask a new model once."""

    async def talk() -> Completion:
        model = factory.make(parse(spec))
        try:
            return await model.complete(QUESTION)
        finally:
            await model.aclose()

    return asyncio.run(talk())


def choice(reason: str | None, **message: object) -> dict[str, object]:
    """Return a response with one choice."""
    return {"choices": [{"message": message, "finish_reason": reason}]}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (choice("stop", content=""), "an empty answer: the server says 'stop'"),
        (choice("stop", content=" \n"), "an empty answer: the server says 'stop'"),
        (choice(None, content=None), "an empty answer: no reason is given"),
        (choice("length", content=""), "an empty answer: the server says 'length'; allow it more"),
        (
            choice("length", content=None, reasoning_content="I?"),
            "only reasoning, and no answer: the server says 'length'; allow it more tokens: ?max_t",
        ),
        (choice("stop", content="", reasoning="I?"), "only reasoning, and no answer: * allow it"),
        (
            choice("content_filter", content=None),
            "an empty answer: the server says 'content_filter'; its filter withheld the answer",
        ),
        (
            choice(
                "tool_calls",
                content=None,
                tool_calls=[{"type": "function", "function": {"name": "who_am_i"}}],
            ),
            "a call of the tool 'who_am_i', and no answer: the server says 'tool_calls'",
        ),
        (choice("function_call", function_call={"name": "f"}), "a call of the tool 'f', and no"),
        (choice("tool_calls", tool_calls=["?", 7]), "a call of the tool '', and no answer"),
    ],
)
def test_a_response_without_an_answer_says_why(
    serve: Serve, body: dict[str, object], why: str
) -> None:
    """In the provider's words, with what to do; a further attempt would be no better."""
    url, _ = serve({"body": body})

    with pytest.raises(ModelError) as caught:
        ask(f"openai:ada@{url}")

    assert not isinstance(caught.value, TransientModelError)
    assert all(part in str(caught.value) for part in why.split("*"))


KEY_REFUSED = {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (401, KEY_REFUSED, "check the API key"),
        (200, KEY_REFUSED, "check the API key"),
        (200, {"error_code": 110, "error_msg": "Access token invalid"}, "check the API key"),
        (200, {"base_resp": {"status_code": 1004, "status_msg": "login fail"}}, "check the API"),
        (402, {"error": {"message": "Insufficient Balance"}}, "no credit"),
        (403, {"detail": "no"}, "check what the API key may do"),
        (404, {"error": {"message": "model 'x' not found"}}, "the model's name"),
        (429, {"error": {"code": "1113", "message": "账户已欠费"}}, "no credit"),
        (429, {"error": {"code": 1113}}, "no credit"),
        (429, {"error": {"type": "exceeded_current_quota_error"}}, "no credit"),
        (200, {"choices": [{"error": {"code": 402, "message": "Out of credits"}}]}, "no credit"),
        (
            400,
            {
                "error": {
                    "message": "Unsupported parameter: 'max_tokens' is not supported with this"
                    " model. Use 'max_completion_tokens' instead.",
                    "param": "max_tokens",
                    "code": "unsupported_parameter",
                }
            },
            "write ?max_completion_tokens=N instead of max_tokens",
        ),
        (
            400,
            {
                "error": {
                    "message": "Unsupported value: 'temperature' does not support 0",
                    "param": "temperature",
                    "code": "unsupported_value",
                }
            },
            "the request has temperature: leave it out",
        ),
        (422, {"detail": [{"loc": ["body"], "msg": "temperature: not permitted"}]}, "temperature"),
        (400, {"message": "System role not supported"}, "leave out system="),
        (301, {}, "moved to"),
    ],
)
def test_what_every_request_is_refused_for_is_lasting_and_says_what_to_do(
    serve: Serve, status: int, body: object, advice: str
) -> None:
    """So that it need not be found out a second time."""
    url, _ = serve({"status": status, "body": body, "headers": {"Location": "https://x/"}})

    with pytest.raises(RefusedError) as caught:
        ask(f"openai:ada@{url}?temperature=0&max_tokens=9&system=Be%20brief")

    assert caught.value.is_lasting
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": {"message": "This model's context length is 8 tokens"}}),
        (400, {"error": {"code": "content_filter", "message": "temperature of the content"}}),
        (403, {"error": {"message": "Your input was flagged", "code": 403}}),
        (400, {"error": {"message": "max_tokens is too large: context length is 8 tokens"}}),
        (413, {}),
    ],
)
def test_what_one_question_is_refused_for_says_nothing_of_the_next(
    serve: Serve, status: int, body: object
) -> None:
    """Its length, or what a filter makes of it."""
    url, _ = serve({"status": status, "body": body})

    with pytest.raises(RefusedError) as caught:
        ask(f"openai:ada@{url}?temperature=0")

    assert not caught.value.is_lasting


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "Provider returned error", "code": 502}},
        {"choices": [{"error": {"message": "overloaded", "code": 503}}]},
        {"error": "busy"},
        {"error": {"message": "Rate limit", "code": 429}},
    ],
)
def test_a_fault_that_may_pass_is_one_also_in_a_200(serve: Serve, body: object) -> None:
    """As OpenRouter has them."""
    url, _ = serve({"body": body})

    with pytest.raises(TransientModelError, match="an error instead of an answer: "):
        ask(f"openai:ada@{url}")


@pytest.mark.parametrize(
    "suffix", ["", "/", "/chat/completions", "/chat/completions/", "//", "/chat/completions//"]
)
def test_base_urls_may_end_in_many_ways(serve: Serve, suffix: str) -> None:
    """Documentation often gives the whole address."""
    url, requests = serve({"body": WELL})

    ask(f"openai:ada@{url}{suffix}")

    assert requests[0]["path"] == "/v1/chat/completions"


def test_azure_has_its_version_in_the_url_and_its_key_in_a_header(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is in the body."""
    monkeypatch.setenv("OPENAI_API_KEY", "azure-key-1")
    url, requests = serve({"body": WELL})
    base = f"{url.removesuffix('/v1')}/openai/deployments/ada"

    ask(f"openai:ada@{base}?api-version=2024-10-21&temperature=0")

    (request,) = requests
    assert request["path"] == "/openai/deployments/ada/chat/completions?api-version=2024-10-21"
    assert request["headers"]["api-key"] == "azure-key-1"
    assert "Authorization" not in request["headers"]
    assert "api-version" not in request["body"]


def test_values_may_be_json(serve: Serve) -> None:
    """Objects and arrays are sent as such; texts of ours stay texts."""
    url, requests = serve({"body": WELL})

    ask(
        f"openai:ada@{url}"
        '?chat_template_kwargs={"enable_thinking":false}&stop=[end]&banned=["a","b"]'
    )

    body = requests[0]["body"]
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert body["banned"] == ["a", "b"]
    assert body["stop"] == "[end]"


def test_values_that_are_no_json_are_refused() -> None:
    """With what is wrong, and how one reads."""
    with pytest.raises(SpecError, match=r"'extra': '\{x' is not JSON \(.*\); an object reads"):
        parse("openai:ada?extra={x")
    with pytest.raises(SpecError, match=r"'extra': .* is not JSON \(NaN is no number in JSON"):
        parse('openai:ada?extra={"a":NaN}')
    with pytest.raises(SpecError, match=r"'extra': .* is not JSON \(the key 'a' is given twice"):
        parse('openai:ada?extra={"a":1,"a":2}')


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("; charset=utf-8", "utf-8"), ("; charset=GBK", "gbk"), ('; charset="latin-1"', "latin-1")],
)
def test_the_charset_of_a_response_is_kept_to(serve: Serve, charset: str, encoding: str) -> None:
    """Though JSON has no other than UTF-8."""
    word = "né" if encoding == "latin-1" else "你好"
    body = f'{{"choices": [{{"message": {{"content": "{word}"}}}}]}}'.encode(encoding)
    url, _ = serve({"body": body, "headers": {"Content-Type": f"application/json{charset}"}})

    assert ask(f"openai:ada@{url}").text == word


def test_a_page_is_told_without_its_markup(serve: Serve) -> None:
    """Of gateways, which know no JSON."""
    page = b"<html><head><title>502 Bad Gateway</title><style>x{}</style></head><body>..."
    url, _ = serve({"status": 502, "body": page})

    with pytest.raises(TransientModelError, match=r"HTTP 502: 502 Bad Gateway$"):
        ask(f"openai:ada@{url}")


def test_a_page_instead_of_an_answer_is_told_too(serve: Serve) -> None:
    """Of a portal, or of the wrong path."""
    url, _ = serve({"body": b"<html><title>Please log in</title></html>"})

    with pytest.raises(TransientModelError, match="not a JSON object: 'Please log in'"):
        ask(f"openai:ada@{url}")


@pytest.mark.parametrize("key", ['"quoted-key-1"', "'quoted-key-1'", " quoted-key-1\n"])
def test_a_key_may_stand_in_quotes(serve: Serve, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """As files of settings have it."""
    monkeypatch.setenv("OPENAI_API_KEY", key)
    url, requests = serve({"body": WELL})

    ask(f"openai:ada@{url}")

    assert requests[0]["headers"]["Authorization"] == "Bearer quoted-key-1"


@pytest.mark.parametrize(
    "count", ["1" * 23, "9" * 4300, "9" * 5000, "1e400", "NaN", "-1", "100000001", "1.5", "true"]
)
def test_a_count_that_cannot_be_is_none(serve: Serve, count: str) -> None:
    """The answer counts all the same."""
    content = '{"choices": [{"message": {"content": "Ada."}}], "usage": {"prompt_tokens": 7,'
    url, _ = serve({"body": f'{content} "completion_tokens": {count}}}}}'.encode()})

    found = ask(f"openai:ada@{url}")

    assert found.text == "Ada."
    assert found.usage == Usage(input_tokens=7)


@pytest.mark.parametrize("depth", [10, 300, 990, 100_000])
def test_a_body_that_is_nested_deeply_is_no_answer(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    """However deep it is, with a key that is looked for in it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-4f1b2c")
    url, _ = serve({"body": b'{"choices":' + b"[" * depth + b"]" * depth + b"}"})

    with pytest.raises(TransientModelError):
        ask(f"openai:ada@{url}")
