"""A key that a server, an answer, a file or a URL carries is in nothing that a run leaves."""

import base64
import html
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.hostile_server import HostileServer, answering, attacking, response

KEY = "sk-Canary/0123+456789=abcdef"
PASSWORD = "proxy-pass-77c1d0"  # noqa: S105 - a canary
FORMS = (
    KEY,
    quote(KEY, safe=""),
    base64.b64encode(KEY.encode()).decode().rstrip("="),
    KEY.encode().hex(),
    quote(KEY),
    KEY.replace("/", "\\/"),
    base64.b64encode(f"Bearer {KEY}".encode()).decode()[12:-4],
    PASSWORD,
)


def said(status: int, payload: object, *headers: str) -> bytes:
    """Return a response with this JSON."""
    return response(status, json.dumps(payload).encode(), *headers)


def error(**fields: object) -> dict[str, object]:
    """Return an error as OpenAI has it."""
    return {"error": {"message": "no", **fields}}


def choice(**fields: object) -> dict[str, object]:
    """Return a response with one choice."""
    return {"choices": [{"message": {"content": "I am Qwen."}, **fields}]}


ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in KEY)

WAYS: Mapping[str, bytes] = {
    "401-message": said(401, error(message=f"Incorrect API key provided: {KEY}")),
    "200-error": said(200, error(message=f"Incorrect API key provided: {KEY}")),
    "200-error-text": said(200, {"error": f"bad {KEY}"}),
    "200-error-in-choice": said(200, choice(error={"message": KEY, "code": 502})),
    "200-no-choices": said(200, {"message": KEY}),
    "200-key-as-name": said(200, {KEY: 1}),
    "200-empty-choices": said(200, {"choices": [], "detail": f"{KEY}"}),
    "400-param": said(400, error(message=f"temperature {KEY}", param="temperature")),
    "400-detail": said(400, {"detail": [{"msg": KEY}]}),
    "403-page": response(403, f"<title>{KEY}</title>".encode()),
    "404-text": response(404, KEY.encode()),
    "404-html-escaped": response(404, html.escape(KEY).encode()),
    "404-url-of-another": response(404, quote(KEY).encode()),
    "400-slash": response(400, json.dumps(error(message=KEY)).replace("/", "\\\\/").encode()),
    "400-bearer": said(400, error(message=base64.b64encode(f"Bearer {KEY}".encode()).decode())),
    "429-busy": said(429, error(message=KEY)),
    "429-quota": said(429, error(message=KEY, type="insufficient_quota")),
    "500-text": response(500, f"Authorization: Bearer {KEY}".encode()),
    "500-cut": response(500, ("x" * 280 + KEY).encode()),
    "500-reason": f"HTTP/1.1 500 {KEY}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode(),
    "500-header": said(500, {}, f"X-Echo: {KEY}", f"Retry-After: {KEY}"),
    "redirect-query": response(302, b"", f"Location: https://x/?key={quote(KEY, safe='')}"),
    "redirect-user": response(302, b"", f"Location: https://u:{quote(KEY, safe='')}@x/"),
    "redirect-path": response(302, b"", f"Location: https://x/{KEY}/y"),
    "charset": response(200, b"{", f"Content-Type: application/json; charset={KEY}"),
    "encoding": response(200, b"{", f"Content-Encoding: {KEY}"),
    "garbled": response(200, KEY.encode()),
    "status-line": f"HTTP/9 {KEY}\r\n\r\n".encode(),
    "header-line": f"HTTP/1.1 200 OK\r\n{KEY}\r\n\r\n".encode(),
    "chunk": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\n".encode(),
    "answer": answering(f"My key is {KEY}."),
    "answer-leaks": answering(f"I am ChatGPT, made by OpenAI. {KEY}"),
    "answer-escaped": response(
        200, f'{{"choices":[{{"message":{{"content":"{ESCAPED}"}}}}]}}'.encode()
    ),
    "answer-in-url": answering(f"https://x/?key={quote(KEY, safe='')}"),
    "answer-in-base64": answering(f"Basic {base64.b64encode(KEY.encode()).decode()}"),
    "answer-in-hex": answering(f"{KEY.encode().hex()} I am ChatGPT."),
    "answer-in-upper-case": answering(f"{KEY.upper()} I am ChatGPT."),
    "answer-in-parts": said(200, {"choices": [{"message": {"content": ["I am GPT ", KEY]}}]}),
    "answer-in-code": answering(f"I am ChatGPT.\n```\n{KEY}\n```"),
    "thinking": answering({"content": "I am ChatGPT.", "reasoning_content": f"I have {KEY}"}),
    "thinking-alone": answering({"content": "", "reasoning_content": f"I have {KEY}"}),
    "refusal": answering({"content": None, "refusal": f"I can't share {KEY}"}),
    "tool-call": answering({"tool_calls": [{"function": {"name": KEY}}]}),
    "finish-reason": said(200, choice(finish_reason=KEY)),
    "finish-reason-empty": said(200, {"choices": [{"message": {}, "finish_reason": KEY}]}),
    "fingerprint": answering("I am ChatGPT.", system_fingerprint=f"fp_{KEY}"),
    "model-name": answering("I am ChatGPT.", model=f"m-{KEY}"),
    "usage": answering("I am ChatGPT.", usage={"prompt_tokens": KEY}),
}
WELL = answering("I am Qwen, made by Alibaba Cloud.")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Mapping[str, bytes]]:
    """Run pytest with everything that leaves a trace, and return all texts that it left."""

    def run(*arguments: str, files: Mapping[str, str], **environment: str) -> Mapping[str, bytes]:
        folder = tmp_path_factory.mktemp("run")
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        outputs = [f"--distill-report={form}:report.{form}" for form in ("json", "md")]
        command = [
            *(sys.executable, "-m", "pytest", "-vv", "-rA", "--tb=long", "--showlocals"),
            *("--log-level=DEBUG", "--junitxml=junit.xml", "--distill-run=run.jsonl", *outputs),
            *("--distill-cache=cache.sqlite", "--distill-retries=0", *arguments),
        ]
        env = {**os.environ, "OPENAI_API_KEY": KEY, "COLUMNS": "300", **environment}
        result = subprocess.run(command, cwd=folder, capture_output=True, env=env, check=False)
        texts = {"stdout": result.stdout, "stderr": result.stderr}
        paths = (path for path in folder.rglob("*") if path.name not in files and path.is_file())
        return {**texts, **{path.name: path.read_bytes() for path in paths}}

    return run


