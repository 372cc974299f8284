"""``openai:`` against real servers on the loopback."""

import asyncio
import logging
import re
import socket
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import ModelError, TransientModelError, UsageError
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import Completion, Message, Request, Usage

Serve = Callable[..., tuple[str, list[dict[str, Any]]]]

CANARY = "sk-canary-4f1b2c"
QUESTION = Request(messages=(Message(role="user", content="Who are you?"),))


def ask(spec: str, *requests: Request) -> list[Completion]:
    """Put `requests` to a new model, one after the other."""

    async def talk() -> list[Completion]:
        model = factory.make(parse(spec))
        try:
            return [await model.complete(request) for request in requests or (QUESTION,)]
        finally:
            await model.aclose()

    return asyncio.run(talk())


def answer(content: object, **more: object) -> dict[str, object]:
    """Return the body of a chat completion."""
    return {"choices": [{"message": {"role": "assistant", "content": content}, **more}]}


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the machine's gets into a test, and no proxy."""
    for name in ("OPENAI_API_KEY", "HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def test_the_request_is_a_chat_completion_without_a_system_prompt(serve: Serve) -> None:
    """Parameters go through; ours do not; nothing is sent that was not asked for."""
    url, requests = serve({"body": answer("I am Ada.")})

    ask(f"openai:ada@{url}?temperature=0&top_k=3&timeout=9")

    assert requests[0]["path"] == "/v1/chat/completions"
    assert requests[0]["body"] == {
        "model": "ada",
        "messages": [{"role": "user", "content": "Who are you?"}],
        "temperature": 0,
        "top_k": 3,
    }
    assert "Authorization" not in requests[0]["headers"]


def test_a_system_prompt_is_sent_where_the_spec_has_one(serve: Serve) -> None:
    """It stands before the user's messages."""
    url, requests = serve({"body": answer("Yes.")})

    ask(f"openai:ada@{url}?system=Be%20brief.")

    assert requests[0]["body"]["messages"][0] == {"role": "system", "content": "Be brief."}


def test_an_answer_has_text_reason_usage_and_latency(serve: Serve) -> None:
    """They are the server's, apart from the time."""
    body = answer("I am Ada. 你好", finish_reason="stop")
    url, _ = serve({"body": {**body, "usage": {"prompt_tokens": 7, "completion_tokens": 4}}})

    (completion,) = ask(f"openai:ada@{url}")

    assert completion.text == "I am Ada. 你好"
    assert completion.finish_reason == "stop"
    assert completion.usage == Usage(input_tokens=7, output_tokens=4)
    assert 0 < completion.latency_s < 5


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": None, "refusal": "I cannot say."}, "I cannot say."),
        (
            {"content": [{"type": "text", "text": "I am "}, {"type": "text", "text": "Ada."}]},
            "I am Ada.",
        ),
        ({"content": [{"type": "refusal", "refusal": "No"}, ".", 7]}, "No."),
        ({"content": {"type": "text", "text": "Ada."}}, "Ada."),
        ({"content": ["I am ", "Ada."]}, "I am Ada."),
        ({"content": "Ada.", "reasoning_content": "I?"}, "<think>I?</think>\nAda."),
        (
            {"content": "Ada.", "reasoning_content": None, "reasoning": "I?"},
            "<think>I?</think>\nAda.",
        ),
        ({"content": "Ada.", "reasoning": {"effort": "high"}}, "Ada."),
        ({"content": "<think>Or", "reasoning": "I? </think>"}, "<think>I? \n</think>\n<think>Or"),
        ({"content": None, "refusal": "No.", "reasoning": "I?"}, "<think>I?</think>\nNo."),
        (
            {"content": [{"type": "reasoning", "text": "I?"}, {"type": "text", "text": "Ada."}]},
            "<think>I?</think>\nAda.",
        ),
        (
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "I?"}, 7]},
                    {"type": "thinking", "thinking": "You?"},
                    {"type": "text", "text": "Ada."},
                ]
            },
            "<think>I?\nYou?</think>\nAda.",
        ),
        ({"content": "broken \ud83d emoji"}, "broken \ufffd emoji"),
    ],
)
def test_every_shape_of_content_is_read(
    serve: Serve, message: dict[str, object], text: str
) -> None:
    """Whole or in parts; thinking stands in front."""
    url, _ = serve({"body": {"choices": [{"message": message, "finish_reason": "length"}]}})

    (completion,) = ask(f"openai:ada@{url}")

    assert completion.text == text
    assert completion.finish_reason == "length"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b'{"choices": [{"mess',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        [],
        None,
        {},
        {"choices": []},
        {"choices": ["x"]},
        {"choices": [{"message": "x"}]},
        {"choices": {}},
        {"error": {"message": "overloaded"}},
    ],
)
def test_a_garbled_answer_may_be_asked_for_again(serve: Serve, body: object) -> None:
    """It says nothing of the model."""
    url, _ = serve({"body": body})

    with pytest.raises(TransientModelError):
        ask(f"openai:ada@{url}")


