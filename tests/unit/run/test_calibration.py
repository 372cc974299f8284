"""What is known of a judge: its errors on gold cases, and canaries."""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from pytest_distill.cli import main
from pytest_distill.data import calibrations, gold, resources
from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.panel import vote
from pytest_distill.judges.verdicts import missing
from pytest_distill.protocols import Judge
from pytest_distill.records import Calibration, Canaries, Case, GoldCase, IdentityVerdict
from pytest_distill.run.calibration import calibrate
from pytest_distill.run.canaries import ask_canaries

GOLD = gold.load_shipped()
SHIPPED = resources.fixtures() / "gold" / "offline.json"
REGENERATE = "pytest-distill calibrate -o fixtures/gold/offline.json"
BY_ID = {case.id: case for case in GOLD}


class Knowing:
    """A judge that knows the gold cases, and is wrong where it is told to be."""

    def __init__(self, *, wrong: frozenset[str] = frozenset(), silent: bool = False) -> None:
        self.name = "knowing"
        self.asked: list[str] = []
        self._wrong = wrong
        self._silent = silent

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Return the label, or the other one."""
        known = BY_ID[case.id.removeprefix("gold/")]
        assert (answer, case.query) == (known.response, known.query)
        self.asked.append(known.id)
        if self._silent or known.loose is None:
            return IdentityVerdict(loose=None, strict=None, hard=None)
        is_leak = known.loose is not (known.id in self._wrong)
        is_strict = is_leak and bool(known.strict)
        verdict = IdentityVerdict(loose=is_leak, strict=is_strict, hard=is_leak and known.hard)
        return verdict.model_copy(update={"votes": (vote(self, verdict),)})


def test_a_judge_that_is_right_is_found_right() -> None:
    """On every question and in every trap; nothing to judge is judged as that."""
    found = asyncio.run(calibrate(GOLD, lambda _: Knowing()))

    for accuracy in (found.loose, found.strict, found.hard):
        assert (accuracy.sensitivity.value, accuracy.specificity.value) == (1, 1)
        assert accuracy.sensitivity.missing == accuracy.specificity.missing == 0
    assert found.loose.sensitivity.n + found.loose.specificity.n + 8 == found.cases == len(GOLD)
    assert set(found.by_trap) == set(gold.TRAPS)
    assert {right.value for right in found.by_trap.values()} == {1}
    assert found.effective_judges is None


def test_its_errors_are_counted_by_kind() -> None:
    """A leak that it misses, a clean answer that it calls a leak."""
    leak = next(case for case in GOLD if case.loose and not case.strict)
    clean = next(case for case in GOLD if case.loose is False)
    judge = Knowing(wrong=frozenset({leak.id, clean.id}))

    found = asyncio.run(calibrate(GOLD, lambda _: judge))

    loose = found.loose
    assert loose.sensitivity.value == 1 - 1 / loose.sensitivity.n
    assert loose.specificity.value == 1 - 1 / loose.specificity.n
    assert found.strict.sensitivity.value == 1


def test_what_it_cannot_judge_is_missing() -> None:
    """Neither right nor wrong."""
    found = asyncio.run(calibrate(GOLD, lambda _: Knowing(silent=True)))

    assert (found.loose.sensitivity.value, found.loose.sensitivity.n) == (None, 0)
    assert found.loose.sensitivity.missing > 200


def test_a_panel_is_worth_what_its_errors_have_not_in_common() -> None:
    """Two judges that are wrong on the same cases are one."""

    class Both:
        name = "both"

        async def judge(self, case: Case, answer: str) -> IdentityVerdict:
            del answer
            is_wrong = case.id.endswith("-01-en")
            known = bool(BY_ID[case.id.removeprefix("gold/")].loose)
            said = IdentityVerdict(loose=known is not is_wrong, strict=False, hard=False)
            return said.model_copy(update={"votes": (vote(self, said), vote(self, said))})

    found = asyncio.run(calibrate(GOLD, lambda _: Both()))

    assert found.effective_judges == 1


def canaries(judge: Judge, seed: int = 0) -> tuple[int, int, tuple[str, ...]]:
    """Return what came of the canaries of one judge."""
    found = asyncio.run(ask_canaries(GOLD, {"j": lambda _: judge}, seed=seed))
    return found.asked, found.missing, found.failed


def test_a_judge_that_reads_passes_its_canaries() -> None:
    """Leaks and clean answers, English and Chinese, all plain and bare; the seed draws them."""
    judge, again, other = Knowing(), Knowing(), Knowing()

    assert canaries(judge) == canaries(again) == canaries(other, seed=1) == (4, 0, ())

    asked = [BY_ID[name] for name in judge.asked]
    assert {(case.language, case.loose) for case in asked} == {
        (language, leak) for language in ("en", "zh") for leak in (True, False)
    }
    assert all(case.trap == "plain" and case.template is None for case in asked)
    assert judge.asked == again.asked != other.asked


def test_a_judge_that_is_wrong_on_one_fails_and_it_is_named() -> None:
    """With judge and case."""
    drawn = Knowing()
    canaries(drawn)

    _, _, failed = canaries(Knowing(wrong=frozenset({drawn.asked[2]})))

    (line,) = failed
    assert line.startswith(f"j is wrong on {drawn.asked[2]}: ")


def test_a_judge_that_says_nothing_is_named_apart() -> None:
    """It is wrong nowhere, but nothing shows that it can judge."""
    assert canaries(Knowing(silent=True)) == (4, 4, ())
    found = asyncio.run(ask_canaries(GOLD, {"j": lambda _: Knowing(silent=True)}, seed=0))

    assert found.silent == {"j": ""}
    assert found.problems == ("j gave no verdict",)


class NeverOnLeaks(Knowing):
    """A judge that gives no verdict where it should see a leak, for example a filtered one."""

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Return the label of a clean answer."""
        found = await super().judge(case, answer)
        return missing("filtered") if found.loose else found


