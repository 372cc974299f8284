"""Closures, their parts, and what is said of them."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest

from pytest_distill.records import Observation, SuiteSummary
from pytest_distill.results import metrics
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.suites.imitation.results import ImitationResults
from tests.benchmarks.imitation import published
from tests.support.imitation import KINDS, observed, simulated, summary

CATEGORIES = ("arithmetic", "code", "facts")
HABITS = ("", ".lists", ".opening", ".tone", ".length", ".markdown")


def shares(*columns: float, size: int, key: object = 0) -> Sequence[tuple[float, ...]]:
    """Return cases whose columns have these means."""
    chance = Random(str(key))  # noqa: S311 - a simulation
    found = []
    for share in columns:
        column = [float(place < round(share * size)) for place in range(size)]
        chance.shuffle(column)
        found.append(column)
    return list(zip(*found, strict=True))


def opened(
    student: float, base: float | None, ceiling: float | None, *, size: int = 200, **more: str
) -> list[Observation]:
    """Return open prompts with these mean styles."""
    known = [("style", student), ("style_base", base), ("style_ceiling", ceiling)]
    names = [name for name, value in known if value is not None]
    rows = shares(*(value for _, value in known if value is not None), size=size)
    return [
        observed(
            place,
            {
                name + habit: value
                for name, value in zip(names, row, strict=True)
                for habit in HABITS
            },
            category="open",
            **more,
        )
        for place, row in enumerate(rows)
    ]


def asked(
    category: str,
    student: float,
    base: float | None,
    teacher: float = 0.9,
    *,
    size: int = 100,
    **more: str,
) -> list[Observation]:
    """Return questions of one category with these accuracies."""
    known = [("accuracy", student), ("accuracy_base", base), ("accuracy_teacher", teacher)]
    names = [name for name, value in known if value is not None]
    rows = shares(*(value for _, value in known if value is not None), size=size, key=category)
    return [
        observed(place, dict(zip(names, row, strict=True)), category=category, **more)
        for place, row in enumerate(rows)
    ]


def value(found: SuiteSummary, name: str) -> float | None:
    """Return one number."""
    return metrics.numbers(found)[name].value


def test_the_published_figures_follow_from_their_table() -> None:
    """Style .97, capability -.45 and .64, gap 1.42 of rounded closures."""
    found = {name: closures for name, *closures in published()}

    assert found["broad"] == pytest.approx([0.97, -0.45, 1.42], abs=0.01)
    assert found["local"] == pytest.approx([0.97, 0.64, 0.33], abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_student_is_recognised(kind: str) -> None:
    """On every shipped prompt; tests.benchmarks.imitation does so with 200 seeds."""
    said = [simulated(KINDS[kind], seed=seed, every=3).statements["imitation"] for seed in (1,)]

    assert said == [kind]


def test_a_resample_of_the_teacher_is_the_ceiling() -> None:
    """A student that writes as its teacher has closed all of the way, not a part of it."""
    found = simulated("style=1&knowledge=0", seed=3, samples=2, every=4)

    assert value(found, "style_ceiling") == pytest.approx(0.96, abs=0.04)
    assert value(found, "style_closure") == pytest.approx(1, abs=0.02)
    assert "ceiling" not in found.statements


def test_without_a_resample_the_ceiling_is_one_and_that_is_said() -> None:
    """The closure is then a lower bound."""
    found = summary(opened(0.8, 0.4, None))

    assert value(found, "style_closure") == pytest.approx(0.4 / 0.6)
    assert value(found, "style_ceiling") is None
    assert "lower bound" in found.statements["ceiling"]


@pytest.mark.parametrize(
    ("style", "ceiling", "said"),
    [(0.45, 0.9, "not imitated"), (0.45, None, "not imitated"), (0.62, 0.9, "undecided")],
)
def test_a_lower_bound_does_not_show_that_style_is_not_imitated(
    style: float, ceiling: float | None, said: str
) -> None:
    """Only a closure that is low enough for a ceiling half as far."""
    found = summary(opened(style, 0.4, ceiling, size=400))

    assert found.statements["style"].startswith(said)
    between = summary(opened(0.6, 0.4, None, size=2000))
    assert between.statements["style"].startswith("undecided")


def test_without_a_base_the_parts_are_reported_and_closures_are_undefined() -> None:
    """Null, never 0; and in one line, what to give."""
    found = summary([*opened(0.8, None, None), *asked("facts", 0.5, None)], base=None)

    assert value(found, "style") == pytest.approx(0.8)
    assert value(found, "accuracy") == pytest.approx(0.5)
    assert value(found, "accuracy_teacher") == pytest.approx(0.9)
    for name in ("style_closure", "capability_closure", "gap", "style_base", "accuracy_base"):
        assert value(found, name) is None
    assert found.statements["imitation"] == "undecided"
    assert "--base SPEC" in found.statements["undefined"]


def test_where_the_teacher_is_no_better_than_the_base_nothing_is_closed() -> None:
    """The closure of capability is undefined, and so is the gap."""
    found = summary([*opened(0.8, 0.2, 0.9), *asked("facts", 0.5, 0.5, 0.52)])

    assert value(found, "style_closure") == pytest.approx(0.6 / 0.7)
    assert value(found, "capability_closure") is None
    assert value(found, "gap") is None
    assert found.statements["knowledge"].startswith("undefined")
    assert found.statements["imitation"] == "undecided"


def test_the_gap_of_a_category_is_to_the_style_of_all_prompts() -> None:
    """Narrow imitation shows there."""
    found = summary([*opened(0.9, 0.1, 0.9), *asked("facts", 0.3, 0.3), *asked("code", 0.9, 0.3)])

    assert value(found, "capability_closure.code") == pytest.approx(1)
    assert value(found, "gap.code") == pytest.approx(0)
    assert value(found, "gap.facts") == pytest.approx(1)
    assert value(found, "style_closure.lists") == pytest.approx(1)
    assert found.statements["imitation"] == "narrow (only: code)"


def test_narrow_is_said_only_where_the_other_categories_together_are_shown_to_be_low() -> None:
    """Not of a student that is half way in all of the others."""
    found = summary(
        [
            *opened(0.9, 0.1, 0.9),
            *asked("code", 0.9, 0.3, size=300),
            *asked("facts", 0.6, 0.3),
            *asked("arithmetic", 0.6, 0.3),
        ]
    )

    assert found.statements["imitation"] == "both"


def test_an_empty_answer_is_missing_in_its_own_part() -> None:
    """It is no wrong answer."""
    gone = [observed(number, None, category="facts") for number in (900, 901, 902)]

    found = summary([*opened(0.9, 0.1, 0.9), *asked("facts", 0.3, 0.3), *gone])

    numbers = metrics.numbers(found)
    assert (numbers["accuracy"].n, numbers["accuracy"].missing) == (100, 3)
    assert numbers["style"].missing == 0
    assert numbers["capability_closure"].missing == 3
    assert numbers["gap"].missing == 3


def test_where_no_answer_came_nothing_is_said_of_it() -> None:
    """Least of all that the teacher is no better than the base."""
    found = summary([observed(1, None, category="facts"), *opened(0.9, 0.1, 0.9)])

    assert found.statements["knowledge"].startswith("not measured")
    assert found.numbers["accuracy"].missing == 1


def test_questions_alone_and_prompts_alone_have_their_own_numbers_only() -> None:
    """A user's file may hold either."""
    questions, prompts = summary(asked("facts", 0.5, 0.3)), summary(opened(0.8, 0.2, 0.9))

    assert "style" not in questions.numbers
    assert "accuracy" not in prompts.numbers
    assert questions.statements["style"].startswith("not measured")
    assert prompts.statements["knowledge"].startswith("not measured")


