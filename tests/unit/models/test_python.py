"""``python:``, with callables as users write them."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_distill.errors import ModelError, SpecError, TransientModelError
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import Message, Request

MODULE = """
import asyncio, time
from pytest_distill.errors import TransientModelError

def plain(prompt, **parameters):
    return f"{prompt} {sorted(parameters.items())}"

async def coroutine(prompt):
    await asyncio.sleep(0)
    return prompt.upper()

def returns_awaitable(prompt):
    return coroutine(prompt)

class Client:
    def complete(self, messages, **parameters):
        return f"{messages} {parameters}"

class AsyncClient:
    async def complete(self, messages, **parameters):
        return messages[-1]["content"]

class Vendor:
    chat = AsyncClient()

class AsyncCallable:
    async def __call__(self, prompt):
        return prompt * 2

client, vendor, async_callable = Client(), Vendor(), AsyncCallable()
number = 5

def fails(prompt): raise RuntimeError("out\\nof  order")
def stops(prompt): raise StopIteration
async def fails_later(prompt): raise KeyError("lost")
def busy(prompt): raise TransientModelError("busy")
async def busy_later(prompt): raise TransientModelError("busy")
def times_out(prompt): raise TimeoutError("theirs")
async def times_out_later(prompt): raise TimeoutError("theirs")
def silent(prompt): return None
def broken(prompt): return "half \\ud83d"
def slow(prompt): time.sleep(0.2); return prompt
async def slow_later(prompt): await asyncio.sleep(30)
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the user's module where imports look."""
    (tmp_path / "my_models.py").write_text(MODULE)
    (tmp_path / "my_broken_models.py").write_text("import no_such_thing")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("my_models", None)


def ask(spec: str, *prompts: str) -> str:
    """Check and build a model, and put a conversation to it."""
    factory.check(parse(spec))
    model = factory.make(parse(spec))
    turns = tuple(Message(role="user", content=prompt) for prompt in prompts or ("hi",))

    async def talk() -> str:
        try:
            return (await model.complete(Request(messages=turns))).text
        finally:
            await model.aclose()

    return asyncio.run(talk())


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("python:my_models:plain", "hi []"),
        ("python:my_models:plain?depth=2&timeout=9", "hi [('depth', 2)]"),
        ("python:my_models:coroutine", "HI"),
        ("python:my_models:returns_awaitable", "HI"),
        ("python:my_models:async_callable", "hihi"),
        ("python:my_models:vendor.chat", "hi"),
        ("python:my_models:client", "[{'role': 'user', 'content': 'hi'}] {}"),
        ("python:my_models:broken", "half \ufffd"),
        (
            "python:my_models:client?a=0.5&system=%2E",
            "[{'role': 'system', 'content': '.'}, {'role': 'user', 'content': 'hi'}] {'a': 0.5}",
        ),
    ],
)
def test_functions_and_clients_answer(spec: str, text: str) -> None:
    """Plain and async; a function gets the prompt, a client the messages."""
    assert ask(spec) == text


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("fails", "RuntimeError: out of order"),
        ("stops", "StopIteration: "),
        ("fails_later", "KeyError: 'lost'"),
        ("times_out", "TimeoutError: theirs"),
        ("times_out_later", "TimeoutError: theirs"),
        ("silent", "my_models:silent returned NoneType, not str"),
    ],
)
def test_an_exception_or_a_wrong_answer_is_a_model_error(attribute: str, words: str) -> None:
    """With the type and the message; what is not known to pass is not tried again."""
    with pytest.raises(ModelError) as caught:
        ask(f"python:my_models:{attribute}?timeout=20")

    assert words in str(caught.value)
    assert not isinstance(caught.value, TransientModelError)


@pytest.mark.parametrize("attribute", ["busy", "busy_later"])
def test_a_client_may_say_that_trying_again_helps(attribute: str) -> None:
    """By our own errors, which are public."""
    with pytest.raises(TransientModelError, match="busy"):
        ask(f"python:my_models:{attribute}")


@pytest.mark.parametrize("attribute", ["slow", "slow_later"])
def test_an_attempt_ends_in_time(attribute: str) -> None:
    """The thread of a plain function cannot be stopped, but nobody waits for it."""
    with pytest.raises(TransientModelError, match=r"no answer within 0.05 s"):
        ask(f"python:my_models:{attribute}?timeout=0.05")


def test_plain_functions_run_side_by_side() -> None:
    """The event loop is free meanwhile."""
    model = factory.make(parse("python:my_models:slow"))
    request = Request(messages=(Message(role="user", content="hi"),))

    async def talk() -> float:
        started = asyncio.get_running_loop().time()
        await asyncio.gather(*(model.complete(request) for _ in range(4)))
        return asyncio.get_running_loop().time() - started

    assert asyncio.run(talk()) < 0.7


def test_a_function_takes_no_conversation() -> None:
    """Turns are not glued together behind the user's back."""
    with pytest.raises(ModelError, match="takes a prompt, not a conversation"):
        ask("python:my_models:plain", "one", "two")
    with pytest.raises(SpecError, match="'system': my_models:plain takes only the prompt"):
        ask("python:my_models:plain?system=x")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("my_models", "is not package.module:attribute"),
        ("my_models:", "is not package.module:attribute"),
        ("my-models:f", "is not package.module:attribute"),
        ("no_such_models:f", "ModuleNotFoundError: No module named 'no_such_models'"),
        ("no_such_models:f", "pytest's option pythonpath"),
        ("my_broken_models:f", "No module named 'no_such_thing'"),
        ("my_models:nothing", "has no attribute 'nothing'"),
        ("my_models:number", "my_models:number is of type int"),
        ("my_models:Client", "is a class; name an instance"),
    ],
)
def test_what_cannot_be_called_is_a_spec_error(name: str, words: str) -> None:
    """Before the run."""
    with pytest.raises(SpecError) as caught:
        factory.check(parse(f"python:{name}"))

    assert words in str(caught.value)


def test_a_function_that_does_not_return_keeps_no_process_alive(tmp_path: Path) -> None:
    """Its thread would, if it were one of a pool that Python waits for."""
    (tmp_path / "mine.py").write_text("import time\ndef hangs(prompt): time.sleep(600)\n")
    code = """
import asyncio
from pytest_distill.errors import TransientModelError
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import Message, Request

model = factory.make(parse("python:mine:hangs?timeout=0.2"))
try:
    asyncio.run(model.complete(Request(messages=(Message(role="user", content="Who?"),))))
except TransientModelError:
    print("given up")
"""

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "given up\n"), done.stderr
