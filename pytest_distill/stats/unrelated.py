"""How far a model that was taught by none of the candidates still leans towards one of them.

Somebody is always nearest. The *lead* of the nearest family is the student's agreement with it,
less that with the next family. Among unrelated models it is larger where families are few, since
the next one is then far by chance, and larger by the noise of few prompts; but it does not go to 0
with more prompts, because models do resemble each other. What counts as unusual is therefore
measured on other models, never derived from the variation between prompts.

Model: among ``families`` families, with a standard error ``error`` over prompts, the lead in units
of ``size = sqrt((scale * families ** exponent) ** 2 + noise * error ** 2)`` has a Weibull
distribution of shape ``shape``, up to a factor of the run (these prompts, these candidates). Raised
to ``shape`` it is exponential; its rate has a gamma prior of mean 1 worth ``weight`` models, which
the run's own decoys update. The prediction is a Lomax distribution: its tail is heavier than the
exponential one, by what is not known about the run.

Reference: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.6 (exponential model
with its conjugate prior).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Lead(NamedTuple):
    """Agreement with the nearest family, less that with the next one."""

    value: float
    error: float
    """Its standard error over the prompts."""
    families: int
    """How many were compared, at least two."""


class LeadLaw(NamedTuple):
    """Distribution of the lead of models that none of the candidates taught."""

    scale: float
    exponent: float
    noise: float
    shape: float
    weight: float
    """How many models of the run it is worth."""

    def size(self, families: int, error: float) -> float:
        """Return the unit of a lead, in agreement."""
        between = self.scale * float(families) ** self.exponent
        return math.sqrt(between * between + self.noise * error * error)

    def units(self, lead: Lead) -> float:
        """Return a lead in units whose distribution is exponential; 0 where there is none."""
        return math.pow(max(0.0, lead.value) / self.size(lead.families, lead.error), self.shape)


def p_of_lead(lead: Lead, law: LeadLaw, decoys: Sequence[Sequence[Lead]] = ()) -> float:
    """Return the probability that an unrelated model leads as far.

    Assumes that the models of one decoy are kin and count as one, and that decoys and student are
    exchangeable when none of the candidates is its teacher.

    Args:
        lead: of the student.
        law: measured elsewhere.
        decoys: leads of the run's own unrelated models, by family.
    """
    heaviness, count = _posterior(law, decoys)
    return float((1 + law.units(lead) / heaviness) ** -count)


def least_unusual(
    families: int,
    error: float,
    law: LeadLaw,
    decoys: Sequence[Sequence[Lead]] = (),
    *,
    level: float,
) -> float:
    """Return the least lead whose `p_of_lead` is at most 1 - `level`.

    Args:
        families: how many are compared.
        error: standard error of the lead over prompts.
        law: measured elsewhere.
        decoys: as for `p_of_lead`.
        level: confidence, in (0, 1).
    """
    heaviness, count = _posterior(law, decoys)
    units = heaviness * ((1 - level) ** (-1 / count) - 1)
    return float(law.size(families, error) * units ** (1 / law.shape))


def _posterior(law: LeadLaw, decoys: Sequence[Sequence[Lead]]) -> tuple[float, float]:
    """Return the sum of units seen, those of the law included, and the number of models."""
    means = [math.fsum(law.units(lead) for lead in kin) / len(kin) for kin in decoys if kin]
    return law.weight + math.fsum(means), law.weight + len(means)
