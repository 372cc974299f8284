"""Feature scalings and the lineup on writers whose features are known."""

import math
import random
from array import array
from collections.abc import Sequence
from statistics import correlation, fmean

import pytest

from pytest_distill.similarity.candidates import CandidateSet
from pytest_distill.similarity.families import lineages
from pytest_distill.similarity.feature_scaling import fit_scaling, length_free
from pytest_distill.similarity.style_features import (
    STYLE_FEATURES,
    WIDTH,
    FeatureVector,
    feature_vector,
)
from tests.support.writers import WRITERS, answers, prompts, student

ASKED = prompts(80)


def vectors(said: dict[str, str]) -> list[FeatureVector]:
    """Return the portraits of answers."""
    found = [feature_vector(answer, prompt=prompt) for prompt, answer in said.items()]
    return [vector for vector in found if vector is not None]


TEACHERS = {
    name: vectors(answers(write, ASKED, seed=index))
    for index, (name, write) in enumerate(WRITERS.items())
}
LINEUP = CandidateSet(TEACHERS, {name: name for name in TEACHERS})


def drawn(seed: int, *, shifted: int | None = None) -> list["array[float]"]:
    """Return answers of noise, with one feature of one model shifted."""
    chance = random.Random(seed)
    rows = [array("d", (chance.gauss(0, 1) for _ in range(WIDTH))) for _ in range(60)]
    for row in rows:
        if shifted is not None:
            row[shifted] += 4
    return rows


def test_the_habit_that_tells_models_apart_weighs_most() -> None:
    """The others are noise, and weigh next to nothing together."""
    found = fit_scaling([drawn(1), drawn(2, shifted=7), drawn(3)])

    assert max(range(WIDTH), key=found.weights.__getitem__) == 7
    assert found.weights[7] > 0.7
    assert math.fsum(found.weights) == pytest.approx(1)


def test_models_that_are_the_same_weigh_all_features_alike() -> None:
    """Nothing tells them apart."""
    rows = drawn(1)

    assert fit_scaling([rows, rows]).weights == (1 / WIDTH,) * WIDTH


def test_a_wild_habit_is_clipped() -> None:
    """At four deviations."""
    found = fit_scaling([drawn(1), drawn(2)])

    assert max(found.place(array("d", [1e6] * WIDTH))) == 4.0


def test_what_is_left_has_nothing_to_do_with_length() -> None:
    """Neither in a line nor in a curve."""
    chance = random.Random(5)
    lengths = [chance.gauss(5, 1) for _ in range(300)]
    rows = [
        FeatureVector(
            array("d", (0.3 * x - 0.1 * x * x + chance.gauss(0, 1) for _ in range(WIDTH))), x
        )
        for x in lengths
    ]

    free = length_free(rows)

    rest = [free.rest(row)[0] for row in rows]
    assert correlation(rest, lengths) == pytest.approx(0, abs=1e-6)
    assert correlation(rest, [x * x for x in lengths]) == pytest.approx(0, abs=1e-6)


def test_nobody_is_nearer_than_oneself() -> None:
    """Nearness is 1 there and below it elsewhere."""
    near = LINEUP.nearness(TEACHERS["lister"])

    assert set(near["lister"]) == {1.0}
    assert max(max(values) for name, values in near.items() if name != "lister") < 1


@pytest.mark.parametrize("name", WRITERS)
def test_the_more_a_student_takes_over_the_more_it_agrees(name: str) -> None:
    """Score and agreement rise with the share that is the teacher's."""
    base = WRITERS["talker" if name != "talker" else "essayist"]

    def score(alpha: float) -> tuple[float, float]:
        said = student(WRITERS[name], base, ASKED, alpha=alpha, seed=3)
        found = LINEUP.measure(vectors(said))[name]
        return fmean(found.score), fmean(found.agreement)

    steps = [score(alpha) for alpha in (0.0, 0.5, 1.0)]
    assert steps == sorted(steps)
    assert sorted(step[1] for step in steps) == [step[1] for step in steps]


def test_a_null_model_changes_no_measure_of_the_candidates() -> None:
    """It only adds its own."""
    said = vectors(student(WRITERS["lister"], WRITERS["talker"], ASKED, alpha=0.5, seed=1))
    others = {name: TEACHERS[name] for name in ("essayist", "lister", "designer")}
    families = {name: name for name in others}

    plain = CandidateSet(others, families).measure(said)
    watched = CandidateSet(others, families, null_models={"x": TEACHERS["talker"]}).measure(said)

    assert {name: watched[name] for name in plain} == plain
    assert set(watched) - set(plain) == {"x"}


def test_kin_are_not_taken_off_each_other() -> None:
    """A second snapshot of the teacher leaves the student's agreement with the first as it was."""
    said = vectors(student(WRITERS["lister"], WRITERS["talker"], ASKED, alpha=0.8, seed=1))
    again = vectors(answers(WRITERS["lister"], ASKED, seed=99))
    names = {name: name for name in TEACHERS}

    apart = CandidateSet({**TEACHERS, "again": again}, {**names, "again": "again"}).measure(said)
    together = CandidateSet({**TEACHERS, "again": again}, {**names, "again": "lister"}).measure(
        said
    )

    assert fmean(together["lister"].agreement) > fmean(apart["lister"].agreement)


def test_null_models_are_the_background_of_a_single_family() -> None:
    """Without either there is nobody to compare with."""
    pair = {"a": TEACHERS["lister"], "b": vectors(answers(WRITERS["lister"], ASKED, seed=9))}
    family = {"a": "x", "b": "x"}

    watched = CandidateSet(pair, family, null_models={"n": TEACHERS["talker"]})

    assert watched.has_decoys
    assert not CandidateSet(pair, family).has_decoys
    assert watched.measure(TEACHERS["lister"])["a"].agreement != [0.0] * len(ASKED)


def test_the_features_that_are_shared_are_named() -> None:
    """What student and teacher do on the same prompts, and others do not."""
    found = LINEUP.features(TEACHERS["designer"], "designer")

    by_name = {feature.name: values for feature, values in zip(STYLE_FEATURES, found, strict=True)}
    shared, own, other = by_name["bullets"]
    assert own == other
    assert own > 0
    assert len(by_name) == WIDTH
    assert shared >= 0


def near(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Return nearness where the pairs are as near as snapshots."""
    return dict.fromkeys(pairs, 0.85)


def test_lineages_by_name_and_by_likeness() -> None:
    """A known family goes before one that only likeness tells."""
    names = ("gpt4", "gpt35", "A", "B", "mine")
    known = {"gpt4": "gpt", "gpt35": "gpt"}

    assert lineages(names, {}, known) == {
        "gpt4": "gpt",
        "gpt35": "gpt",
        "A": "A",
        "B": "B",
        "mine": "mine",
    }
    assert lineages(names, near([("A", "B")]), known)["B"] == "A"
    assert lineages(names, near([("gpt35", "A"), ("A", "B")]), known)["B"] == "gpt"
