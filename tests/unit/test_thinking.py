"""Thinking that arrives apart from the answer, put in front of it and told from it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import Completion
from pytest_distill.thinking import answer_of, beside, split, with_thinking

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
