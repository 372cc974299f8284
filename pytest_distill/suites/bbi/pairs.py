"""The pairs of answers of one model and one reference, and what the adversaries guess of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from pytest_distill.records import Observation
from pytest_distill.results.detection import shipped_scaling
from pytest_distill.similarity.adversary import AnswerPair, OfflineAdversary, queries_for
from pytest_distill.similarity.string_kernel import kernel
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.stats.two_sample import Answers, TwoSampleTest, mmd_test
from pytest_distill.suites.bbi.names import STUDENT, TEACHER, Arm

Guessed = Mapping[str, float]
"""1, 0 or -1 by case."""


class Learnt(NamedTuple):
    """The guesses of the trained adversary."""

    guesses: Guessed
    mutual: float = 0.0
    """As in `stats.advantage.Guesses`."""


Curve = Mapping[int, Learnt]
"""By the number of training pairs, least first."""


def headline(curve: Curve) -> int | None:
    """Return the number of training pairs that makes the headline; None without any.

    The most with which no two prompts test each other: with more the adversary gains little, and
    its interval is up to 1.4 times as wide.
    """
    return max((q for q in curve if not curve[q].mutual), default=min(curve, default=None))


class Pair(NamedTuple):
    """One case: the texts of all arms, and the guesses of judging models."""

    asked: str
    """The conversation."""
    prompt: str
    """Cluster: all answers to one prompt."""
    category: str
    language: str
    sample: int
    teacher: str
    has_own_teacher: bool
    """Whether the reference's answer is of this case, and not its first one once more."""
    arms: Mapping[str, str]
    """Texts beside the reference's, by arm."""
    models: Mapping[str, str]
    """Label of who wrote them, by arm."""
    guesses: Guessed
    """Of judging models, by the names of `names.value_name`."""


def pair_of(observation: Observation) -> Pair | None:
    """Return the pair of an observation; None if the case is missing."""
    own = observation.completion
    others = {other.role: other for other in observation.others}
    again = others.pop(TEACHER, None)
    teacher = observation.reference if again is None else again.completion
    if observation.outcome != "judged" or own is None or teacher is None:
        return None
    case = observation.case
    turns = [f"{turn.role}: {turn.content}" for turn in case.messages]
    arms = {role: other.completion.answer for role, other in others.items()}
    return Pair(
        asked="\n".join(turns) or case.prompt,
        prompt=case.probe_key,
        category=case.category or UNSPECIFIED,
        language=case.language or UNSPECIFIED,
        sample=case.sample,
        teacher=teacher.answer,
        has_own_teacher=again is None,
        arms={STUDENT: own.answer, **arms},
        models={role: other.model for role, other in others.items()},
        guesses=observation.values or {},
    )


class PairSet:
    """Some pairs of one model and one reference; what takes long is computed once."""

    def __init__(self, pairs: Mapping[str, Pair], *, seed: int) -> None:
        """Compute nothing yet.

        Args:
            pairs: by case, in the order of cases.
            seed: of the run.
        """
        self.pairs = pairs
        self._seed = seed
        self.curve: Callable[[Arm], Curve] = cache(self._curve)
        self.test: Callable[[], TwoSampleTest | None] = cache(self._test)

    def of_arm(self, arm: Arm) -> dict[str, Pair]:
        """Return the pairs that have an answer of an arm."""
        return {case: pair for case, pair in self.pairs.items() if arm in pair.arms}

    def _curve(self, arm: Arm) -> Curve:
        found = self.of_arm(arm)
        pairs = [AnswerPair(pair.asked, pair.arms[arm], pair.teacher) for pair in found.values()]
        curve = {}
        for queries in queries_for(pairs):
            learnt = _adversary().guesses(pairs, queries)
            if learnt is not None:
                guesses = dict(zip(found, map(float, learnt.guesses), strict=True))
                curve[queries] = Learnt(guesses, learnt.mutual)
        return curve

    def _test(self) -> TwoSampleTest | None:
        own: dict[str, dict[int, str]] = {}
        theirs: dict[str, dict[int, str]] = {}
        for pair in self.pairs.values():
            own.setdefault(pair.prompt, {})[pair.sample] = pair.arms[STUDENT]
            if pair.has_own_teacher:
                theirs.setdefault(pair.prompt, {})[pair.sample] = pair.teacher
        answers = [
            Answers(kernel([*_texts(own[prompt]), *_texts(theirs[prompt])]), len(own[prompt]))
            for prompt in sorted(theirs)
            if min(len(own[prompt]), len(theirs[prompt])) > 1
        ]
        rng = Random(f"{self._seed}/two-sample")  # noqa: S311 - permutations, not secrets
        return mmd_test(answers, rng)


@cache
def _adversary() -> OfflineAdversary:
    # One for all pairs: it remembers answers in prepared form.
    return OfflineAdversary(shipped_scaling())


def _texts(samples: Mapping[int, str]) -> Sequence[str]:
    return [samples[number] for number in sorted(samples)]
