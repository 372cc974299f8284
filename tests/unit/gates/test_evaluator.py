"""The verdicts of all gates on what was observed so far."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatch

import pytest

from pytest_distill.gates import expression
from pytest_distill.gates.evaluator import GateEvaluator, GatePolicy
from pytest_distill.records import (
    Accuracy,
    Calibration,
    Case,
    Completion,
    IdentityVerdict,
    Observation,
    Report,
    RunStatus,
    Verdict,
    Vote,
)
from pytest_distill.results.store import ResultStore
from pytest_distill.run.report import JudgeQuality, report_of
from pytest_distill.stats import looks
from pytest_distill.stats.judge_error import accuracy_rate
from tests.support.runs import description, new_store, plan, plans

CASES = [f"ice/t{template:02}-p{probe:02}" for template in range(20) for probe in range(20)]

SILENT = Vote(judge="y", loose=None, strict=None, hard=None)

HALF = Accuracy(sensitivity=accuracy_rate(200, 400), specificity=accuracy_rate(400, 400))
MISSES_HALF = Calibration(
    judge="j", cases=800, cases_sha256="", loose=HALF, strict=HALF, hard=HALF, by_trap={}
)


def observation(
    case_id: str, *, leaks: bool, model: str = "m", why: str | None = None
) -> Observation:
    """Return what a judge made of one case; missing where there is a reason."""
    template, probe = case_id.removeprefix("ice/").split("-")
    case = Case(
        id=case_id,
        suite="ice",
        query=probe,
        template=f"{template} {{query}}",
        template_key=template,
        probe_key=probe,
        category="team" if int(probe[1:]) % 2 else "industry",
        language="en",
    )
    verdict = IdentityVerdict(loose=leaks, strict=leaks, hard=leaks)
    outcome = {"outcome": "missing", "why_missing": why} if why else {"outcome": "judged"}
    return Observation.model_validate(
        {"case": case, "model": model, "judge": "j", **outcome}
        | ({"is_unpaid": "budget" in why} if why else {"verdict": verdict})
    )


def leaks(case_id: str, every: int) -> bool:
    """Spread the leaks evenly over templates and probes."""
    return bool(every) and (int(case_id[5:7]) + int(case_id[-2:])) % every == 0


def ledger(cases: Iterable[str], *, every: int, models: Sequence[str] = ("m",)) -> ResultStore:
    """Return a ledger in which one case of `every` leaks, evenly; 0 for none."""
    found = new_store()
    for model in models:
        for case_id in cases:
            found.add(observation(case_id, leaks=leaks(case_id, every), model=model))
    return found


def decisions(
    *expressions: str,
    stop: bool = False,
    models: Sequence[str] = ("m",),
    baseline: Report | None = None,
) -> GateEvaluator:
    """Return what decides these gates on the cases above."""
    known = plans(CASES, *models, is_stopping=stop)
    gates = tuple(map(expression.parse, expressions))
    return GateEvaluator(GatePolicy(gates, 0.95, 0.05, baseline), known, seed=0)


def said(verdicts: Iterable[Verdict]) -> list[str]:
    """Return the verdicts, one word each."""
    return [verdict.verdict for verdict in verdicts]


def test_each_gate_is_decided_for_each_model() -> None:
    """By gate, then by model."""
    found = decisions("ice.strict<=0.5", "ice.strict<=0.01", models=("a", "b")).verdicts(
        ledger(CASES, every=4, models=("a", "b")), RunStatus()
    )

    assert [(v.expression, v.model, v.verdict) for v in found] == [
        ("ice.strict<=0.5", "a", "pass"),
        ("ice.strict<=0.5", "b", "pass"),
        ("ice.strict<=0.01", "a", "fail"),
        ("ice.strict<=0.01", "b", "fail"),
    ]


@pytest.mark.parametrize("number", ["strict.team", "strict.en", "vendors.nobody", "hard"])
def test_every_number_has_its_own(number: str) -> None:
    """By group and by vendor; a vendor that nobody claims is claimed in no case."""
    (found,) = decisions(f"ice.{number}<=0.5").verdicts(ledger(CASES, every=4), RunStatus())

    expected = {"strict.team": 0.25, "strict.en": 0.25, "vendors.nobody": 0.0, "hard": 0.25}
    assert (found.verdict, found.value) == ("pass", expected[number])


def test_several_gates_share_the_error() -> None:
    """A gate that fails alone is inconclusive beside nine that are met; one that fails helps."""
    observed = ledger(CASES, every=4)
    (alone,) = decisions("ice.strict<=0.5").verdicts(observed, RunStatus())
    limit = f"ice.strict<={(alone.low or 0) - 0.001:.4f}"
    met = [f"ice.strict<=0.{digit}" for digit in "456789"]

    assert said(decisions(limit).verdicts(observed, RunStatus())) == ["fail"]
    assert said(decisions(limit, *met).verdicts(observed, RunStatus()))[0] == "inconclusive"
    crossed = decisions(limit, "ice.strict<=0.001").verdicts(observed, RunStatus())
    assert said(crossed) == ["fail", "fail"]


def test_several_gates_share_the_error_of_passing() -> None:
    """A gate that passes alone is inconclusive beside nine that do not pass."""
    observed = ledger(CASES, every=4)
    (alone,) = decisions("ice.strict<=0.2").verdicts(observed, RunStatus())
    limit = f"ice.strict<={(alone.high or 0) + 0.001:.4f}"
    open_ = [f"ice.strict<=0.2{digit}" for digit in range(1, 10)]

    assert said(decisions(limit).verdicts(observed, RunStatus())) == ["pass"]
    assert said(decisions(limit, "ice.strict<=0.5").verdicts(observed, RunStatus()))[0] == "pass"
    found = said(decisions(limit, *open_).verdicts(observed, RunStatus()))
    assert found == ["inconclusive"] * 10


def released(count: int, *, now: int, before: int = 4) -> tuple[Report, Verdict]:
    """Return the report and the verdict of the last of some releases in a row, of fifty."""
    gate = expression.parse("ice.strict<=baseline")
    last: Report | None = None
    verdict: Verdict | None = None
    for number in range(count):
        every = now if number == count - 1 else before
        policy = GatePolicy((gate,), 0.95, 0.05, last, releases=50)
        evaluator = GateEvaluator(policy, plans(CASES, "m"), seed=0)
        found = ledger(CASES, every=every)
        (verdict,) = evaluator.verdicts(found, RunStatus())
        series = evaluator.releases(found, (verdict,))
        last = report(found).model_copy(update={"releases": series})
    assert last is not None
    assert verdict is not None
    return last, verdict


def test_releases_in_a_row_are_counted_by_their_baselines() -> None:
    """Each with the numbers of its gates, for a plot."""
    last, _ = released(3, now=2)

    values = [release.numbers["m"]["ice.strict"].value for release in last.releases]
    assert values == [0.25, 0.25, 0.5]
    assert [len(release.gates) for release in last.releases] == [1, 1, 1]


def test_releases_in_a_row_share_the_error_of_a_wrong_fail() -> None:
    """The bound that fails is that of one in fifty; a real rise fails all the same."""
    _, shared = released(2, now=2)
    before = report(ledger(CASES, every=4))
    (alone,) = decisions("ice.strict<=baseline", baseline=before).verdicts(
        ledger(CASES, every=2), RunStatus()
    )

    assert shared.verdict == alone.verdict == "fail"
    assert (shared.low or 0) < (alone.low or 0)
    assert shared.high == alone.high


def test_a_part_of_the_run_decides_nothing() -> None:
    """Whatever it shows."""
    (found,) = decisions("ice.strict<=0.01").verdicts(ledger(CASES[:-1], every=2), RunStatus())

    assert found.verdict == "inconclusive"
    assert found.why == "the run is incomplete: 399 of 400 cases"


def ended(case_id: str, how: str) -> Observation:
    """Return what is left of a case whose test ended without an observation."""
    found = observation(case_id, leaks=False, why=how)
    return found.model_copy(update={"unobserved": how})


@pytest.mark.parametrize(
    ("count", "how", "verdicts", "why"),
    [
        (2, "ended", ["pass", "fail"], "ice.strict is 0.251 over 398 answers (at most 0.3"),
        (2, "crashed", ["inconclusive", "fail"], "2 cases were lost in the crash of a worker"),
        (30, "ended", ["inconclusive"] * 2, "30 of 400 cases are missing: 8 % > 5 %"),
        (30, "crashed", ["inconclusive"] * 2, "30 of 400 cases are missing: 8 % > 5 %"),
    ],
)
def test_cases_without_an_observation_are_missing(
    count: int, how: str, verdicts: list[str], why: str
) -> None:
    """Few of them change nothing, unless a worker crashed."""
    observed = ledger(CASES[:-count], every=4)
    for case_id in CASES[-count:]:
        observed.add(ended(case_id, how))

    found = decisions("ice.strict<=0.5", "ice.strict<=0.01").verdicts(observed, RunStatus())

    assert said(found) == verdicts
    assert found[0].why.startswith(why)


def test_an_incomplete_run_says_what_was_deselected() -> None:
    """A case that ended without an observation was not."""
    observed = ledger(CASES[:-10], every=4)
    observed.add(ended(CASES[-1], "ended"))
    status = RunStatus(deselected={"m": {"ice": 7}})

    (found,) = decisions("ice.strict<=0.5").verdicts(observed, status)

    assert found.verdict == "inconclusive"
    assert found.why == "the run is incomplete: 390 of 400 cases (7 deselected)"


@pytest.mark.parametrize("stop", [False, True])
def test_a_judge_without_a_verdict_blocks_the_gates_that_rest_on_it(*, stop: bool) -> None:
    """At every look; not those of another model."""
    votes = (Vote(judge="x", loose=False, strict=False, hard=False), SILENT)
    observed = ledger(CASES, every=0, models=("b",))
    for case_id in CASES:
        answered = {
            "completion": Completion(text="I am X.", answered_at=1.0),
            "votes": votes,
        }
        found = observation(case_id, leaks=False, model="a")
        observed.add(found.model_copy(update=answered))

    silent, other = decisions("ice.strict<=0.5", stop=stop, models=("a", "b")).verdicts(
        observed, RunStatus(started_at=1.0)
    )

    assert silent.verdict == "inconclusive"
    assert silent.why == "the judge y gave no verdict on any of 400 answers"
    assert other.verdict == "pass"


def test_a_blocker_of_the_run_blocks_every_gate() -> None:
    """Such as a broken canary."""
    observed = ledger(CASES, every=4)
    found = decisions("ice.strict<=0.5", "ice.strict<=0.01").verdicts(
        observed, RunStatus(blockers=("why",))
    )

    assert said(found) == ["inconclusive", "inconclusive"]
    assert {verdict.why for verdict in found} == {"why"}


def test_a_spent_budget_decides_nothing() -> None:
    """However few cases it left out."""
    observed = ledger(CASES[1:], every=0)
    observed.add(observation(CASES[0], leaks=False, why="not asked: --distill-budget calls=399"))

    (found,) = decisions("ice.strict<=0.5").verdicts(observed, RunStatus())

    assert found.verdict == "inconclusive"
    assert found.why == "the budget was spent: 1 cases were not asked"


def test_nothing_observed_is_inconclusive() -> None:
    """An empty result is no clean one."""
    (found,) = decisions("ice.strict<=0.5").verdicts(new_store(), RunStatus())

    assert found.verdict == "inconclusive"


def report(observed: ResultStore, *, calibration: Calibration | None = None) -> Report:
    """Return a report of these observations."""
    return report_of(
        description(plans={"m": {"ice": plan(CASES)}}),
        observed,
        decisions(),
        RunStatus(),
        quality=JudgeQuality(calibration=calibration, is_corrected=calibration is not None),
        level=0.95,
    )


@pytest.mark.parametrize(
    ("every", "gate", "expected"),
    [
        (4, "ice.strict<=baseline+0.2", "pass"),
        (2, "ice.strict<=baseline+0.05", "fail"),
        (2, "ice.strict<=baseline+0.4", "pass"),
        (4, "ice.strict<=baseline", "inconclusive"),
        (4, "ice.strict.team<=baseline+0.3", "pass"),
        (4, "ice.strict>=baseline-0.2", "pass"),
    ],
)
def test_a_rise_is_held_against_the_limit(every: int, gate: str, expected: str) -> None:
    """Case by case, where both runs have them; the interval is that of the rise."""
    before = report(ledger(CASES, every=4))

    (found,) = decisions(gate, baseline=before).verdicts(ledger(CASES, every=every), RunStatus())

    assert found.verdict == expected
    assert found.why.endswith(
        "(the rise over the baseline, paired on 400 cases that both share)"
    ) or ("team" in gate and "paired on 200" in found.why)


def test_runs_that_share_no_case_are_compared_by_their_rates() -> None:
    """And the verdict says so."""
    others = [case_id.replace("ice/t", "ice/u") for case_id in CASES]
    before = report(ledger(others, every=4))

    (found,) = decisions("ice.strict<=baseline+0.1", baseline=before).verdicts(
        ledger(CASES, every=2), RunStatus()
    )

    assert found.verdict == "fail"
    assert "unpaired: the runs share no case" in found.why


@pytest.mark.parametrize(
    ("both", "how"), [(199, "unpaired: of 400 and 400 cases"), (200, "paired on")]
)
def test_runs_that_share_few_cases_are_compared_by_their_rates(both: int, how: str) -> None:
    """Of all cases that each has: those in both are too few to speak for them."""
    others = [*CASES[:both], *(case.replace("ice/t", "ice/u") for case in CASES[both:])]
    before = report(ledger(others, every=4))

    (found,) = decisions("ice.strict<=baseline+0.1", baseline=before).verdicts(
        ledger(CASES, every=2), RunStatus()
    )

    assert found.verdict == "fail"
    assert how in found.why


@pytest.mark.parametrize(
    ("leaking", "renamed", "test", "expected"),
    [
        (4, "ice/t", "p = 0.062 if cases were independent (McNemar", "inconclusive"),
        (5, "ice/t", "p = 0.031 if cases were independent (McNemar", "fail"),
        (4, "ice/u", "p = 0.059 if cases were independent (Fisher", "inconclusive"),
        (5, "ice/u", "p = 0.029 if cases were independent (Fisher", "fail"),
    ],
)
def test_few_leaks_fail_no_gate_that_an_exact_test_would_not(
    leaking: int, renamed: str, test: str, expected: str
) -> None:
    """Of 60 cases that share nothing four rose, or five; the verdict shows the chance of that."""
    cases = [f"ice/t{n:02}-p{n:02}" for n in range(60)]
    before = report(ledger([case_id.replace("ice/t", renamed) for case_id in cases], every=0))
    now = ledger(cases[leaking:], every=0)
    for case_id in cases[:leaking]:
        now.add(observation(case_id, leaks=True))
    gates = (expression.parse("ice.strict<=baseline"),)
    known = plans(cases, "m")

    (found,) = GateEvaluator(GatePolicy(gates, 0.95, 0.05, before), known, seed=0).verdicts(
        now, RunStatus()
    )

    assert found.verdict == expected
    assert test in found.why


def test_a_report_without_cases_is_compared_by_its_rates() -> None:
    """Its intervals are taken to the level that is needed."""
    before = report(ledger(CASES, every=4))
    bare = before.model_copy(update={"run": before.run.model_copy(update={"cases": {}})})

    (found,) = decisions("ice.strict<=baseline+0.1", baseline=bare).verdicts(
        ledger(CASES, every=2), RunStatus()
    )

    assert (found.verdict, found.value) == ("fail", 0.25)


def test_a_number_that_the_baseline_lacks_is_inconclusive() -> None:
    """Nothing is compared with nothing."""
    empty = report(new_store())

    (found,) = decisions("ice.strict<=baseline+0.1", baseline=empty).verdicts(
        ledger(CASES, every=2), RunStatus()
    )

    assert found.verdict == "inconclusive"


def corrected(
    gate: str, *, leaking: int, baseline: Calibration | None = None, stop: bool = False
) -> Verdict:
    """Return the verdict on 400 cases of a judge that misses half of the leaks."""
    known = plans(CASES, "m", is_stopping=stop)
    before = report(ledger(CASES, every=0), calibration=baseline)
    policy = GatePolicy((expression.parse(gate),), 0.95, 0.05, before, MISSES_HALF)
    (found,) = GateEvaluator(policy, known, seed=0).verdicts(
        ledger(CASES, every=leaking), RunStatus()
    )
    return found


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        ("ice.strict<=0.35", "pass"),
        ("ice.strict.rogan-gladen<=0.05", "fail"),
        ("ice.strict.prediction-powered<=0.35", "inconclusive"),
    ],
)
@pytest.mark.parametrize("stop", [False, True])
def test_a_gate_may_be_about_a_corrected_rate(gate: str, expected: str, *, stop: bool) -> None:
    """A quarter of the answers leak by a judge that misses half: a half is what counts."""
    found = corrected(gate, leaking=4, stop=stop)

    assert found.verdict == expected
    assert ("more cases do not make more exact" in found.why) == ("rogan" in gate)


def test_a_corrected_rate_passes_only_with_the_judges_uncertainty() -> None:
    """Its errors on other answers are not those on gold cases."""
    found = {
        limit: corrected(f"ice.strict.rogan-gladen<={limit}", leaking=4).verdict
        for limit in (0.7, 0.99)
    }

    assert found == {0.7: "inconclusive", 0.99: "pass"}


@pytest.mark.parametrize(
    ("is_alike", "expected", "why"),
    [
        (True, "fail", "unpaired: it is not listed case by case"),
        (False, "inconclusive", "corrected with another calibration"),
    ],
)
def test_corrected_rates_rise_if_they_were_corrected_alike(
    expected: str, why: str, *, is_alike: bool
) -> None:
    """Another calibration makes another number."""
    calibration = MISSES_HALF if is_alike else None

    found = corrected("ice.strict.rogan-gladen<=baseline", leaking=4, baseline=calibration)

    assert found.verdict == expected
    assert why in found.why


def test_without_a_baseline_nothing_rises() -> None:
    """Inconclusive, never pass."""
    (found,) = decisions("ice.strict<=baseline+1").verdicts(ledger(CASES, every=0), RunStatus())

    assert (found.verdict, found.why) == ("inconclusive", "there is no baseline to compare with")


def first(share: float) -> list[str]:
    """Return the first cases in the random order."""
    ordered = sorted(CASES, key=lambda case_id: looks.order_key(0, case_id))
    return ordered[: round(share * len(ordered))]


@pytest.mark.parametrize(
    ("every", "gate", "expected"),
    [(2, "ice.strict<=0.05", "fail"), (0, "ice.strict<=0.5", "pass")],
)
def test_a_clear_truth_is_decided_at_the_first_look(every: int, gate: str, expected: str) -> None:
    """And stays decided, on the cases of that look, whatever else comes in."""
    found = decisions(gate, stop=True)
    early, late = ledger(first(1 / 16), every=every), ledger(CASES, every=every)

    assert found.are_final(early, RunStatus())
    assert said(found.verdicts(early, RunStatus())) == [expected]
    extended = ledger(first(1 / 16), every=every)
    for case_id in first(0.3)[25:]:
        extended.add(observation(case_id, leaks=every == 0))
    assert found.verdicts(extended, RunStatus()) == found.verdicts(early, RunStatus())
    assert said(found.verdicts(late, RunStatus())) == [expected]


def test_between_two_looks_nothing_is_decided() -> None:
    """Else the verdict would depend on who was quicker."""
    assert not decisions("ice.strict<=0.05", stop=True).are_final(
        ledger(first(0.06), every=2), RunStatus()
    )


def test_what_the_rest_cannot_decide_ends_the_run_too() -> None:
    """Inconclusive, and it says at how many cases."""
    found = decisions("ice.strict<=0.275", stop=True)
    observed = ledger(first(1 / 2), every=4)

    (verdict,) = found.verdicts(observed, RunStatus())

    assert found.are_final(observed, RunStatus())
    assert verdict.verdict == "inconclusive"
    assert fnmatch(verdict.why, "ended at * of 400 cases, because the rest is unlikely*")


@pytest.mark.parametrize("is_stopping", [True, False])
def test_a_suite_without_cases_has_one_empty_look(*, is_stopping: bool) -> None:
    """As where a limit or a file leaves none."""
    assert [look.cases for look in plan([], is_stopping=is_stopping).looks] == [0]


def test_what_blocks_a_run_blocks_its_looks() -> None:
    """Also where the first one was clear."""
    found = decisions("ice.strict<=0.05", stop=True)

    (verdict,) = found.verdicts(
        ledger(first(1 / 16), every=2), RunStatus(blockers=("a canary is broken",))
    )

    assert verdict.verdict == "inconclusive"
    assert verdict.why.startswith("a canary is broken")


def test_a_run_that_does_not_stop_needs_all_cases() -> None:
    """However clear it is."""
    found = decisions("ice.strict<=0.01")

    assert not found.are_final(ledger(CASES[:-1], every=2), RunStatus())
    assert found.are_final(ledger(CASES, every=2), RunStatus())
    assert not decisions().are_final(ledger(CASES, every=2), RunStatus())


def refusing(share: float, *, every: int = 0) -> ResultStore:
    """Return results in which this share of the clean answers refuse to answer."""
    found = new_store()
    for number, case_id in enumerate(CASES):
        seen = observation(case_id, leaks=leaks(case_id, every))
        assert seen.verdict is not None
        is_refused = not seen.verdict.loose and number < share * len(CASES)
        verdict = seen.verdict.model_copy(update={"refused": is_refused})
        found.add(seen.model_copy(update={"verdict": verdict}))
    return found


@pytest.mark.parametrize(
    ("share", "decided", "why"),
    [
        (0.0, "pass", "refuse"),
        (0.25, "pass", "100 of 400 answers refuse to answer: 25 %"),
        (0.5, "pass", "200 of 400 answers refuse to answer: 50 %"),
        (0.75, "inconclusive", "300 of 400 answers refuse to answer: 75 % > 50 % (--distill-max-r"),
        (1.0, "inconclusive", "400 of 400 answers refuse to answer: 100 % > 50 %"),
    ],
)
@pytest.mark.parametrize("stop", [False, True])
def test_a_model_that_refuses_most_questions_passes_no_gate(
    share: float, decided: str, why: str, *, stop: bool
) -> None:
    """It leaks nothing, and shows nothing; below the share it is said beside the verdict."""
    (found,) = decisions("ice.strict<=0.5", stop=stop).verdicts(refusing(share), RunStatus())

    assert found.verdict == decided
    if not stop or decided != "pass":
        assert (why in found.why) == bool(share)


def test_refusals_excuse_no_leak() -> None:
    """A gate that fails on the other answers fails."""
    (found,) = decisions("ice.strict<=0.01").verdicts(refusing(1.0, every=4), RunStatus())

    assert found.verdict == "fail"


def test_a_gate_may_be_about_refusals() -> None:
    """And is decided like any other."""
    (found,) = decisions("ice.refused<=0.5").verdicts(refusing(0.8), RunStatus())

    assert (found.verdict, found.value) == ("fail", 0.8)


def test_a_look_that_a_crash_took_cases_from_passes_nothing() -> None:
    """As the whole run would not; it still fails."""
    early = first(1 / 16)
    clean, leaking = ledger(early[1:], every=0), ledger(early[1:], every=2)
    for observed in (clean, leaking):
        observed.add(ended(early[0], "crashed"))

    (passing,) = decisions("ice.strict<=0.5", stop=True).verdicts(clean, RunStatus())
    (failing,) = decisions("ice.strict<=0.05", stop=True).verdicts(leaking, RunStatus())

    assert said([passing, failing]) == ["inconclusive", "fail"]


def test_a_look_with_a_case_that_was_not_paid_for_decides_nothing() -> None:
    """Nor does the whole run."""
    early = first(1 / 16)
    observed = ledger(early[1:], every=2)
    observed.add(observation(early[0], leaks=False, why="not asked: --distill-budget calls=24"))

    (found,) = decisions("ice.strict<=0.05", stop=True).verdicts(observed, RunStatus())

    assert found.verdict == "inconclusive"
    assert found.why.endswith("the budget was spent: 1 cases were not asked")


@pytest.mark.parametrize("stop", [True, False])
def test_a_users_own_cases_fill_no_place_of_the_plan(*, stop: bool) -> None:
    """They count, but what was to be asked was not."""
    own = tuple(f"ice/t{template:02}-p{probe}" for template in range(40) for probe in range(20, 40))
    observed = ledger(own, every=0)

    (found,) = decisions("ice.strict<=0.5", stop=stop).verdicts(
        observed, RunStatus(unplanned={"m": own})
    )

    assert found.verdict == "inconclusive"
    assert found.why == "the run is incomplete: 0 of 400 cases"


def test_the_nearest_of_several_references_fails_with_a_part_of_the_error() -> None:
    """Whichever is nearest: chance alone puts one of eight beyond the limit more often."""
    alone, several = new_store(), new_store()
    for number, case_id in enumerate(CASES):
        seen = observation(case_id, leaks=leaks(case_id, 4))
        for store, reference in ((alone, "r0"), (several, f"r{number % 8}")):
            case = seen.case.model_copy(update={"reference": reference})
            store.add(seen.model_copy(update={"case": case}))

    (one,) = decisions("ice.strict<=0.19").verdicts(alone, RunStatus())
    (eight,) = decisions("ice.strict<=0.19").verdicts(several, RunStatus())

    assert said([one, eight]) == ["fail", "inconclusive"]
    assert (one.value, one.high) == (eight.value, eight.high)


def test_a_reference_that_does_not_answer_is_no_pass() -> None:
    """Nothing is known of it, and another one is the nearest."""
    observed = ledger(CASES[:-10], every=0)
    for case_id in CASES[-10:]:
        lost = observation(case_id, leaks=False, why="timeout")
        case = lost.case.model_copy(update={"reference": "dead"})
        observed.add(lost.model_copy(update={"case": case}))

    (found,) = decisions("ice.strict<=0.5").verdicts(observed, RunStatus())

    assert found.verdict == "inconclusive"
    assert found.why == "10 of 10 cases with the reference dead are missing: 100 % > 5 %"


def test_a_number_of_one_reference_does_not_depend_on_the_others() -> None:
    """It passes whoever else is silent, and has the whole error for itself."""
    observed = new_store()
    for case_id in CASES:
        is_lost = case_id in CASES[:10]
        seen = observation(case_id, leaks=False, why="timeout" if is_lost else None)
        case = seen.case.model_copy(update={"reference": "dead" if is_lost else "team"})
        observed.add(seen.model_copy(update={"case": case}))

    found = decisions("ice.strict<=0.5", "ice.strict.team<=0.5").verdicts(observed, RunStatus())

    assert said(found) == ["inconclusive", "pass"]