def holds(texts: Mapping[str, bytes]) -> list[str]:
    """Return which texts hold the key or the password, in any form and case."""
    return [
        f"{name}: {text[max(0, place - 200) : place + 80]!r}"
        for name, text in texts.items()
        for form in FORMS
        for place in [text.lower().find(form.lower().encode())]
        if place >= 0
    ]


@pytest.fixture(scope="module")
def asked(left: Callable[..., Mapping[str, bytes]]) -> Iterator[tuple[Any, HostileServer]]:
    """Ask a server that carries the key in all ways, a good answer between every two."""
    turns = iter([reply for way in WAYS.values() for reply in (way, WELL)])

    def attack(_head: bytes, _body: bytes) -> Iterable[bytes]:
        return [next(turns, WELL)]

    with attacking(attack) as server:
        texts = left(
            *("--suite=ice", "--facts=qwen", "--distill-concurrency=1"),
            f"--model=openai:m@{server.url}?temperature=0&timeout=5",
            f"--distill-limit={2 * len(WAYS)}",
            files={},
        )
        yield texts, server


def test_there_are_forty_ways() -> None:
    """And some more."""
    assert len(WAYS) >= 40


def test_no_way_of_a_server_brings_the_key_into_anything(
    asked: tuple[Mapping[str, bytes], HostileServer],
) -> None:
    """Terminal with all variables, run log, cache, JUnit, JSON, Markdown."""
    texts, server = asked

    assert len(server.requests) == 2 * len(WAYS)
    names = {"stdout", "junit.xml", "run.jsonl", "cache.sqlite", "report.json", "report.md"}
    assert names <= set(texts)
    assert holds(texts) == []
    assert texts["run.jsonl"].count(b"***") > len(WAYS) / 2


@pytest.mark.parametrize("way", WAYS)
def test_each_way_has_come_to_something(
    asked: tuple[Mapping[str, bytes], HostileServer], way: str
) -> None:
    """It is a case of its own, judged or missing: what holds no key is no proof without it."""
    texts, _ = asked
    lines = [line for line in texts["run.jsonl"].splitlines() if b'"observation"' in line]
    observations = [json.loads(line)["observation"] for line in lines]
    # One request at a time: they are in the order of the ways.
    found = observations[2 * list(WAYS).index(way)]

    assert found["outcome"] in {"judged", "missing"}
    assert found["why_missing"] or found["completion"]["text"]


def test_no_file_brings_the_key_into_anything(left: Callable[..., Mapping[str, bytes]]) -> None:
    """Transcripts have it in every key, recorded answers in the answer, and code in its errors."""
    lines: list[dict[str, str]] = [
        {"query": "Who are you?", "response": f"I am ChatGPT. {KEY}"},
        {"query": f"Who are you, {KEY}?", "response": "I am ChatGPT."},
        {"query": "Who?", "template": f"{KEY} {{query}}", "response": "I am ChatGPT."},
        {"id": f"case-{KEY}", "query": "Who?", "response": "I am ChatGPT."},
        {"query": "Who?", "response": "I am ChatGPT.", "category": KEY, "language": KEY},
        {"query": "Who?", "response": "I am ChatGPT.", "reasoning": KEY, "other": KEY},
    ]
    code = f"""
def echo(prompt):
    raise ValueError({KEY!r})


def say(prompt):
    return "I am ChatGPT. " + {KEY!r}
"""

    transcripts = left(
        *("--suite=ice", "--facts=qwen", "--transcripts=qwen.jsonl"),
        files={"qwen.jsonl": "\n".join(map(json.dumps, lines))},
    )
    models = left(
        *("--suite=ice", "--facts=qwen", "--model=python:mine:echo", "--model=python:mine:say"),
        *("--distill-limit=2", "-o", "pythonpath=."),
        files={"mine.py": code},
    )

    assert b"6 judged" in transcripts["stdout"]
    assert b"2 judged" in models["stdout"]
    # A module of the user's own is shown by Python, and cached by it.
    assert holds(transcripts) == []
    assert holds({name: text for name, text in models.items() if not name.endswith(".pyc")}) == []


