"""Scores and rankings in other judges' forms: read right, or not at all."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.judges.reply import Unreadable
from pytest_distill.judges.scores import ranking, score
from pytest_distill.records import Completion
from tests.conftest import data_folder

RANKED = '{"ordered_models": [{"model": "m", "rank": 2}, {"model": "M", "rank": 1}]}'


def scored(text: str, finish_reason: str | None = None) -> int | Unreadable:
    """Read a score from 1 to 10."""
    return score(Completion(text=text, finish_reason=finish_reason), low=1, high=10)


def ranks(text: str) -> tuple[str, ...] | Unreadable:
    """Read a ranking of two."""
    return ranking(Completion(text=text), ["m", "M"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Rating: [[7]]", 7),
        ("Good. Rating: [[ 7 ]].\nBye.", 7),
        ("`[[1, 2], [3]]` is a matrix. [[10]]", 10),
        ("[[7]], as I said: [[7]]", 7),
        ("<think>[[3]]</think>[[4]]", 4),
    ],
)
def test_a_score_is_the_last_thing_in_double_brackets(text: str, value: int) -> None:
    """Code with brackets before it is passed over."""
    assert scored(text) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Unreadable.EMPTY),
        ("<think>[[7]]", Unreadable.EMPTY),
        ("Rating: 7", Unreadable.NO_SCORE),
        ("Rating: [7]", Unreadable.NO_SCORE),
        ("Rating: [[7/10]]", Unreadable.NO_SCORE),
        ("Rating: [[7", Unreadable.NO_SCORE),
        ("Before: [[5]]. Now: [[1", Unreadable.NO_SCORE),
        ("[[5]] or rather [[6]]", Unreadable.NO_SCORE),
        ("[[1]]0]]", Unreadable.NO_SCORE),
        ("[[1[[0]]", Unreadable.NO_SCORE),
        ("[[7.5]]", Unreadable.NO_SCORE),
        ("[[0]]", Unreadable.NO_SCORE),
        ("[[11]]", Unreadable.NO_SCORE),
        ("[[-5]]", Unreadable.NO_SCORE),
        ("[[\u0667]]", Unreadable.NO_SCORE),
    ],
)
def test_what_is_no_score_is_not_guessed_at(text: str, why: Unreadable) -> None:
    """Nor is a choice made between two."""
    assert scored(text) is why


def test_a_score_that_was_cut_off_is_none() -> None:
    """However whole it looks."""
    assert scored("[[7]]", "length") is Unreadable.CUT_OFF


def test_a_ranking_goes_by_the_ranks() -> None:
    """Not by the order in which they are told."""
    assert ranks(f"```json\n{RANKED}\n```") == ("M", "m")


@pytest.mark.parametrize(
    "text",
    [
        "M is better.",
        RANKED[:-1],
        f"{RANKED} {RANKED}",
        RANKED.replace("2", "1"),
        RANKED.replace("2", "3"),
        RANKED.replace("2", "true"),
        RANKED.replace('"m"', '"x"'),
        RANKED.replace('"m"', '"M"'),
        RANKED.replace('"m"', "1"),
        RANKED.replace('"rank": 2', '"rank": 2, "also": 1'),
        RANKED.replace('{"model": "m", "rank": 2}, ', ""),
        '{"ordered_models": "M"}',
        '{"ordered_models": ["M", "m"]}',
    ],
)
def test_what_ranks_not_each_of_them_once_is_no_ranking(text: str) -> None:
    """Ties are none either."""
    assert ranks(text) is Unreadable.NO_RANKING


def test_no_words_are_no_ranking() -> None:
    """Reasoning that was cut off is none."""
    assert ranks(f"<think>{RANKED}") is Unreadable.EMPTY


@settings(max_examples=1000)
@given(
    value=st.integers(1, 10),
    before=st.text("[]()1 a.\n", max_size=20),
    cut=st.floats(0, 1),
    noise=st.text("[](){}a \n", max_size=5),
    at=st.floats(0, 1),
)
def test_a_mutilated_score_is_read_right_or_not_at_all(
    value: int, before: str, cut: float, noise: str, at: float
) -> None:
    """Cut off anywhere, with brackets torn out or thrown in anywhere."""
    text = f"{before}\nRating: [[{value}]]"
    text = text[: round(cut * len(text))] if cut < 0.8 else text
    place = round(at * len(text))
    # Between two digits nothing but a digit makes another number; those are not thrown in.
    text = text[:place] + noise + text[place:]

    found = scored(text)

    assert isinstance(found, Unreadable) or found == value or "[[1]]" in before + noise


def recorded(name: str) -> list[dict[str, Any]]:
    """Return the recorded replies of one judge."""
    path = data_folder("judge") / name
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_recorded_scores_are_read_as_they_were() -> None:
    """1,800 replies of a judge; what had no score has none."""
    lines = recorded("arena_bench_v1_gpt4.jsonl")

    found = [scored(line["judgment"]) for line in lines]

    wrong = [
        (line["score"], value)
        for line, value in zip(lines, found, strict=True)
        if not isinstance(value, Unreadable) and value != line["score"]
    ]
    assert wrong == []
    assert sum(isinstance(value, int) for value in found) == sum(
        line["score"] is not None for line in lines
    )


def test_recorded_rankings_are_read_as_they_were() -> None:
    """3,200 replies of another; ties, and no reply at all, are missing."""
    read, wrong = 0, []
    for line in recorded("alpaca_eval_cot_gpt4turbo.jsonl"):
        found = ranks(json.dumps(line["raw_completion"]))
        if isinstance(found, Unreadable):
            continue
        read += 1
        better = line["referenced_models"][found[0]]
        if better != f"output_{line['preference']:.0f}":
            wrong.append(line)

    assert wrong == []
    assert read > 3190
