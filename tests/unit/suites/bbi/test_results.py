"""What a run of pairs says: numbers by arm, adversary, category and reference."""

import random
from collections.abc import Mapping, Sequence

import pytest

from pytest_distill.records import (
    Case,
    Completion,
    Observation,
    OtherAnswer,
    SuiteSummary,
)
from pytest_distill.results.metrics import numbers
from pytest_distill.results.protocol import SummaryOptions
from pytest_distill.suites.bbi import BBI
from pytest_distill.suites.bbi.results import BbiResults
from tests.support.runs import description
from tests.support.writers import WRITERS, Write, answers, prompts, student

ASKED = prompts(60)
LISTER, TALKER, ESSAYIST = (WRITERS[name] for name in ("lister", "talker", "essayist"))
OPTIONS = SummaryOptions(level=0.95)


def said(write: Write, seed: int, samples: int) -> list[Mapping[str, str]]:
    """Return the answers of a writer, by sample."""
    return [answers(write, ASKED, seed=seed + sample) for sample in range(samples)]


def observations(
    own: Sequence[Mapping[str, str]],
    theirs: Sequence[Mapping[str, str]],
    *,
    base: Sequence[Mapping[str, str]] | None = None,
    reference: str = "r",
    values: Mapping[str, float] | None = None,
) -> list[Observation]:
    """Return the cases of a run."""
    found = []
    for number, prompt in enumerate(ASKED):
        for sample, texts in enumerate(own):
            others = []
            if not sample % 2 and sample + 1 < len(theirs):
                others.append(other("resample", reference, theirs[sample + 1][prompt], sample + 1))
            if base is not None:
                others.append(other("base", "b", base[sample][prompt], sample))
            has_own = sample < len(theirs)
            if not has_own:
                others.append(other("reference", reference, theirs[0][prompt], 0))
            found.append(
                Observation(
                    case=case(prompt, number, sample, reference),
                    model="m",
                    judge="trained-2",
                    outcome="judged",
                    completion=Completion(text=texts[prompt]),
                    reference=Completion(text=theirs[sample][prompt]) if has_own else None,
                    others=tuple(others),
                    values=values or {},
                )
            )
    return found


def case(prompt: str, number: int, sample: int, reference: str) -> Case:
    """Return one case; two of three are of a category."""
    return Case(
        id=f"bbi/{reference}/q{number}" + (f"-s{sample + 1}" if sample else ""),
        suite="bbi",
        query=prompt,
        probe_key=f"q{number}",
        category="hard" if number % 3 else None,
        language="en",
        sample=sample,
        reference=reference,
    )


def other(role: str, model: str, text: str, sample: int) -> OtherAnswer:
    """Return a further answer."""
    return OtherAnswer(role=role, model=model, sample=sample, completion=Completion(text=text))


def results(found: Sequence[Observation], **more: object) -> BbiResults:
    """Return the results of a run."""
    known = BbiResults(description("m", suites=("bbi",), **more))
    for observation in found:
        known.add(observation)
    return known


def summary(found: Sequence[Observation], **more: object) -> SuiteSummary:
    """Return the summary of a run."""
    return results(found, **more).summary("m", OPTIONS)


@pytest.fixture(scope="module")
def pupil() -> SuiteSummary:
    """Give a student that has learnt two thirds of its teacher's form, with all arms."""
    own = [student(LISTER, TALKER, ASKED, alpha=0.67, seed=seed) for seed in (3, 4)]
    found = observations(own, said(LISTER, 1, 2), base=said(TALKER, 5, 2))
    return summary(found, samples=2, base={"b": "x"})


def test_three_arms_and_what_the_student_closed(pupil: SuiteSummary) -> None:
    """The base is told from the teacher always, its own answers are not, the student sometimes."""
    found = {arm: numbers["advantage"] for arm, numbers in pupil.by("arm").items()}
    closed = pupil.numbers["closed"]

    assert found["base"].value == 1.0
    assert found["resample"].low is not None
    assert found["resample"].high is not None
    assert found["resample"].low < 0 < found["resample"].high
    assert found["resample"].n == len(ASKED)
    assert found["student"] == pupil.numbers["advantage"]
    assert found["student"].n == 2 * len(ASKED)
    assert found["student"].clusters == len(ASKED)
    assert closed.value is not None
    assert 0.3 < closed.value < 1


