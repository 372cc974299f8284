"""A run again from its log: the same report and the same verdicts, whatever the run was."""

import asyncio
import gc
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.cli import main
from pytest_distill.errors import DistillError, UsageError
from pytest_distill.gates import expression
from pytest_distill.gates.evaluator import GatePolicy
from pytest_distill.records import (
    Canaries,
    Case,
    Completion,
    IdentityVerdict,
    Likeness,
    LikenessVerdict,
    ModelSuite,
    Observation,
    Report,
    RunDescription,
    RunStatus,
    SlotResult,
    SuitePlan,
    Template,
)
from pytest_distill.results.baseline import ComparabilityKey
from pytest_distill.results.store import ResultStore
from pytest_distill.run import replay
from pytest_distill.run.report import JudgeQuality, gate_evaluator, report_of
from pytest_distill.similarity.judge import JUDGE
from pytest_distill.store import lines
from pytest_distill.store.runlog import RunLog
from pytest_distill.suites.base import BaseSuite
from pytest_distill.suites.registry import SuiteRegistry
from tests.support.runs import description, plan

SLOTS = ("bare", "mut001", "mut002", "confirm")
SUITES = ("ice", "fuzz", "rse", "loudness")
GATES = {
    "ice": ("ice.strict<=0.2", "ice.loose<=0.95", "ice.vendors.openai<=0.3", "ice.hard.team<=0.5"),
    "fuzz": ("fuzz.loose<=0.4", "fuzz.control<=0.5", "fuzz.search>=0.1", "fuzz.confirmed<=0.99"),
    "rse": ("rse.overall<=3", "rse.style<=4.5", "rse.content>=1.2"),
    "loudness": ("loudness.capitals<=0.4", "loudness.words>=3", "loudness.words.team<=8"),
}
START = 1_750_000_000.0
"""When the sessions of all runs began."""

ENOUGH = 40
"""Cases of a suite, at most: two looks."""


class Loudness(BaseSuite):
    """A suite of somebody's own, with one number that is a rate and one that is not."""

    name = "loudness"
    numbers = ("capitals", "words")


REGISTRY = SuiteRegistry([Loudness()])


class Drawn(NamedTuple):
    """A run as it was drawn."""

    description: RunDescription
    reported: Sequence[Observation]
    ahead: Sequence[Observation]
    """In the log, but no test reported them."""
    slots: Sequence[SlotResult]
    canaries: Canaries | None
    status: RunStatus
    gates: tuple[str, ...]

    @property
    def policy(self) -> GatePolicy:
        """What is demanded."""
        gates = tuple(map(expression.parse, self.gates))
        return GatePolicy(gates=gates, confidence=0.9, max_missing=0.3)

    @property
    def live(self) -> Report:
        """The report as the run makes it."""
        store = ResultStore(REGISTRY.results(self.description))
        for observation in self.reported:
            store.add(observation)
        for observation in self.status.unobserved:
            store.add(observation)
        for slot in (*self.slots, *self.status.unfinished):
            store.add_slot(slot)
        return report_of(
            self.description,
            store,
            gate_evaluator(self.description, REGISTRY, self.policy, no_key),
            self.status,
            quality=JudgeQuality(self.canaries),
            level=0.9,
        )

    def replayed(self, *paths: Path) -> Report:
        """Return the report as logs give it."""
        return replay.report(replay.read(paths), self.policy, registry=REGISTRY)


def no_key(group: ModelSuite) -> ComparabilityKey:
    """Refuse: there is no baseline."""
    raise AssertionError(group)


