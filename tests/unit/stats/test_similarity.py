"""Scores on a scale that is the same in every run."""

import random
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_distill.records import Case, Completion, Likeness, LikenessVerdict, Observation
from pytest_distill.stats.similarity import (
    Anchors,
    Compared,
    compared,
    on_scale,
    summarise,
    values_of,
)


def alike(score: float) -> Likeness:
    """Return one score for everything."""
    return Likeness(overall=score, style=score, structure=score, content=score)


ANCHORS = Anchors(unrelated=alike(2.0), resample=alike(4.0))


def case(
    score: float | None,
    *,
    prompt: str = "p",
    others: float | None = None,
    resample: float | None = None,
    domain: str = "d",
) -> Compared:
    """Return one comparison."""
    return Compared(
        domain=domain,
        prompt=prompt,
        scores=None if score is None else alike(score),
        others=None if others is None else alike(others),
        resample=None if resample is None else alike(resample),
        length=None if score is None else 3.0,
    )


def cases(*scores: float, **how: float) -> list[Compared]:
    """Return comparisons on as many prompts."""
    return [case(score, prompt=f"p{n}", **how) for n, score in enumerate(scores)]  # type: ignore[arg-type]  # how is others or resample


def test_the_scale_runs_through_the_anchors() -> None:
    """The ends stay; unrelated is 1.5 and the same model 4.5, with straight lines between."""
    scores = (1.0, 1.5, 2.0, 3.0, 4.0, 4.5, 5.0)

    values = [summarise(cases(score, score), anchors=ANCHORS).overall.value for score in scores]

    assert values == [1.0, 1.25, 1.5, 3.0, 4.5, 4.75, 5.0]


@given(
    low=st.floats(1.0, 5.0),
    high=st.floats(1.0, 5.0),
    unrelated=st.floats(1.2, 3.0),
    resample=st.floats(3.2, 4.8),
)
def test_what_is_more_alike_has_a_higher_score(
    low: float, high: float, unrelated: float, resample: float
) -> None:
    """Everywhere: no part of the scale is cut off."""
    assume(high - low > 1e-9)

    one, other = (on_scale(x, unrelated=unrelated, resample=resample) for x in (low, high))

    assert 1 <= one < other <= 5


@pytest.mark.parametrize("own", [1.2, 2.0, 3.0, 4.4])
def test_each_copied_answer_raises_the_score_alike(own: float) -> None:
    """From the first to the last: half of them copied is half of the way to 5."""
    prompts = 20
    means = [
        summarise(
            cases(*[5.0] * copied, *[own] * (prompts - copied)), anchors=ANCHORS
        ).overall.value
        or 0.0
        for copied in range(prompts + 1)
    ]

    steps = [after - before for before, after in pairwise(means)]
    assert means[-1] == 5.0
    assert steps == pytest.approx([(5 - means[0]) / prompts] * prompts)
    assert min(steps) > 0


@given(
    others=st.none() | st.floats(1.0, 5.0),
    resample=st.none() | st.floats(1.0, 5.0),
)
def test_who_else_is_in_the_run_does_not_move_the_score(
    others: float | None, resample: float | None
) -> None:
    """What the run measured of other models, and of the reference itself, is only reported."""
    seen = [case(x, prompt=f"p{x}", others=others, resample=resample) for x in (2.0, 2.5, 4.5)]
    alone = summarise(cases(2.0, 2.5, 4.5), anchors=ANCHORS)

    found = summarise(seen, anchors=ANCHORS)

    assert found.overall == alone.overall
    assert (found.raw_others is None, found.resample is None) == (others is None, resample is None)


def test_the_references_own_answers_are_reported_on_the_scale() -> None:
    """The mean of those that were compared; the other references are raw."""
    seen = [case(2.0, prompt="a", resample=4.0, others=3.0), case(2.0, prompt="b", resample=5.0)]

    found = summarise([*seen, case(2.0, prompt="c")], anchors=ANCHORS)

    assert found.resample == alike(4.75)
    assert found.raw_others == alike(3.0)


