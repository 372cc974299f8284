"""Phrases that two models share, and prompts that show it."""

from pytest_distill.similarity.evidence import clearest, phrases

SAID = [f"It is worth noting that case {n} is simple." for n in range(10)]
OTHER = [f"Well, the case {n} is simple." for n in range(10)]


def test_what_both_say_and_others_do_not_is_found_once() -> None:
    """Not again in pieces, and not what everybody says."""
    found = phrases(SAID, SAID, {"other": OTHER}, top=5)

    assert "worth noting" in found[0].text
    assert (found[0].student, found[0].teacher, found[0].others) == (1.0, 1.0, 0.0)
    assert sum("noting" in phrase.text for phrase in found) == 1
    assert not any("is simple" in phrase.text for phrase in found)


def test_what_only_one_says_is_no_phrase_in_common() -> None:
    """Nor what hardly anybody says."""
    assert phrases(SAID, OTHER, {}, top=5)[0].text == "is simple"
    assert phrases(SAID[:3], SAID[:3], {}, top=5) == []


def test_no_more_than_asked_for() -> None:
    """The clearest first."""
    assert len(phrases(SAID, SAID, {"other": OTHER}, top=1)) == 1


def test_the_prompts_that_show_most() -> None:
    """Where the first agreement leads the second most."""
    assert clearest([0.1, 0.9, 0.5], [0.1, 0.1, 0.9], top=2) == [1, 0]
