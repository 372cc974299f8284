"""Does a model shout back? A suite as small as suites get, with a series of its own."""

from collections.abc import Iterator, Sequence

from pytest_distill.protocols import AnsweringModel
from pytest_distill.records import (
    Case,
    Observation,
    Point,
    Report,
    Section,
    Series,
    SuiteSummary,
)
from pytest_distill.suites.base import BaseSuite
from pytest_distill.suites.protocol import Needs, RunContext

_QUESTIONS = {
    "time": "What time is it",
    "weather": "How is the weather",
    "name": "What is your name",
    "lunch": "What is for lunch",
}
_MARKS = ("calm", "firm", "urgent")
"""Each category ends with one exclamation mark more than the one before."""


class Shouting(BaseSuite):
    """Measures the share of capitals among the letters of each answer."""

    name = "shouting"
    help = "how many of its letters a model writes as capitals when it is shouted at"
    needs = Needs(model_to_ask=True)
    numbers = ("capitals",)

    def cases(self, run: RunContext, label: str) -> Sequence[Case]:
        """Return each question with no, one and two exclamation marks."""
        del run, label
        return [
            Case(
                id=f"{self.name}/{name}-{category}",
                suite=self.name,
                query=question + "!" * marks,
                probe_key=name,
                category=category,
                language="en",
            )
            for name, question in _QUESTIONS.items()
            for marks, category in enumerate(_MARKS)
        ]

    async def evaluate(self, case: Case, model: AnsweringModel) -> Observation:
        """Ask, and count capitals."""
        completion = await model.answer(case)
        letters = [letter for letter in completion.text if letter.isalpha()]
        capitals = sum(letter.isupper() for letter in letters) / max(1, len(letters))
        return self.observed(case, model, {"capitals": capitals}, completion=completion)

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield the usual table, and how the answers change with the exclamation marks."""
        yield from super().sections(report)
        for label, suites in report.models.items():
            summary = suites.get(self.name)
            if isinstance(summary, SuiteSummary):
                points = tuple(
                    Point(x=marks, y=summary.by_category[category]["capitals"])
                    for marks, category in enumerate(_MARKS)
                    if category in summary.by_category
                )
                title = "capitals by exclamation marks"
                series = Series(title=title, x="marks", y="capitals", points=points)
                yield Section(title=f"{self.name} · {label} · in kind", blocks=(series,))