@st.composite
def runs(draw: st.DrawFn) -> Drawn:
    """Draw a run: its set-up, what came of it, and how it ended."""
    models = draw(st.sampled_from([("m",), ("zeta", "alpha"), ("b", "a", "c")]))
    suites = draw(st.lists(st.sampled_from(SUITES), min_size=1, unique=True))
    counts = {suite: draw(st.sampled_from([0, 1, 5, 12, ENOUGH])) for suite in suites}
    is_stopping = draw(st.booleans()) and "fuzz" not in suites
    # What comes of each case: one number each would be a hundred draws.
    rng = Random(draw(st.integers(0, 2**20)))  # noqa: S311 - data, not a secret
    leak, missing, unseen, early, killed, old = (
        draw(st.sampled_from(shares))
        for shares in [(0.0, 0.3, 1.0), *[(0.0, 0.1, 0.5)] * 4, (0.0, 0.0, 0.2)]
    )
    like_this = partial(observed, rng=rng, leak=leak, missing=missing, old=old)
    cases = {
        suite: [case for n in range(counts[suite]) for case in of(suite, n)] for suite in suites
    }
    ended_early = bool(early) and draw(st.booleans())
    found: list[Observation] = []
    for label in models:
        for suite in suites:
            found += [like_this(label, case) for case in cases[suite] if rng.random() >= unseen]
        found += [like_this(label, case) for case in of("mine", 0)]
    rng.shuffle(found)
    lost = [one for one in found if rng.random() < killed]
    ahead = [one for one in found if one in lost or (ended_early and rng.random() < early)]
    reported = [one for one in found if one not in ahead]
    chosen = [gate for suite in suites for gate in GATES[suite]]
    gates = draw(st.lists(st.sampled_from(chosen), min_size=1, unique=True))
    return Drawn(
        description=set_up(models, cases, is_stopping=is_stopping),
        reported=reported,
        ahead=ahead,
        slots=[slot for label in models for slot in slots(label, rng) if "fuzz" in suites],
        canaries=draw(st.sampled_from([None, Canaries(asked=4, missing=1, failed=()), BROKEN])),
        status=RunStatus(
            blockers=draw(st.sampled_from([(), ("the run was interrupted: SIGTERM",)])),
            unobserved=tuple(unobserved(one, rng) for one in lost),
            unfinished=draw(st.sampled_from([(), (KILLED,)])) if "fuzz" in suites else (),
            deselected=draw(st.sampled_from([{}, {models[0]: {suites[0]: 3}}])),
            extra_cases=draw(st.sampled_from([{}, {"fuzz": 3}])) if "fuzz" in suites else {},
            is_ordered=draw(st.booleans()),
            reported=by_label(reported) if ended_early or lost else None,
            started_at=START,
            releases=draw(st.sampled_from([{}, {models[0]: "m-0613"}])),
        ),
        gates=tuple(gates),
    )


SAME = Random(0)  # noqa: S311 - data, not a secret

KILLED = SlotResult(
    suite="fuzz", model="m", slot="confirm", is_finished=False, why_unfinished="it was killed"
)

BROKEN = Canaries(asked=4, missing=0, failed=("j is wrong on plain-01-en: no reason",))


def set_up(
    models: Iterable[str], cases: Mapping[str, Sequence[Case]], *, is_stopping: bool
) -> RunDescription:
    """Return the description of a drawn run."""
    plans: dict[str, SuitePlan] = {
        suite: plan([case.id for case in found], is_stopping=is_stopping)
        for suite, found in cases.items()
    }
    if "fuzz" in plans:
        plans["fuzz"] = plan(()).model_copy(update={"slots": SLOTS, "cases_per_slot": 3})
    return description(
        *models,
        suites=tuple(cases),
        vendors=("openai", "zhipu"),
        plans=dict.fromkeys(models, plans),
        groups=dict.fromkeys(cases, ("team", "industry", "en", "zh")),
        options={"fuzz": {"policy": "ucb", "probes": 3, "helper_label": "offline"}},
        stop=is_stopping,
    )


def of(suite: str, number: int) -> list[Case]:
    """Return the cases of one number: of a campaign one of each part, beside references two."""
    parts = {
        "fuzz": ("fuzz", "fuzz-control", "fuzz-confirmation", "regression"),
        "rse": ("rse", "rse"),
    }.get(suite, (suite,))
    return [
        Case(
            id=f"{part}/{number}" + (f"-{at}" if suite == "rse" else ""),
            suite=part,
            query=f"Question {number}?",
            template=f"T{number % 3} {{query}}" if number % 4 else None,
            template_key=f"t{number % 3}" if number % 4 else None,
            probe_key=f"p{number % 7}",
            category=("team", "industry")[number % 2],
            language=("en", "zh", None)[number % 3],
            reference=("glm", "claude")[at] if suite == "rse" else None,
        )
        for at, part in enumerate(parts)
    ]


