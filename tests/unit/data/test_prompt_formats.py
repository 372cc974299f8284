"""Files in public layouts: recognised by their keys, and what is asked is taken from each."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.data import prompts
from pytest_distill.data.prompt_formats import FORMATS
from pytest_distill.errors import FileFormatError, UsageError

Entry = Mapping[str, Any]

ARENA_HARD: list[Entry] = [
    {
        "question_id": "f00d",
        "category": "arena-hard-v0.1",
        "cluster": "Gardens",
        "turns": [{"content": "Design a garden for a lighthouse."}],
    },
    {"question_id": 82, "turns": [{"content": "Now for a submarine."}, {"content": "Why?"}]},
]
ARENA_HARD_NEWER: list[Entry] = [
    {"uid": "beef", "category": "coding", "prompt": "Sort a drawer of spoons in Rust."},
    {"question_id": "cafe", "category": "coding", "prompt": "And one of forks."},
]
NUMINA_MATH: list[Entry] = [
    {
        "source": "school",
        "problem": "How many sides do three squares have?",
        "solution": "Twelve.",
        "messages": [{"role": "user", "content": "How many sides do three squares have?"}],
    },
    {"problem": "And four?", "solution": "Sixteen."},
]
SHARE_GPT: list[Entry] = [
    {
        "id": "a_0",
        "conversations": [
            {"from": "gpt", "value": "… and so on."},
            {"from": "human", "value": "How do I feed a hedgehog?"},
            {"from": "gpt", "value": "Better not."},
            {"from": "human", "value": "But it is hungry."},
        ],
    },
    {"id": "b_0", "conversations": [{"from": "user", "value": "And a \ud83e badger?"}]},
]
ALPACA_EVAL: list[Entry] = [
    {
        "instruction": "Name a cheese.",
        "output": "Gouda.",
        "generator": "someone",
        "dataset": "helpful_base",
    },
    {"instruction": "Translate into Dutch.", "input": "cheese", "output": "kaas"},
]


def write(path: Path, entries: list[Entry], *, as_list: bool) -> Path:
    """Write `entries` as a JSON list or as JSON lines."""
    text = json.dumps(entries, indent=1) if as_list else "\n".join(map(json.dumps, entries))
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize(
    ("layout", "domain", "entries", "wanted"),
    [
        (
            "ArenaHard",
            "reasoning",
            ARENA_HARD,
            {"f00d": "Design a garden for a lighthouse.", "82": "Now for a submarine."},
        ),
        (
            "ArenaHard",
            "reasoning",
            ARENA_HARD_NEWER,
            {"beef": "Sort a drawer of spoons in Rust.", "cafe": "And one of forks."},
        ),
        (
            "NuminaMath",
            "mathematics",
            NUMINA_MATH,
            {"entry-000001": "How many sides do three squares have?", "entry-000002": "And four?"},
        ),
        (
            "ShareGPT",
            "instructions",
            SHARE_GPT,
            {"a_0": "How do I feed a hedgehog?", "b_0": "And a \N{REPLACEMENT CHARACTER} badger?"},
        ),
        (
            "AlpacaEval",
            "instructions",
            ALPACA_EVAL,
            {"entry-000001": "Name a cheese.", "entry-000002": "Translate into Dutch.\n\ncheese"},
        ),
    ],
)
def test_a_public_layout_is_recognised_by_its_keys(
    tmp_path: Path,
    *,
    as_list: bool,
    layout: str,
    domain: str,
    entries: list[Entry],
    wanted: Mapping[str, str],
) -> None:
    """Its one question becomes the user's turn, in the domain that the set stands for."""
    path = write(tmp_path / "some.file", entries, as_list=as_list)

    found = prompts.read(path)

    assert (found.format, found.left_out) == (layout, 0)
    assert {prompt.domain for prompt in found.prompts} == {domain}
    assert [len(prompt.messages) for prompt in found.prompts] == [1] * len(wanted)
    assert {prompt.id: prompt.messages[0].content for prompt in found.prompts} == wanted


def test_entries_of_a_public_set_that_ask_nothing_are_left_out_and_counted(tmp_path: Path) -> None:
    """Nobody can be asked to mend them; what is left keeps its place in its name."""
    silent: list[Entry] = [
        {"conversations": []},
        {"conversations": [{"from": "gpt", "value": "Hello?"}]},
        {"conversations": [{"from": "human", "value": " \n"}]},
        {"conversations": [{"from": "human", "value": "Hello!"}]},
    ]
    path = write(tmp_path / "talks.json", silent, as_list=True)

    found = prompts.read(path)

    assert [prompt.id for prompt in found.prompts] == ["entry-000004"]
    assert found.left_out == 3


def test_a_file_that_asks_nothing_at_all_is_a_usage_error(tmp_path: Path) -> None:
    """An empty comparison would look like a result."""
    path = write(tmp_path / "arena.jsonl", [{"question_id": "x", "turns": []}], as_list=False)

    with pytest.raises(UsageError, match="none of its 1 entries holds a question"):
        prompts.read(path)


def test_an_id_that_a_public_set_repeats_is_told_apart_by_its_place(tmp_path: Path) -> None:
    """The first keeps it."""
    path = write(tmp_path / "talks.json", [SHARE_GPT[0], SHARE_GPT[0]], as_list=True)

    found = prompts.read(path)

    assert [prompt.id for prompt in found.prompts] == ["a_0", "a_0-000002"]


def test_an_unknown_layout_is_one_error_that_names_all_layouts(tmp_path: Path) -> None:
    """Where it was noticed, which keys were found, and what could be read."""
    path = write(tmp_path / "x.json", [{"question": "?", "answer": "!"}], as_list=True)

    with pytest.raises(FileFormatError) as caught:
        prompts.read(path)

    message = str(caught.value)
    assert message.startswith(f"{path}:2: ")
    assert "question, answer" in message.splitlines()[0]
    assert re.findall(r"^  ([\w-]+): \{", message, re.MULTILINE) == [it.name for it in FORMATS]


def test_the_error_does_not_repeat_the_whole_of_a_strange_file(tmp_path: Path) -> None:
    """A table from elsewhere may have thousands of columns, and control characters in them."""
    path = write(tmp_path / "x.json", [{f"\x1b[31m{n}": n for n in range(999)}], as_list=True)

    with pytest.raises(FileFormatError) as caught:
        prompts.read(path)

    assert "\x1b" not in str(caught.value)
    assert max(map(len, str(caught.value).splitlines())) < 300


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({**ARENA_HARD[0], "turns": "x"}, "'turns' must be a list of objects, not 'x'"),
        ({**ARENA_HARD[0], "turns": ["x"]}, "'turns' must be a list of objects, not ['x']"),
        ({**ARENA_HARD[0], "turns": [{}]}, "'content' is missing"),
        ({**ARENA_HARD[0], "question_id": ["x"]}, "the id must be a text, not ['x']"),
        ({"answer": "!"}, "'prompt' is missing"),
    ],
)
def test_a_later_entry_that_does_not_fit_is_reported_with_its_line(
    tmp_path: Path, entry: Entry, problem: str
) -> None:
    """The first entry says what the layout is; all have to keep to it."""
    path = write(tmp_path / "question.jsonl", [ARENA_HARD[1], entry], as_list=False)

    with pytest.raises(FileFormatError, match=re.escape(f"{path}:2: {problem}")):
        prompts.read(path)