def test_the_bound_and_the_curve_are_those_of_the_headline(pupil: SuiteSummary) -> None:
    """That of the adversary with most training pairs that do not test each other."""
    curve = pupil.by("queries")
    advantage = curve["50"]["advantage"]

    assert list(curve) == ["10", "25", "50", "100"]
    assert advantage == pupil.numbers["advantage"]
    assert "resample" not in curve["100"]
    assert set(curve["10"]) == {"advantage", "resample", "base"}
    assert 0 < (pupil.numbers["total_variation"].value or 0) < (advantage.value or 0)


def test_every_number_of_a_summary_can_be_named_by_a_gate(pupil: SuiteSummary) -> None:
    """What a report shows, a gate may demand something of."""
    known = BBI.metrics(["hard", "unspecified", "en"], [], [])

    assert set(numbers(pupil)) <= known
    assert {"advantage.hard", "advantage.base", "advantage.10", "p_value"} <= set(numbers(pupil))


def test_the_two_sample_test_finds_the_student(pupil: SuiteSummary) -> None:
    """Its p-value is a number without an error of its own."""
    found = pupil.numbers["p_value"]

    assert found.value == found.low == found.high == 0.001
    assert (found.clusters, found.n) == (len(ASKED), 4 * len(ASKED))
    assert pupil.by("adversary")["two-sample"] == {"p_value": found}
    assert pupil.statements["two-sample"].startswith("they differ")


def test_a_faithful_replica_is_not_shown_to_differ() -> None:
    """By neither adversary; what is not shown is said to be open."""
    found = summary(observations(said(LISTER, 1, 2), said(LISTER, 11, 2)), samples=2)

    assert found.statements["two-sample"].startswith("not shown to differ from r: p = ")
    assert found.statements["verdict"].startswith("inconclusive at 0.1: trained has an advantage")
    assert found.statements["verdict"].endswith("prompts decide")


def test_one_answer_to_a_prompt_leaves_arm_and_test_undefined() -> None:
    """With what to do about it."""
    found = summary(observations(said(TALKER, 1, 1), said(LISTER, 2, 1)))

    assert found.numbers["advantage"].value == 1.0
    assert found.numbers["p_value"].value is None
    assert found.numbers["closed"].value is None
    assert found.statements["resample"] == "undefined: it needs --distill-samples 2 or more"
    assert found.statements["base"].startswith("undefined: it needs --base SPEC")
    assert found.statements["closed"] == "undefined: there is no number for base and resample"
    assert found.statements["verdict"] == (
        "distinguishable at 0.1 from r: trained has an advantage of 1.00 [0.90, 1.00]"
    )


def test_a_recorded_reference_with_one_answer_cannot_be_resampled() -> None:
    """The student's answers stand beside the same one, and are no sample to test."""
    found = summary(observations(said(TALKER, 1, 2), said(LISTER, 2, 1)), samples=2)

    assert found.numbers["advantage"].n == 2 * len(ASKED)
    assert found.statements["resample"] == "undefined: r gave no second answer to any prompt"
    assert found.numbers["p_value"].value is None


def test_too_few_pairs_train_nothing() -> None:
    """Undefined, never 0, and said why."""
    found = summary(observations(said(TALKER, 1, 1), said(LISTER, 2, 1))[:10])

    assert found.numbers["advantage"].value is None
    assert found.numbers["advantage"].missing == 10
    assert found.statements["verdict"] == "inconclusive at 0.1: no adversary has a number"
    assert "too few pairs" in found.statements["adversaries"]
    assert found.by("queries") == {}


def test_a_resample_that_can_be_told_casts_doubt_on_the_rest() -> None:
    """The reference changed between its answers."""
    theirs = [answers(LISTER, ASKED, seed=1), answers(ESSAYIST, ASKED, seed=2)]

    found = summary(observations(said(TALKER, 3, 2), theirs), samples=2)

    assert found.statements["resample"].startswith("not as it should be: r is told from itself")


def test_a_base_that_is_the_teachers_twin_closes_nothing() -> None:
    """There is no way to go."""
    found = summary(
        observations(said(LISTER, 3, 2), said(LISTER, 1, 2), base=said(LISTER, 5, 2)), samples=2
    )

    assert found.numbers["closed"].value is None
    assert found.statements["closed"].startswith("undefined: the base is not shown to be easier")
    assert found.statements["base"].startswith("b stands for a model unrelated to r")


