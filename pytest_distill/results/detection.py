"""Whether a student leans towards one family more than unrelated models do."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Final, NamedTuple

from pytest_distill.data import unrelated
from pytest_distill.data.unrelated import Unrelated
from pytest_distill.records import Detection
from pytest_distill.similarity.candidates import CandidateSet
from pytest_distill.similarity.style_features import STYLE_FEATURES, FeatureVector
from pytest_distill.stats.paired import Mean, falls_short, lead
from pytest_distill.stats.unrelated import Lead, LeadLaw, least_unusual, p_of_lead

MODEL_ERROR: Final = 0.0135
"""Standard error of a lead over other models like these, which more prompts do not reduce."""

Models = Mapping[str, Sequence[FeatureVector]]
"""The answers of models to the same prompts, in the same order."""

# Prompts that decoys are measured on: more would not make them more, only slower.
_DECOY_PROMPTS: Final = 200
_FEWEST_FAMILIES: Final = 2


class Rivalry(NamedTuple):
    """A candidate, the best one of another family, and the student's lead."""

    name: str
    rival: str
    lead: Lead


class Detector:
    """Judges leads of students among one set of candidates."""

    def __init__(
        self, candidates: Models, families: Mapping[str, str], null_models: Models
    ) -> None:
        """Measure the decoys of the run.

        Args:
            candidates: possible teachers.
            families: of the candidates.
            null_models: models that cannot be the teacher, each of a family of its own.
        """
        self._candidates = candidates
        self._null_models = null_models
        self._families = families
        self._numbers = shipped()
        self._law = LeadLaw(**self._numbers.lead)
        self.candidate_set = self._set(candidates, null_models)
        self._decoys = tuple(self._measured_decoys())

    def rivalries(self, agreement: Mapping[str, Sequence[float]]) -> dict[str, Rivalry]:
        """Return the lead of each candidate; empty where there is no other family."""
        return _rivalries(agreement, self._families)

    def p(self, found: Rivalry) -> float:
        """Return the probability that an unrelated model leads as far."""
        return p_of_lead(found.lead, self._law, self._decoys)

    def detection(self, found: Rivalry | None, *, level: float) -> Detection:
        """Return what the lead of the nearest candidate says.

        Args:
            found: its lead; None: there is no other family.
            level: confidence, in (0, 1).
        """
        if found is None:
            return Detection(
                p=None,
                lead=None,
                needed=None,
                expected=None,
                families=len(set(self._families.values())),
                decoys=0,
                null=self._numbers.made_from,
            )
        families = found.lead.families
        return Detection(
            p=self.p(found),
            lead=found.lead.value,
            needed=least_unusual(families, found.lead.error, self._law, self._decoys, level=level),
            expected=self._expected(families),
            families=families,
            decoys=len(self._decoys),
            null=self._numbers.made_from,
        )

    def is_settled(self, found: Rivalry, *, level: float) -> bool:
        """Say whether the lead is detected, or significantly below that of known students."""
        return self.p(found) <= 1 - level or self.is_absent(found, level=level)

    def is_absent(self, found: Rivalry, *, level: float) -> bool:
        """Say whether the lead is significantly below what three of four known students reach."""
        return falls_short(
            Mean(found.lead.value, found.lead.error),
            self._expected(found.lead.families),
            level=level,
            least_error=MODEL_ERROR,
        )

    def would_help(self, found: Rivalry, *, level: float) -> bool:
        """Say whether the same lead on any number of prompts would be unusual."""
        needed = least_unusual(found.lead.families, 0.0, self._law, self._decoys, level=level)
        return found.lead.value >= needed

    def _expected(self, families: int) -> float:
        students = self._numbers.students
        return float(students["scale"] * families ** students["exponent"])

    def _set(self, candidates: Models, null_models: Models) -> CandidateSet:
        return CandidateSet(
            candidates,
            {name: self._families[name] for name in candidates},
            null_models=null_models,
            usual_weights=self._numbers.weights,
        )

    def _measured_decoys(self) -> Iterator[tuple[Lead, ...]]:
        """Yield the leads of each family's models, among the candidates of all other families.

        A candidate is a student of none of the others, as far as anybody knows; where it is, the
        null is too wide and detects less.
        """
        size = max(map(len, self._candidates.values()))
        step = -(-size // _DECOY_PROMPTS)
        thin = {name: answers[::step] for name, answers in self._candidates.items()}
        watched = {name: answers[::step] for name, answers in self._null_models.items()}
        for family in dict.fromkeys(self._families.values()):
            rest = {name: a for name, a in thin.items() if self._families[name] != family}
            own = [a for name, a in thin.items() if self._families[name] == family]
            yield from self._leads(own, rest, watched)
        for name, answers in watched.items():
            yield from self._leads([answers], thin, {n: a for n, a in watched.items() if n != name})

    def _leads(
        self, students: Sequence[Sequence[FeatureVector]], rest: Models, watched: Models
    ) -> Iterator[tuple[Lead, ...]]:
        kept = {name: self._families[name] for name in rest}
        if not kept or len({*kept.values(), *watched}) < _FEWEST_FAMILIES:
            return
        others = self._set(rest, watched)
        found = []
        for student in students:
            rivalries = _rivalries(others.agreement(student), kept)
            found.append(max((r.lead for r in rivalries.values()), key=lambda one: one.value))
        yield tuple(found)


def shipped() -> Unrelated:
    """Return the shipped numbers."""
    return unrelated.load_shipped(feature.name for feature in STYLE_FEATURES)


def _rivalries(
    agreement: Mapping[str, Sequence[float]], families: Mapping[str, str]
) -> dict[str, Rivalry]:
    # A null model is a family of its own.
    family = {name: families.get(name, name) for name in agreement}
    count = len(set(family.values()))
    found = {}
    for name in families:
        others = [other for other in agreement if family[other] != family[name]]
        if others:
            rival = max(others, key=lambda other: fmean(agreement[other]))
            value, error = lead(agreement[name], agreement[rival])
            found[name] = Rivalry(name, rival, Lead(value, error, count))
    return found
