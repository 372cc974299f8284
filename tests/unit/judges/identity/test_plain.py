"""Plain text of an answer, step by step, and the way back to what was written."""

# ruff: noqa: RUF001 - letters that look like others are what is read

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity.marks import COMPANY, FILLER
from pytest_distill.judges.identity.plain import LONGEST_READ, PlainText

REGISTRY = AliasRegistry(load_shipped().values())


def plain(answer: str) -> str:
    """Return what a reader sees, without blanks around it."""
    return PlainText(answer).text.strip()


@pytest.mark.parametrize(
    "answer",
    [
        "I am **ChatGPT** by *OpenAI*.",
        "I am `ChatGPT` by ~~OpenAI~~.",
        "I am __ChatGPT__ by OpenAI.",
        "I am <b>ChatGPT</b> by <em class='x'>OpenAI</em>.",
        "I am <span>Chat</span><wbr>GPT by OpenAI.",
        "I am [ChatGPT](https://example.net/x) by OpenAI[1].",
        "I am [b]ChatGPT[/b] by [color=red]OpenAI[/color].",
        r"I am \textbf{ChatGPT} by $OpenAI$.",
        "I am <!-- a comment -->ChatGPT by OpenAI.",
        "I am {{ChatGPT}} by [[OpenAI]].",
    ],
)
def test_markup_goes(answer: str) -> None:
    """What it marks stays."""
    found = " ".join(plain(answer).split())

    assert found == "I am ChatGPT by OpenAI."


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ("&#79;penAI &amp; Co", "OpenAI & Co"),
        ("&#x4f;penAI", "OpenAI"),
        ("Open&shy;AI", "Open\u00adAI"),
        ("a &nosuch; b", "a &nosuch; b"),
        ("Open%41I", "OpenAI"),
        (r"\u004f\u0070enAI", "OpenAI"),
        (r"One.\nTwo.", "One.\nTwo."),
        (r"\newline", r"\newline"),
        (r"not \*bold\*", "not bold"),
        (r"\ud83d\ude00", "\U0001f600"),
    ],
)
def test_entities_and_escapes_are_read(answer: str, seen: str) -> None:
    """As a browser or a parser would."""
    assert plain(answer) == seen


@pytest.mark.parametrize(
    "name",
    [
        "Ореn\u0410I",
        "ＯｐｅｎＡＩ",
        "𝐎𝐩𝐞𝐧𝐀𝐈",
        "𝓞𝓹𝓮𝓷𝓐𝓘",
        "Ⓞⓟⓔⓝ🅐🅘",
        "Op\u200ben\u00adA\u2060I",
        "O̲p̲e̲n̲A̲I̲",
        "O\u0336p\u0336e\u0336nAI",
        "Op\U000e0065enAI",
        "0penAI",
        "0p3nAI",
        "Open4I",
        "OᴘᴇɴAI",
        "ᴏᴘᴇɴᴀɪ",
        "O.p.e.n.A.I",
        "O-p-e-n-A-I",
        "O·p·e·n·A·I",
    ],
)
def test_a_disguised_name_is_seen(name: str) -> None:
    """Letters that look like others, signs that are not seen, letters apart."""
    found = plain(f"I was made by {name} in spring.")

    assert found.casefold() == "i was made by openai in spring."


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ("Я Яндекс.", "Я Яндекс."),
        ("Москва", "Москва"),
        ("Я работаю в OpenAIе", "Я работаю в OpenAIе"),
        ("Ελλάδα", "Ελλάδα"),
        ("café", "café"),
        ("cafe\u0301", "café"),
        ("がんばる", "がんばる"),
        ("か\u3099", "が"),
        ("version 4.1", "version 4.1"),
        ("2026-11-29", "2026-11-29"),
        ("U.S.A. and A.B.", "U.S.A. and A.B."),
        ("tests/unit/judges", "tests/unit/judges"),
        ("a_b", "a b"),
    ],
)
def test_what_is_no_disguise_stays(answer: str, seen: str) -> None:
    """Other alphabets, accents, dates, paths, abbreviations."""
    assert plain(answer) == seen


@pytest.mark.parametrize("sign", [*"-.,/+~·•:;|&>^@!%#", "_"])
def test_joined_words_are_parted(sign: str) -> None:
    """By the small words among them."""
    assert plain(sign.join(["I", "am", "a", "model", "by", "OpenAI"])) == "I am a model by OpenAI"


def test_words_that_nothing_parts_are_parted() -> None:
    """Names and small words are known."""
    assert plain("IwasmadebyOpenAI") == "I was made by OpenAI"
    assert plain("Internationalisation") == "Internationalisation"


def test_letters_and_signs_apart_are_joined() -> None:
    """Also those of a script without blanks."""
    assert plain("我 是 由 开 发") == "我是由开发"
    assert plain("C h a t G P T") == "ChatGPT"


def test_broken_lines_are_joined() -> None:
    """A sentence goes on; an item, a field and a heading do not."""
    assert plain("I was made\nby OpenAI.") == "I was made by OpenAI."
    assert plain("I was\nmade\nby\nOpenAI") == "I was made by OpenAI"
    assert plain("- one\n- two") == "- one\n- two"
    assert plain("It ends.\nIt begins") == "It ends.\nIt begins"
    assert plain("Name: X\nMaker: Y") == "Name: X\nMaker: Y"


