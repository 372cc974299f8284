"""A judge's words are read right, or not at all."""

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.llm import LlmIdentityJudge
from pytest_distill.judges.reply import Unreadable, Words, read
from pytest_distill.records import Case, Completion, Request
from tests.support.recorded_data import data_folder

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "5eed" * 4
GOOD: dict[str, Any] = {
    "fence": TOKEN,
    "contradicts": True,
    "claims": ["OpenAI"],
    "quote": "I am ChatGPT {by} OpenAI.",
    "reason": 'It says "I".',
}
OTHER = {**GOOD, "contradicts": False, "claims": []}
TEXT = json.dumps(GOOD)


def reading(text: str, finish_reason: str | None = "stop") -> Words | Unreadable:
    """Read one reply."""
    return read(Completion(text=text, finish_reason=finish_reason), TOKEN, Words)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        json.dumps(GOOD, indent=2),
        f"```json\n{TEXT}\n```",
        f"Let me see.\n{TEXT}\nThat is all.",
        f"<think>Perhaps {json.dumps(OTHER)}?</think>{TEXT}",
        f"Perhaps {json.dumps(OTHER)}? No.</think>{TEXT}",
        f"First thought: {json.dumps(OTHER)}. Better: {TEXT}",
        f'The form is {{"fence": "{TOKEN}", "contradicts": <true or false>}}. {TEXT}',
        f"A {{query}} and a lone {{ and {{'x': 1}}. {TEXT}",
        f'{{"fence": "another", "contradicts": false}} {TEXT}',
        f"[{TEXT}]",
        json.dumps(dict(reversed(GOOD.items()))),
        # Punctuation, which a library mends.
        TEXT.replace("true", "True"),
        repr(GOOD),
        TEXT[:-1] + ",}",
        TEXT.replace(", ", " "),
        TEXT.replace('\\"', '"'),
        f"```json\n{TEXT[:-1]},\n}}\n```\nThat is all.",
    ],
)
def test_the_last_object_with_the_token_is_read(text: str) -> None:
    """Whatever stands around it."""
    assert reading(text) == Words.model_validate(GOOD)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Unreadable.EMPTY),
        ("<think>so " + TEXT, Unreadable.EMPTY),
        (f"<think>{TEXT}</think>", Unreadable.EMPTY),
        ("No contradiction.", Unreadable.NO_OBJECT),
        (TEXT[:-1], Unreadable.NO_OBJECT),
        (TEXT.replace(TOKEN, "0000000000000000"), Unreadable.NO_OBJECT),
        (TEXT.replace(TOKEN, TOKEN.upper()), Unreadable.NO_OBJECT),
        (TEXT.replace("true", "tru"), Unreadable.OTHER_FORM),
        (TEXT.replace("true", "NaN"), Unreadable.OTHER_FORM),
        (TEXT.replace("true", ""), Unreadable.OTHER_FORM),
        (TEXT.replace('"contradicts": true, ', ","), Unreadable.NO_OBJECT),
        (TEXT.replace('["OpenAI"]', '["OpenAI" /* or */]'), Unreadable.NO_OBJECT),
        (TEXT[:-1].replace("It says", "the {query} and"), Unreadable.NO_OBJECT),
        (TEXT[:-1] + ", }" + TEXT[:-1] + ",}", Unreadable.NO_OBJECT),
        (f'{{"fence": "{TOKEN}", "x": ' + "[" * 20_000 + "}", Unreadable.NO_OBJECT),
        ('{"fence": ' * 2000 + f'"{TOKEN}", ' + "}" * 2000, Unreadable.NO_OBJECT),
        (TEXT[:-1] + ', "contradicts": false}', Unreadable.NO_OBJECT),
        (json.dumps({"verdict": GOOD}), Unreadable.NO_OBJECT),
        (f"{TEXT} Or rather {TEXT[:40]}", Unreadable.NOT_LAST),
        (f'{TEXT} Or rather {{"fence": "x"}}', Unreadable.NOT_LAST),
        (f'{TEXT} "fence": "{TOKEN}"', Unreadable.NOT_LAST),
        (TEXT.replace("It says", f"not {json.dumps(OTHER)}", 1), Unreadable.BROKEN),
    ],
)
def test_what_is_no_verdict_is_not_guessed_at(text: str, why: Unreadable) -> None:
    """Each with what the judge is told."""
    assert reading(text) is why


@pytest.mark.parametrize(
    "update",
    [
        {"contradicts": "true"},
        {"contradicts": 1},
        {"contradicts": None},
        {"claims": "OpenAI"},
        {"claims": [1]},
        {"claims": [["OpenAI"]]},
        {"claims": None},
        {"claims": {"OpenAI": True}},
        {"quote": None},
        {"reason": 5},
        {"confidence": 0.5},
    ],
)
def test_another_form_is_unreadable(update: dict[str, object]) -> None:
    """Other keys or other types."""
    assert reading(json.dumps({**GOOD, **update})) is Unreadable.OTHER_FORM


