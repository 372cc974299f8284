"""What the suite asks: open prompts, for style, and questions, for capability."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_distill.data import prompts, questions
from pytest_distill.errors import UsageError
from pytest_distill.records import Case, Prompt, Question
from pytest_distill.suites.cases import from_prompts
from pytest_distill.suites.protocol import RunContext
from pytest_distill.text import digest

OPEN = "open"
"""Category of the prompts without a right answer."""

# Domains in which the prompt leaves the form of the answer open, and languages of the questions.
_DOMAINS = ("instructions", "reasoning", "technical", "multilingual")


@dataclass(frozen=True)
class Material:
    """The prompts of a run."""

    prompts: tuple[Prompt, ...]
    questions: Mapping[str, Question]
    """By the prompt that a model is given."""

    def cases(self, suite: str, samples: int) -> tuple[Case, ...]:
        """Return a case for each prompt and sample, without a reference."""
        opened = (
            case.model_copy(update={"category": OPEN})
            for case in from_prompts(suite, self.prompts, samples)
        )
        return (*opened, *self._question_cases(suite, samples))

    def _question_cases(self, suite: str, samples: int) -> Iterator[Case]:
        for prompt, question in self.questions.items():
            for sample in range(samples):
                yield Case(
                    id=f"{suite}/{question.id}" + (f"-s{sample + 1}" if sample else ""),
                    suite=suite,
                    query=prompt,
                    # Questions about one passage are right or wrong together.
                    probe_key=question.id if question.passage is None else digest(question.passage),
                    category=question.category,
                    language=question.language,
                    sample=sample,
                )


def read(context: RunContext) -> Material:
    """Return the user's prompts and questions, else the shipped ones.

    Raises:
        UsageError: a file of the user's cannot be used.
    """
    paths = context.settings.prompts
    if not paths:
        shipped: Mapping[str, tuple[Prompt, ...]] = prompts.load_shipped()
        opened = (prompt for domain in _DOMAINS for prompt in shipped[domain])
        return Material(
            tuple(prompt for prompt in opened if prompt.language in questions.LANGUAGES),
            questions.shipped_by_prompt(),
        )
    found: list[Prompt] = []
    asked: dict[str, Question] = {}
    for path in paths:
        if not questions.are_in(path):
            found += prompts.read(path, context.settings.columns).prompts
            continue
        for question in questions.read_own(path, context.settings.columns):
            if problem := _problem(question, asked.get(question.asked)):
                message = f"prompts {path}: question {question.id!r} {problem}"
                raise UsageError(message)
            asked[question.asked] = question
    return Material(tuple(found), asked)


def _problem(question: Question, earlier: Question | None) -> str | None:
    if question.category == OPEN:
        return f"has the category {OPEN!r}, which is that of prompts without answers: rename it"
    if earlier is not None:
        return f"asks the same as {earlier.id!r}: leave one of them out"
    return None