def observed(
    label: str, case: Case, rng: Random, *, leak: float, missing: float, old: float = 0.0
) -> Observation:
    """Return what came of one case, on answers of which a share of `old` is from before."""
    if rng.random() < missing:
        is_unpaid = rng.random() < 0.1
        why = "no answer"
        return Observation(
            case=case,
            model=label,
            judge=JUDGE,
            outcome="missing",
            why_missing=why,
            is_unpaid=is_unpaid,
        )
    more: dict[str, Any] = {}
    if case.suite == "rse":
        scores, floor, ceiling = (
            Likeness(**{name: rng.uniform(low, high) for name in Likeness.model_fields})
            for low, high in ((1, 5), (1, 2.5), (2, 5))
        )
        more["likeness"] = LikenessVerdict(scores=scores, floor=floor, ceiling=ceiling, length=2.0)
        more["reference"] = answer(f"{case.query} {rng.random():.2f} answered", rng, old=old)
    elif case.suite == "loudness":
        more["values"] = {"capitals": rng.random(), "words": rng.uniform(0, 12)}
    else:
        is_leak = rng.random() < leak
        vendor = rng.choice(["openai", "zhipu"]) if is_leak else None
        is_strict = is_leak and vendor == "openai"
        more["verdict"] = IdentityVerdict(
            loose=is_leak,
            strict=is_strict,
            hard=is_strict and rng.random() < 0.5,
            vendor=vendor,
            vendors=(vendor,) if vendor else (),
        )
    own = answer(f"Answer {rng.random():.3f}", rng, old=old)
    return Observation(
        case=case, model=label, judge=JUDGE, outcome="judged", completion=own, **more
    )


def answer(text: str, rng: Random, *, old: float) -> Completion:
    """Return an answer of this session, or an earlier one with the probability `old`."""
    is_old = rng.random() < old
    return Completion(
        text=text,
        answered_at=START - rng.choice([60, 200_000]) if is_old else START + 1,
        is_cached=is_old and rng.random() < 0.5,
        release="m-0613" if rng.random() < 0.9 else None,
    )


def unobserved(found: Observation, rng: Random) -> Observation:
    """Return what is left of a case whose test ended before it had the answer."""
    how = rng.choice(["ended", "crashed"])
    blank = {"case": found.case, "model": found.model, "judge": JUDGE, "outcome": "missing"}
    return Observation.model_validate({**blank, "why_missing": how, "unobserved": how})


def slots(label: str, rng: Random) -> list[SlotResult]:
    """Return what came of some slots."""
    return [
        SlotResult(
            suite="fuzz",
            model=label,
            slot=name,
            template=Template(id=name, frame="form", language="en", text=f"T{at} {{query}}")
            if name.startswith("mut")
            else None,
            mutator="rewrap" if name == "mut002" else None,
            level=at,
            rejected={"refusal": at},
            decided="the campaign is decided: 3 queries (stop at 3)" if name == "mut002" else None,
        )
        for at, name in enumerate(SLOTS)
        if rng.random() < 0.8
    ]


def by_label(observations: Iterable[Observation]) -> dict[str, tuple[str, ...]]:
    """Return the ids of cases by the label of their model."""
    found: dict[str, list[str]] = {}
    for one in sorted(observations, key=lambda one: (one.model, one.case.id)):
        found.setdefault(one.model, []).append(one.case.id)
    return {label: tuple(cases) for label, cases in found.items()}


