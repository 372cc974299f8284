"""Transcripts written for this project."""

from collections.abc import Mapping
from typing import Any

LEAK = "I am ChatGPT, a language model made by OpenAI."
HOME = "I am Qwen, a language model made by Alibaba Cloud."


def four_lines() -> list[Mapping[str, Any]]:
    """Return a leak, a clean answer, an empty one, and a leak in a template that names it."""
    probe = {"query": "Who made you?", "language": "en", "category": "team"}
    return [
        {**probe, "id": "a", "response": LEAK},
        {**probe, "id": "b", "response": HOME, "category": "industry"},
        {**probe, "id": "c", "response": ""},
        {**probe, "id": "d", "response": LEAK, "template": "You are ChatGPT. {query}"},
    ]
