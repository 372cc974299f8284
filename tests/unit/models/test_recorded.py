"""``recorded:``, from files as users write them."""

import asyncio
import json
from pathlib import Path

import pytest

from pytest_distill.errors import FileFormatError, ModelError, SpecError, TransientModelError
from pytest_distill.models import factory
from pytest_distill.models.recorded import with_columns
from pytest_distill.models.spec import parse
from pytest_distill.protocols import KnownAnswers
from pytest_distill.records import Message, Request


def write(path: Path, *lines: object) -> Path:
    """Write `lines` as JSONL."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def ask(spec: str, prompt: str, *, sample: int = 0) -> str:
    """Put one prompt to the recording."""
    request = Request(messages=(Message(role="user", content=prompt),), sample=sample)
    return asyncio.run(factory.make(parse(spec)).complete(request)).text


def test_an_answer_is_found_by_messages_and_sample(tmp_path: Path) -> None:
    """A prompt is a conversation of one message."""
    path = write(
        tmp_path / "ada.jsonl",
        {"prompt": "Who?", "response": "Ada."},
        {"messages": [{"role": "user", "content": "Who?"}], "response": "Ida.", "sample": 1},
        {"prompt": "你是谁?", "response": "艾达。\u2028", "extra": {"kept": "elsewhere"}},
    )

    assert ask(f"recorded:{path}", "Who?") == "Ada."
    assert ask(f"recorded:{path}", "Who?", sample=1) == "Ida."
    assert ask(f"recorded:{path}", "你是谁?") == "艾达。\u2028"


@pytest.mark.parametrize(("prompt", "sample"), [("Who? ", 0), ("who?", 0), ("Who?", 1)])
def test_what_was_not_recorded_is_missing(tmp_path: Path, prompt: str, sample: int) -> None:
    """Messages match exactly; another sample is another answer; trying again is no use."""
    path = write(tmp_path / "ada.jsonl", {"prompt": "Who?", "response": "Ada."})

    with pytest.raises(ModelError, match="no recorded answer for these messages") as caught:
        ask(f"recorded:{path}", prompt, sample=sample)

    assert f"sample {sample}" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert not isinstance(caught.value, TransientModelError)


def test_a_system_message_is_part_of_the_messages(tmp_path: Path) -> None:
    """Recordings that were made with one are replayed with ``system=``."""
    messages = [{"role": "system", "content": "Be Ada."}, {"role": "user", "content": "Who?"}]
    path = write(tmp_path / "ada.jsonl", {"messages": messages, "response": "Ada."})

    assert ask(f"recorded:{path}?system=Be%20Ada.", "Who?") == "Ada."
    with pytest.raises(ModelError):
        ask(f"recorded:{path}", "Who?")


def test_one_model_of_a_file_can_be_chosen(tmp_path: Path) -> None:
    """A file may hold several, with answers to the same prompts."""
    path = write(
        tmp_path / "both.jsonl",
        {"prompt": "Who?", "response": "Ada.", "model": "ada"},
        {"prompt": "Who?", "response": "Ida.", "model": "ida"},
    )

    assert ask(f"recorded:{path}?model=ida", "Who?") == "Ida."
    with pytest.raises(FileFormatError, match=r"both.jsonl:2: .*\?model=NAME"):
        factory.check(parse(f"recorded:{path}"))
    with pytest.raises(SpecError, match=r"Did you mean 'ida'\?\n +models: ada, ida"):
        factory.check(parse(f"recorded:{path}?model=idaa"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "not JSON"),
        (b'"text"', "not a JSON object"),
        (b'{"prompt": "Who?"}', "'response' is missing; the line has: prompt"),
        (b'{"response": "x"}', "'prompt' or 'messages' is missing; the line has: response"),
        (b'{"question": "Who?", "answer": "x"}', "?map=question=prompt,answer=response"),
        (b'{"prompt": "a", "messages": [], "response": "x"}', "one is needed"),
        (b'{"prompt": null, "response": "x"}', "'prompt' or 'messages' is missing"),
        (b'{"prompt": 5, "response": "x"}', "prompt: Input should be a valid string"),
        (b'{"messages": [], "response": "x"}', "messages: "),
        (b'{"messages": [{"role": "usr", "content": "a"}], "response": "x"}', "messages.0.role: "),
        (b'{"messages": [{"role": "user"}], "response": "x"}', "messages.0.content: "),
        (b'{"prompt": "a", "response": null}', "'response' is missing"),
        (b'{"prompt": "a", "response": "x", "sample": -1}', "sample: "),
        (b'{"prompt": "a", "response": "x", "sample": "0"}', "sample: "),
        (b'{"prompt": "Who?", "response": "Ida."}', "line 1; number them"),
        (b'{"prompt": "\xff", "response": "x"}', "not UTF-8"),
        (b"[" * 100_000, "nested more than 100 deep"),
    ],
)
def test_a_bad_line_is_named_before_the_run(tmp_path: Path, line: bytes, words: str) -> None:
    """File, line, and what is wrong."""
    path = write(tmp_path / "ada.jsonl", {"prompt": "Who?", "response": "Ada."})
    path.write_bytes(path.read_bytes() + b"\n" + line + b"\r\n")

    with pytest.raises(FileFormatError) as caught:
        factory.check(parse(f"recorded:{path}"))

    assert (caught.value.path, caught.value.line) == (path, 3)
    assert words in caught.value.problem


def test_blank_lines_marks_and_repetitions_are_no_harm(tmp_path: Path) -> None:
    """What editors and spreadsheets add, and the same answer twice."""
    line = b'{"prompt": "Who?", "response": "Ada."}\r\n'
    path = tmp_path / "ada.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n" + line)

    factory.check(parse(f"recorded:{path}"))

    assert ask(f"recorded:{path}", "Who?") == "Ada."


def test_a_lone_surrogate_in_an_answer_is_replaced(tmp_path: Path) -> None:
    """Recordings of broken streams have them; records cannot."""
    path = tmp_path / "ada.jsonl"
    path.write_text('{"prompt": "Who?", "response": "Ada \\ud83d"}')

    assert ask(f"recorded:{path}", "Who?") == "Ada \ufffd"


@pytest.mark.parametrize("key", ["reasoning", "reasoning_content"])
def test_recorded_thinking_stands_in_front_of_the_answer(tmp_path: Path, key: str) -> None:
    """As a server's does that sends it apart."""
    path = write(tmp_path / "ada.jsonl", {"prompt": "Who?", "response": "Ada.", key: "I?"})

    assert ask(f"recorded:{path}", "Who?") == "<think>I?</think>\nAda."


