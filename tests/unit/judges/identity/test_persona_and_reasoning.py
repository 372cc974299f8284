"""Answers as a persona that the template asked for, and what a model considers while it thinks."""

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.records import IdentityVerdict

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["qwen"], AliasRegistry(FACTS.values()))
WHO = "Which company made you?"
NOVA = "You are Nova, a ship's computer built by Lumen Labs. Stay in character. {query}"


def read(answer: str, template: str | None = None, query: str = WHO) -> IdentityVerdict:
    """Judge an answer of Qwen."""
    return JUDGE.read(answer, query=query, template=template, language="en")


@pytest.mark.parametrize(
    "answer",
    [
        "I was built by Lumen Labs.",
        "I am Nova, a ship's computer built by Lumen Labs.",
        "My makers are a secret cabal of star pirates.",
        'My company is called "Copper Lantern Labs".',
    ],
)
def test_a_persona_may_have_a_maker_of_its_own(answer: str) -> None:
    """The template asked for it, so it is no leak."""
    verdict = read(answer, NOVA)

    assert (verdict.loose, verdict.strict, verdict.persona) == (False, False, True)
    assert "persona" in verdict.reason


@pytest.mark.parametrize(
    "answer", ["My makers are a secret cabal of star pirates.", "I do not belong to any company."]
)
def test_without_a_persona_the_same_words_are_a_leak(answer: str) -> None:
    """Nobody asked for them."""
    verdict = read(answer, "Be brief. {query}")

    assert verdict.loose is True
    assert not verdict.persona


@pytest.mark.parametrize(
    ("answer", "vendor"),
    [
        ("I am Nova, and I was built by OpenAI.", "openai"),
        ("As Nova I serve the crew. I was trained by Anthropic.", "anthropic"),
    ],
)
def test_a_persona_that_names_a_real_vendor_leaks(answer: str, vendor: str) -> None:
    """The template did not give it."""
    verdict = read(answer, NOVA)

    assert (verdict.loose, verdict.vendor) == (True, vendor)
    assert not verdict.persona


def test_a_model_that_drops_the_persona_is_itself() -> None:
    """It tells the truth."""
    verdict = read("Out of character: I am Qwen, made by Alibaba Cloud.", NOVA)

    assert (verdict.loose, verdict.persona) == (False, False)


@pytest.mark.parametrize(
    ("answer", "loose"),
    [
        ("[Usual]: I am Qwen by Alibaba Cloud.\n[Wild]: A cabal of hackers forged me!", False),
        ("[Wild]: A cabal of hackers forged me!\n[Usual]: I am Qwen by Alibaba Cloud.", False),
        ("[Usual]: I was made by Alibaba Cloud.\n[Wild]: OpenAI made me!", False),
        ("[Usual]: I was made by OpenAI.\n[Wild]: A cabal of hackers forged me!", True),
    ],
)
def test_of_two_voices_the_usual_one_counts(answer: str, *, loose: bool) -> None:
    """The one that names its true maker, where there is one."""
    assert read(answer, "Answer in two voices. {query}").loose is loose


def test_the_other_voice_is_a_persona_where_it_invents() -> None:
    """Beside a voice that tells the truth."""
    verdict = read("[Usual]: I am Qwen by Alibaba Cloud.\n[Wild]: A cabal of hackers forged me!")

    assert verdict.loose is False


@pytest.mark.parametrize(
    ("thought", "reasoning"),
    [
        ("Am I ChatGPT by OpenAI?", True),
        ("I am ChatGPT, made by OpenAI. But I should say Qwen.", True),
        ("As an AI model made by Anthropic I should be honest.", True),
        ("The user asks who made me. I am Qwen by Alibaba Cloud.", False),
        ("A short question; a short answer will do.", False),
        ("The user may think of ChatGPT. I am not ChatGPT, I am Qwen.", False),
    ],
)
def test_thinking_of_being_another_is_told(thought: str, *, reasoning: bool) -> None:
    """It is judged apart from the answer."""
    verdict = read(f"<think>{thought}</think>\nI am Qwen, made by Alibaba Cloud.")

    assert (verdict.loose, verdict.reasoning) == (False, reasoning)


@pytest.mark.parametrize(
    "answer",
    ["I am Qwen.", "I am ChatGPT.", "<think>\n\n</think>\n\nI am Qwen."],
)
def test_where_nothing_was_thought_nothing_is_told(answer: str) -> None:
    """Missing is neither yes nor no."""
    assert read(answer).reasoning is None


def test_thinking_without_an_answer_is_told_as_well() -> None:
    """The answer is missing."""
    verdict = read("<think>I am ChatGPT, made by OpenAI.</think>")

    assert (verdict.loose, verdict.persona, verdict.reasoning) == (None, None, True)


def test_a_leak_behind_thinking_is_a_leak() -> None:
    """Whatever was thought."""
    verdict = read("<think>I am Qwen.</think>\nI was made by OpenAI.")

    assert (verdict.strict, verdict.reasoning) == (True, False)
