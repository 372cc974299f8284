"""Do two models answer from the same distribution? A test on several answers to each prompt."""

import math
from collections.abc import Sequence
from operator import itemgetter
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from pytest_distill.stats.distributions import normal_quantile

# Answers of each side to one prompt: of a single one nothing tells how much they vary.
FEWEST = 2

# With 574 prompts and ten answers a side, 199 permutations take three seconds.
_PERMUTATIONS = 199, 999
_DIVISIONS = 100_000

# Sums of the same numbers in another order differ by less.
_ROUNDING = 1e-9

# How alike two answers are by `similarity.string_kernel`, over 805 recorded prompts: of GPT-4 and
# its second sample .466, of GPT-4 and models of other vendors .26 to .32; the deviation of the
# first. Part of that is between prompts, so that power is understated.
_OF_ONE_MODEL = 0.466
_OF_TWO_MODELS = 0.30
_DEVIATION = 0.158


class Answers(NamedTuple):
    """The answers of both sides to one prompt."""

    kernel: Sequence[Sequence[float]]
    """Shape (answers, answers), symmetric: how alike each two are."""
    first: int
    """How many of the answers, from the first, are of the first side."""

    @property
    def is_tested(self) -> bool:
        """Whether both sides have enough answers."""
        return min(self.first, len(self.kernel) - self.first) >= FEWEST


class TwoSampleTest(NamedTuple):
    """The result of a test."""

    p: float
    """Probability of such a difference, or a greater one, where there is none."""
    discrepancy: float
    """Mean over the prompts of the squared maximum mean discrepancy; unbiased, so it may be
    negative."""
    prompts: int
    answers: int
    """Of both sides together."""


def mmd_test(
    answers: Sequence[Answers], rng: Random, *, permutations: int | None = None
) -> TwoSampleTest | None:
    """Test whether two sides answer each prompt from the same distribution.

    The maximum mean discrepancy of each prompt, summed over prompts, beside that of answers which
    are assigned to the sides at random, prompt by prompt. So it does not matter how answers to one
    prompt depend on the prompt, nor how prompts depend on each other: the test is exact where the
    answers to a prompt are exchangeable between the sides if both are one model. It is not where
    answers of one side depend on each other, as those of a server that repeats itself for a while.

    With ``(1 + as extreme) / (1 + permutations)`` the p-value is conservative.

    On 1,000 simulated runs of each of five designs (2, 4, 10 answers a side, 5 and 25 prompts, most
    of the variance between prompts) without a difference p was at most .05 in 3.9 to 6.8 %, and in
    5.3 % of all (``python -m tests.benchmarks.bbi --only two-sample``).

    Args:
        answers: by prompt; prompts with fewer than two answers of a side are left out.
        rng: draws the permutations.
        permutations: how many; None: 999, with more than 100 prompts fewer, but at least 199.

    Returns:
        None without a prompt that can be tested.

    References:
        Gretton et al. (2012), JMLR 13:723-773 (unbiased statistic).
        Gao, Liang & Guestrin (2024), arXiv:2410.20247 (prompts as strata).
        Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9:39 (add one).
    """
    tested = [_Prompt(each) for each in answers if each.is_tested]
    if not tested:
        return None
    if permutations is None:
        fewest, most = _PERMUTATIONS
        permutations = max(fewest, min(most, _DIVISIONS // len(tested)))
    seen = math.fsum(prompt.observed for prompt in tested)
    least = seen - _ROUNDING * max(1.0, abs(seen))
    extreme = sum(
        math.fsum(prompt.permuted(rng) for prompt in tested) >= least for _ in range(permutations)
    )
    return TwoSampleTest(
        p=(1 + extreme) / (1 + permutations),
        discrepancy=seen / len(tested),
        prompts=len(tested),
        answers=sum(prompt.size for prompt in tested),
    )


def power(prompts: int, samples: int, *, share: float, alpha: float = 0.05) -> float:
    """Return the chance that `mmd_test` finds a host that gives some answers of another model.

    By the normal approximation, from what was measured of recorded models of other vendors. A
    difference of two answers of one model, such as by quantisation, is smaller: published power is
    .77 with 10 answers to a prompt (arXiv 2410.20247).

    Args:
        prompts: number of prompts.
        samples: answers of each side to each prompt; with fewer than two the power is 0.
        share: of its answers that are of the other model, in [0, 1].
        alpha: level of the test, in (0, .5).
    """
    if samples < FEWEST or not prompts:
        return 0.0
    discrepancy = share**2 * 2 * (_OF_ONE_MODEL - _OF_TWO_MODELS)
    # Of the unbiased statistic without a difference: two sides, and what is between them.
    variance = _DEVIATION**2 * (4 / (samples * (samples - 1)) + 4 / samples**2)
    distance = discrepancy * math.sqrt(prompts / variance)
    return NormalDist().cdf(distance - normal_quantile(1 - 2 * alpha))


class _Prompt:
    """One prompt: the discrepancy of any division of its answers."""

    def __init__(self, answers: Answers) -> None:
        kernel = answers.kernel
        self.size = len(kernel)
        self._first = answers.first
        self._rest = self.size - answers.first
        self._rows = [
            [0.0 if row == column else value for column, value in enumerate(values)]
            for row, values in enumerate(kernel)
        ]
        self._sums = [math.fsum(row) for row in self._rows]
        self._total = math.fsum(self._sums)
        self.observed = self._discrepancy(range(self._first))

    def permuted(self, rng: Random) -> float:
        """Return the discrepancy of a random division."""
        return self._discrepancy(rng.sample(range(self.size), self._first))

    def _discrepancy(self, chosen: Sequence[int]) -> float:
        pick = itemgetter(*chosen)
        within: float = sum(sum(pick(self._rows[index])) for index in chosen)
        between: float = sum(pick(self._sums)) - within
        rest = self._total - within - 2 * between
        return (
            within / (self._first * (self._first - 1))
            + rest / (self._rest * (self._rest - 1))
            - 2 * between / (self._first * self._rest)
        )
