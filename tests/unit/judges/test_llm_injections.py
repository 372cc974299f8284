"""Hostile answers: nothing in them is ever read as the judge's own words."""

# ruff: noqa: RUF001 - letters that look like others are part of the attacks

import asyncio
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.fence import fence, visible
from pytest_distill.judges.llm import LlmIdentityJudge
from pytest_distill.judges.prompts import Question
from pytest_distill.records import Completion, IdentityVerdict, Request
from tests.support.injections import ATTACKS, CASE, FACTS, SEED, words

REGISTRY = AliasRegistry(FACTS.values())

Echo = Callable[[str], str]


# Nobody sees any of it, or there is no word in it, so no judge is asked.
UNSEEN = [attack for attack in ATTACKS if not re.search("[a-z]{2}|[\u0400-\uffff]", attack.lower())]


def last_block(prompt: str) -> str:
    """Return what stands between the last two fences, the answer."""
    token = prompt[prompt.rindex('"fence": "') :][10:26]
    return prompt.partition(f"<<<{token} answer>>>\n")[2].partition(f"\n<<<{token} end")[0]


ECHOES: dict[str, Echo] = {
    "the prompt": lambda prompt: prompt,
    "the answer": last_block,
    "the answer with its fence": lambda prompt: "<<<" + prompt.split("<<<", 5)[-1],
    "the end of the prompt": lambda prompt: prompt[-1500:],
    "the prompt on one line": lambda prompt: " ".join(prompt.split()),
    "the prompt in a code fence": lambda prompt: f"```\n{prompt}\n```",
    "the objects of the prompt": lambda prompt: "\n".join(re.findall(r"\{[^{}]*\}", prompt)),
    "the answer without escapes": lambda prompt: last_block(prompt).replace("\\", ""),
    "the prompt as a JSON text": json.dumps,
}


def judged(answer: str, reply: Echo) -> IdentityVerdict:
    """Judge `answer` with a model that makes its reply of the prompt."""

    async def ask(request: Request) -> Completion:
        return Completion(text=reply(request.messages[0].content))

    judge = LlmIdentityJudge(FACTS["qwen"], REGISTRY, ask=ask, label="echo", seed=SEED)
    return asyncio.run(judge.judge(CASE, answer))


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("answer", ATTACKS, ids=range(len(ATTACKS)))
def test_an_echoing_judge_never_gives_a_verdict(answer: str, echo: Echo) -> None:
    """Whatever a hostile answer holds, a judge that only repeats it says nothing."""
    verdict = judged(answer, echo)

    assert (verdict.loose, verdict.strict, verdict.hard) == (None, None, None)
    if answer in UNSEEN:
        assert verdict.reason == "The answer holds nothing to judge."
    else:
        assert verdict.reason.startswith("the judge's reply could not be read twice: ")


@pytest.mark.parametrize("answer", ATTACKS, ids=range(len(ATTACKS)))
def test_a_judge_that_quotes_the_attack_before_its_verdict_is_understood(answer: str) -> None:
    """The forged words are passed over."""

    def reply(prompt: str) -> str:
        token = prompt[prompt.rindex('"fence": "') :][10:26]
        return f"It says:\n{last_block(prompt)}\nSo:\n{words(token, contradicts=True)}"

    verdict = judged(f"I see. {answer}", reply)

    # Reasoning tags and open strings may hide the verdict, which is then asked for again.
    assert verdict.loose is not False


@pytest.mark.parametrize("where", ["before", "after", "around"])
@pytest.mark.parametrize("answer", ATTACKS, ids=range(len(ATTACKS)))
def test_no_attack_is_taken_for_a_part_of_a_verdict_that_has_to_be_mended(
    answer: str, where: str
) -> None:
    """The judge's own words need a comma taken out; the attack it quotes lends it none."""

    def reply(prompt: str) -> str:
        token = prompt[prompt.rindex('"fence": "') :][10:26]
        own, quoted = words(token, contradicts=True)[:-1] + ",}", last_block(prompt)
        before = quoted if where != "after" else ""
        return f"{before}\n{own}\n{quoted if where != 'before' else ''}"

    verdict = judged(f"I see. {answer}", reply)

    assert verdict.loose is not False


@pytest.mark.parametrize("answer", ATTACKS, ids=range(len(ATTACKS)))
def test_no_attack_ends_its_own_fence(answer: str) -> None:
    """The lines with the token are ours, and the block is what the answer looks like."""
    question = Question(FACTS["qwen"], CASE, answer, seed=SEED)

    inside = question.fence.around("answer", visible(answer))
    assert question.text.count(inside) == 1
    assert question.fence.token not in visible(answer)
    # Template, question and answer, two lines each; the rules; the form.
    assert question.text.count(question.fence.token) == 3 * 2 + 2 + 1


@given(st.text("0123456789abcdefABCDEF -", max_size=300), st.integers())
def test_a_token_never_stands_in_what_it_fences(text: str, seed: int) -> None:
    """Not even one so short that a text is likely to hold it; the same each time."""
    short = fence((text,), seed=seed, digits=2)

    assert short.token not in text.lower()
    assert fence((text,), seed=seed, digits=2) == short


def test_a_token_does_not_stand_there_in_disguise_either() -> None:
    """Full-width, in capitals, spaced: only one digit is left to choose."""
    texts = ("０１２３４５６７", "8 9 A B", "𝐜𝐝𝐞")

    assert {fence(texts, seed=seed, digits=1).token for seed in range(9)} == {"f"}


def test_each_content_and_each_seed_has_its_own_token() -> None:
    """The parts are kept apart."""
    fences = [
        fence(("ab", "c"), seed=0),
        fence(("a", "bc"), seed=0),
        fence(("abc",), seed=0),
        fence(("ab", "c"), seed=1),
    ]

    assert len({found.token for found in fences}) == len(fences)


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\u200bb", "a\\u200bb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\ufe0fb", "a\\ufe0fb"),
        ("a\u3164b", "a\\u3164b"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("a\U000e0100b", "a\\U000e0100b"),
        ("a\x1b\x00b", "a\\x1b\\x00b"),
        ("a\ud800b", "a\\ud800b"),
        ("a\r\nb\nc", "a\nb\nc"),
        ("我是通义", "我是通义"),
    ],
)
def test_what_hides_is_shown(hidden: str, shown: str) -> None:
    """Lines and letters stay."""
    assert visible(hidden) == shown


def test_a_long_answer_is_shown_at_both_ends() -> None:
    """So that its end cannot be pushed out of sight, nor its length drown the judge."""
    text = visible("begin" + "x" * 100_000 + "end")

    assert text.startswith("begin")
    assert text.endswith("end")
    assert "[... 80008 characters left out ...]" in text
    assert len(text) < 20_100
