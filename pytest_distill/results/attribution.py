"""Attribution of a student: likeness to candidates, tested against decoys, with evidence."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

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
from pytest_distill.similarity.candidates import CandidateSet, Measured
from pytest_distill.similarity.evidence import clearest, phrases
from pytest_distill.similarity.families import lineages
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import STYLE_FEATURES, FeatureVector, feature_vector
from pytest_distill.similarity.tree import clustered
from pytest_distill.stats.multiplicity import holm
from pytest_distill.stats.paired import Mean, falls_short, lead, mean, p_of_no_lead

Answers = Mapping[str, str]
"""The answers of one model, by prompt."""

# Lead of the teacher's family over the next one, in agreement with the student: the lower quartile
# of eight students of known teachers (.054 to .21), on 799 prompts. With the teacher's family left
# out, the best of the others leads by at most .037; for models trained on human data the best
# leads by .03 and .05 (for a third, as plain as the plainest candidate, by .14).
_EXPECTED_LEAD: Final = 0.07
# The standard error of that measurement, which more prompts do not reduce.
_EXPECTED_ERROR: Final = 0.0135

# Below, right families are missed (.90 rank first at 50 prompts, all at 200), and sets are wide.
_FEW_PROMPTS: Final = 100
# Families or null models. With the teacher's family left out, another one is taken for it in .67
# of random candidate sets of 2 families, .42 of 3, .33 of 4, .21 of 6, and in none of 6 to 8 when
# all recorded families are included.
_FEW_DECOYS: Final = 6
# Below, a standard error over prompts is meaningless.
_LEAST_PROMPTS: Final = 10

_SHOWN_FEATURES: Final = 6
_SHOWN_PHRASES: Final = 8
_SHOWN_EXAMPLES: Final = 2


class _SharedPrompts(NamedTuple):
    """Answers and features of all models on the prompts that all of them answered."""

    prompts: Sequence[str]
    answers: Mapping[str, Sequence[str]]
    vectors: Mapping[str, Sequence[FeatureVector]]


def trace(
    student: str,
    answers: Answers,
    teachers: Mapping[str, Answers],
    *,
    nulls: Mapping[str, Answers],
    families: Mapping[str, str],
    level: float,
) -> Trace:
    """Return which of `teachers` a student may have been distilled from.

    The lead of a candidate is the student's agreement with it, less that with the best decoy: a
    candidate of another family or a null model. A candidate stays in the set unless its lead is
    significantly below `_EXPECTED_LEAD`, the lead for known students. Fewer prompts make the
    set wider.

    Args:
        student: its name, which no candidate has.
        answers: of the student, by prompt.
        teachers: the answers of each candidate.
        nulls: the answers of models that are not candidates, as further decoys.
        families: of the candidates (`families_of`).
        level: confidence of intervals and set.

    Raises:
        UsageError: too few prompts are answered by all.
    """
    shared = _shared_prompts({**nulls, **teachers, student: answers})
    candidate_set = CandidateSet(
        {name: shared.vectors[name] for name in teachers},
        families,
        null_models={name: shared.vectors[name] for name in nulls},
    )
    measured = candidate_set.measure(shared.vectors[student])
    leads = _leads(measured, families) if candidate_set.has_decoys else {}
    distances = candidate_set.distances(shared.vectors[student])
    candidates = _candidates(measured, distances, leads, families, level=level)
    kept = [
        c.name for c in candidates if c.name in leads and not _is_excluded(leads[c.name], level)
    ]
    shown = kept[0] if kept else candidates[0].name
    return Trace(
        student=student,
        prompts=len(shared.prompts),
        candidates=candidates,
        set=tuple(kept),
        verdict="none" if not kept else "one" if len(kept) == 1 else "several",
        warnings=tuple(
            _warnings(shared, len(answers), decoys=len(set(families.values())) - 1 + len(nulls))
        ),
        evidence=Evidence(
            candidate=shown,
            features=tuple(_features(candidate_set, shared.vectors[student], shown)),
            phrases=tuple(_phrases(shared, student, shown, families)),
            examples=tuple(_examples(shared, student, shown, measured, families)),
        ),
    )


def families_of(teachers: Mapping[str, Answers], known: Mapping[str, str]) -> dict[str, str]:
    """Return the family of each candidate, by its name and by likeness of their answers.

    Args:
        teachers: the answers of each candidate.
        known: families inferred from names.

    Raises:
        UsageError: too few prompts are answered by all.
    """
    names = tuple(teachers)
    return lineages(names, _near(_shared_prompts(teachers), names), known)


def tree(models: Mapping[str, Answers]) -> tuple[Join, ...]:
    """Return `models` clustered by nearness, from the nearest pair on; empty for fewer than two.

    Raises:
        UsageError: too few prompts are answered by all.
    """
    if len(models) < 2:  # noqa: PLR2004 - one model is no tree
        return ()
    shared = _shared_prompts(models)
    distances = {pair: max(0.0, 1 - near) for pair, near in _near(shared, tuple(models)).items()}
    return tuple(
        Join(members=(*j.left, *j.right), left=j.left, right=j.right, distance=j.distance)
        for j in clustered(tuple(models), distances)
    )


def _shared_prompts(models: Mapping[str, Answers]) -> _SharedPrompts:
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
        found = [feature_vector(given[key][1], prompt=given[key][0]) for given in keyed.values()]
        answered = [vector for vector in found if vector is not None]
        if len(answered) == len(found):
            kept.append(key)
            for name, vector in zip(models, answered, strict=True):
                vectors[name].append(vector)
    if len(kept) < _LEAST_PROMPTS:
        counts = ", ".join(f"{name}: {len(answers)}" for name, answers in models.items())
        message = (
            f"only {len(kept)} prompts are answered by all, and {_LEAST_PROMPTS} are needed\n"
            f"  prompts are matched by their text; answers of each: {counts}"
        )
        raise UsageError(message)
    aligned = {name: [answers[key][1] for key in kept] for name, answers in keyed.items()}
    return _SharedPrompts([first[key][0] for key in kept], aligned, vectors)


def _near(shared: _SharedPrompts, names: Sequence[str]) -> dict[tuple[str, str], float]:
    alone = CandidateSet(
        {name: shared.vectors[name] for name in names}, {name: name for name in names}
    )
    near = {name: alone.nearness(shared.vectors[name]) for name in names}
    return {(a, b): mean(near[a][b]).value for a, b in combinations(names, 2)}


def _leads(measured: Mapping[str, Measured], families: Mapping[str, str]) -> dict[str, Mean]:
    return {
        name: lead(measured[name].agreement, measured[rival].agreement)
        for name in families
        if (rival := _rival(name, measured, families)) is not None
    }


def _rival(name: str, measured: Mapping[str, Measured], families: Mapping[str, str]) -> str | None:
    """Return the decoy, from another family than `name`, that the student agrees with most."""
    decoys = [other for other in measured if families.get(other) != families[name]]
    return max(decoys, key=lambda other: sum(measured[other].agreement), default=None)


def _is_excluded(found: Mean, level: float) -> bool:
    return falls_short(found, _EXPECTED_LEAD, level=level, least_error=_EXPECTED_ERROR)


def _candidates(
    measured: Mapping[str, Measured],
    distances: Mapping[str, float],
    leads: Mapping[str, Mean],
    families: Mapping[str, str],
    *,
    level: float,
) -> tuple[Candidate, ...]:
    adjusted = dict(zip(leads, holm([p_of_no_lead(x) for x in leads.values()]), strict=True))
    found = []
    for name, family in families.items():
        score = mean(measured[name].score)
        low, high = score.interval(level)
        found.append(
            Candidate(
                name=name,
                family=family,
                score=score.value,
                low=low,
                high=high,
                p=adjusted.get(name),
                distance=distances[name],
                lead=leads[name].value if name in leads else None,
            )
        )
    return tuple(sorted(found, key=lambda candidate: -candidate.score))


def _warnings(shared: _SharedPrompts, answered: int, *, decoys: int) -> Iterator[str]:
    count = len(shared.prompts)
    if count < _FEW_PROMPTS:
        yield (
            f"{count} prompts are few: below {_FEW_PROMPTS} the answer is often wrong or wide;"
            " give some hundreds"
        )
    if count < answered:
        yield f"{answered - count} of the student's {answered} prompts are not answered by all"
    if decoys == 0:
        yield (
            "all candidates are of one family and there is no decoy, so there is no answer;"
            " add candidates of other families, or nulls"
        )
    elif decoys < _FEW_DECOYS - 1:
        yield (
            f"decoys are few ({decoys}): if the teacher is not among the candidates, the next"
            f" best is often taken for it; give {_FEW_DECOYS} families or more"
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
    shared: _SharedPrompts, student: str, name: str, families: Mapping[str, str]
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
    shared: _SharedPrompts,
    student: str,
    name: str,
    measured: Mapping[str, Measured],
    families: Mapping[str, str],
) -> list[SideBySide]:
    rival = _rival(name, measured, families)
    if rival is None:
        return []
    own, other = measured[name].agreement, measured[rival].agreement
    return [
        SideBySide(
            prompt=shared.prompts[index],
            student=shared.answers[student][index],
            teacher=shared.answers[name][index],
        )
        for index in clearest(own, other, top=_SHOWN_EXAMPLES)
    ]
