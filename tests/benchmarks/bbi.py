"""Can adversaries tell students from their teachers? On recorded and simulated pairs; by hand.

python -m tests.benchmarks.bbi [--runs 1000] [--only recorded simulated two-sample judge published]

What every block measures is printed above it.
"""

import argparse
import asyncio
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from pytest_distill.judges.identification import IdentifyingJudge
from pytest_distill.models import factory, spec
from pytest_distill.records import Case, Estimate
from pytest_distill.results.detection import shipped_scaling
from pytest_distill.similarity.adversary import QUERIES, AnswerPair, OfflineAdversary
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.string_kernel import kernel
from pytest_distill.stats.advantage import (
    Guesses,
    advantage,
    flip_rate,
    total_variation,
    verdict,
)
from pytest_distill.stats.closed import closed
from pytest_distill.stats.two_sample import Answers, mmd_test, power
from tests.support.recorded_data import data_folder

_FAMILY = {
    "gpt35": "openai",
    "gpt4": "openai",
    "gpt4turbo": "openai",
    "claude1": "claude",
    "claude2": "claude",
}
_LEVEL = 0.95
_TRUTHS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
_AT = 200


class PromptSet:
    """The recorded models of one set of prompts."""

    def __init__(self, name: str) -> None:
        folder = data_folder(name)
        rows = [line.split("\t") for line in (folder / "models.tsv").read_text().splitlines()[1:]]
        self.name = name
        self.said = {row[0]: _answers(folder / f"{row[0]}.jsonl") for row in rows}
        is_arena = name == "arena"
        self.role = {row[0]: "T" if is_arena else row[1] for row in rows}
        self.family = {row[0]: row[1] if is_arena else _FAMILY.get(row[2], row[2]) for row in rows}
        self.adversary = OfflineAdversary(shipped_scaling())
        self._at: dict[frozenset[str], float] = {}

    def pairs(self, one: str, other: str) -> list[AnswerPair]:
        """Return the answers of two models to the prompts that both answered."""
        mine, theirs = self.said[one], self.said[other]
        return [
            AnswerPair(prompt, mine[prompt], theirs[prompt])
            for prompt in mine
            if plain(mine[prompt]) and plain(theirs.get(prompt, ""))
        ]

    def estimate(self, one: str, other: str, queries: int) -> Estimate | None:
        """Return the advantage of an adversary that learns from so many pairs."""
        pairs = self.pairs(one, other)
        learnt = self.adversary.guesses(pairs, queries)
        if learnt is None:
            return None
        values, prompts = list(map(float, learnt.guesses)), [pair.prompt for pair in pairs]
        return advantage(Guesses(values, prompts, mutual=learnt.mutual), level=_LEVEL)

    def at(self, one: str, other: str) -> float:
        """Return the advantage with 200 pairs, else with as many as there are."""
        key = frozenset({one, other})
        for queries in (_AT, 100):
            if key not in self._at and (found := self.estimate(one, other, queries)) is not None:
                # The same for both: to swap them swaps every guess.
                self._at[key] = found.value or 0.0
        return self._at[key]

    @property
    def students(self) -> list[str]:
        """Models with a teacher on record; arena has none."""
        return [m for m, role in self.role.items() if role == "S" and self.teachers(m)]

    def teachers(self, student: str) -> list[str]:
        """Return the models of a student's teacher's family."""
        return [
            other
            for other, role in self.role.items()
            if role == "T" and self.family[other] == self.family[student]
        ]

    def hardest(self, student: str) -> str:
        """Return the one that is hardest to tell from the student."""
        return min(self.teachers(student), key=lambda teacher: self.at(student, teacher))

    @property
    def unrelated(self) -> list[tuple[str, str]]:
        """Teachers of different families."""
        teachers = [model for model, role in self.role.items() if role == "T"]
        return [p for p in combinations(teachers, 2) if len({self.family[m] for m in p}) > 1]


def main() -> None:
    """Print every block."""
    blocks: dict[str, Callable[[int], None]] = {
        "recorded": recorded,
        "simulated": simulated,
        "two-sample": two_sample,
        "judge": judge,
        "published": published,
    }
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--only", nargs="*", default=list(blocks), choices=list(blocks))
    options = parser.parse_args()
    for name in options.only:
        started = time.process_time()
        blocks[name](options.runs)
        print(f"   [{time.process_time() - started:.0f} s of processor time]\n", flush=True)


