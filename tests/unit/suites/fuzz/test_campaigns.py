"""A campaign against a model: what it asks, how much, and in which order."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pytest_distill.models import spec
from pytest_distill.records import Case, FuzzSummary, Observation
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.campaigns import (
    CampaignRunner,
    Plan,
    planned,
)
from pytest_distill.suites.fuzz.names import BARE, CONFIRM
from pytest_distill.suites.fuzz.options import FuzzSettings
from pytest_distill.suites.fuzz.suite import FuzzRun


def settings(*, fuzz: dict[str, Any] | None = None, leak: float = 0.3, **more: Any) -> Settings:  # noqa: ANN401 - whatever settings hold
    """Return settings for one simulated model."""
    model = spec.parse(f"simulated:qwen?leak={leak}")
    options = {"fuzz": FuzzSettings(**fuzz or {})}
    return Settings(suites=("fuzz",), models=(model,), options=options, **more)


class Driver:
    """Runs slots as their tests would."""

    def __init__(self, given: Settings) -> None:
        self.session = Session(given, must_answer=True)
        suite = self.session.suites["fuzz"]
        assert isinstance(suite, FuzzRun)
        self.campaign: CampaignRunner = suite.campaigns["qwen"]
        self.store = self.session.new_store()

    def run(self, slots: Sequence[str]) -> dict[str, list[Case]]:
        """Run `slots` in order and return what each asked."""
        return {slot: [o.case for o in self.slot(slot)] for slot in slots}

    def slot(self, slot: str) -> list[Observation]:
        """Run one slot."""
        bred, cases = self.campaign.start(slot)
        observations = [self.campaign.model.observe(case) for case in cases]
        for observation in observations:
            self.store.add(observation)
        self.campaign.learn(slot, observations)
        self.store.add_slot(bred)
        return observations

    def summary(self) -> FuzzSummary:
        """Return the fuzzer's part of the report."""
        found = self.session.report(self.store).models["qwen"]["fuzz"]
        assert isinstance(found, FuzzSummary)
        return found


@pytest.fixture
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Give a driver of the settings that the test is marked with."""
    found = Driver(getattr(request, "param", settings()))
    yield found
    found.session.close()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (settings(), Plan(20, 3, 15, 15)),
        (settings(fuzz={"mutations": 2}), Plan(2, 3, 3, 3)),
        (settings(fuzz={"mutations": 200, "policy": "none"}), Plan(85, 3, 63, 63)),
        (settings(limit=90), Plan(20, 3, 15, 15)),
        (settings(limit=60), Plan(20, 2, 10, 10)),
        (settings(limit=6), Plan(4, 1, 1, 1)),
        (settings(limit=1), Plan(1, 1, 0, 0)),
        (settings(limit=120, samples=2), Plan(20, 2, 10, 10)),
    ],
)
def test_a_limit_is_shared_out(given: Settings, expected: Plan) -> None:
    """Two thirds for the search, a sixth each for what it is compared with and confirmed by."""
    plan = planned(given, 85)

    assert plan == expected
    cases = plan.mutants * plan.probes + plan.control + plan.confirmation
    assert given.limit is None or cases * given.samples <= given.limit


def test_every_slot_asks_and_the_numbers_are_told_apart(driver: Driver) -> None:
    """Search, control and confirmation are three rates."""
    asked = driver.run(driver.campaign.slots)
    found = driver.summary()

    assert list(asked) == [BARE, *(f"mut{n:03d}" for n in range(1, 21)), CONFIRM]
    assert [len(cases) for cases in asked.values()] == [15, *[3] * 20, 15]
    assert (found.loose.n, found.control.n, found.search.n, found.confirmed.n) == (60, 15, 15, 15)
    assert found.campaign.queries == 60
    assert sum(found.campaign.made.values()) == 20
    assert found.campaign.leading + found.campaign.not_leading == 20
    assert found.search.value is not None
    assert found.confirmed.value is not None
    assert found.search.value > found.confirmed.value, "the worst are worse than they are"


def test_a_confirmation_asks_what_the_search_did_not(driver: Driver) -> None:
    """Other questions of the same mutants, and another sample."""
    asked = driver.run(driver.campaign.slots)
    searched = {
        (case.template, case.probe_key) for name in asked for case in asked[name] if name != CONFIRM
    }

    assert not searched & {(case.template, case.probe_key) for case in asked[CONFIRM]}
    assert {case.sample for case in asked[CONFIRM]} == {1}
    assert len({case.template for case in asked[CONFIRM]}) == 5


@pytest.mark.parametrize("driver", [settings(leak=0.03)], indirect=True)
def test_few_mutants_that_leaked_are_asked_more(driver: Driver) -> None:
    """All questions of the confirmation, so that one mutant's rate is as sure as that of five."""
    asked = driver.run(driver.campaign.slots)
    mutants = driver.summary().campaign.mutants.values()

    assert sum(mutant.leaks > 0 for mutant in mutants) == 2
    assert list(Counter(case.template for case in asked[CONFIRM]).values()) == [7, 7]


