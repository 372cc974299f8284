"""What a run has compared: scores to sum up, and answers to trace students by."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from pytest_distill.data import facts
from pytest_distill.errors import UsageError
from pytest_distill.records import Join, Observation, RseSummary, Trace, Usage
from pytest_distill.results.attribution import families_of, trace, tree
from pytest_distill.similarity.judge import JUDGE, USUAL_CEILING, USUAL_FLOOR
from pytest_distill.stats.similarity import Anchors, Compared, compared, summarise

_USUAL = Anchors(floor=USUAL_FLOOR, ceiling=USUAL_CEILING)


class _Pair(NamedTuple):
    model: str
    reference: str


class SimilarityResults:
    """Counts each case once; one that comes again replaces."""

    def __init__(self) -> None:
        self._outcomes: dict[_Pair, dict[str, Compared]] = defaultdict(dict)
        self._answers: dict[str, dict[str, str]] = defaultdict(dict)
        """By the label of a model, then by prompt: of several answers the first."""

        self._is_offline = True
        """Whether the offline judge compared them, whose scores are anchored."""
        self._usages: dict[tuple[str, str, int], Usage | None] = {}
        """Of every answer that was asked for, however often it was compared."""

    def add(self, observation: Observation) -> None:
        """Enter one comparison."""
        case, reference = observation.case, observation.case.reference or ""
        pair = _Pair(observation.model, reference)
        self._is_offline = observation.judge == JUDGE
        self._outcomes[pair][case.id] = compared(observation)
        prompt = "\n".join(turn.content for turn in case.messages) or case.prompt
        both = ((observation.model, observation.completion), (reference, observation.reference))
        for label, answer in both:
            if label == reference or case.response is None:
                usage = None if answer is None else answer.usage
                self._usages[label, prompt, case.sample] = usage
        if case.sample:
            return
        for label, answer in both:
            if answer is not None:
                self._answers[label].setdefault(prompt, answer.text)

    def usages(self) -> list[Usage | None]:
        """Return what each answer that was asked for cost; None where nobody said."""
        return list(self._usages.values())

    def summaries(
        self, *, level: float, keep: Callable[[str], bool] | None = None
    ) -> Mapping[str, RseSummary]:
        """Return the likeness of each model to each reference, of the cases that `keep` names."""
        by_model: dict[str, list[_Pair]] = defaultdict(list)
        for pair in sorted(self._outcomes):
            by_model[pair.model].append(pair)
        return {model: self._summary(pairs, level, keep) for model, pairs in by_model.items()}

    def lineage(self, *, level: float) -> Mapping[str, Trace]:
        """Return whose student each model may be, where several references say so."""
        return dict(self._traced(level))

    def family_tree(self) -> tuple[Join, ...]:
        """Return all models clustered by likeness; empty where they share too few prompts."""
        try:
            return tree({name: self._said(name) for name in sorted(self._answers)})
        except UsageError:
            return ()

    def _said(self, label: str) -> dict[str, str]:
        """Return what a model said, in an order that does not depend on who finished first."""
        return dict(sorted(self._answers[label].items()))

    def _summary(
        self, pairs: list[_Pair], level: float, keep: Callable[[str], bool] | None
    ) -> RseSummary:
        references = {
            pair.reference: summarise(
                [
                    outcome
                    for case_id, outcome in self._outcomes[pair].items()
                    if keep is None or keep(case_id)
                ],
                anchors=_USUAL if self._is_offline else None,
                level=level,
            )
            for pair in pairs
        }
        nearest = max(references, key=lambda name: references[name].overall.value or 0.0)
        top = references[nearest].model_dump()
        return RseSummary.model_validate({**top, "reference": nearest, "references": references})

    def _traced(self, level: float) -> Iterator[tuple[str, Trace]]:
        references = sorted({pair.reference for pair in self._outcomes})
        # A model that is a reference too has its place in matrix and tree.
        models = {pair.model for pair in self._outcomes} - set(references)
        if len(references) < 2 or not models:  # noqa: PLR2004 - of one there is no choice
            return
        teachers = {name: self._said(name) for name in references}
        try:
            known = facts.families({name: name for name in references}, facts.load_shipped())
            families = families_of(teachers, known)
        except UsageError:
            return
        for model in sorted(models):
            said = self._said(model)
            try:
                found = trace(model, said, teachers, nulls={}, families=families, level=level)
            except UsageError:
                # Too few prompts in common: the scores are all that can be said.
                continue
            yield model, found