def test_a_judging_model_makes_the_headline() -> None:
    """Its guesses are those of the observations; the trained adversary stands beside it."""
    values = {"judge-j/student": 1.0, "judge-j/resample": 0.0, "judge-j/base": 1.0}
    found = observations(
        said(LISTER, 3, 2), said(LISTER, 1, 2), base=said(TALKER, 5, 2), values=values
    )
    tossed = [one.model_copy(update={"values": {"judge-j/student": 0.0}}) for one in found]

    sure, blind = summary(found, samples=2), summary(tossed, samples=2)

    assert sure.numbers["advantage"].value == 1.0
    assert sure.numbers["closed"].value == 0.0
    assert set(sure.by("adversary")) == {"judge-j", "trained", "two-sample"}
    assert sure.by("arm")["resample"]["flip_rate"].value == 1.0
    assert sure.statements["verdict"].startswith("distinguishable at 0.1 from r: judge-j")
    assert blind.numbers["flip_rate"].value == 1.0
    assert blind.numbers["advantage"].value == 0.0
    assert blind.numbers["advantage_consistent"].value is None
    assert blind.by("arm")["base"]["advantage"].value is None


def test_several_adversaries_are_named_where_none_tells_them_apart() -> None:
    """Indistinguishable for them, and for no others."""
    values = {"judge-j/student": 0.0, "judge-k/student": 0.0}
    found = observations(said(LISTER, 3, 1), said(LISTER, 1, 1), values=values)
    known = results(found, options={"bbi": {"epsilon": 0.9}})

    statements = known.summary("m", OPTIONS).statements

    assert statements["verdict"] == (
        "indistinguishable at 0.9 from r, for judge-j and judge-k and trained and no others"
    )


def test_the_reference_that_is_hardest_to_tell_from_the_model_makes_the_headline() -> None:
    """Each has numbers of its own."""
    own = said(LISTER, 3, 1)
    found = [
        *observations(own, said(TALKER, 1, 1), reference="far"),
        *observations(own, said(LISTER, 1, 1), reference="near"),
    ]
    known = results(found)

    summed = known.summary("m", OPTIONS)
    values = known.values("m", "bbi")

    assert summed.numbers["advantage"] == summed.by("reference")["near"]["advantage"]
    assert summed.by("reference")["far"]["advantage"].value == 1.0
    assert set(values["bbi/near/q0"] or ()) >= {"advantage", "advantage.near", "flip_rate"}
    assert "advantage" not in (values["bbi/far/q0"] or {})
    assert (values["bbi/far/q0"] or {})["advantage.far"] == 1.0


def test_missing_cases_are_counted_and_count_for_nothing() -> None:
    """Neither as told apart nor as not."""
    found = observations(said(TALKER, 3, 1), said(LISTER, 1, 1))
    lost = [one.model_copy(update={"outcome": "missing"}) for one in found[:5]]
    known = results([*lost, *found[5:]])

    number = known.summary("m", OPTIONS).numbers["advantage"]

    assert (number.n, number.missing) == (len(ASKED) - 5, 5)
    assert known.values("m", "bbi")["bbi/r/q0"] is None
    assert len(known.usages()) == 2 * len(ASKED)


def test_cases_may_come_in_any_order_and_looks_see_their_part() -> None:
    """The first cases of an interim look are a run of their own."""
    found = observations(said(TALKER, 3, 1), said(LISTER, 1, 1))
    shuffled = random.Random(0).sample(found, len(found))  # noqa: S311 - chance, not secrets
    chosen = {one.case.id for one in found[:30]}

    early = results(found).summary("m", OPTIONS._replace(keep=chosen.__contains__))
    late = results(shuffled).summary("m", OPTIONS)

    assert late == results(found).summary("m", OPTIONS)
    assert early == results(found[:30]).summary("m", OPTIONS)
    assert early.numbers["advantage"].n == 30


def test_without_cases_there_is_nothing() -> None:
    """No number, no summary, no vote."""
    known = results([])

    assert known.summaries("m", OPTIONS) == {}
    assert known.summary("m", OPTIONS).numbers == {}
    assert known.values("m", "bbi") == {}
    assert known.votes() == ()
    assert known.report_fields(level=0.95) == {}
