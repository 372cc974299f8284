"""The shipped prompts, and a user's own in the same layout."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from pytest_distill.data import facts, prompts, resources
from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.records import Message, Prompt
from tests.support.near_duplicates import near_duplicates
from tests.support.recorded_data import data_folder

AT_LEAST = {
    "reasoning": 105,
    "mathematics": 105,
    "instructions": 105,
    "style": 42,
    "robustness": 42,
    "technical": 42,
    "multiturn": 42,
    "multilingual": 42,
}

SCRIPTS = {
    "zh": r"[\u4e00-\u9fff]",
    "ja": r"[\u3041-\u30ff]",
    "ko": r"[\uac00-\ud7a3]",
    "ru": r"[\u0400-\u04ff]",
    "ar": r"[\u0620-\u064a]",
    "hi": r"[\u0900-\u097f]",
}

# What fixtures/prompts/README.md promises.
LESS_ALIKE_THAN = 0.3

ALL = tuple(prompt for shipped in prompts.load_shipped().values() for prompt in shipped)


def text_of(prompt: Prompt) -> str:
    """Return all turns of a prompt."""
    return "\n".join(turn.content for turn in prompt.messages)


def write(path: Path, *lines: object) -> Path:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize("domain", prompts.DOMAINS)
def test_each_domain_has_enough_prompts_numbered_without_a_gap(domain: str) -> None:
    """The id says the domain, and so does the key beside it."""
    shipped = prompts.load_shipped()[domain]

    assert len(shipped) >= AT_LEAST[domain]
    assert [p.id for p in shipped] == [f"{domain}-{n:03}" for n in range(1, len(shipped) + 1)]
    assert {p.domain for p in shipped} == {domain}


def test_the_readme_counts_what_is_there() -> None:
    """Its table is what people cite."""
    text = (resources.fixtures() / "prompts" / "README.md").read_text("utf-8")

    counted = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE))

    assert counted == {name: str(len(some)) for name, some in prompts.load_shipped().items()}


def test_near_duplicates_are_seen() -> None:
    """The tests below would pass if none were: case, blanks and one noun make no other prompt."""
    texts = [
        "How many candles could you light from one match? Explain each step of your estimate.",
        "How many kettles could you boil from one battery? Explain each step of your estimate.",
        "how many CANDLES could you light  from one match? Explain each step of your estimate",
        "How many candles are there?",
        "请用三句话介绍一种常见的水果,并说明它为什么在夏天特别受欢迎。",
        "请用三句话介绍一种常见的昆虫,并说明它为什么在夏天特别受欢迎。",
    ]

    pairs = near_duplicates(texts, threshold=LESS_ALIKE_THAN)

    assert [(pair.first, pair.second) for pair in pairs] == [(0, 1), (0, 2), (1, 2), (4, 5)]
    assert pairs[1].similarity == 1


def test_no_two_prompts_are_alike() -> None:
    """Over all domains, below what the README of the prompts promises."""
    pairs = near_duplicates([text_of(prompt) for prompt in ALL], threshold=LESS_ALIKE_THAN)

    assert [(ALL[p.first].id, ALL[p.second].id, p.similarity) for p in pairs] == []


def test_no_prompt_is_a_published_one() -> None:
    """Nor does it nearly repeat one of the 805 that the recorded answers were given to."""
    recorded = (data_folder("rse") / "gpt4.jsonl").read_bytes().splitlines()
    published = [json.loads(line)["prompt"] for line in recorded]
    texts = [*published, *map(text_of, ALL)]

    pairs = near_duplicates(texts, threshold=LESS_ALIKE_THAN)

    assert len(published) == 805
    assert [p for p in pairs if p.first < len(published) <= p.second] == []


def test_no_prompt_names_a_vendor_or_a_model() -> None:
    """A name would colour the answers that are compared."""
    names = {
        name.casefold()
        for known in facts.load_shipped().values()
        for name in (known.name, known.developer, *known.models, *known.companies)
        if name not in known.words
    }
    word = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, names))})(?![a-z0-9])")

    found = [(p.id, hit.group()) for p in ALL if (hit := word.search(text_of(p).casefold()))]

    assert word.search("who trained chatgpt?")
    assert found == []


def test_only_multiturn_prompts_are_conversations() -> None:
    """Theirs are the user's and the assistant's turns by turns, and the user's is the last."""
    for prompt in ALL:
        roles = [turn.role for turn in prompt.messages]
        turns = len(roles) // 2 if prompt.domain == "multiturn" else 0

        assert roles == ["user", "assistant"] * turns + ["user"], prompt.id
        assert turns >= (prompt.domain == "multiturn"), prompt.id