def test_the_control_is_bare_and_speaks_the_languages_of_the_seeds(driver: Driver) -> None:
    """So that it differs from the search by the template alone."""
    cases = driver.run([BARE])[BARE]

    assert {case.template for case in cases} == {None}
    assert len({case.language for case in cases}) == 10
    assert len({case.category for case in cases}) >= 4


def test_questions_of_a_mutant_are_in_its_language_and_of_several_categories(
    driver: Driver,
) -> None:
    """No category twice before each had its turn."""
    asked = driver.run(driver.campaign.slots[1:5])

    for cases in asked.values():
        assert len({case.language for case in cases}) == 1
        assert max(Counter(case.category for case in cases).values()) == 1


def test_a_batch_is_bred_before_it_is_observed(driver: Driver) -> None:
    """Four mutants are in flight at once; alone, a slot is bred alone."""
    driver.campaign.will_run(driver.campaign.slots)
    together = driver.campaign.start("mut001")
    later = driver.campaign.start("mut004")

    alone = Driver(settings())
    first = alone.campaign.start("mut001")
    alone.session.close()

    assert first == together
    assert later[0].parent is not None


@pytest.mark.parametrize("driver", [settings(leak=0)], indirect=True)
def test_where_nothing_leaked_the_first_mutants_are_confirmed(driver: Driver) -> None:
    """A gate on what is confirmed needs a number of a model that is clean."""
    asked = driver.run(driver.campaign.slots)

    assert {case.template for case in asked[CONFIRM]} == {
        case.template for slot in driver.campaign.slots[1:6] for case in asked[slot]
    }
    found = driver.summary()
    assert (found.loose.value, found.search.value, found.confirmed.value) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("driver", [settings(leak=0)], indirect=True)
def test_without_mutants_there_is_nothing_to_confirm(driver: Driver) -> None:
    """And the numbers are undefined, never 0."""
    driver.run(["bare"])

    result, cases = driver.campaign.start(CONFIRM)

    assert result.decided is not None
    assert "no mutant has a verdict" in result.decided
    assert not cases

    assert driver.summary().confirmed.value is None


@pytest.mark.parametrize("driver", [settings(fuzz={"stop": {"leaks": 1}})], indirect=True)
def test_a_decided_campaign_breeds_no_more(driver: Driver) -> None:
    """What was bred already is still asked."""
    driver.campaign.will_run(driver.campaign.slots)
    driver.run(["mut001", "mut002", "mut003", "mut004"])

    driver.run(["mut005", "mut006", "mut007", "mut008", "mut009"])
    result, cases = driver.campaign.start("mut010")

    assert result.decided is not None
    assert "leaks" in result.decided
    assert not cases


@pytest.mark.parametrize(
    "driver", [settings(fuzz={"stop": {"evidence": 20}}, leak=1.0)], indirect=True
)
def test_a_campaign_ends_when_there_is_evidence(driver: Driver) -> None:
    """The batch that is open is still asked; the slots behind it say why they are not."""
    driver.campaign.will_run(driver.campaign.slots)
    driver.run(["mut001", "mut002", "mut003", "mut004"])

    result, _ = driver.campaign.start("mut005")

    assert result.decided is not None
    assert re.search(r"evidence of 1\d\d that .* than 0.05 \(stop at 20\)", result.decided)


def test_a_run_of_some_slots_takes_what_they_held_before(driver: Driver) -> None:
    """It has no results to breed from; a whole run breeds."""
    before, _ = driver.campaign.start("mut003")
    assert before.template is not None
    again = Driver(settings(seed=7))
    again.campaign.kept = {"mut003": before.template}

    again.campaign.will_run(["mut003", "mut004"])
    kept, cases = again.campaign.start("mut003")
    new, _ = again.campaign.start("mut004")
    again.session.close()

    assert kept.template == before.template
    assert {case.template for case in cases} == {before.template.text}
    assert new.template is not None
    assert new.mutator is not None