def write(
    path: Path,
    run: Drawn,
    observations: Sequence[Observation],
    slots: Sequence[SlotResult],
    status: RunStatus | None,
) -> Path:
    """Write a log as a run writes it."""
    log = RunLog.open(path, run.description)
    try:
        log.note_status(RunStatus(blockers=("of an earlier session",)))
        for slot in slots:
            log.note_slot(slot)
        asyncio.run(append(log, observations))
        if run.canaries is not None:
            log.note(run.canaries)
        log.note_status(RunStatus() if status is None else status)
    finally:
        log.close()
    return path


async def append(log: RunLog, observations: Iterable[Observation]) -> None:
    """Write observations together."""
    await asyncio.gather(*map(log.append, observations))


@pytest.mark.unmeasured
@given(run=runs())
@settings(max_examples=60)
def test_a_log_says_what_the_run_said(run: Drawn) -> None:
    """Every number, every verdict, and the order of models and gates."""
    with TemporaryDirectory() as folder:
        log = write(Path(folder, "a"), run, [*run.ahead, *run.reported], run.slots, run.status)

        again = run.replayed(log)

    live = run.live
    assert again.model_dump_json() == live.model_dump_json()
    assert len(again.gates) == len(run.gates) * len(run.description.subjects)


@pytest.mark.unmeasured
@given(run=runs(), cut=st.floats(0, 1))
@settings(max_examples=40)
def test_shards_say_together_what_the_run_said(run: Drawn, cut: float) -> None:
    """Read side by side in either order, and joined to one log."""
    halves = [part(run, cut, which) for which in (0, 1)]
    with TemporaryDirectory() as folder:
        paths = [write(Path(folder, f"{at}.jsonl"), run, *half) for at, half in enumerate(halves)]
        joined = Path(folder, "joined.jsonl")

        together = [run.replayed(*paths), run.replayed(*reversed(paths))]
        status = main(["merge", *map(str, paths), "-o", str(joined)])
        after = run.replayed(joined)

    live = run.live.model_dump_json()
    assert status == 0
    assert [report.model_dump_json() for report in together] == [live, live]
    assert after.model_dump_json() == live


def part(
    run: Drawn, cut: float, which: int
) -> tuple[list[Observation], list[SlotResult], RunStatus]:
    """Return the part of a run that one of two shards did; the first says how it ended."""
    reported = halved(run.reported, cut, which)
    status = run.status
    if which:
        status = RunStatus(
            deselected=run.status.deselected, started_at=START, releases=run.status.releases
        )
    if run.status.reported is not None:
        status = status.model_copy(update={"reported": by_label(reported)})
    observations = [*halved(run.ahead, cut, which), *reported]
    return observations, halved(run.slots, cut, which), status


def halved(found: Sequence[Any], cut: float, which: int) -> list[Any]:
    """Return the first or the second part."""
    middle = round(cut * len(found))
    return list(found[middle:] if which else found[:middle])


KNOWN = [gate for gates in GATES.values() for gate in gates]
UNKNOWN = [
    "fuzz-control.vendors.openai<=0.0001",
    "fuzz-confirmation.loose<=0.1",
    "regression.loose<=0.1",
    "mine.loose<=0.1",
    "ice.loos<=0.1",
    "fuzz.vendors.nobody<=0.1",
    "rse.loose<=0.1",
]


@given(
    models=st.sampled_from([("m",), ("b", "a", "c")]),
    suites=st.lists(st.sampled_from(SUITES), min_size=1, unique=True),
    gates=st.lists(st.sampled_from([*KNOWN, *UNKNOWN]), min_size=1, max_size=6),
)
@settings(max_examples=100)
def test_no_gate_is_dropped(models: tuple[str, ...], suites: list[str], gates: list[str]) -> None:
    """Every gate has a verdict for each model, or all are refused for the one that has none."""
    cases = {suite: of(suite, 1) for suite in suites}
    found = [observed("m", case, SAME, leak=0, missing=0) for own in cases.values() for case in own]
    run = Drawn(
        description=set_up(models, cases, is_stopping=False),
        reported=found,
        ahead=(),
        slots=(),
        canaries=None,
        status=RunStatus(),
        gates=tuple(gates),
    )
    measured = {gate for suite in suites for gate in GATES[suite]}
    with TemporaryDirectory() as folder:
        log = write(Path(folder, "a"), run, found, (), None)
        if set(gates) <= measured:
            told = [(gate.expression, gate.model) for gate in run.replayed(log).gates]
            assert told == [(gate, model) for gate in gates for model in models]
        else:
            with pytest.raises(UsageError, match=r"is not part of this run|no number is called"):
                run.replayed(log)