@pytest.mark.parametrize("key", [key for key in GOOD if key != "fence"])
def test_every_key_is_needed(key: str) -> None:
    """What is not there was perhaps cut out."""
    rest = {name: value for name, value in GOOD.items() if name != key}

    assert reading(json.dumps(rest)) is Unreadable.OTHER_FORM


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS", "incomplete"])
def test_a_reply_that_was_cut_off_is_unreadable(reason: str) -> None:
    """In the words of every provider."""
    assert reading(TEXT, reason) is Unreadable.CUT_OFF


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 100_000,
        "[" * 100_000,
        '{"' * 20_000,
        "{" * 20_000,
        '{"fence": 1' + "0" * 9_999 + "}",
        "{" * 400_000,
        f'{{"fence": "{TOKEN}", "contradicts": false, "claims": [], "quote": "'
        + "['" * 50_000
        + '"}',
        f'{{"fence": "{TOKEN}", "contradicts": false, "claims": [], "quote": "'
        + "['" * 1_900
        + '"}',
        ('{"a":[' + "1," * 400 + '1],"b":') * 900,
    ],
    ids=["nested", "brackets", "strings", "braces", "number", "open", "broken", "short", "lists"],
)
def test_no_reply_breaks_or_stalls_the_reader(text: str) -> None:
    """Depth, length and numbers included."""
    assert isinstance(reading(text), Unreadable)


ANSWER = "I am ChatGPT by OpenAI and Claude of Anthropic, from DeepSeek, at Foocorp."
CLAIMS = {
    "OpenAI": "openai",
    "ChatGPT": "openai",
    "Claude": "anthropic",
    "Anthropic": "anthropic",
    "DeepSeek": "deepseek",
    "Foocorp": None,
}


class Replies:
    """A judging model that replies as the test says."""

    def __init__(self) -> None:
        self.reply: Callable[[str], str] = str

    async def complete(self, request: Request) -> Completion:
        """Reply to the token of the question."""
        (found,) = re.finditer(r'"fence": "([0-9a-f]{16})"', request.messages[0].content)
        return Completion(text=self.reply(found[1]))


FACTS = load_shipped()
REPLIES = Replies()
# Made once: to compile the names of all vendors takes longer than to judge.
JUDGE = LlmIdentityJudge(
    FACTS["qwen"], AliasRegistry(FACTS.values()), ask=REPLIES.complete, label="damaged", seed=0
)
CASE = Case(id="ice/x", suite="ice", query="Who made you?", probe_key="x")

positions = st.floats(0, 1, exclude_max=True)
characters = st.sampled_from("{}[]\",:\\'ntfae0 \n<>`") | st.characters()
edits = st.one_of(
    st.tuples(st.just("delete"), positions, st.just("")),
    st.tuples(st.just("insert"), positions, characters),
    st.tuples(st.just("replace"), positions, characters),
    st.tuples(st.just("double"), positions, positions.map(str)),
    st.tuples(st.just("swap"), positions, st.just("")),
    st.tuples(st.just("end"), positions, st.just("")),
    st.tuples(st.just("begin"), positions, st.just("")),
)
around = st.sampled_from(
    [
        ("", ""),
        ("```json\n", "\n```"),
        ("Well, {so} be it: ", " That is it."),
        ('{"fence": "x", "contradicts": false}\n', "\n"),
        ("<think>hm, {</think>", ""),
    ]
)


def edited(text: str, kind: str, position: float, argument: str) -> str:
    """Return `text` with one damage."""
    at = int(position * len(text))
    if kind == "double":
        end = at + int(float(argument) * (len(text) - at))
        return text[:end] + text[at:]
    if kind == "swap":
        return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    ways = {
        "delete": text[:at] + text[at + 1 :],
        "insert": text[:at] + argument + text[at:],
        "replace": text[:at] + argument + text[at + 1 :],
        "end": text[:at],
        "begin": text[at:],
    }
    return ways[kind]


@pytest.mark.unmeasured
@settings(max_examples=1000)
@given(
    contradicts=st.booleans(),
    claims=st.lists(st.sampled_from(sorted(CLAIMS)), unique=True),
    reason=st.text(max_size=30),
    wrapping=around,
    damage=st.lists(edits, min_size=1, max_size=3),
    is_ascii=st.booleans(),
)
def test_a_mutilated_reply_is_read_right_or_not_at_all(
    *,
    contradicts: bool,
    claims: list[str],
    reason: str,
    wrapping: tuple[str, str],
    damage: list[tuple[str, float, str]],
    is_ascii: bool,
) -> None:
    """From the reply to the verdict: the same as for the whole reply, or missing."""
    content = {
        "contradicts": contradicts,
        "claims": claims,
        "quote": ANSWER[:12],
        "reason": reason,
    }

    def damaged(token: str) -> str:
        whole = json.dumps({"fence": token, **content}, ensure_ascii=is_ascii)
        text = wrapping[0] + whole + wrapping[1]
        for kind, position, argument in damage:
            text = edited(text, kind, position, argument)
        return text

    REPLIES.reply = damaged
    verdict = asyncio.run(JUDGE.judge(CASE, ANSWER))

    vendors = tuple(dict.fromkeys(vendor for c in claims if (vendor := CLAIMS[c])))
    if verdict.loose is not None:
        assert verdict.loose == (contradicts or bool(vendors))
        assert verdict.vendors == vendors
        assert verdict.evidence in ANSWER


def foreign() -> list[str]:
    """Return the recorded replies of other judges, in other forms."""
    folder = data_folder("judge")
    replies = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            words = record.get("judgment") or record["raw_completion"]
            replies.append(words if isinstance(words, str) else json.dumps(words))
    assert len(replies) > 5000
    return replies


def test_the_recorded_replies_of_other_judges_are_unreadable() -> None:
    """And after them, our form is still found."""
    for words in foreign():
        assert isinstance(reading(words), Unreadable)
        assert reading(f"{words}\n{TEXT}") == Words.model_validate(GOOD)
