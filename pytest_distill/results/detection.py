"""Whether a student resembles one of the candidates more than unrelated models do."""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist, fmean
from typing import Final, NamedTuple

from pytest_distill.data import feature_scaling, unrelated
from pytest_distill.data.unrelated import Unrelated
from pytest_distill.records import Detection
from pytest_distill.similarity.candidates import CandidateSet, Measured
from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.style_features import STYLE_FEATURES, FeatureVector
from pytest_distill.stats.paired import lead
from pytest_distill.stats.unrelated import AffinityNull, AffinityScale, Resemblance

Models = Mapping[str, Sequence[FeatureVector]]
"""The answers of models to the same prompts, in the same order."""

MODEL_ERROR: Final = 0.0135
"""Standard error of a lead over other models like these, which more prompts do not reduce."""

FEWEST_WORDS: Final = 20
"""Of a student's answers, as a geometric mean, for anything to be said.

The models that the null was made from have 30 or more. All style of a model that says less is in a
few habits, which it shares with any other terse one: one that nobody had taught its answers of a
dozen words was taken for a student of text-davinci-003, the tersest candidate."""

# Up to so many times the prompts are given in advice.
_MOST_PROMPTS: Final = 50
_STEP: Final = 1.1


class Rivalry(NamedTuple):
    """A candidate, the best one of another family, and what the student shares with the first."""

    name: str
    rival: str
    found: Resemblance


class Detector:
    """Judges what students have in common with one set of candidates."""

    def __init__(
        self,
        candidates: Models,
        families: Mapping[str, str],
        null_models: Models,
        numbers: Unrelated | None = None,
    ) -> None:
        """Adapt the null to the run's null models.

        Args:
            candidates: possible teachers.
            families: of the candidates.
            null_models: models that cannot be the teacher, each of a family of its own.
            numbers: what the null is made from; None: the shipped ones.
        """
        numbers = numbers or shipped()
        self._families = families
        self._made_from = numbers.made_from
        self._students = numbers.students
        self._scale = AffinityScale(**numbers.scale)
        self._weights = numbers.weights
        self.candidate_set = self._among(candidates, null_models)
        found = (self._decoy(candidates, null_models, name) for name in null_models)
        self.decoys = [affinity for affinity in found if affinity is not None]
        self._null = AffinityNull(**numbers.null).given(self.decoys)

    def nearest(self, rivalries: Mapping[str, Rivalry]) -> Rivalry | None:
        """Return the candidate with the greatest lead; None where there is no other family."""
        return max(rivalries.values(), key=lambda one: one.found.lead, default=None)

    def affinity(self, rivalry: Rivalry) -> float:
        """Return the affinity of the student and a candidate."""
        return self._scale.affinity(rivalry.found)

    def p(self, rivalry: Rivalry) -> float:
        """Return the probability that an unrelated model resembles a candidate as much."""
        return self._null.p(self.affinity(rivalry))

    def detection(self, nearest: Rivalry | None, *, level: float) -> Detection:
        """Return what is said of the nearest candidate.

        Args:
            nearest: None: there is no other family.
            level: confidence, in (0, 1).
        """
        found = None if nearest is None else nearest.found
        return Detection(
            p=None if nearest is None else self.p(nearest),
            affinity=None if nearest is None else self.affinity(nearest),
            lead=None if found is None else found.lead,
            nearness=None if found is None else found.nearness,
            needed=self._null.least_unusual(level),
            students=self._students,
            families=len(set(self._families.values())) if found is None else found.families,
            decoys=len(self.decoys),
            null=self._made_from,
        )

    def is_absent(self, nearest: Rivalry, *, level: float) -> bool:
        """Say whether the affinity is below that of known students, for other prompts too."""
        found = nearest.found
        reach = NormalDist().inv_cdf(level) * max(found.error, MODEL_ERROR)
        highest = found._replace(lead=max(0.0, found.lead) + reach)
        return self._scale.affinity(highest) < self._students

    def prompts_needed(self, nearest: Rivalry, prompts: int, *, level: float) -> int | None:
        """Return how many prompts would likely decide whether the nearest is the teacher.

        If lead and nearness stay as they are, and the standard error falls with the root of their
        number. None: more prompts would leave it open, since unrelated models lead as much.

        Args:
            nearest: what `prompts` prompts showed.
            prompts: their number.
            level: confidence, in (0, 1).
        """
        count: float = prompts
        while count < _MOST_PROMPTS * prompts:
            count *= _STEP
            error = nearest.found.error * math.sqrt(prompts / count)
            then = nearest._replace(found=nearest.found._replace(error=error))
            if self.p(then) <= 1 - level or self.is_absent(then, level=level):
                return math.ceil(count)
        return None

    def _among(self, candidates: Models, null_models: Models) -> CandidateSet:
        return CandidateSet(
            candidates,
            self._families,
            null_models=null_models,
            scaling=shipped_scaling(),
            usual_weights=self._weights,
        )

    def _decoy(self, candidates: Models, null_models: Models, name: str) -> float | None:
        """Return the affinity of a null model and its nearest candidate, if there is a next one."""
        others = {other: answers for other, answers in null_models.items() if other != name}
        measured = self._among(candidates, others).measure(null_models[name])
        nearest = self.nearest(rivalries(measured, self._families))
        return None if nearest is None else self.affinity(nearest)


def rivalries(measured: Mapping[str, Measured], families: Mapping[str, str]) -> dict[str, Rivalry]:
    """Return what a student shares with each candidate; nothing where all are of one family.

    Args:
        measured: the student beside each candidate and each null model, a family of its own.
        families: of the candidates.
    """
    family = {name: families.get(name, name) for name in measured}
    count = len(set(family.values()))
    level = {name: fmean(found.agreement) for name, found in measured.items()}
    found = {}
    for name in families:
        others = [other for other in measured if family[other] != family[name]]
        if others:
            rival = max(others, key=level.__getitem__)
            value, error = lead(measured[name].agreement, measured[rival].agreement)
            nearness = fmean(measured[name].score) - level[name]
            found[name] = Rivalry(name, rival, Resemblance(value, error, count, nearness))
    return found


def shipped() -> Unrelated:
    """Return the shipped numbers of unrelated models."""
    return unrelated.load_shipped(feature.name for feature in STYLE_FEATURES)


def shipped_scaling() -> FeatureScaling:
    """Return the scaling that nearness has in every run."""
    numbers = feature_scaling.load_shipped(feature.name for feature in STYLE_FEATURES)
    centre, spread, weights = (tuple(column) for column in zip(*numbers, strict=True))
    return FeatureScaling(centre, spread, weights)
