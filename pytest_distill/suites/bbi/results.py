"""Results of the suite: advantages of adversaries by arm, and what follows from them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from pytest_distill.records import (
    UNDEFINED,
    Estimate,
    Observation,
    RunDescription,
    SuiteSummary,
    Summary,
    Usage,
)
from pytest_distill.results.outcomes import PlannedResults
from pytest_distill.results.protocol import CaseFilter, SummaryOptions, Values
from pytest_distill.results.usages import AnswerUsages
from pytest_distill.stats.advantage import (
    Guesses,
    advantage,
    consistent_advantage,
    flip_rate,
    total_variation,
)
from pytest_distill.stats.closed import closed
from pytest_distill.stats.panels import Voted
from pytest_distill.suites.bbi import statements
from pytest_distill.suites.bbi.names import (
    ARMS,
    BASE,
    RESAMPLE,
    STUDENT,
    SUITE,
    TRAINED,
    TWO_SAMPLE,
    Arm,
)
from pytest_distill.suites.bbi.options import epsilon_of
from pytest_distill.suites.bbi.pairs import Learnt, Pair, PairSet, headline, pair_of

Numbers = dict[str, Estimate]


class _Key(NamedTuple):
    model: str
    reference: str


class BbiResults(PlannedResults):
    """Keeps the answers of all arms; numbers are computed from them when they are asked for."""

    def __init__(self, description: RunDescription) -> None:
        """Begin with nothing.

        Args:
            description: of the run.
        """
        self._seed = description.seed
        self._samples = description.samples
        self._epsilon = epsilon_of(description)
        self._is_based = bool(description.base)
        self._found: dict[_Key, dict[str, Pair | None]] = defaultdict(dict)
        """By case; None where it is missing."""
        self._judges: dict[str, None] = {}
        """Names of judging models among the adversaries, in order."""
        self._usages = AnswerUsages()
        self._pair_set = cache(self._new_pair_set)

    def add(self, observation: Observation) -> None:
        """Enter one case."""
        self._usages.add(observation)
        key = _Key(observation.model, observation.case.reference or "")
        pair = self._found[key][observation.case.id] = pair_of(observation)
        if pair is not None:
            self._judges |= {name.rpartition("/")[0]: None for name in pair.guesses}

    def usages(self) -> Sequence[Usage | None]:
        """Return the usage of each requested answer; None if the provider did not report it."""
        return self._usages.all()

    def votes(self) -> Sequence[Voted]:
        """Return nothing: several judges are several adversaries."""
        return ()

    def report_fields(self, *, level: float) -> Mapping[str, Any]:
        """Return nothing: no field is about all models together."""
        del level
        return {}

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return the numbers of a model; empty without observations."""
        return {SUITE: self.summary(model, options)} if self._keys(model) else {}

    def summary(self, model: str, options: SummaryOptions) -> SuiteSummary:
        """Return the numbers for the reference that is hardest to tell from the model."""
        measured = {key.reference: self._measured(key, options) for key in self._keys(model)}
        if not measured:
            return SuiteSummary()
        nearest = _hardest({name: one.numbers["advantage"] for name, one in measured.items()})
        by_reference = {name: one.numbers for name, one in measured.items()}
        return SuiteSummary.model_validate(
            {
                **measured[nearest].content(),
                **({"by_reference": by_reference} if len(measured) > 1 else {}),
                "statements": statements.of(
                    measured[nearest], nearest, epsilon=self._epsilon, is_based=self._is_based
                ),
            }
        )

    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return what each case counts in the numbers that are means over cases."""
        del part
        keys = self._keys(model)
        measured = {key: self._measured(key, SummaryOptions(level=0.95)) for key in keys}
        numbers = {key.reference: one.numbers["advantage"] for key, one in measured.items()}
        nearest = _hardest(numbers) if numbers else ""
        return {
            case: None if pair is None else _values(measured[key], case, key.reference, nearest)
            for key in keys
            for case, pair in self._found[key].items()
        }

    def _keys(self, model: str) -> list[_Key]:
        return sorted(key for key in self._found if key.model == model)

    def _measured(self, key: _Key, options: SummaryOptions) -> "Measured":
        kept = self._cases(key, options.keep)
        missing = sum(
            pair is None
            for case, pair in self._found[key].items()
            if options.keep is None or options.keep(case)
        )
        pair_set = self._pair_set(key, kept)
        run = Run(tuple(self._judges), self._samples, missing, options.level)
        return Measured(pair_set, run)

    def _cases(self, key: _Key, keep: CaseFilter | None) -> tuple[str, ...]:
        """Return the cases with a pair, in an order that is independent of how they came."""
        found = self._found[key]
        return tuple(
            case
            for case in sorted(found)
            if found[case] is not None and (keep is None or keep(case))
        )

    def _new_pair_set(self, key: _Key, cases: tuple[str, ...]) -> PairSet:
        # A pair is never replaced by another one, so the cases say which they are.
        found = self._found[key]
        pairs = {case: pair for case in cases if (pair := found[case]) is not None}
        return PairSet(pairs, seed=self._seed)


class Run(NamedTuple):
    """What is known of a run besides its pairs."""

    judges: tuple[str, ...]
    """Names of judging models among the adversaries."""
    samples: int
    missing: int
    """Cases of this model and reference without a pair."""
    level: float


class Measured:
    """The numbers of one model and one reference at one level."""

    def __init__(self, pairs: PairSet, run: Run) -> None:
        self.pairs = pairs
        self.run = run
        self.headline = next(iter(run.judges), TRAINED)
        self.learnt = self.guesses(self.headline, STUDENT)
        self.numbers = self._numbers()

    def guesses(self, adversary: str, arm: Arm) -> Learnt:
        """Return an adversary's guesses on an arm; of the trained one those of its headline."""
        if adversary == TRAINED:
            curve = self.pairs.curve(arm)
            queries = headline(curve)
            return Learnt({}) if queries is None else curve[queries]
        name = f"{adversary}/{arm}"
        found = self.pairs.of_arm(arm).items()
        return Learnt({case: pair.guesses[name] for case, pair in found if name in pair.guesses})

    def estimates(self, learnt: Learnt, *, of: Iterable[str], missing: int = 0) -> Numbers:
        """Return the numbers of some guesses.

        Args:
            learnt: the guesses, by case.
            of: the cases that should have one.
            missing: further cases, without a pair.
        """
        cases = list(of)
        kept = [case for case in cases if case in learnt.guesses]
        found = Guesses(
            [learnt.guesses[case] for case in kept],
            [self.pairs.pairs[case].prompt for case in kept],
            missing + len(cases) - len(kept),
            learnt.mutual,
        )
        level = self.run.level
        return {
            "advantage": advantage(found, level=level),
            "advantage_consistent": consistent_advantage(found, level=level),
            "flip_rate": flip_rate(found, level=level),
        }

    def arm(self, adversary: str, arm: Arm) -> Numbers:
        """Return the numbers of an adversary on an arm."""
        pairs = self.pairs.of_arm(arm)
        missing = self.run.missing
        if arm == BASE and pairs:
            missing += len(self.pairs.pairs) - len(pairs)
        return self.estimates(self.guesses(adversary, arm), of=pairs, missing=missing)

    def by(self, group: str) -> dict[str, Numbers]:
        """Return the numbers by category or language of the cases."""
        members: dict[str, list[str]] = defaultdict(list)
        for case, pair in self.pairs.pairs.items():
            members[getattr(pair, group)].append(case)
        return {name: self.estimates(self.learnt, of=members[name]) for name in sorted(members)}

    @property
    def advantages(self) -> Mapping[str, Estimate]:
        """The advantage of each adversary over the student."""
        adversaries = (*self.run.judges, TRAINED)
        return {name: self.arm(name, STUDENT)["advantage"] for name in adversaries}

    def content(self) -> Mapping[str, object]:
        """Return the fields of the summary."""
        adversaries = {name: self.arm(name, STUDENT) for name in (*self.run.judges, TRAINED)}
        return {
            **self.numbers,
            "by_category": self.by("category"),
            "by_language": self.by("language"),
            "by_arm": {arm: self.arm(self.headline, arm) for arm in ARMS},
            "by_adversary": {**adversaries, TWO_SAMPLE: {"p_value": self.numbers["p_value"]}},
            "by_queries": {str(queries): found for queries, found in self._curves()},
        }

    def _curves(self) -> Iterator[tuple[int, Numbers]]:
        """Yield the advantage of the trained adversary in each arm, by training pairs."""
        curves = {arm: self.pairs.curve(arm) for arm in ARMS}
        for queries in sorted({number for curve in curves.values() for number in curve}):
            found: Numbers = {}
            for arm, curve in curves.items():
                if queries in curve:
                    name = "advantage" if arm == STUDENT else str(arm)
                    learnt = curve[queries]
                    found[name] = self.estimates(learnt, of=learnt.guesses)["advantage"]
            yield queries, found

    def _numbers(self) -> Numbers:
        found = self.arm(self.headline, STUDENT)
        return {
            **found,
            "total_variation": total_variation(found["advantage"]),
            "closed": self._closed(),
            "p_value": self._p_value(),
        }

    def _closed(self) -> Estimate:
        by_arm, mutual = [], 0.0
        for arm in (BASE, STUDENT, RESAMPLE):
            learnt = self.guesses(self.headline, arm)
            by_prompt: dict[str, list[float]] = defaultdict(list)
            for case, guess in learnt.guesses.items():
                by_prompt[self.pairs.pairs[case].prompt].append(guess)
            by_arm.append(by_prompt)
            mutual = max(mutual, learnt.mutual)
        base, student, resample = by_arm
        return closed(base, student, resample, level=self.run.level, mutual=mutual)

    def _p_value(self) -> Estimate:
        test = self.pairs.test()
        if test is None:
            return UNDEFINED
        # Known, not estimated: a gate on it compares the number itself.
        return Estimate(
            value=test.p,
            low=test.p,
            high=test.p,
            n=test.answers,
            clusters=test.prompts,
            design_effect=None,
            missing=0,
        )


def _hardest(advantages: Mapping[str, Estimate]) -> str:
    """Return the reference that is hardest to tell from the model."""

    def order(name: str) -> tuple[float, str]:
        value = advantages[name].value
        # One that is always wrong knows as much as one that is always right.
        return (2.0 if value is None else abs(value)), name

    return min(advantages, key=order)


def _values(measured: Measured, case: str, reference: str, nearest: str) -> dict[str, float]:
    guess = measured.learnt.guesses.get(case)
    if guess is None:
        return {}
    found = {"advantage": guess, "flip_rate": float(not guess)}
    if guess:
        found["advantage_consistent"] = guess
    named = {f"{name}.{reference}": value for name, value in found.items()}
    return {**named, **found} if reference == nearest else named
