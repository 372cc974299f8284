"""Results of comparisons: similarity scores, and answers for attribution."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_distill.data import facts
from pytest_distill.errors import UsageError
from pytest_distill.records import (
    Completion,
    Join,
    NearAnswer,
    Observation,
    RseSummary,
    SuiteSummary,
    Summary,
    Trace,
    Usage,
)
from pytest_distill.report import leaks
from pytest_distill.results.attribution import Lineup, Portraits, families_of, trace, tree
from pytest_distill.results.outcomes import PlannedResults
from pytest_distill.results.protocol import CaseFilter, SummaryOptions, Values
from pytest_distill.results.usages import AnswerUsages
from pytest_distill.similarity.judge import JUDGE, RESAMPLE, UNRELATED
from pytest_distill.stats.panels import Voted
from pytest_distill.stats.similarity import Anchors, Compared, compared, summarise, values_of

_ANCHORS = Anchors(unrelated=UNRELATED, resample=RESAMPLE)


# By pair of models.
_MOST_KEPT = 10


class _Pair(NamedTuple):
    model: str
    reference: str


class _Texts(NamedTuple):
    """A comparison for readers: its texts are cut and printable."""

    score: float
    """Of the judge, as it is."""
    asked: str
    answered: str
    reference_answered: str


class SimilarityResults(PlannedResults):
    """Counts each case once; a case that is added again replaces the earlier one."""

    def __init__(self, suite: str, references: Collection[str] = (), *, looks: int = 1) -> None:
        """Begin with nothing.

        Args:
            suite: its name.
            references: of the run.
            looks: how often a teacher is looked for: a run that may end early looks several times.
        """
        self.suite = suite
        self._references = references
        self._looks = looks
        self._portraits = Portraits()
        self._prompts: dict[str, str] = {}
        """By case."""
        self._nearest: dict[_Pair, dict[str, _Texts]] = defaultdict(dict)
        """The nearest answers of each pair, by case."""
        self._outcomes: dict[_Pair, dict[str, Compared]] = defaultdict(dict)
        self._answers: dict[str, dict[str, str]] = defaultdict(dict)
        """By model label, then by prompt; of several answers the first."""

        self._is_offline = True
        """Whether the offline judge compared them, for whose scores there are anchors."""
        self._usages = AnswerUsages()

    def add(self, observation: Observation) -> None:
        """Enter one comparison."""
        case, reference = observation.case, observation.case.reference or ""
        pair = _Pair(observation.model, reference)
        self._is_offline = observation.judge == JUDGE
        self._outcomes[pair][case.id] = compared(observation)
        prompt = "\n".join(turn.content for turn in case.messages) or case.prompt
        self._prompts[case.id] = prompt
        both: tuple[tuple[str, Completion | None], ...] = (
            (observation.model, observation.completion),
            (reference, observation.reference),
        )
        self._usages.add(observation)
        self._keep_if_near(pair, observation)
        if case.sample:
            return
        for label, answer in both:
            if answer is not None:
                self._answers[label].setdefault(prompt, answer.answer)

    def usages(self) -> Sequence[Usage | None]:
        """Return the usage of each requested answer; None if the provider did not report it."""
        return self._usages.all()

    def votes(self) -> Sequence[Voted]:
        """Return nothing: a panel of likeness judges gives the mean of their scores."""
        return ()

    def summaries(self, model: str, options: SummaryOptions) -> Mapping[str, Summary]:
        """Return the likeness of a model to each reference; empty without comparisons."""
        return {self.suite: self.summary(model, options)} if self._pairs(model) else {}

    def summary(self, model: str, options: SummaryOptions) -> RseSummary | SuiteSummary:
        """Return the likeness of a model to each reference; no number without comparisons."""
        pairs = self._pairs(model)
        if not pairs:
            return SuiteSummary()
        references = {
            pair.reference: summarise(
                self._of(pair, options.keep).values(), anchors=self._anchors, level=options.level
            )
            for pair in pairs
        }
        nearest = _nearest({name: s.overall.value for name, s in references.items()})
        top = references[nearest].model_dump()
        return RseSummary.model_validate({**top, "reference": nearest, "references": references})

    def values(self, model: str, part: str) -> Mapping[str, Values]:
        """Return the values of each case.

        Each case is part of the scores for its reference; those for the nearest reference are
        also part of the model's overall scores.
        """
        del part
        pairs = self._pairs(model)
        if not pairs:
            return {}
        overall = {
            pair.reference: summarise(
                self._of(pair, None).values(), anchors=self._anchors
            ).overall.value
            for pair in pairs
        }
        nearest = _nearest(overall)
        return {
            case: values
            for pair in pairs
            for case, values in self._values_of_pair(pair, is_nearest=pair.reference == nearest)
        }

    def evidence(self, model: str, number: str) -> Sequence[str]:
        """Return the cases whose answers are nearest to those of the nearest reference.

        Of those that are nearest over all: the texts of all answers would be too many to keep.
        """
        kept = {case for pair in self._pairs(model) for case in self._nearest[pair]}
        scores = {
            case: values[number]
            for case, values in self.values(model, self.suite).items()
            if case in kept and values is not None and number in values
        }
        return sorted(scores, key=lambda case: (-scores[case], case))

    def shown(self, model: str, case: str) -> NearAnswer | None:
        """Return prompt and both answers of a comparison."""
        for pair in self._pairs(model):
            if (texts := self._nearest[pair].get(case)) is not None:
                (values,) = values_of([self._outcomes[pair][case]], anchors=self._anchors)
                return NearAnswer(
                    model=model,
                    suite=self.suite,
                    case=case,
                    reference=pair.reference,
                    score=(values or {})["overall"],
                    asked=texts.asked,
                    answered=texts.answered,
                    reference_answered=texts.reference_answered,
                )
        return None

    def report_fields(self, *, level: float) -> Mapping[str, Any]:
        """Return the attribution of each model, and the family tree of all models."""
        return {"lineage": dict(self._traced(level)), "family_tree": self._family_tree()}

    def is_settled(self, model: str, *, level: float, keep: CaseFilter | None) -> bool | None:
        """Return whether a teacher is found, or none of them is it; None with fewer than two."""
        is_traced = len(self._references) > 1 and model not in self._references
        if not is_traced:
            return None
        found = dict(self._traced(level, models={model}, keep=keep)).get(model)
        return found is not None and found.verdict != "undecided"

    @property
    def _anchors(self) -> Anchors | None:
        return _ANCHORS if self._is_offline else None

    def _pairs(self, model: str) -> list[_Pair]:
        return [pair for pair in sorted(self._outcomes) if pair.model == model]

    def _of(self, pair: _Pair, keep: CaseFilter | None) -> dict[str, Compared]:
        found = self._outcomes[pair]
        # In one order, so that sums are the same to the last digit.
        return {case: found[case] for case in sorted(found) if keep is None or keep(case)}

    def _keep_if_near(self, pair: _Pair, observation: Observation) -> None:
        found, case = self._nearest[pair], observation.case.id
        found.pop(case, None)
        verdict, own, other = observation.likeness, observation.completion, observation.reference
        if verdict is None or verdict.scores is None or own is None or other is None:
            return
        found[case] = _Texts(
            verdict.scores.overall,
            leaks.asked(self._prompts[case]),
            leaks.answered(own.answer, None),
            leaks.answered(other.answer, None),
        )
        if len(found) > _MOST_KEPT:
            del found[min(found, key=lambda each: (found[each].score, each))]

    def _values_of_pair(self, pair: _Pair, *, is_nearest: bool) -> Iterator[tuple[str, Values]]:
        found = self._of(pair, None)
        scores = values_of(found.values(), anchors=self._anchors)
        for (case, outcome), values in zip(found.items(), scores, strict=True):
            if values is None:
                yield case, None
                continue
            named = {f"references.{pair.reference}.{name}": v for name, v in values.items()}
            if is_nearest:
                named |= values
                named |= {f"{name}.{outcome.domain}": value for name, value in values.items()}
            yield case, named

    def _family_tree(self) -> tuple[Join, ...]:
        """Return all models clustered by likeness; empty where they share too few prompts."""
        try:
            return tree(
                {name: self._answers_of(name) for name in sorted(self._answers)}, self._portraits
            )
        except UsageError:
            return ()

    def _answers_of(self, label: str, keep: CaseFilter | None = None) -> dict[str, str]:
        """Return a model's answers, in an order independent of which request ended first."""
        kept = None if keep is None else {p for case, p in self._prompts.items() if keep(case)}
        found = self._answers[label].items()
        return dict(sorted(one for one in found if kept is None or one[0] in kept))

    def _traced(
        self, level: float, *, models: Iterable[str] | None = None, keep: CaseFilter | None = None
    ) -> Iterator[tuple[str, Trace]]:
        references = sorted({pair.reference for pair in self._outcomes})
        # A model that is also a reference is in matrix and tree only.
        chosen = {pair.model for pair in self._outcomes} if models is None else set(models)
        chosen -= set(references)
        if len(references) < 2 or not chosen:  # noqa: PLR2004 - of one there is no choice
            return
        teachers = {name: self._answers_of(name, keep) for name in references}
        try:
            known = facts.families({name: name for name in references}, facts.load_shipped())
            families = families_of(teachers, known, self._portraits)
        except UsageError:
            return
        for model in sorted(chosen):
            answers = self._answers_of(model, keep)
            try:
                found = trace(
                    model,
                    answers,
                    Lineup(teachers, families),
                    level=level,
                    looks=self._looks,
                    portraits=self._portraits,
                )
            except UsageError:
                # Too few prompts in common: only the scores are reported.
                continue
            yield model, found


def _nearest(scores: Mapping[str, float | None]) -> str:
    """Return the reference with the highest score."""
    return max(scores, key=lambda name: scores[name] or 0.0)
