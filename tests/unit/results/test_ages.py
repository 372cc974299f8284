"""Answers from before a session: counted once, by where they came from."""

from pytest_distill.records import Case, Completion, Observation, OtherAnswer, Reuse
from pytest_distill.results.ages import AnswerAges

START = 1_000_000.0


def given(
    *, ago_s: float | None = None, is_cached: bool = False, release: str | None = None
) -> Completion:
    """Return an answer from before the session; None: of unknown age."""
    at = None if ago_s is None else START - ago_s
    return Completion(text="I am X.", answered_at=at, is_cached=is_cached, release=release)


def observed(
    query: str,
    completion: Completion | None,
    *,
    reference: Completion | None = None,
    **more: object,
) -> Observation:
    """Return the observation of one case."""
    case = Case.model_validate(
        {"id": f"rse/r/{query}", "suite": "rse", "query": query, "probe_key": query, **more}
        | ({} if reference is None else {"reference": "r"})
    )
    return Observation(
        case=case,
        model="m",
        judge="j",
        outcome="missing",
        completion=completion,
        reference=reference,
    )


def reused(*observations: Observation, started_at: float | None = START) -> dict[str, Reuse]:
    """Return what these observations rest on."""
    ages = AnswerAges()
    for observation in observations:
        ages.add(observation)
    return ages.reused(None, started_at)


def test_answers_of_the_session_are_not_reused() -> None:
    """Whether they came straight, or from the cache where another process had put them."""
    assert (
        reused(observed("a", given(ago_s=-1)), observed("b", given(ago_s=-1, is_cached=True))) == {}
    )


def test_earlier_answers_are_counted_by_where_they_came_from() -> None:
    """With the greatest age; without a time it is not known."""
    found = reused(
        observed("a", given(ago_s=-1)),
        observed("b", given(ago_s=60, is_cached=True)),
        observed("c", given(ago_s=90, release="m-0613")),
        observed("d", given()),
        observed("e", None),
    )

    assert found == {
        "m": Reuse(answers=4, cached=1, logged=2, undated=1, oldest_s=90, releases=("", "m-0613"))
    }


def test_one_answer_to_several_cases_is_one() -> None:
    """It is the model's own, or the reference's; a sample is an answer of its own."""
    found = reused(
        observed("a", given(ago_s=5), reference=given(ago_s=7)),
        observed("a", given(ago_s=5), reference=given(ago_s=7)),
        observed("a", given(ago_s=5), sample=1),
    )

    assert {label: (reuse.answers, reuse.oldest_s) for label, reuse in found.items()} == {
        "m": (2, 5),
        "r": (1, 7),
    }


def test_recorded_answers_have_no_age() -> None:
    """They are what the user gave."""
    assert reused(observed("a", given(), response="I am X.")) == {}


def test_of_a_session_without_a_beginning_no_age_is_known() -> None:
    """A log may end before it says when."""
    found = reused(observed("a", given(ago_s=5)), started_at=None)

    assert (found["m"].undated, found["m"].oldest_s) == (1, None)


def test_further_answers_count_for_who_gave_them() -> None:
    """Those of the base model, and another one of the reference."""
    answers = (
        OtherAnswer(role="base", model="b", completion=given(ago_s=60, is_cached=True)),
        OtherAnswer(role="resample", model="r", sample=1, completion=given(ago_s=30)),
    )
    whole = observed("a", given(ago_s=-1), reference=given(ago_s=-1))

    found = reused(whole.model_copy(update={"others": answers}))

    assert {label: (reuse.answers, reuse.oldest_s) for label, reuse in found.items()} == {
        "b": (1, 60),
        "r": (2, 30),
    }