@pytest.mark.parametrize(
    "answer",
    [
        "| Name | ChatGPT |\n| Maker | OpenAI |",
        "| Field | Value |\n|---|---|\n| Name | ChatGPT |\n| Maker | OpenAI |",
        "| Name | Maker |\n|:--|--:|\n| ChatGPT | OpenAI |",
        '{"Name": "ChatGPT", "Maker": "OpenAI"}',
        '{\n  "Name": "ChatGPT",\n  "Maker": "OpenAI"\n}',
        "{'Name': 'ChatGPT', 'Maker': 'OpenAI'}",
        '{"answer": {"Name": "ChatGPT", "Maker": "OpenAI"}}',
        "Name: ChatGPT\nMaker: OpenAI",
        "Name = ChatGPT\nMaker = OpenAI",
        "Name -> ChatGPT\nMaker -> OpenAI",
        "<Name>ChatGPT</Name><Maker>OpenAI</Maker>",
    ],
)
def test_tables_and_objects_are_fields(answer: str) -> None:
    """One a line, with its name."""
    lines = [" ".join(line.split()) for line in plain(answer).lower().splitlines()]

    assert "name: chatgpt" in lines
    assert "maker: openai" in lines


def test_a_row_of_a_table_of_models_is_an_item() -> None:
    """It describes one of several."""
    head = "| Model | Maker | Year |\n|---|---|---|\n"
    rows = f"{head}| GPT | OpenAI | 2020 |\n| Claude | Anthropic | 2023 |"

    assert "- GPT: OpenAI; 2020" in plain(rows)


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ("I am ==ChatGPT== now.", "I am ChatGPT now."),
        ("I=am=a=model", "I am a model"),
        ("By [OpenAI][1].", "By OpenAI."),
        ("O p e n A I made me.", "OpenAI made me."),
        ("By O.p.e.n.A.I.", "By OpenAI."),
        (
            "<table><tr><td>Name</td><td>GPT</td></tr><tr><td>By</td><td>X</td></tr></table>",
            "Name: GPT\nBy: X",
        ),
    ],
)
def test_signs_within_a_sentence_are_not_its_words(answer: str, seen: str) -> None:
    """Neither marks of emphasis nor what sets letters apart, nor cells."""
    assert plain(answer) == seen


def test_thinking_is_set_apart() -> None:
    """It is neither answer nor lost."""
    found = PlainText("<think>Am I ChatGPT?</think>\nI am Qwen.")

    assert found.text.strip() == "I am Qwen."
    assert PlainText.of_thought(found.thought[0]).text.strip() == "Am I ChatGPT?"


def test_our_own_marks_are_no_names() -> None:
    """An answer that holds them cannot pass for one with names in it."""
    found = PlainText(f"I am {COMPANY}{FILLER}.").text

    assert COMPANY not in found
    assert FILLER not in found


def test_of_a_very_long_answer_both_ends_are_read() -> None:
    """No answer can stall a run."""
    answer = "It is so. " * (LONGEST_READ // 5) + "I am Qwen."

    found = PlainText(answer)

    assert found.is_cut
    assert len(found.text) <= LONGEST_READ + 2
    assert found.text.endswith("I am Qwen.")
    span = found.original(len(found.text) - 10, len(found.text))
    assert span == (len(answer) - 10, len(answer))


PIECES = st.sampled_from(
    [
        *(
            "I am ",
            "ChatGPT",
            "OpenAI",
            "Qwen",
            " ",
            "\n",
            ". ",
            "**",
            "*",
            "_",
            "`",
            "<b>",
            "</b>",
        ),
        *(
            "<td>",
            "</td>",
            "<wbr>",
            "&amp;",
            "&#79;",
            "%41",
            "\\u0041",
            "\\n",
            "[x](y)",
            "| a | b |\n",
        ),
        *(
            '{"k": "v"}',
            '"k": "',
            '",',
            "a: b\n",
            "a = b\n",
            "I-am-a-model",
            "O.p.e.n.A.I",
            "我 是 的 我 ",
        ),
        *(
            "\u200b",
            "\u0301",
            "\u0336",
            "о",
            "ｐ",
            "𝐎",
            "\U000e0065",
            "ᴏ",
            "0penAI",
            "$x$",
            "\\textbf{y}",
        ),
        *("<think>", "</think>", "-\n", "\nOpenAI\n", COMPANY, FILLER, "é", "İ", "ß"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.data())
def test_the_way_back_leads_into_the_answer(answer: str, data: st.DataObject) -> None:
    """In order, and within bounds."""
    found = PlainText(answer)
    length = len(found.text)
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))

    begin, stop = found.original(start, end)

    assert len(found.folded) == length
    assert 0 <= begin <= stop <= len(answer)
    if end > start:
        assert found.original(start, length)[0] == begin
        assert found.original(0, end)[1] == stop


@given(st.lists(PIECES).map("".join))
def test_a_later_place_is_not_behind_an_earlier_one(answer: str) -> None:
    """Steps keep the order of the text."""
    found = PlainText(answer)

    spans = [found.original(at, at + 1) for at in range(len(found.text))]

    assert all(first[0] <= second[0] for first, second in itertools.pairwise(spans))
    assert all(first[1] <= second[1] for first, second in itertools.pairwise(spans))


@given(st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join))
def test_a_name_leads_back_to_its_letters(answer: str) -> None:
    """Where it was not disguised, what is quoted begins and ends with it."""
    found = PlainText(answer)

    for mention in REGISTRY.mentions_folded(found.text, found.folded):
        name = found.text[mention.start : mention.end]
        start, end = found.original(mention.start, mention.end)
        written = answer[start:end]
        if name in answer:
            assert name[0] in written
            assert name[-1] in written