@pytest.mark.parametrize("anchors", [ANCHORS, None])
@given(scores=st.lists(st.floats(1.0, 5.0), min_size=2, max_size=20))
def test_the_mean_of_the_values_of_cases_is_the_score(
    anchors: Anchors | None, scores: list[float]
) -> None:
    """Of cases that have a verdict; the others have no value."""
    seen = cases(*scores)

    values = values_of([*seen, case(None)], anchors=anchors)

    known = [value["style"] for value in values if value is not None]
    assert values[len(seen) :] == [None]
    assert sum(known) / len(known) == pytest.approx(summarise(seen, anchors=anchors).style.value)


def test_the_value_of_a_case_depends_on_no_other() -> None:
    """So that cases of two runs can be compared one by one."""
    one, *_ = values_of(cases(2.5), anchors=ANCHORS)
    among_others, *_ = values_of(cases(2.5, 1.0, 5.0, 4.0), anchors=ANCHORS)

    assert one == among_others


def test_without_anchors_the_scores_are_the_judges() -> None:
    """And so are those that are reported as raw."""
    found = summarise(cases(2.0, 4.0), anchors=None)

    assert found.overall == found.raw.overall
    assert (found.overall.value, found.anchors) == (3.0, "none")
    assert summarise(cases(2.0, 4.0), anchors=ANCHORS).raw == found.raw
    assert summarise(cases(2.0, 4.0), anchors=ANCHORS).anchors == "fixed"
    assert found.length_only.value == 3.0


def test_what_is_undefined_is_none() -> None:
    """No case, or one prompt."""
    for outcomes in ([], [case(3.0)], [case(3.0), case(4.0)], [case(None)] * 3):
        assert summarise(outcomes, anchors=ANCHORS).overall.value is None


def test_what_is_missing_is_counted() -> None:
    """And is no score."""
    found = summarise([*cases(3.0, 3.0), case(None, prompt="x")], anchors=ANCHORS).overall

    assert (found.n, found.missing, found.value) == (2, 1, 3.0)


def test_domains_are_apart() -> None:
    """In the order of their names."""
    both = [*cases(1.0, 1.0), *(case(5.0, prompt=f"q{n}", domain="a") for n in range(2))]

    found = summarise(both, anchors=ANCHORS).by_domain

    assert {name: one.overall.value for name, one in found.items()} == {"a": 5.0, "d": 1.0}
    assert list(found) == ["a", "d"]


def test_answers_to_one_prompt_are_one_cluster() -> None:
    """Asking ten times does not make the interval three times as narrow."""
    chance = random.Random(1)  # noqa: S311 - a simulation
    scores = [2.5 + chance.random() for _ in range(20)]
    once = summarise(cases(*scores), anchors=ANCHORS).overall
    often = summarise(
        [case(score, prompt=f"p{n}") for n, score in enumerate(scores) for _ in range(10)],
        anchors=ANCHORS,
    ).overall

    assert (often.low, often.high) == pytest.approx((once.low, once.high))
    assert (often.n, often.clusters) == (200, 20)
    assert often.design_effect == pytest.approx(10, rel=0.1)


@given(scores=st.lists(st.floats(1, 5), min_size=2, max_size=20))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_every_number_is_on_the_scale(scores: list[float]) -> None:
    """With the value inside its interval."""
    found = summarise(cases(*scores), anchors=ANCHORS).overall

    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert 1 <= found.low <= found.value <= found.high <= 5


def test_what_counts_of_an_observation() -> None:
    """Scores, anchors, length and the prompt; a missing one has none."""
    asked = Case(id="rse/r/a", suite="rse", query="q", probe_key="a", reference="r")
    seen = Observation(case=asked, model="m", judge="j", outcome="missing")
    verdict = LikenessVerdict(scores=alike(3.0), floor=alike(2.0), ceiling=alike(4.5), length=4.0)
    judged = seen.model_copy(
        update={"outcome": "judged", "likeness": verdict, "completion": Completion(text="x")}
    )

    assert compared(seen) == Compared("unspecified", "a", None, None, None, None)
    assert compared(judged) == Compared("unspecified", "a", alike(3.0), alike(2.0), alike(4.5), 4.0)


def test_a_level_out_of_range_is_refused() -> None:
    """Before anything is computed."""
    with pytest.raises(ValueError, match="level"):
        summarise([], anchors=None, level=1.0)
