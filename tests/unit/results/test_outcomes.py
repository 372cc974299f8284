"""Values that a suite measured: their means, over all cases and by group."""

from collections.abc import Mapping
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.records import Case, Completion, Observation, SuitePlan, Usage
from pytest_distill.results import metrics
from pytest_distill.results.outcomes import ValueResults
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.stats.means import clustered_mean
from tests.support.runs import plan

OPTIONS = SummaryOptions(0.9)


def observation(
    number: int,
    values: Mapping[str, float] | None,
    *,
    model: str = "m",
    usage: Usage | None = None,
    response: str | None = None,
) -> Observation:
    """Return one case; without values it is missing."""
    return Observation(
        case=Case(
            id=f"own/{number:02}",
            suite="own",
            query=f"Question {number}?",
            probe_key=f"p{number % 5}",
            template_key=f"t{number % 3}",
            category=("team", None)[number % 2],
            language=("en", "zh")[number % 2],
            response=response,
        ),
        model=model,
        judge="none",
        outcome="missing" if values is None else "judged",
        completion=None if usage is None else Completion(text="x", usage=usage),
        values=values,
    )


def results(*observations: Observation) -> ValueResults:
    """Return what some cases come to."""
    found = ValueResults("own")
    for one in observations:
        found.add(one)
    return found


def test_each_number_is_the_mean_of_its_values() -> None:
    """By name, and by group; a case without a value of that name is not counted there."""
    cases = [observation(n, {"words": float(n)} if n % 4 else {"marks": 1.0}) for n in range(12)]
    cases.append(observation(12, None))

    found = results(*cases).summary("m", OPTIONS)

    words = [n for n in range(12) if n % 4]
    labels = [[f"t{n % 3}" for n in words], [f"p{n % 5}" for n in words]]
    assert found.numbers["words"] == clustered_mean(words, labels, missing=1, level=0.9)
    assert found.numbers["marks"].value == 1
    assert (found.numbers["marks"].n, found.numbers["marks"].missing) == (3, 1)
    assert set(found.by_category) == {"team", "unspecified"}
    assert found.by_category["team"]["words"].value == 6
    assert found.by_language["zh"]["words"].value == 6
    assert found.by_language["en"]["words"].missing == 1
    assert found.by_language["zh"]["marks"].value is None, "no even number is odd"


def test_a_number_is_named_as_gates_name_it() -> None:
    """Over all cases, and over each group."""
    found = results(observation(0, {"words": 1.0}), observation(1, {"words": 2.0}))

    names = metrics.numbers(found.summary("m", OPTIONS))

    assert set(names) == {"words", *(f"words.{g}" for g in ("team", "unspecified", "en", "zh"))}


def test_nothing_observed_is_nothing_reported() -> None:
    """But a gate can ask: there is no number."""
    found = results(observation(0, {"words": 1.0}))

    assert found.summaries("other", OPTIONS) == {}
    assert found.summary("other", OPTIONS).numbers == {}
    assert found.values("other", "own") == {}


def test_only_missing_cases_have_no_number() -> None:
    """Nobody knows what it would be called."""
    found = results(observation(0, None), observation(1, None))

    assert found.summary("m", OPTIONS).numbers == {}
    assert found.values("m", "own") == {"own/00": None, "own/01": None}


def test_a_case_that_comes_again_replaces() -> None:
    """A value replaces a missing one."""
    found = results(observation(0, None), observation(0, {"words": 3.0}))

    assert found.values("m", "own") == {"own/00": {"words": 3.0}}
    assert found.summary("m", OPTIONS).numbers["words"].missing == 0


def test_what_is_asked_for_costs() -> None:
    """A recorded answer does not."""
    usage = Usage(input_tokens=3, output_tokens=4)

    found = results(
        observation(0, {}, usage=usage), observation(1, {}, response="x"), observation(2, None)
    )

    assert found.usages() == [usage, None]


def test_a_plan_knows_all_cases() -> None:
    """So that their count tells whether any is lacking."""
    known: SuitePlan = plan(["own/00", "own/01"])
    found = results(observation(0, {"words": 1.0}))

    assert (found.expected("m", known), found.shortcoming("m", known)) == (2, None)
    assert (found.votes(), found.report_fields(level=0.9)) == ((), {})


@given(
    values=st.lists(st.none() | st.floats(-9, 9), min_size=1, max_size=20),
    keep=st.sets(st.integers(0, 19)),
    order=st.randoms(use_true_random=False),
)
def test_the_order_does_not_matter_and_a_filter_picks(
    values: list[float | None], keep: set[int], order: Random
) -> None:
    """A part is summed up as if nothing else were there."""
    cases = [observation(n, None if v is None else {"x": v}) for n, v in enumerate(values)]
    shuffled = list(cases)
    order.shuffle(shuffled)
    chosen = {case.case.id for n, case in enumerate(cases) if n in keep}
    options = OPTIONS._replace(keep=chosen.__contains__)

    whole, again = results(*cases), results(*shuffled)
    part = results(*(case for case in cases if case.case.id in chosen))

    assert whole.summary("m", OPTIONS) == again.summary("m", OPTIONS)
    assert whole.summary("m", options) == part.summary("m", OPTIONS)