@pytest.mark.parametrize("usage", [None, [], {"prompt_tokens": -1}, {"prompt_tokens": "7"}])
def test_nonsense_in_the_usage_is_no_usage(serve: Serve, usage: object) -> None:
    """An answer is not thrown away for its bill."""
    url, _ = serve({"body": {**answer("Ada."), "usage": usage}})

    (completion,) = ask(f"openai:ada@{url}")

    assert completion.usage == Usage()


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 529])
def test_a_busy_or_failing_server_may_be_asked_again(serve: Serve, status: int) -> None:
    """The status and the server's own words are told."""
    url, _ = serve({"status": status, "body": {"error": {"message": "come back later"}}})

    with pytest.raises(TransientModelError, match=rf"HTTP {status}: come back later"):
        ask(f"openai:ada@{url}")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, {"error": {"message": "no such parameter"}}, "no such parameter"),
        (401, {"error": "who are you?"}, "who are you?"),
        (403, {"message": "not for you"}, "not for you"),
        (404, {"detail": "no such model"}, "no such model"),
        (404, b"plain \x1b[31mtext\n here", "plain \\x1b[31mtext here"),
        (422, {"detail": [{"loc": "x"}]}, '{"detail"'),
        (404, b"", "Not Found"),
    ],
)
def test_a_refused_request_is_not_asked_again(
    serve: Serve, status: int, body: object, words: str
) -> None:
    """The server's own message is shown, in whatever shape it came."""
    url, _ = serve({"status": status, "body": body})

    with pytest.raises(ModelError) as caught:
        ask(f"openai:ada@{url}")

    assert not isinstance(caught.value, TransientModelError)
    assert f"{url}/chat/completions: HTTP {status}: {words}" in str(caught.value)


def test_a_long_error_is_cut(serve: Serve) -> None:
    """A page of HTML helps nobody."""
    url, _ = serve({"status": 400, "body": b"<p>" + b"x" * 5000})

    with pytest.raises(ModelError) as caught:
        ask(f"openai:ada@{url}")

    assert len(str(caught.value)) < 400


def test_a_redirect_is_told_and_not_followed(serve: Serve) -> None:
    """A key must not travel to where the spec does not say."""
    url, _ = serve({"status": 308, "headers": {"Location": "https://elsewhere/v1"}})

    with pytest.raises(ModelError, match=r"HTTP 308: moved to https://elsewhere/v1"):
        ask(f"openai:ada@{url}")


@pytest.mark.parametrize(
    "reply",
    [
        {"hang_up": True},
        {"body": b'{"choices"', "withhold": 100},
        {"body": b"not gzip", "headers": {"Content-Encoding": "gzip"}},
    ],
)
def test_a_broken_connection_may_be_tried_again(serve: Serve, reply: dict[str, object]) -> None:
    """Cut off before or within the answer, or undecodable."""
    url, _ = serve(reply)

    with pytest.raises(TransientModelError, match="the connection failed: "):
        ask(f"openai:ada@{url}")