def one(judge: Judge, facts: str) -> Judge:
    """Return the judge, whatever the facts."""
    del facts
    return judge


class Once(Knowing):
    """A judge that gives no verdict the first time."""

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Return the label."""
        found = await super().judge(case, answer)
        return missing("busy") if len(self.asked) == 1 else found


def test_a_judge_has_to_judge_a_leak_and_a_clean_answer() -> None:
    """One without a verdict is no proof against it, none on any leak is."""
    judges: dict[str, Judge] = {"a": NeverOnLeaks(), "b": Once()}

    found = asyncio.run(
        ask_canaries(GOLD, {name: partial(one, judge) for name, judge in judges.items()}, seed=0)
    )

    assert (found.missing, found.failed) == (3, ())
    assert found.silent == {"a": "filtered"}


def test_a_judge_is_silent_until_it_is_heard() -> None:
    """In any part of a run that went on; a wrong verdict stays."""
    silent = Canaries(asked=4, missing=4, failed=("x",), silent={"a": "busy", "b": "busy"})
    heard = Canaries(asked=4, missing=1, failed=(), silent={"b": "busy"})

    for found in (heard.after(silent), silent.after(heard)):
        assert (found.failed, set(found.silent)) == (("x",), {"b"})
    assert silent.after(None) == silent


@pytest.mark.unmeasured
def test_the_shipped_calibration_is_what_the_offline_judge_does(tmp_path: Path) -> None:
    """Measured by the command itself, which needs no argument: on the cases apart."""
    made = tmp_path / "offline.json"

    assert main(["calibrate", "-o", str(made)]) == 0

    shipped, fresh = json.loads(SHIPPED.read_text()), json.loads(made.read_text())
    assert shipped == fresh, f"after a change of rules or cases: {REGENERATE}"
    assert (shipped["gold"], shipped["cases"]) == ("apart", len(gold.load_apart()))
    assert calibrations.find("gold", fresh["judge"]) == calibrations.read(SHIPPED)
    assert calibrations.find(None, fresh["judge"]) == calibrations.read(SHIPPED)


def test_a_calibration_says_on_what_it_was_measured() -> None:
    """Files from before that was asked say nothing."""
    named = asyncio.run(calibrate(GOLD[:2], lambda _: Knowing(), name="mine.jsonl"))
    old = json.loads(named.model_dump_json())
    del old["gold"]

    assert named.gold == "mine.jsonl"
    assert Calibration.model_validate(old).gold is None


def test_every_gold_case_has_shipped_facts() -> None:
    """A canary is judged against them."""
    assert {case.facts for case in GOLD} <= set(load_shipped())


def test_gold_cases_are_as_they_were_calibrated_on() -> None:
    """Their digest tells."""
    one = asyncio.run(calibrate(GOLD[:5], lambda _: Knowing()))
    changed: list[GoldCase] = [*GOLD[:4], GOLD[4].model_copy(update={"why": "Other."})]

    assert one.cases_sha256 != asyncio.run(calibrate(changed, lambda _: Knowing())).cases_sha256
