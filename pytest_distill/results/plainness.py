"""Holds what would name a teacher against decoys that are only plain and terse.

Where most candidates give lists, whoever writes plain short text departs from them on the same
prompts and in the same way as a candidate that does so too: the untouched SmolLM2-135M, and
students that were taught human text, led by as much as a student of text-davinci-003. A decoy is
what another candidate said, cut down to the student's terseness: what the student shares with it
as well is nobody's in particular. Of recorded models only those with few lists share anything.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Final

from pytest_distill.results.detection import Rivalry
from pytest_distill.results.shared_prompts import SharedPrompts
from pytest_distill.similarity.candidates import CandidateSet, Measured
from pytest_distill.similarity.parsed_answer import words_of
from pytest_distill.similarity.style_features import FeatureVector, feature_vector
from pytest_distill.similarity.terse import terse
from pytest_distill.stats.paired import lead, mean

# Each decoy takes a second for 2,000 prompts. With decoys of all families hardly a lead is less.
_FAMILIES: Final = 4
_MOST_PROMPTS: Final = 300


def held(
    rivals: Mapping[str, Rivalry],
    measured: Mapping[str, Measured],
    families: Mapping[str, str],
    student: str,
    shared: SharedPrompts,
    candidate_set: CandidateSet,
) -> dict[str, Rivalry]:
    """Return the rivalries, each lead taken from a decoy of another family where that is less.

    Args:
        rivals: of the student and each candidate.
        measured: the student beside each candidate and each null model.
        families: of the candidates.
        student: its name.
        shared: answers of all.
        candidate_set: of the candidates.
    """
    step = -(-len(shared.prompts) // _MOST_PROMPTS)
    some = shared.every(step)
    made = _decoys(some, student, _sources(measured, families))
    decoys = candidate_set.agreement_with(some.vectors[student], made, step=step)
    found = {}
    for name, rivalry in rivals.items():
        own, seen = measured[name].agreement[::step], rivalry.found
        leads = (lead(own, other) for family, other in decoys.items() if family != families[name])
        least = min(leads, key=lambda one: one.value, default=None)
        if least is not None and least.value < seen.lead:
            seen = seen._replace(lead=least.value, error=least.error)
        found[name] = rivalry._replace(found=seen)
    return found


def _sources(measured: Mapping[str, Measured], families: Mapping[str, str]) -> dict[str, str]:
    """Return the nearest model of each of the nearest families."""
    nearest = sorted(measured, key=lambda name: -mean(measured[name].agreement).value)
    found: dict[str, str] = {}
    for name in nearest:
        found.setdefault(families.get(name, name), name)
    return dict(islice(found.items(), _FAMILIES))


def _decoys(
    shared: SharedPrompts, student: str, sources: Mapping[str, str]
) -> dict[str, list[FeatureVector]]:
    """Return what each family's source said, plain and as terse as the student, by family."""
    counts = [len(words_of(answer)) for answer in shared.answers[student]]
    return {
        family: [
            feature_vector(terse(answer, count), prompt=prompt) or vector
            for prompt, answer, vector, count in zip(
                shared.prompts, shared.answers[name], shared.vectors[name], counts, strict=True
            )
        ]
        for family, name in sources.items()
    }