def recorded(runs: int) -> None:
    """Print curves of students, and the area under the curve against unrelated teachers."""
    del runs
    near: list[float] = []
    far: list[float] = []
    for name in ("rse", "mtbench", "arena"):
        one = PromptSet(name)
        print(f"{name}: advantage of the trained adversary by training pairs {QUERIES}")
        if name == "rse":
            _curve(one, "gpt4", "gpt4_0314", "a second sample: within .10, interval over 0")
        for student in one.students:
            _curve(one, student, one.hardest(student), "student, nearest of its teacher's family")
        for pair in one.unrelated[:: len(one.unrelated) // 4]:
            _curve(one, *pair, "unrelated")
        students = [one.at(student, one.hardest(student)) for student in one.students]
        unrelated = [one.at(*pair) for pair in one.unrelated]
        near, far = near + students, far + unrelated
        alone = f"AUC {_auc(students, unrelated):.3f}" if students else "no students"
        print(
            f"  at {_AT}, or 100: {len(students)} students, {len(unrelated)} unrelated pairs"
            f" {fmean(unrelated):.2f}, {alone}",
            flush=True,
        )
    print(f"pooled: AUC {_auc(near, far):.3f} of {len(near)} students, {len(far)} unrelated pairs")


def _curve(one: PromptSet, student: str, teacher: str, what: str) -> None:
    row = []
    for queries in QUERIES:
        found = one.estimate(student, teacher, queries)
        if found is not None and found.value is not None:
            low, high = found.low or 0.0, found.high or 0.0
            row.append(f"{found.value:5.2f} [{low:5.2f}, {high:5.2f}]")
    print(f"  {student:26} {teacher:26} {' '.join(row)}  {what}", flush=True)


class Design(NamedTuple):
    """Two models with a known total variation distance."""

    name: str
    distance: float
    advantage: float
    """Of the optimal adversary."""
    guess: Callable[[random.Random], int]
    """Draws a pair of answers, and returns what the optimal adversary says."""


def _designs() -> Iterator[Design]:
    for d in _TRUTHS:
        yield Design("own words", d, 1 - (1 - d) ** 2, lambda rng, d=d: _own_words(d, rng))  # type: ignore[misc]  # bound now
        yield Design("two words", d, d, lambda rng, d=d: _two_words(d, rng))  # type: ignore[misc]  # likewise


def _own_words(distance: float, rng: random.Random) -> int:
    """Both say a common word, or with the probability of the distance one of their own."""
    return int(rng.random() < distance or rng.random() < distance)


def _two_words(distance: float, rng: random.Random) -> int:
    """Both say one of two words, the teacher the first one more often by the distance."""
    teacher = rng.random() < 0.5 + distance / 2
    student = rng.random() < 0.5 - distance / 2
    return int(teacher) - int(student)


def simulated(runs: int) -> None:
    """Print bias, coverage and errors of simulated pairs of known distance."""
    rng = random.Random(16)  # noqa: S311 - a simulation
    print(
        f"optimal adversary, {runs} runs of 400 prompts x 2 answers, epsilon .1: mean advantage;"
        " coverage of 95 % intervals; lower bound on TV above TV;\n  verdicts:"
        " distinguishable, indistinguishable, inconclusive; share of wrong ones"
    )
    for design in _designs():
        found = [_run(design, rng) for _ in range(runs)]
        values = [one.value or 0.0 for one in found]
        error = math.sqrt(fmean((v - design.advantage) ** 2 for v in values) / runs)
        covered = fmean((one.low or 0) <= design.advantage <= (one.high or 0) for one in found)
        above = fmean((total_variation(one).low or 0.0) > design.distance for one in found)
        said = [verdict({"a": one}, epsilon=0.1).decision for one in found]
        shares = [said.count(d) / runs for d in ("distinguishable", "indistinguishable")]
        wrong = shares[0] if design.advantage <= 0.1 else shares[1]
        print(
            f"  {design.name} TV {design.distance:4.2f}: {fmean(values):.4f} for"
            f" {design.advantage:.4f} (+- {error:.4f}), coverage {covered:.3f}, TV {above:.3f},"
            f" verdicts {shares[0]:.3f} {shares[1]:.3f} {1 - sum(shares):.3f}, wrong {wrong:.3f}",
            flush=True,
        )
    _closure(runs, rng)
    _trained(max(10, runs // 2), rng)


def _run(design: Design, rng: random.Random) -> Estimate:
    values = [float(design.guess(rng)) for _ in range(800)]
    return advantage(Guesses(values, [n // 2 for n in range(800)]), level=_LEVEL)


def _closure(runs: int, rng: random.Random) -> None:
    print(f"closed: coverage of 95 % intervals, {2 * runs} runs; share undefined")
    for prompts, base, student in ((50, 0.8, 0.4), (50, 0.6, 0.1), (200, 0.3, 0.15), (200, 0.9, 0)):
        held, undefined = 0, 0
        for _ in range(2 * runs):
            arms = [
                {str(n): [_guess(chance, rng)] for n in range(prompts)}
                for chance in (base, student, 0.0)
            ]
            found = closed(*arms, level=_LEVEL)
            if found.low is None or found.high is None:
                undefined += 1
            else:
                held += found.low <= (base - student) / base <= found.high
        known = max(1, 2 * runs - undefined)
        print(
            f"  {prompts} prompts, base {base}, student {student}: {held / known:.3f},"
            f" {undefined / (2 * runs):.3f}",
            flush=True,
        )


def _guess(chance: float, rng: random.Random) -> float:
    return 1.0 if rng.random() < (1 + chance) / 2 else -1.0


_WORDS = ("river", "garden", "engine", "letter", "market", "window", "planet", "violin", "forest")


def _trained(runs: int, rng: random.Random) -> None:
    """Print how often the trained adversary is shown to be above the truth."""
    print(f"trained adversary, {runs} runs of 100 prompts: a common sentence, or own words")
    adversary = OfflineAdversary(shipped_scaling())
    for d, queries in ((0.0, 25), (0.0, 50), (0.0, 90), (0.1, 50), (0.4, 50)):
        found = []
        for _ in range(runs):
            pairs = [
                AnswerPair(f"p{n}", _sentence(rng, d, "indeed"), _sentence(rng, d, "surely"))
                for n in range(100)
            ]
            learnt = adversary.guesses(pairs, queries)
            assert learnt is not None
            values = list(map(float, learnt.guesses))
            guesses = Guesses(values, list(range(100)), mutual=learnt.mutual)
            found.append(advantage(guesses, level=_LEVEL))
        above = fmean((total_variation(one).low or 0.0) > d for one in found)
        away = fmean(not (one.low or 0) <= 0 <= (one.high or 0) for one in found)
        print(
            f"  TV {d:4.2f}, {queries} pairs: mean {fmean(one.value or 0.0 for one in found):.3f},"
            f" best {1 - (1 - d) ** 2:.3f}, lower bound above TV {above:.3f}, interval without 0"
            f" {away:.3f}",
            flush=True,
        )


def _sentence(rng: random.Random, distance: float, own: str) -> str:
    words = [rng.choice(_WORDS) for _ in range(8)]
    return " ".join([*words, own] if rng.random() < distance else words)


def two_sample(runs: int) -> None:
    """Print the level of the test, and its power beside the formula's."""
    rng = random.Random(17)  # noqa: S311 - a simulation
    print(f"two-sample test: share of p <= .05 without a difference, {runs} runs, 199 permutations")
    for prompts, samples in ((5, 2), (25, 2), (5, 4), (25, 4), (5, 10), (25, 10)):
        rejected = fmean(_p(prompts, samples, 0.0, rng) <= 0.05 for _ in range(runs))
        print(f"  {prompts} prompts x {samples}: {rejected:.3f}", flush=True)
    print("share of p <= .05 where a share of answers is another model's; the formula's power")
    for prompts, samples, share in ((25, 10, 0.1), (25, 10, 0.25), (25, 4, 0.5), (100, 2, 0.5)):
        found = fmean(_p(prompts, samples, share, rng) <= 0.05 for _ in range(runs // 5))
        stated = power(prompts, samples, share=share)
        print(f"  {prompts} x {samples}, {share}: {found:.2f}, {stated:.2f}", flush=True)


def _p(prompts: int, samples: int, share: float, rng: random.Random) -> float:
    """Return the p-value of one run: answers depend on the prompt, and on the model a little."""
    answers = []
    for number in range(prompts):
        # Of two dozen words a prompt's answers have most in common.
        common = [f"{rng.choice(_WORDS)}{number}" for _ in range(24)]
        texts = [_variant(common, "", rng) for _ in range(samples)]
        others = ["x" if rng.random() < share else "" for _ in range(samples)]
        texts += [_variant(common, mark, rng) for mark in others]
        answers.append(Answers(kernel(texts), samples))
    found = mmd_test(answers, rng, permutations=199)
    assert found is not None
    return found.p


def _variant(common: Sequence[str], mark: str, rng: random.Random) -> str:
    """Return words of the prompt, a third of them changed; of the other model another third."""
    words = []
    for place, word in enumerate(common):
        is_changed = rng.random() < (0.5 if mark and place % 2 else 0.25)
        words.append(f"{rng.choice(_WORDS)}{mark}" if is_changed else word)
    return " ".join(words)


def judge(runs: int) -> None:
    """Print what judges that choose by position come to."""
    print(f"judges without a preference for a model, {runs} pairs: advantage, flip rate")
    for first in (1.0, 0.7, 0.5):
        model = factory.make(spec.parse(f"simulated:j?first={first}"))
        asked = IdentifyingJudge(ask=model.complete, label="j", seed=0)

        async def guesses(asked: IdentifyingJudge = asked) -> list[float]:
            cases = (
                Case(id=f"bbi/r/{n}", suite="bbi", query=f"{n}?", probe_key=str(n))
                for n in range(runs)
            )
            found = [await asked.guess(case, "Since.", "Because.", ()) for case in cases]
            return [float(guess.value) for guess in found if guess.value is not None]

        found = Guesses(asyncio.run(guesses()), list(range(runs)))
        won, flips = advantage(found), flip_rate(found)
        expected = first**2 + (1 - first) ** 2
        print(
            f"  A with {first}: {won.value:.3f} [{won.low:.3f}, {won.high:.3f}],"
            f" flips {flips.value:.3f} [{flips.low:.3f}, {flips.high:.3f}] for {expected:.2f}"
        )


# arXiv 2605.30448, 5,000 prompts: advantage before and after distillation, averaged over both
# teachers. Counts of right and wrong guesses with these advantages.
_PUBLISHED: Mapping[str, tuple[int, int]] = {"before": (2895, 2105), "after": (2702, 2298)}


def published(runs: int) -> None:
    """Print the published advantages by the suite's own code, and what the student closed."""
    del runs
    print("published: advantage .158 before, .081 after distillation")
    arms = {}
    for name, (right, wrong) in _PUBLISHED.items():
        values = [1.0] * right + [-1.0] * wrong
        found = advantage(Guesses(values, list(range(len(values)))))
        arms[name] = {str(n): [value] for n, value in enumerate(values)}
        bound = total_variation(found)
        print(
            f"  {name}: {found.value:.3f} [{found.low:.3f}, {found.high:.3f}], total variation at"
            f" least {bound.value:.3f} [{bound.low:.3f}, {bound.high:.3f}]"
        )
    fair = {str(n): [1.0 if n % 2 else -1.0] for n in range(5000)}
    gone = closed(arms["before"], arms["after"], fair)
    print(f"  closed, with a resample at 0: {gone.value:.3f} [{gone.low:.3f}, {gone.high:.3f}]")


def _answers(path: Path) -> dict[str, str]:
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return {line["prompt"]: line["response"] for line in lines}


def _auc(near: Sequence[float], far: Sequence[float]) -> float:
    """Return the chance that a pair of kin is harder to tell than an unrelated one."""
    wins = sum((n < f) + (n == f) / 2 for n in near for f in far)
    return wins / (len(near) * len(far))


if __name__ == "__main__":
    main()