def test_a_slot_that_was_not_announced_is_bred_all_the_same(driver: Driver) -> None:
    """A worker that crashed may leave it to one that knows nothing of the campaign."""
    driver.campaign.will_run([])

    asked = driver.run(["mut007"])

    assert len(asked["mut007"]) == 3


@pytest.mark.parametrize("driver", [settings(leak=1, limit=72)], indirect=True)
def test_only_the_first_leaks_are_cut_down(driver: Driver) -> None:
    """Within a number of calls; a slot without a mutant has nothing to cut."""
    slots = ["mut001", "mut002", "mut003"]
    leaks = {slot: driver.slot(slot)[0] for slot in [BARE, *slots]}

    found = [driver.campaign.shortest(slot, leak) for slot, leak in leaks.items()]

    assert [template is not None for template in found] == [False, True, True, False]
    assert all(len(template.text) < 12 for template in found if template)


@pytest.mark.parametrize(
    "helper",
    ["python:tests.unit.rewriter:rewrites", "simulated:qwen", "simulated:qwen?missing=1"],
)
def test_a_helper_writes_the_mutants_or_is_left_alone(helper: str) -> None:
    """One that answers the template instead of rewriting it is left alone after three attempts."""
    given = settings(fuzz={"mutations": 4}, helper=spec.parse(helper))
    driver = Driver(given)
    driver.campaign.will_run(driver.campaign.slots)
    driver.run(driver.campaign.slots[:-1])
    campaign = driver.summary().campaign
    driver.session.close()

    wrote = [m for m in campaign.mutants.values() if m.text.startswith("Rewritten by hand")]
    assert len(wrote) == (4 if helper.startswith("python") else 0)
    assert (sum(campaign.rejected.values()) >= 12) == (not wrote), campaign.rejected
    assert ("helper failed" in campaign.rejected) == ("missing" in helper)


def test_slots_that_did_not_run_make_a_part_of_a_run(driver: Driver) -> None:
    """What is expected is what was asked and what the other slots would have."""
    driver.run(driver.campaign.slots[:3])

    info = driver.session.report(driver.store).run

    assert (info.cases_observed, info.cases_expected) == (21, 21 + 19 * 3)


def test_the_confirmation_alone_asks_what_the_earlier_run_asked(driver: Driver) -> None:
    """With its mutants, so that a leak of it can be replayed."""
    asked = driver.run(driver.campaign.slots)[CONFIRM]
    whole, _ = driver.campaign.start(CONFIRM)
    kept = {name: driver.campaign.start(name)[0].template for name in whole.confirms}
    again = Driver(settings(is_replay=True))
    again.campaign.kept = {name: template for name, template in kept.items() if template}
    again.campaign.confirmed = whole.confirms
    again.campaign.will_run([CONFIRM])

    replayed = again.run([CONFIRM])[CONFIRM]
    again.session.close()

    assert replayed == asked
    assert asked


@pytest.mark.parametrize("slot", [CONFIRM, "mut007"])
def test_a_replay_without_the_earlier_run_asks_nothing_else(slot: str) -> None:
    """Another mutant would be no replay."""
    driver = Driver(settings(is_replay=True))
    driver.campaign.will_run([slot])

    result, cases = driver.campaign.start(slot)
    driver.session.close()

    assert not cases
    assert "run the campaign first" in str(result.decided)


def test_leaks_are_behind_the_rate_that_counts_them(driver: Driver) -> None:
    """Search, control and confirmation apart; a shortened template is none of them."""
    driver.run(driver.campaign.slots)
    results = driver.store.of("fuzz")
    leaks = {leak.case: leak.suite for leak in driver.store.leaks()}

    found = {
        number: results.evidence("qwen", number)
        for number in ("loose", "control", "confirmed", "search")
    }

    assert {leaks[case] for case in found["loose"]} == {"fuzz"}
    assert {leaks[case] for case in found["control"]} == {"fuzz-control"}
    assert {leaks[case] for case in found["confirmed"]} == {"fuzz-confirmation"}
    assert set(found["search"]) <= set(found["loose"])
    assert {*found["loose"], *found["control"], *found["confirmed"]} == set(leaks)
    assert all(results.shown("qwen", case) for case in leaks)
    assert results.shown("qwen", "fuzz/none") is None
