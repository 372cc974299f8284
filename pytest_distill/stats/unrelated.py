"""How much a model that was taught by none of the candidates still resembles one of them.

Somebody is always nearest. Two things are measured of the nearest candidate. The *lead* is the
student's agreement with it, less that with the next family: among unrelated models it is the larger
the fewer the families are, since the next one is then far by chance, and it does not go to 0 with
more prompts, because models do resemble each other. The *nearness* is the likeness of their
answers, on a scale that is the same in every run.

Both are put together as the *affinity*, ``sqrt(lead / size) + weight * closeness``, where ``size =
sqrt((scale * families ** exponent) ** 2 + noise * error ** 2)`` for the standard error ``error`` of
the lead over prompts, and ``closeness = max(least, (nearness - centre) / spread)``. The root makes
the long tail of leads a normal one; below ``least`` a model is simply far away.

Among unrelated models the affinity is taken for normal, with a mean and a deviation that were
measured on other models, and that differ from run to run as if so many models had been seen
(``mean_weight``, ``deviation_weight``); null models of the run add to these. The prediction is
Student's t. What counts as unusual is thus never derived from the variation between prompts:
however many there are, an unrelated model may resemble a candidate.

Reference: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 3.3 (normal model with its
conjugate prior).
"""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from pytest_distill.stats.distributions import regularised_beta, t_quantile


class Resemblance(NamedTuple):
    """What was measured of a model and the candidate that it is nearest to."""

    lead: float
    error: float
    """Standard error of the lead over the prompts."""
    families: int
    """How many were compared, at least two."""
    nearness: float


class AffinityScale(NamedTuple):
    """Puts lead and nearness together."""

    scale: float
    exponent: float
    noise: float
    centre: float
    spread: float
    least: float
    weight: float

    def affinity(self, found: Resemblance) -> float:
        """Return the affinity; what unrelated models show is between 0 and 3, mostly."""
        size = self.size(found.families, found.error)
        closeness = max(self.least, (found.nearness - self.centre) / self.spread)
        return math.sqrt(max(0.0, found.lead) / size) + self.weight * closeness

    def size(self, families: int, error: float) -> float:
        """Return the unit of leads among so many families, for their error over prompts."""
        between = self.scale * math.pow(families, self.exponent)
        return math.sqrt(between * between + self.noise * error * error)


class AffinityNull(NamedTuple):
    """Affinities of models that none of the candidates taught."""

    mean: float
    deviation: float
    mean_weight: float
    """Models of a run that the mean is worth."""
    deviation_weight: float

    def given(self, decoys: Sequence[float]) -> "AffinityNull":
        """Return the null of a run with null models of these affinities.

        Assumes that these and a student of none of the candidates are exchangeable.
        """
        if not decoys:
            return self
        count, own = len(decoys), fmean(decoys)
        weight = self.mean_weight + count
        squares = (
            self.deviation_weight * self.deviation**2
            + math.fsum((decoy - own) ** 2 for decoy in decoys)
            + self.mean_weight * count / weight * (own - self.mean) ** 2
        )
        freedom = self.deviation_weight + count
        return AffinityNull(
            mean=(self.mean_weight * self.mean + count * own) / weight,
            deviation=math.sqrt(squares / freedom),
            mean_weight=weight,
            deviation_weight=freedom,
        )

    def p(self, affinity: float) -> float:
        """Return the probability that an unrelated model has this affinity or more."""
        t = (affinity - self.mean) / self._spread
        freedom = self.deviation_weight
        inside = freedom / (freedom + t * t)
        tail = regularised_beta(freedom / 2, 0.5, inside, 1 - inside) / 2
        return tail if t > 0 else 1 - tail

    def least_unusual(self, level: float) -> float:
        """Return the affinity whose `p` is 1 - `level`."""
        sides = abs(2 * level - 1)
        t = t_quantile(sides, self.deviation_weight) if sides > 0 else 0.0
        return self.mean + math.copysign(t, level - 0.5) * self._spread

    @property
    def _spread(self) -> float:
        return self.deviation * math.sqrt(1 + 1 / self.mean_weight)
