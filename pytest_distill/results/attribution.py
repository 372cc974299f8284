"""Attribution of a student: is it nearer to a family than unrelated models are, and to which?"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from pytest_distill.errors import UsageError
from pytest_distill.records import (
    Candidate,
    Evidence,
    Join,
    SharedFeature,
    SharedPhrase,
    SideBySide,
    Trace,
)
from pytest_distill.results.detection import (
    FEWEST_WORDS,
    MODEL_ERROR,
    Detector,
    Rivalry,
    rivalries,
    shipped_scaling,
)
from pytest_distill.results.plainness import held
from pytest_distill.results.shared_prompts import SharedPrompts
from pytest_distill.similarity.candidates import CandidateSet, Measured
from pytest_distill.similarity.evidence import clearest, phrases
from pytest_distill.similarity.families import SAME, lineages
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import STYLE_FEATURES, FeatureVector, feature_vector
from pytest_distill.similarity.tree import clustered
from pytest_distill.stats.looks import alpha_of_look
from pytest_distill.stats.paired import falls_short, lead, mean

Answers = Mapping[str, str]
"""The answers of one model, by prompt."""

# Below, right families are missed (.90 rank first at 50 prompts, all at 200).
_FEW_PROMPTS: Final = 100
# Families or null models. With fewer, unrelated models lead so far that few students stand out.
_FEW_DECOYS: Final = 6
# Below, a standard error over prompts is meaningless.
_LEAST_PROMPTS: Final = 10
# The null was measured on English answers: so large a share of other letters is told.
_FOREIGN: Final = 0.2

Silence = Literal["", "plain", "terse"]
"""Why nothing is said of the nearest candidate, where that is so."""

_SILENCE: Final[Mapping[Silence, str]] = {
    "plain": (
        "all that it shares with {} is to be plain and terse: cut down like that, the answers of"
        " others resemble it as much"
    ),
    "terse": (
        f"its answers have fewer than {FEWEST_WORDS} words on average (geometric mean), and those"
        " of the models that show what is usual 30 or more: nothing is said of so few"
    ),
}

_SHOWN_FEATURES: Final = 6
_SHOWN_PHRASES: Final = 8
_SHOWN_EXAMPLES: Final = 2


class Portraits:
    """Feature vectors of answers, and what is made of them, once: students share candidates."""

    def __init__(self, notify: Callable[[int], None] | None = None) -> None:
        """Begin with none.

        Args:
            notify: is told how many there are, after each new one.
        """
        self._made: dict[tuple[str, str], FeatureVector | None] = {}
        self._notify = notify
        self._compared: tuple[object, Detector] | None = None

    def of(self, prompt: str, answer: str) -> FeatureVector | None:
        """Return the features of an answer; None if it has no words."""
        if (prompt, answer) not in self._made:
            self._made[prompt, answer] = feature_vector(answer, prompt=prompt)
            if self._notify is not None:
                self._notify(len(self._made))
        return self._made[prompt, answer]

    def detector(self, shared: SharedPrompts, lineup: "Lineup") -> Detector:
        """Return what judges students of a lineup; made anew only for other answers than before."""
        names = (*lineup.teachers, *lineup.nulls)
        answers = {name: shared.answers[name] for name in names}
        given = (shared.prompts, lineup.families, answers)
        if self._compared is None or self._compared[0] != given:
            teachers, nulls = (
                {name: shared.vectors[name] for name in group}
                for group in (lineup.teachers, lineup.nulls)
            )
            self._compared = (given, Detector(teachers, lineup.families, nulls))
        return self._compared[1]


class Lineup(NamedTuple):
    """Possible teachers of a student, and models that cannot be."""

    teachers: Mapping[str, Answers]
    families: Mapping[str, str]
    """Of the teachers (`families_of`)."""
    nulls: Mapping[str, Answers] = MappingProxyType({})
    """Models that are not candidates, as decoys."""


def trace(
    student: str,
    answers: Answers,
    lineup: Lineup,
    *,
    level: float,
    looks: int = 1,
    portraits: Portraits | None = None,
) -> Trace:
    """Return which teacher of a lineup a student may have been distilled from, if any.

    Two statements. *Detection*: the student has more affinity to the nearest candidate than
    unrelated models have, by a null that was measured on recorded models and is adapted to the
    null models of the run (`stats.unrelated`). *Attribution*, only where that is so: the candidates
    whose agreement with the student is not significantly below that of the nearest. Where nothing
    is detected the verdict is ``none`` if the affinity is below that of known students, else
    ``undecided``.

    Args:
        student: its name, which no candidate has.
        answers: of the student, by prompt.
        lineup: the candidates.
        level: confidence of intervals, detection and set.
        looks: how often a teacher is looked for, in a run that may end early: the error of
            detection is shared out among the looks.
        portraits: feature vectors made so far.

    Raises:
        UsageError: too few prompts are answered by all.
    """
    teachers, families, nulls = lineup
    portraits = portraits or Portraits()
    shared = _shared_prompts({**nulls, **teachers, student: answers}, portraits)
    detector = portraits.detector(shared, lineup)
    candidate_set = detector.candidate_set
    measured = candidate_set.measure(shared.vectors[student])
    strict = 1 - alpha_of_look(1 - level, looks)
    rivals, best, silence = _rivals(shared, student, lineup, detector, measured, level=strict)
    is_terse = silence == "terse"
    said = detector.detection(best, level=strict)
    detection = said.model_copy(update={"p": None}) if is_terse else said
    is_detected = detection.p is not None and detection.p <= 1 - strict
    kept = _told_apart(measured, families, best, level) if best and is_detected else []
    twins = [name for name, rivalry in rivals.items() if rivalry.found.nearness >= SAME]
    decoys = len(set(families.values())) - 1 + len(nulls)
    distances = candidate_set.distances(shared.vectors[student])
    candidates = _candidates(
        measured, distances, rivals, families, None if is_terse else detector, level=level
    )
    verdict = _verdict(kept, None if silence else best, twins, detector, strict)
    is_open = verdict == "undecided" and not (is_terse or twins)
    return Trace(
        student=student,
        prompts=len(shared.prompts),
        candidates=candidates,
        set=tuple(kept),
        verdict=verdict,
        detection=detection,
        prompts_needed=(
            detector.prompts_needed(best, len(shared.prompts), level=strict)
            if is_open and best
            else None
        ),
        warnings=(
            *([_SILENCE[silence].format(best.name)] if best and silence else ()),
            *_warnings(shared, answers, best, decoys, () if kept else twins),
        ),
        evidence=_evidence(
            shared,
            student,
            kept[0] if kept else candidates[0].name,
            candidate_set,
            measured,
            rivals,
            families,
        ),
    )


def _rivals(
    shared: SharedPrompts,
    student: str,
    lineup: Lineup,
    detector: Detector,
    measured: Mapping[str, Measured],
    *,
    level: float,
) -> tuple[Mapping[str, Rivalry], Rivalry | None, Silence]:
    """Return what the student shares with each candidate, with the nearest, and why that says none.

    Only what would name a teacher is held against decoys, which cost time: p-values below 1 -
    `level` can only become greater by them.
    """
    rivals = rivalries(measured, lineup.families)
    best = detector.nearest(rivals)
    if math.exp(fmean(vector.length for vector in shared.vectors[student])) < FEWEST_WORDS:
        return rivals, best, "terse"
    if best is None or detector.p(best) > 1 - level:
        return rivals, best, ""
    left = held(rivals, measured, lineup.families, student, shared, detector.candidate_set)
    is_plain = detector.p(left[best.name]) > 1 - level
    return left, left[best.name], "plain" if is_plain else ""


def families_of(
    teachers: Mapping[str, Answers], known: Mapping[str, str], portraits: Portraits | None = None
) -> dict[str, str]:
    """Return the family of each candidate, by its name and by likeness of their answers.

    Args:
        teachers: the answers of each candidate.
        known: families inferred from names.
        portraits: feature vectors made so far.

    Raises:
        UsageError: too few prompts are answered by all.
    """
    names = tuple(teachers)
    return lineages(names, _near(_shared_prompts(teachers, portraits or Portraits()), names), known)


def tree(models: Mapping[str, Answers], portraits: Portraits | None = None) -> tuple[Join, ...]:
    """Return `models` clustered by nearness, from the nearest pair on; empty for fewer than two.

    Raises:
        UsageError: too few prompts are answered by all.
    """
    if len(models) < 2:  # noqa: PLR2004 - one model is no tree
        return ()
    shared = _shared_prompts(models, portraits or Portraits())
    distances = {pair: max(0.0, 1 - near) for pair, near in _near(shared, tuple(models)).items()}
    return tuple(
        Join(members=(*j.left, *j.right), left=j.left, right=j.right, distance=j.distance)
        for j in clustered(tuple(models), distances)
    )


def _shared_prompts(models: Mapping[str, Answers], portraits: Portraits) -> SharedPrompts:
    # Prompts that differ only in blanks or accents are the same.
    keyed = {
        name: {plain(prompt): (prompt, answer) for prompt, answer in answers.items()}
        for name, answers in models.items()
    }
    first, *others = keyed.values()
    keys = [key for key in first if all(key in other for other in others)]
    vectors: dict[str, list[FeatureVector]] = {name: [] for name in models}
    kept = []
    for key in keys:
        found = [portraits.of(*given[key]) for given in keyed.values()]
        answered = [vector for vector in found if vector is not None]
        if len(answered) == len(found):
            kept.append(key)
            for name, vector in zip(models, answered, strict=True):
                vectors[name].append(vector)
    if len(kept) < _LEAST_PROMPTS:
        counts = ", ".join(f"{name}: {len(answers)}" for name, answers in models.items())
        message = (
            f"prompts answered by all: {len(kept)}; at least {_LEAST_PROMPTS} are needed\n"
            f"  prompts are matched by their text; answers of each: {counts}"
        )
        raise UsageError(message)
    aligned = {name: [answers[key][1] for key in kept] for name, answers in keyed.items()}
    return SharedPrompts([first[key][0] for key in kept], aligned, vectors)


def _near(shared: SharedPrompts, names: Sequence[str]) -> dict[tuple[str, str], float]:
    alone = CandidateSet(
        {name: shared.vectors[name] for name in names},
        {name: name for name in names},
        scaling=shipped_scaling(),
    )
    return {pair: mean(near).value for pair, near in alone.mutual_nearness().items()}


def _told_apart(
    measured: Mapping[str, Measured], families: Mapping[str, str], best: Rivalry, level: float
) -> list[str]:
    """Return the nearest candidate and those that are not significantly behind it."""
    top = measured[best.name].agreement
    kept = [
        name
        for name in families
        if name == best.name
        or not falls_short(
            lead(measured[name].agreement, top), 0.0, level=level, least_error=MODEL_ERROR
        )
    ]
    return sorted(kept, key=lambda name: -mean(measured[name].agreement).value)


def _verdict(
    kept: Sequence[str],
    best: Rivalry | None,
    twins: Sequence[str],
    detector: Detector,
    level: float,
) -> Literal["none", "one", "several", "undecided"]:
    if kept:
        return "one" if len(kept) == 1 else "several"
    is_absent = best is not None and not twins and detector.is_absent(best, level=level)
    return "none" if is_absent else "undecided"


def _candidates(
    measured: Mapping[str, Measured],
    distances: Mapping[str, float],
    rivals: Mapping[str, Rivalry],
    families: Mapping[str, str],
    detector: Detector | None,
    *,
    level: float,
) -> tuple[Candidate, ...]:
    found = []
    for name, family in families.items():
        score = mean(measured[name].score)
        low, high = score.interval(level)
        rivalry = rivals.get(name)
        found.append(
            Candidate(
                name=name,
                family=family,
                score=score.value,
                low=low,
                high=high,
                p=None if rivalry is None or detector is None else detector.p(rivalry),
                distance=distances[name],
                lead=None if rivalry is None else rivalry.found.lead,
            )
        )
    return tuple(sorted(found, key=lambda candidate: -candidate.score))


def _warnings(
    shared: SharedPrompts,
    answers: Answers,
    best: Rivalry | None,
    decoys: int,
    twins: Sequence[str],
) -> Iterator[str]:
    count, answered = len(shared.prompts), len(answers)
    if count < _FEW_PROMPTS:
        yield (
            f"{count} prompts are few: below {_FEW_PROMPTS} the nearest is often the wrong one;"
            " give some hundreds"
        )
    if count < answered:
        yield f"{answered - count} of the student's {answered} prompts are not answered by all"
    if best is None:
        yield (
            "all candidates are of one family and there is no decoy, so there is no answer;"
            " add candidates of other families (pytest-distill trace also takes --null)"
        )
    elif decoys < _FEW_DECOYS - 1:
        yield (
            f"decoys are few ({decoys}): among so few the nearest one leads far by chance, and"
            f" fewer students stand out; give {_FEW_DECOYS} families or more"
        )
    for name in twins:
        yield (
            f"on the whole it is as near to {name} as two versions of one model are, but what they"
            " share from prompt to prompt is not more than of unrelated models"
        )
    if _share_of_foreign_letters(answers) > _FOREIGN:
        yield "what unrelated models show was measured on English answers; these are of others"


def _share_of_foreign_letters(answers: Answers) -> float:
    letters = [letter for answer in answers.values() for letter in answer if letter.isalpha()]
    return sum(not letter.isascii() for letter in letters) / max(1, len(letters))


def _evidence(
    shared: SharedPrompts,
    student: str,
    name: str,
    candidate_set: CandidateSet,
    measured: Mapping[str, Measured],
    rivals: Mapping[str, Rivalry],
    families: Mapping[str, str],
) -> Evidence:
    return Evidence(
        candidate=name,
        features=tuple(_features(candidate_set, shared.vectors[student], name)),
        phrases=tuple(_phrases(shared, student, name, families)),
        examples=tuple(_examples(shared, student, measured, rivals.get(name))),
    )


def _features(
    candidate_set: CandidateSet, student: Sequence[FeatureVector], name: str
) -> list[SharedFeature]:
    if not candidate_set.has_decoys:
        return []
    found = zip(STYLE_FEATURES, candidate_set.features(student, name), strict=True)
    ranked = sorted(found, key=lambda item: -item[1][0])
    # Deviations in opposite directions are no shared feature.
    return [
        SharedFeature(feature=feature.words, student=own, teacher=other)
        for feature, (_, own, other) in ranked
        if own * other > 0
    ][:_SHOWN_FEATURES]


def _phrases(
    shared: SharedPrompts, student: str, name: str, families: Mapping[str, str]
) -> list[SharedPhrase]:
    others = {
        other: answers
        for other, answers in shared.answers.items()
        if other != student and families.get(other) != families[name]
    }
    found = phrases(shared.answers[student], shared.answers[name], others, top=_SHOWN_PHRASES)
    return [
        SharedPhrase(phrase=p.text, student=p.student, teacher=p.teacher, others=p.others)
        for p in found
    ]


def _examples(
    shared: SharedPrompts,
    student: str,
    measured: Mapping[str, Measured],
    rivalry: Rivalry | None,
) -> list[SideBySide]:
    if rivalry is None:
        return []
    own, other = measured[rivalry.name].agreement, measured[rivalry.rival].agreement
    return [
        SideBySide(
            prompt=shared.prompts[index],
            student=shared.answers[student][index],
            teacher=shared.answers[rivalry.name][index],
        )
        for index in clearest(own, other, top=_SHOWN_EXAMPLES)
    ]