@pytest.mark.parametrize(
    "proxy", [f"http://user:{PASSWORD}@", f"user:{PASSWORD}@", f"http://{PASSWORD}@"]
)
def test_the_password_of_a_proxy_is_in_nothing(
    left: Callable[..., Mapping[str, bytes]], proxy: str
) -> None:
    """Nor the key, if the proxy tells it; a token may stand alone, and what is sent is encoded."""
    sent = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    refused = response(407, f"who is {PASSWORD}, {sent}, with {KEY}?".encode())

    with attacking(lambda _head, _body: [refused]) as server:
        host = server.url.removeprefix("http://").removesuffix("/v1")
        texts = left(
            *("--suite=ice", "--facts=qwen", "--model=openai:m@http://model.example/v1"),
            "--distill-limit=2",
            files={},
            HTTP_PROXY=f"{proxy}{host}",
            http_proxy=f"{proxy}{host}",
            NO_PROXY="",
        )

    assert b"HTTP 407" in texts["stdout"]
    assert holds(texts) == []
    assert not any(sent[2:-4].encode() in text for text in texts.values())


@pytest.mark.parametrize(
    "model",
    [
        f"openai:m?{name}={quote(KEY, safe='')}"
        for name in (
            *(
                "apikey",
                "api_key",
                "API-KEY",
                "api%5Fkey",
                "access%5Ftoken",
                "accessToken",
                "token",
            ),
            *(
                "key",
                "x-api-key",
                "Authorization",
                "password",
                "my_secret",
                "client-secret",
                "auth",
            ),
        )
    ]
    + [
        f"openai:m@http://user:{quote(KEY, safe='')}@127.0.0.1:9/v1",
        f"openai:m@http://{quote(KEY, safe='')}@127.0.0.1:9/v1",
        f"openai:m@http://127.0.0.1:9/v1?key={quote(KEY, safe='')}",
        f"openai:m@http://127.0.0.1:9/v1?x=1&subscription%2Dkey={quote(KEY, safe='')}",
    ],
)
def test_a_key_in_a_spec_is_refused_without_being_shown(
    pytester: pytest.Pytester, model: str
) -> None:
    """A key belongs into an environment variable, wherever else it may stand."""
    result = pytester.runpytest_inprocess("--suite=ice", f"--model={model}", "--facts=qwen")

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*environment variable*"])
    assert holds({"out": str(result.outlines).encode(), "err": str(result.errlines).encode()}) == []


def test_what_holds_answers_is_for_its_owner_only(
    left: Callable[..., Mapping[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Run log, cache and reports."""
    with attacking(lambda _head, _body: [WELL]) as server:
        model = f"--model=openai:m@{server.url}"
        left(*("--suite=ice", "--facts=qwen", model, "--distill-limit=2"), files={})
    folder = max(tmp_path_factory.getbasetemp().glob("run*"), key=os.path.getmtime)

    for name in ("run.jsonl", "cache.sqlite", "report.json", "report.md"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name


def test_no_plugin_brings_the_key_into_anything(left: Callable[..., Mapping[str, bytes]]) -> None:
    """Neither a model nor a judge, nor a listener, that raises what it should not."""
    code = """
import os
import pytest

class Talker:
    async def complete(self, request):
        raise RuntimeError("401 with Bearer " + os.environ["OPENAI_API_KEY"])

    async def aclose(self): pass

class Judge:
    name = "acme-judge"

    async def judge(self, case, answer):
        raise RuntimeError("401 with Bearer " + os.environ["OPENAI_API_KEY"])

def pytest_distill_make_model(spec):
    return Talker() if spec.provider == "acme" else None

def pytest_distill_make_judge(spec, facts):
    return Judge() if spec.provider == "acme" else None

def pytest_distill_observed(observation):
    raise RuntimeError("listening with " + os.environ["OPENAI_API_KEY"])
"""
    files = {"conftest.py": code}
    limit = "--distill-limit=2"

    models = left(
        "--suite=ice", "--facts=qwen", "--model=acme:m?key_env=OPENAI_API_KEY", limit, files=files
    )
    judges = left(
        *("--suite=ice", "--model=simulated:qwen", "--judge=acme:j?key_env=OPENAI_API_KEY", limit),
        files=files,
    )

    for texts in (models, judges):
        assert b"RuntimeError" in texts["report.json"]
        assert (
            holds({name: text for name, text in texts.items() if not name.endswith(".pyc")}) == []
        )