def test_of_several_references_the_nearest_in_style_is_the_headline() -> None:
    """The others are reported beside it."""
    observations = [
        *opened(0.4, 0.1, 0.9, reference="far"),
        *asked("facts", 0.5, 0.3, reference="far"),
        *opened(0.8, 0.1, 0.9, reference="near"),
        *asked("facts", 0.5, 0.3, reference="near"),
    ]

    found = summary(observations)

    assert found.statements["reference"] == "near"
    assert value(found, "style") == pytest.approx(0.8)
    assert value(found, "style.far") == pytest.approx(0.4)


def test_a_reference_that_is_called_as_a_category_is_not_taken_for_it() -> None:
    """Else its numbers would stand under the name of the category."""
    found = summary(
        [
            *asked("facts", 0.5, 0.3, reference="facts"),
            *asked("facts", 0.8, 0.3, reference="other"),
            *asked("code", 0.1, 0.1, reference="facts"),
        ]
    )

    assert value(found, "accuracy.reference-facts") == pytest.approx((50 + 10) / 200)
    assert value(found, "accuracy.facts") == pytest.approx(0.5)


def test_the_values_of_each_case_can_be_compared_with_a_baseline() -> None:
    """Those of the nearest reference under plain names."""
    results = ImitationResults("imitation", base=None)
    for one in (
        *opened(0.8, None, None, size=2),
        *asked("facts", 0.5, None, size=2),
        observed(9, None, category="facts"),
    ):
        results.add(one)

    values = results.values("student", "imitation")

    assert values["imitation/teacher/facts-00009"] is None
    first: Mapping[str, float] | None = values["imitation/teacher/facts-00000"]
    assert first is not None
    assert set(first) == {
        *("accuracy", "accuracy_teacher", "accuracy.teacher", "accuracy_teacher.teacher")
    }
    assert results.values("nobody", "imitation") == {}


def test_without_observations_there_is_no_number() -> None:
    """A gate is then inconclusive."""
    results = ImitationResults("imitation", base="base")

    assert results.summaries("student", SummaryOptions(level=0.95)) == {}
    assert results.summary("student", SummaryOptions(level=0.95)).numbers == {}
    assert list(results.usages()) == []
    assert list(results.votes()) == []
    assert results.report_fields(level=0.95) == {}