def test_multilingual_prompts_are_in_many_languages_and_none_is_english() -> None:
    """A dozen Chinese ones at least, and every other domain is in English."""
    languages = Counter(p.language for p in ALL if p.domain == "multilingual")

    assert languages["zh"] >= 12
    assert languages.keys() >= {"ja", "ko", "de", "fr", "es", "pt", "ru", "ar", "hi"}
    assert "en" not in languages
    assert {p.language for p in ALL if p.domain != "multilingual"} == {"en"}


@pytest.mark.parametrize("language", SCRIPTS)
def test_a_prompt_is_in_the_script_of_its_language(language: str) -> None:
    """Chinese has no kana besides."""
    texts = [text_of(prompt) for prompt in ALL if prompt.language == language]

    assert texts
    assert [text for text in texts if not re.search(SCRIPTS[language], text)] == []
    assert language != "zh" or not re.search(SCRIPTS["ja"], "".join(texts))


def test_prompts_are_short_and_long() -> None:
    """From a line to several paragraphs: how a model scales its answer is a part of its style."""
    lengths = sorted(len(text_of(prompt)) for prompt in ALL)

    assert lengths[len(lengths) // 10] < 80
    assert lengths[-len(lengths) // 10] > 250
    assert lengths[-20] > 500


def test_a_text_is_clean_unless_it_is_broken_on_purpose() -> None:
    """Composed, without blanks around it or anything that hides."""
    for prompt in ALL:
        for turn in prompt.messages:
            hidden = {unicodedata.category(c) for c in turn.content} & {"Cf", "Cs", "Co", "Cn"}

            assert unicodedata.is_normalized("NFC", turn.content), prompt.id
            assert not hidden, prompt.id
            assert turn.content == turn.content.strip() or prompt.domain == "robustness", prompt.id


def test_a_file_of_ones_own_may_say_as_little_as_the_prompt(tmp_path: Path) -> None:
    """What it does not say is unknown; keys that are not known here are passed over."""
    path = write(
        tmp_path / "mine.jsonl",
        {"prompt": "Why?", "author": "me"},
        {"id": 7, "domain": "law", "language": "de", "prompt": "Warum?"},
        {"prompt_id": "x", "messages": [{"role": "user", "content": "And now?"}]},
    )

    found = prompts.read(path)

    assert (found.name, found.format, found.left_out) == ("mine", "pytest-distill", 0)
    assert found.prompts == (
        Prompt(id="entry-000001", messages=(Message(role="user", content="Why?"),)),
        Prompt(
            id="7",
            domain="law",
            language="de",
            messages=(Message(role="user", content="Warum?"),),
        ),
        Prompt(id="x", messages=(Message(role="user", content="And now?"),)),
    )


def test_a_conversation_keeps_all_its_turns(tmp_path: Path) -> None:
    """A system prompt of the user's is the user's to set."""
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": "Longer!"},
    ]

    (prompt,) = prompts.read(write(tmp_path / "mine.jsonl", {"messages": turns})).prompts

    assert [turn.model_dump() for turn in prompt.messages] == turns


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"prompt": " "}, "the prompt is empty"),
        ({"messages": []}, "the prompt is empty"),
        ({"messages": [{"role": "user", "content": ""}]}, "the prompt is empty"),
        ({"prompt": 7}, "'prompt' must be a text, not 7"),
        ({"text": "Why?"}, "either 'prompt' or 'messages' is needed"),
        ({"prompt": "Why?", "messages": []}, "either 'prompt' or 'messages' is needed"),
        ({"prompt": "Why?", "domain": ["law"]}, "'domain' must be a text, not ['law']"),
        ({"prompt": "Why?", "id": "taken"}, "the id 'taken' is taken by an earlier entry"),
        ({"messages": "Why?"}, "'messages' must be a list of objects, not 'Why?'"),
        ({"messages": [{"role": "user"}]}, "'content' is missing"),
        (
            {"messages": [{"role": "boss", "content": "Why?"}]},
            "no role is called 'boss'; there are: system, user, assistant",
        ),
        (
            {"messages": [{"role": "assistant", "content": "Hi."}]},
            "'messages' must end with the user's turn, not the assistant's",
        ),
    ],
)
def test_a_line_that_cannot_be_used_is_reported_with_its_number(
    tmp_path: Path, line: object, problem: str
) -> None:
    """The message starts with ``FILE:LINE`` and says what is wrong there."""
    path = write(tmp_path / "mine.jsonl", {"id": "taken", "prompt": "Who?"}, line)

    with pytest.raises(FileFormatError, match=re.escape(f"{path}:2: {problem}")):
        prompts.read(path)


def test_an_empty_file_is_a_usage_error(tmp_path: Path) -> None:
    """It asks nothing, so that nothing could be compared."""
    with pytest.raises(UsageError, match="the file holds no entry"):
        prompts.read(write(tmp_path / "mine.jsonl"))