def test_nobody_there_may_be_tried_again() -> None:
    """Servers are restarted."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        with pytest.raises(TransientModelError, match="the connection failed: "):
            ask(f"openai:ada@http://127.0.0.1:{port}/v1")


def test_the_timeout_is_for_the_whole_attempt(serve: Serve) -> None:
    """It is the spec's, and the message says how it is set."""
    url, _ = serve({"body": answer("late"), "delay_s": 30.0})

    with pytest.raises(TransientModelError, match=r"no answer within 0.2 s \(\?timeout=\)"):
        ask(f"openai:ada@{url}?timeout=0.2")


def test_a_connection_serves_many_questions(serve: Serve) -> None:
    """The client is opened once; a failure in between does not close it."""
    url, requests = serve(
        {"body": answer("one")}, {"status": 500, "body": {}}, {"body": answer("three")}
    )

    async def talk() -> list[str]:
        model = factory.make(parse(f"openai:ada@{url}"))
        first = await model.complete(QUESTION)
        with pytest.raises(TransientModelError):
            await model.complete(QUESTION)
        third = await model.complete(QUESTION)
        await model.aclose()
        await model.aclose()
        return [first.text, third.text]

    assert asyncio.run(talk()) == ["one", "three"]
    assert len(requests) == 3


def test_many_questions_are_asked_at_once(serve: Serve) -> None:
    """Twenty answers of 0.1 s each take nothing like 2 s."""
    url, _ = serve({"body": answer("Ada."), "delay_s": 0.1})

    async def talk() -> float:
        model = factory.make(parse(f"openai:ada@{url}"))
        started = asyncio.get_running_loop().time()
        try:
            await asyncio.gather(*(model.complete(QUESTION) for _ in range(20)))
            return asyncio.get_running_loop().time() - started
        finally:
            await model.aclose()

    assert asyncio.run(talk()) < 1.5


def test_the_key_comes_from_the_variable_that_the_spec_names(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else from OPENAI_API_KEY."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-general-key")
    monkeypatch.setenv("MY_KEY", f" {CANARY}\n")
    url, requests = serve({"body": answer("Ada.")})

    ask(f"openai:ada@{url}?key_env=MY_KEY")
    ask(f"openai:ada@{url}")

    assert requests[0]["headers"]["Authorization"] == f"Bearer {CANARY}"
    assert requests[1]["headers"]["Authorization"] == "Bearer sk-general-key"
    assert "key_env" not in requests[0]["body"]


@pytest.mark.parametrize(
    ("spec", "variable"),
    [
        ("openai:gpt-4o", "OPENAI_API_KEY"),
        ("openai:gpt-4o?key_env=MY_KEY", "MY_KEY"),
        ("openai:m@http://127.0.0.1:1/v1?key_env=MY_KEY", "MY_KEY"),
    ],
)
def test_a_missing_key_is_a_usage_error(spec: str, variable: str) -> None:
    """It names the variable, and the way to name another; building needs no key."""
    factory.make(parse(spec))
    factory.check(parse(spec))

    with pytest.raises(UsageError, match=rf"variable {variable} is not set") as caught:
        factory.check_credentials(parse(spec))

    assert "?key_env=NAME" in str(caught.value)


def test_a_server_of_ones_own_needs_no_key() -> None:
    """Nor does any model that is not asked over the wire."""
    for text in ("openai:m@http://127.0.0.1:1/v1", "simulated:ada", "local:smollm2-135m"):
        factory.check_credentials(parse(text))


@pytest.mark.parametrize("key", [f"{CANARY} x", f"{CANARY}\nX: y", f"{CANARY}é"])
def test_what_cannot_be_a_key_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """The message names the variable, and does not repeat the key."""
    monkeypatch.setenv("OPENAI_API_KEY", key)

    with pytest.raises(UsageError, match="OPENAI_API_KEY") as caught:
        factory.check_credentials(parse("openai:gpt-4o"))

    assert CANARY not in everything_said_of(caught.value)


