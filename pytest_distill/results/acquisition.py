"""Which prompts should a student be trained on next? Four strategies, and what they cover."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from typing import Final, NamedTuple

from pytest_distill.data.sampling import stratified
from pytest_distill.records import Case, Observation
from pytest_distill.results.detection import shipped_scaling
from pytest_distill.results.protocol import Values
from pytest_distill.similarity.judge import SimilarityJudge
from pytest_distill.stats.identity import UNSPECIFIED
from pytest_distill.text import digest

# Ends of the likeness of two answers.
_LEAST, _MOST = 1.0, 5.0


class Candidate(NamedTuple):
    """A prompt of a run."""

    case: Case
    """One of its cases."""
    disagreement: float
    """In [0, 1]: how well student and teacher are told apart by their answers to it; 0 for equal
    ones."""

    @property
    def category(self) -> str:
        """Of the prompt."""
        return self.case.category or UNSPECIFIED


class Coverage(NamedTuple):
    """What a choice of prompts covers."""

    by_category: Mapping[str, tuple[int, int]]
    """Chosen prompts, and all of them."""
    disagreement: float
    """Mean over the chosen prompts."""


def candidates(
    observations: Iterable[Observation], values: Mapping[str, Values]
) -> list[Candidate]:
    """Return the prompts of one model and one reference, each once, in the order of ids.

    An adversary's guesses count more than the likeness of the answers, which orders prompts with
    the same guesses.

    Args:
        observations: of the pair; missing ones are left out.
        values: what each case counts, by its id (`SuiteResults.values`).
    """
    judge = SimilarityJudge(shipped_scaling())
    found: dict[str, list[float]] = defaultdict(list)
    cases: dict[str, Case] = {}
    for one in sorted(observations, key=lambda observed: observed.case.id):
        score = _disagreement(one, values.get(one.case.id), judge)
        if score is not None:
            cases.setdefault(one.case.probe_key, one.case)
            found[one.case.probe_key].append(score)
    return [Candidate(cases[key], fsum(all_) / len(all_)) for key, all_ in found.items()]


def _disagreement(one: Observation, values: Values, judge: SimilarityJudge) -> float | None:
    own, other = one.completion, one.reference
    if one.outcome != "judged" or own is None or other is None:
        return None
    scores = None if one.likeness is None else one.likeness.scores
    if scores is None:
        scores = judge.compare_now(one.case.prompt, own.answer, other.answer).scores
    if scores is None:
        return None
    unlike = (_MOST - scores.overall) / (_MOST - _LEAST)
    reference = one.case.reference or ""
    guess = None if values is None else values.get(f"advantage.{reference}")
    # A guess is -1, 0 or 1.
    return unlike if guess is None else ((guess + 1) / 2 + unlike) / 2


def coverage(chosen: Sequence[Candidate], every: Sequence[Candidate]) -> Coverage:
    """Return what `chosen` covers of `every` candidate."""
    total = Counter(one.category for one in every)
    taken = Counter(one.category for one in chosen)
    mean = fsum(one.disagreement for one in chosen) / max(1, len(chosen))
    return Coverage({name: (taken[name], total[name]) for name in sorted(total)}, mean)


Strategy = Callable[[Sequence[Candidate], int, int], Sequence[Candidate]]
"""From candidates, how many, and a seed to the chosen ones."""


def _by_disagreement(every: Sequence[Candidate], count: int, seed: int) -> Sequence[Candidate]:
    del seed
    return sorted(every, key=lambda one: (-one.disagreement, one.case.id))[:count]


def _at_random(every: Sequence[Candidate], count: int, seed: int) -> Sequence[Candidate]:
    return sorted(every, key=lambda one: digest(f"{seed}/{one.case.id}"))[:count]


def _stratified(every: Sequence[Candidate], count: int, seed: int) -> Sequence[Candidate]:
    chosen = {case.id for case in stratified([one.case for one in every], count, seed=seed)}
    return [one for one in every if one.case.id in chosen]


def _mixed(every: Sequence[Candidate], count: int, seed: int) -> Sequence[Candidate]:
    first = _by_disagreement(every, (count + 1) // 2, seed)
    rest = [one for one in every if one not in first]
    return [*first, *_stratified(rest, count - len(first), seed)]


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "disagreement": _by_disagreement,
    "stratified": _stratified,
    "random": _at_random,
    "mixed": _mixed,
}
"""By name: the prompts on which student and teacher differ most; as many of each category and
language as there are; any; half by disagreement, the rest stratified."""