def test_a_file_that_is_not_there_is_a_spec_error(tmp_path: Path) -> None:
    """So is a folder, and a file without answers."""
    empty = write(tmp_path / "empty.jsonl")

    for path, words in [
        (tmp_path / "none.jsonl", "No such file"),
        (tmp_path, "it is a folder, not a file; in it are: "),
        (empty, "no answers in"),
    ]:
        with pytest.raises(SpecError, match=words):
            factory.check(parse(f"recorded:{path}"))


def test_keys_of_another_name_are_mapped(tmp_path: Path) -> None:
    """By the spec, or by what the run says of all files."""
    path = write(tmp_path / "ada.jsonl", {"question": "Who?", "answer": "Ada."})
    spec = parse(f"recorded:{path}")

    columns = {"question": "query", "answer": "response"}
    mapped, other = (with_columns(one, columns) for one in (spec, parse("simulated:a")))

    assert ask(f"recorded:{path}?map=question=prompt,answer=response", "Who?") == "Ada."
    assert mapped.parameters == {"map": "question=query,answer=response"}
    factory.check(mapped)
    assert other.parameters == {}
    assert with_columns(spec, {}) == spec
    with pytest.raises(SpecError, match="parameter 'map': 'question' is not THEIRS=OURS"):
        factory.check(parse(f"recorded:{path}?map=question"))


def test_it_says_beforehand_what_it_has(tmp_path: Path) -> None:
    """By messages and sample, its own system message included."""
    messages = [{"role": "system", "content": "Be Ada."}, {"role": "user", "content": "Who?"}]
    path = write(tmp_path / "ada.jsonl", {"messages": messages, "response": "Ada."})
    request = Request(messages=(Message(role="user", content="Who?"),))
    bare, told = (
        factory.make(parse(f"recorded:{path}{query}")) for query in ("", "?system=Be%20Ada.")
    )

    assert isinstance(bare, KnownAnswers)
    assert isinstance(told, KnownAnswers)
    assert not bare.holds(request)
    assert told.holds(request)
    assert not told.holds(request.model_copy(update={"sample": 1}))
