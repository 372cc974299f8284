"""The adversary that learns from pairs of answers."""

import random
from collections.abc import Sequence

from pytest_distill.results.detection import shipped_scaling
from pytest_distill.similarity.adversary import QUERIES, AnswerPair, OfflineAdversary, queries_for
from tests.support.writers import WRITERS, Write, answers, prompts

ASKED = prompts(60)
ADVERSARY = OfflineAdversary(shipped_scaling())


def pairs(student: Write, teacher: Write) -> list[AnswerPair]:
    """Return the answers of two writers to the same prompts."""
    own, theirs = answers(student, ASKED, seed=1), answers(teacher, ASKED, seed=2)
    return [AnswerPair(prompt, own[prompt], theirs[prompt]) for prompt in ASKED]


def advantage(asked: Sequence[AnswerPair], queries: int = 25) -> float:
    """Return twice the accuracy, less 1."""
    found = guesses(asked, queries)
    return sum(found) / len(found)


def guesses(asked: Sequence[AnswerPair], queries: int = 25) -> list[int]:
    """Return what the adversary guesses."""
    found = ADVERSARY.guesses(asked, queries)
    assert found is not None
    return found.guesses


def test_writers_of_two_forms_are_told_apart_on_prompts_that_were_not_trained_on() -> None:
    """Ten pairs show a list from an essay."""
    assert advantage(pairs(WRITERS["essayist"], WRITERS["lister"]), 10) > 0.95


def test_a_writer_is_not_told_from_itself() -> None:
    """Its answers differ, but not in a way that comes back."""
    assert abs(advantage(pairs(WRITERS["lister"], WRITERS["lister"]), 50)) < 0.3


def test_swapped_answers_swap_the_guess_and_nothing_else() -> None:
    """An adversary that knows who is who the wrong way round is as good as the right one."""
    asked = pairs(WRITERS["essayist"], WRITERS["talker"])
    swapped = [pair._replace(student=pair.teacher, teacher=pair.student) for pair in asked]

    assert guesses(asked) == guesses(swapped)


def test_equal_answers_are_guessed_neither_way() -> None:
    """Empty ones are equal too."""
    asked = pairs(WRITERS["essayist"], WRITERS["lister"])
    asked[3] = AnswerPair(asked[3].prompt, "The same.", "The same.")
    asked[4] = AnswerPair(asked[4].prompt, "", "")

    found = guesses(asked)

    assert found[3:5] == [0, 0]
    assert 0 not in found[:3]


def test_an_empty_answer_differs_from_words() -> None:
    """A model that says nothing half of the time is found by that."""
    asked = [AnswerPair(prompt, "", "Words, of course.") for prompt in ASKED]

    assert advantage(asked, 10) == 1.0


def test_the_order_of_the_pairs_does_not_matter() -> None:
    """So a run has the same guesses however its tests were spread."""
    asked = pairs(WRITERS["talker"], WRITERS["designer"])
    shuffled = random.Random(0).sample(asked, len(asked))

    one = dict(zip(asked, guesses(asked, 10), strict=True))
    other = dict(zip(shuffled, guesses(shuffled, 10), strict=True))

    assert one == other


def test_no_prompt_is_trained_and_tested_on() -> None:
    """What tells the two apart is a word that occurs with one prompt only: nothing is learnt."""
    asked = [
        AnswerPair(f"p{n}", f"word{n} student{n}", f"word{n} teacher{n}")
        for n in range(30)
        for _ in range(2)
    ]

    assert abs(advantage(asked, 50)) < 0.5


def test_pairs_that_test_each_other_are_counted() -> None:
    """None up to five elevenths of the pairs; all where each is trained on all others."""
    asked = pairs(WRITERS["talker"], WRITERS["designer"])[:44]

    found = [ADVERSARY.guesses(asked, queries) for queries in (10, 20, 24, 40)]

    assert [one and round(one.mutual, 3) for one in found] == [0, 0, 0.333, 1]


def test_budgets_are_those_that_there_are_pairs_for() -> None:
    """A tenth of the prompts is always kept to test on."""
    asked = pairs(WRITERS["talker"], WRITERS["designer"])

    assert queries_for(asked) == [10, 25, 50]
    assert queries_for(asked[:10]) == []
    assert queries_for([]) == []
    assert ADVERSARY.guesses(asked, 55) is None
    assert sorted(QUERIES) == list(QUERIES)
