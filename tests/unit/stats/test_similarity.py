"""Scores on a scale whose ends are known."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.records import Case, Completion, Likeness, LikenessVerdict, Observation
from pytest_distill.stats.similarity import Anchors, Compared, compared, summarise, values_of


def alike(score: float) -> Likeness:
    """Return one score for everything."""
    return Likeness(overall=score, style=score, structure=score, content=score)


ANCHORS = Anchors(floor=alike(2.0), ceiling=alike(4.0))


def case(
    score: float | None,
    *,
    prompt: str = "p",
    floor: float | None = None,
    ceiling: float | None = None,
    domain: str = "d",
) -> Compared:
    """Return one comparison."""
    return Compared(
        domain=domain,
        prompt=prompt,
        scores=None if score is None else alike(score),
        floor=None if floor is None else alike(floor),
        ceiling=None if ceiling is None else alike(ceiling),
        length=None if score is None else 3.0,
    )


def cases(*scores: float, **how: float) -> list[Compared]:
    """Return comparisons on as many prompts."""
    return [case(score, prompt=f"p{n}", **how) for n, score in enumerate(scores)]  # type: ignore[arg-type]  # how is floor or ceiling


def test_the_ends_of_the_scale_are_the_anchors() -> None:
    """The floor is 1, the ceiling 5, the middle 3."""
    values = [
        summarise(cases(score, score), anchors=ANCHORS).overall.value for score in (2.0, 3.0, 4.0)
    ]

    assert values == [1.0, 3.0, 5.0]


def test_beyond_the_ends_there_is_nothing() -> None:
    """Less alike than strangers is 1, more alike than oneself is 5."""
    assert summarise(cases(1.5, 1.6), anchors=ANCHORS).overall.value == 1.0
    assert summarise(cases(4.5, 4.6), anchors=ANCHORS).overall.high == 5.0


def test_what_a_run_measured_goes_before_what_is_usual() -> None:
    """Floor and ceiling each by themselves."""
    measured = summarise(cases(3.0, 3.0, floor=3.0), anchors=ANCHORS)

    assert measured.overall.value == 1.0
    assert measured.anchors == "measured"
    assert summarise(cases(3.0, 3.0, ceiling=3.0), anchors=ANCHORS).overall.value == 5.0
    assert summarise(cases(3.0, 3.0), anchors=ANCHORS).anchors == "fixed"


@pytest.mark.parametrize("anchors", [ANCHORS, None])
@given(
    scores=st.lists(st.floats(2.0, 4.0), min_size=2, max_size=20),
    floors=st.lists(st.none() | st.floats(1.0, 2.0), min_size=20, max_size=20),
)
def test_the_mean_of_the_values_of_cases_is_the_score(
    anchors: Anchors | None, scores: list[float], floors: list[float | None]
) -> None:
    """Of cases that have a verdict; the others have no value."""
    seen = [
        case(score, prompt=f"p{n}", floor=floor)
        for n, (score, floor) in enumerate(zip(scores, floors, strict=False))
    ]

    values = values_of([*seen, case(None)], anchors=anchors)

    known = [value["style"] for value in values if value is not None]
    assert values[len(seen) :] == [None]
    assert sum(known) / len(known) == pytest.approx(summarise(seen, anchors=anchors).style.value)


def test_where_floor_and_ceiling_meet_no_case_has_a_value() -> None:
    """There is no scale."""
    assert values_of(cases(3.0, 3.5, floor=4.0), anchors=ANCHORS) == [{}, {}]
    assert values_of([], anchors=ANCHORS) == []


def test_a_prompt_on_which_all_are_alike_does_not_count() -> None:
    """Easy mathematics is no imitation."""
    easy = [case(4.0, prompt=f"e{n}", floor=4.0, ceiling=4.0) for n in range(50)]
    hard = [case(3.0, prompt=f"h{n}", floor=2.0, ceiling=4.0) for n in range(5)]

    assert summarise([*easy, *hard], anchors=ANCHORS).overall.value == 3.0


def test_without_anchors_the_scores_are_the_judges() -> None:
    """And so are those that are reported as raw."""
    found = summarise(cases(2.0, 4.0), anchors=None)

    assert found.overall == found.raw.overall
    assert (found.overall.value, found.anchors) == (3.0, "none")
    assert summarise(cases(2.0, 4.0), anchors=ANCHORS).raw == found.raw
    assert found.length_only.value == 3.0


def test_what_is_undefined_is_none() -> None:
    """No case, one prompt, or no room between floor and ceiling."""
    for outcomes in ([], [case(3.0)], cases(3.0, 3.0, floor=4.0, ceiling=4.0), [case(None)] * 3):
        assert summarise(outcomes, anchors=ANCHORS).overall.value is None


def test_what_is_missing_is_counted() -> None:
    """And is no score."""
    found = summarise([*cases(3.0, 3.0), case(None, prompt="x")], anchors=ANCHORS).overall

    assert (found.n, found.missing, found.value) == (2, 1, 3.0)


def test_domains_are_apart() -> None:
    """In the order of their names."""
    both = [*cases(2.0, 2.0), *(case(4.0, prompt=f"q{n}", domain="a") for n in range(2))]

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


@pytest.mark.parametrize("anchors", [ANCHORS, None])
def test_the_interval_covers(anchors: Anchors | None) -> None:
    """In 95 % of runs, give or take."""
    chance = random.Random(3)  # noqa: S311 - a simulation

    def run() -> bool:
        drawn = [chance.gauss(3.0, 0.4) for _ in range(40)]
        found = summarise(cases(*(min(5.0, max(1.0, x)) for x in drawn)), anchors=anchors).overall
        return found.low is not None and found.high is not None and found.low <= 3.0 <= found.high

    assert 275 <= sum(run() for _ in range(300)) <= 297


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
    verdict = LikenessVerdict(scores=alike(3.0), floor=alike(2.0), length=4.0)
    judged = seen.model_copy(
        update={"outcome": "judged", "likeness": verdict, "completion": Completion(text="x")}
    )

    assert compared(seen) == Compared("unspecified", "a", None, None, None, None)
    assert compared(judged) == Compared("unspecified", "a", alike(3.0), alike(2.0), None, 4.0)


def test_a_level_out_of_range_is_refused() -> None:
    """Before anything is computed."""
    with pytest.raises(ValueError, match="level"):
        summarise([], anchors=None, level=1.0)