def test_a_shortened_leak_counts_nowhere() -> None:
    """It is in the log so that nobody asks it again."""
    run = Drawn(
        description=set_up(("m",), {"fuzz": ()}, is_stopping=False),
        reported=[observed("m", case, SAME, leak=0, missing=0) for case in of("fuzz", 1)],
        ahead=(),
        slots=(),
        canaries=None,
        status=RunStatus(),
        gates=GATES["fuzz"],
    )
    case = run.reported[0].case.model_copy(update={"id": "fuzz-1-x", "suite": "fuzz-shortening"})
    shortened = observed("m", case, SAME, leak=1, missing=0)
    with TemporaryDirectory() as folder:
        log = write(Path(folder, "a"), run, [*run.reported, shortened], (), run.status)

        assert run.replayed(log) == run.live


def test_what_was_ahead_in_one_shard_counts_where_the_other_reported_it() -> None:
    """A part that ended early says of its own cases only which were reported."""
    cases = [case for n in range(4) for case in of("ice", n)]
    found = [observed("m", case, SAME, leak=0, missing=0) for case in cases]
    run = Drawn(
        description=set_up(("m",), {"ice": cases}, is_stopping=False),
        reported=found,
        ahead=(),
        slots=(),
        canaries=None,
        status=RunStatus(),
        gates=GATES["ice"],
    )
    early = RunStatus(reported=by_label(found[:2]))
    with TemporaryDirectory() as folder:
        first = write(Path(folder, "a"), run, found, (), early)
        second = write(Path(folder, "b"), run, found[2:3], (), None)

        alone, both = run.replayed(first), run.replayed(first, second)
        log = replay.read([first, second])

    assert (alone.run.cases_observed, both.run.cases_observed) == (2, 3)
    assert len(log.observations) == 4, "nothing that was paid for is thrown away"


def test_shards_are_dated_by_the_later_session() -> None:
    """A release counts where both report it; without a time of one, no age is known."""
    run = Drawn(
        description=set_up(("m",), {"ice": of("ice", 0)}, is_stopping=False),
        reported=[observed("m", case, SAME, leak=0, missing=0) for case in of("ice", 0)],
        ahead=(),
        slots=(),
        canaries=None,
        status=RunStatus(),
        gates=GATES["ice"],
    )
    first = RunStatus(started_at=START, releases={"m": "m-0613", "n": "n-0613"})
    later = RunStatus(started_at=START + 200_000, releases={"m": "m-0713", "n": "n-0613"})
    with TemporaryDirectory() as folder:
        a, b = (
            write(Path(folder, name), run, run.reported, (), status)
            for name, status in (("a", first), ("b", later))
        )
        undated = write(Path(folder, "c"), run, run.reported, (), None)

        joined, unknown = replay.read([a, b]).status, replay.read([a, undated]).status
        gates = run.replayed(a, b).gates

    assert (joined.started_at, joined.releases) == (START + 200_000, {"n": "n-0613"})
    assert unknown.started_at is None
    assert all("came from the run log, the oldest 2 days old" in gate.why for gate in gates)


def test_a_log_keeps_the_order_of_the_models() -> None:
    """It is that of the report."""
    run = set_up(("zeta", "alpha"), {"rse": (), "ice": ()}, is_stopping=False)

    again = lines.read_header(lines.header(run))

    assert again == run
    assert list(again.plans) == list(again.subjects) == ["zeta", "alpha"]
    assert again.model_suites == run.model_suites


def test_garbage_is_collected_again_after_a_log_was_read(tmp_path: Path) -> None:
    """Also after one that cannot be."""
    with pytest.raises(DistillError):
        replay.read([tmp_path / "absent.jsonl"])

    assert gc.isenabled()
