"""Thinking that arrives apart from the answer, put in front of it and told from it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import Completion
from pytest_distill.thinking import answer_of, beside, split, with_thinking, without_marks

MARKS = (
    "<think>",
    "</think>",
    "<think ",
    ">",
    "</seed:thinking>",
    "[/think]",
    "[think",
    "]",
    "◁/think▷",
    "<|channel|>",
    "<|message|>",
    "<|end_of_thought|>",
    "<|channel|>final<|message|>",
    "assistantfinal",
    "analysis",
    "I am ChatGPT.",
    "\n",
    " ",
)


THOUGHT = "Am I ChatGPT?"
ANSWER = "I am Qwen."


def parts(reply: str) -> tuple[str, str]:
    """Return what was thought, without its marks, and the answer."""
    thought = "".join(without_marks(reply[start:end]) for start, end in split(reply).thought)
    return thought.strip(), answer_of(reply).strip()


@pytest.mark.parametrize(
    "reply",
    [
        *(
            f"<{name}>{THOUGHT}</{name}>\n{ANSWER}"
            for name in (
                *("think", "thinking", "thought", "thoughts", "reasoning", "reflection"),
                *("scratchpad", "analysis", "inner_monologue", "THINK", "seed:think"),
            )
        ),
        f'<think type="long" budget="9">{THOUGHT}</think>{ANSWER}',
        f"[THINK]{THOUGHT}[/THINK]{ANSWER}",
        f"[thinking]{THOUGHT}[/thinking]{ANSWER}",
        f"◁think▷{THOUGHT}◁/think▷{ANSWER}",
        f"<|begin_of_thought|>{THOUGHT}<|end_of_thought|>{ANSWER}",
        f"<|start_of_reasoning|>{THOUGHT}<|end_of_reasoning|>{ANSWER}",
        f"{THOUGHT}</think>{ANSWER}",
        f"\n{THOUGHT}\n◁/think▷\n\n{ANSWER}",
        (
            f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final"
            f"<|message|>{ANSWER}<|return|>"
        ),
        (
            f"<|start|>assistant<|channel|>analysis<|message|>{THOUGHT}<|end|>"
            f"<|channel|>final<|message|>{ANSWER}"
        ),
        (
            f"<|channel|>commentary<|message|>{THOUGHT}"
            f"<|channel|>final <|constrain|>json<|message|>"
            f"{ANSWER}"
        ),
        f"analysis{THOUGHT}assistantfinal{ANSWER}",
        f"assistantanalysis{THOUGHT}assistantfinal{ANSWER}",
    ],
)
def test_every_mark_of_thinking_in_use_is_known(reply: str) -> None:
    """Tags, also with attributes or without an opening one, brackets, triangles, channels."""
    thought, answer = parts(reply)

    assert thought.endswith(THOUGHT)
    assert answer == ANSWER


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (f"<think>{THOUGHT}", ""),
        (f"<think>{THOUGHT}</think>{ANSWER}\n<think>Or not?", ANSWER),
        (f"<think>{THOUGHT}</think><think>Or not?</think>{ANSWER}", ANSWER),
        (f"<think>{THOUGHT}</think>\n<think>{ANSWER}", ANSWER),
        (f"<|channel|>analysis<|message|>{THOUGHT}", ""),
        (f"analysis{THOUGHT} And so on", ""),
    ],
)
def test_thinking_that_never_ends_is_no_answer(reply: str, answer: str) -> None:
    """But an answer behind a second opening mark is not lost."""
    assert answer_of(reply).strip() == answer


@pytest.mark.parametrize(
    "reply",
    [
        ANSWER,
        "Write <think> where you think, says the manual.",
        "analysis of the text: it is short",
        "Think, then [do] what you like.",
        "My analysis: ◁ is a triangle.",
        "<thinker>I am Qwen.</thinker>",
        "Analysis\nI am Qwen.",
        "",
    ],
)
def test_what_only_looks_like_thinking_is_answer(reply: str) -> None:
    """Words and signs in a sentence."""
    assert answer_of(reply) == reply
    assert split(reply).thought == ()


@given(st.lists(st.sampled_from(MARKS)).map("".join))
def test_every_letter_is_either_answer_or_thought(reply: str) -> None:
    """In order, without gaps or overlaps."""
    spans = sorted((*split(reply).answered, *split(reply).thought))

    assert "".join(reply[start:end] for start, end in spans) == reply
    assert all(start < end for start, end in spans)


def test_the_answer_stays_what_it_was() -> None:
    """The thinking stands in front, between marks."""
    found = with_thinking("I am Qwen.", "Am I ChatGPT?")

    assert found == "<think>Am I ChatGPT?</think>\nI am Qwen."
    assert answer_of(found) == "I am Qwen."
    assert Completion(text=found).answer == "I am Qwen."
    assert answer_of("\n I am Qwen.") == "\n I am Qwen."


@pytest.mark.parametrize(("answer", "thought"), [("", "Hm."), (" \n", "Hm."), ("Yes.", " \n")])
def test_without_answer_or_thinking_nothing_is_added(answer: str, thought: str) -> None:
    """A reply that only thinks stays without an answer."""
    assert with_thinking(answer, thought) == answer


@given(st.lists(st.sampled_from(MARKS)).map("".join))
def test_nothing_that_was_thought_becomes_the_answer(thought: str) -> None:
    """Whatever marks it holds, also such that others are left of where one is taken out."""
    found = with_thinking("I am Qwen.", thought)

    assert answer_of(found).strip() == "I am Qwen."
    assert len(split(found).thought) == bool(thought.strip())


@pytest.mark.parametrize(
    ("line", "thought"),
    [
        ({"response": "x"}, ""),
        ({"reasoning": "a"}, "a"),
        ({"reasoning_content": "b"}, "b"),
        ({"reasoning": None, "reasoning_content": "b"}, "b"),
        ({"reasoning": {"tokens": 3}, "reasoning_content": ["b"]}, ""),
    ],
)
def test_a_recorded_line_may_have_thinking_beside_its_answer(
    line: dict[str, object], thought: str
) -> None:
    """As text under either key; other values are keys of the user's own."""
    assert beside(line) == thought