def test_what_cannot_be_a_key_is_not_sent(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody looked at it before: it is not repeated either."""
    monkeypatch.setenv("OPENAI_API_KEY", f"{CANARY}\nX: y")
    url, requests = serve({"body": answer("Ada.")})

    with pytest.raises(ModelError, match="the request cannot be sent") as caught:
        ask(f"openai:ada@{url}")

    assert CANARY not in everything_said_of(caught.value)
    assert requests == []


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 401, "body": {"error": {"message": f"bad key {CANARY}, bearer {CANARY}"}}},
        {"status": 500, "body": ("x" * 290 + CANARY).encode()},
        {"status": 429, "body": b""},
        {"body": b"garbled"},
        {"body": {"choices": []}},
        {"hang_up": True},
        {"body": b"{", "withhold": 9},
        {"body": b"", "delay_s": 9.0},
        {"status": 301, "headers": {"Location": "http://elsewhere"}},
    ],
)
def test_no_error_shows_the_key(
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    reply: dict[str, object],
) -> None:
    """Neither its text, its causes, the variables of its frames, nor what is logged."""
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    caplog.set_level(logging.DEBUG)
    url, requests = serve(reply)

    with pytest.raises(ModelError) as caught:
        ask(f"openai:ada@{url}?timeout=0.5")

    assert requests[0]["headers"]["Authorization"] == f"Bearer {CANARY}"
    assert CANARY not in everything_said_of(caught.value)
    assert CANARY[:12] not in everything_said_of(caught.value)
    assert CANARY not in caplog.text


def test_no_repr_shows_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reprs end in assertion messages."""
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)

    model = factory.make(parse("openai:gpt-4o"))

    assert CANARY not in repr(model)
    assert CANARY not in repr(vars(model))
    assert CANARY not in repr(
        [vars(part) for part in vars(model).values() if hasattr(part, "__dict__")]
    )


def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message names the variables to look at."""
    monkeypatch.setenv("ALL_PROXY", f"ftp://user:{CANARY}@proxy")

    with pytest.raises(ModelError, match="HTTP_PROXY") as caught:
        ask("openai:m@http://127.0.0.1:1/v1")

    assert CANARY not in everything_said_of(caught.value)


def test_a_host_that_cannot_be_is_told() -> None:
    """What the grammar lets through and httpx does not is still no traceback."""
    with pytest.raises(ModelError):
        ask("openai:m@http://xn--/v1")


def test_only_one_module_knows_httpx() -> None:
    """So that another client can take over."""
    folder = Path(factory.__file__).parent
    imports = re.compile(r"^\s*(?:import|from) httpx\b", re.MULTILINE)

    importers = [p.name for p in folder.glob("*.py") if imports.search(p.read_text("utf-8"))]

    assert importers == ["http.py"]


def everything_said_of(error: BaseException) -> str:
    """Return messages, causes and local variables, as the most talkative report has them."""
    said = []
    seen: BaseException | None = error
    while seen is not None:
        report = traceback.TracebackException.from_exception(seen, capture_locals=True)
        # Frames of this file know the key.
        frames = [frame for frame in report.stack if frame.filename != __file__]
        said += [str(seen), repr(seen), repr(seen.args)]
        said += [repr(frame.locals) for frame in frames]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(said)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"status": 404, "body": {"detail": "Not Found"}}, "HTTP 404: Not Found"),
        ({"status": 405, "body": b""}, "HTTP 405: Method Not Allowed"),
        ({"body": b"<p>hi"}, "the answer is not a JSON object: 'hi'"),
    ],
)
def test_a_base_url_without_a_version_is_a_likely_mistake(
    serve: Serve, reply: dict[str, object], words: str
) -> None:
    """The message has the URL that was asked, and the one that was probably meant."""
    url, _ = serve(reply)
    bare = url.removesuffix("/v1")

    with pytest.raises(ModelError) as caught:
        ask(f"openai:ada@{bare}")

    hint = f"(the base URL probably lacks /v1: @{bare}/v1)"
    assert str(caught.value) == f"{bare}/chat/completions: {words} {hint}"


def test_with_a_version_the_name_may_be_wrong_too(serve: Serve) -> None:
    """The server's words come first."""
    url, _ = serve({"status": 404, "body": {"error": {"message": "no model 'ada'"}}})

    with pytest.raises(
        ModelError, match=r"no model 'ada' \(check the base URL and the model's name"
    ):
        ask(f"openai:ada@{url}")
