"""Response similarity evaluation: how similar are the answers of a model and a reference?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

from pytest_distill.data import prompts
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.engine.pairwise import PairwiseEvaluator
from pytest_distill.gates.wording import Wording
from pytest_distill.protocols import Evaluator, LikenessJudge
from pytest_distill.records import (
    Case,
    Prompt,
    Report,
    RunDescription,
    Section,
    SuitePlan,
)
from pytest_distill.results.metrics import grouped
from pytest_distill.results.protocol import SuiteResults
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.arrangement import arranged, looks_at
from pytest_distill.suites.base import BaseSuite, PlainRun, asked, test_file
from pytest_distill.suites.cases import (
    from_prompts,
    from_transcripts,
    reference_prefix,
    with_reference,
)
from pytest_distill.suites.identity import judged
from pytest_distill.suites.protocol import Effort, Headline, Needs, RunContext

KINDS = ("overall", "style", "structure", "content")

# A judging model compares two answers in both orders.
_ORDERS = 2


class RseSuite(BaseSuite):
    """Compares a model's answers with those of each reference."""

    name = "rse"
    ends = (1.0, 5.0)
    help = "measures how similar its answers are to those of each --reference"
    needs = Needs(reference=True)
    test = "test_likeness"

    @property
    def test_file(self) -> Path:
        """A test for each case, which fails if the answers cannot be compared."""
        return test_file(self.name)

    def settles(self, settings: Settings) -> bool:
        """Return whether a teacher may be found among several references, or that none is one."""
        return len(settings.references) > 1

    def open(self, context: RunContext) -> "RseRun":
        """Begin a run; reads the prompts now, so that an invalid file is an error at the start."""
        return RseRun(self, context)

    def results(self, description: RunDescription) -> SuiteResults:
        """Return scores, and answers for attribution."""
        from pytest_distill.results.similarity import (  # noqa: PLC0415 - most runs compare nothing
            SimilarityResults,
        )

        plans = [description.plan(group) for group in description.model_suites]
        looks = max((len(plan.looks) for plan in plans), default=1)
        return SimilarityResults(self.name, [*description.references], looks=looks)

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return each score, over all prompts and by domain."""
        del vendors, corrections
        return frozenset(grouped(KINDS, groups))

    def wording(self, number: str) -> Wording:
        """Return of which likeness a score is, to the nearest reference."""
        kind, _, domain = number.partition(".")
        of_kind = "likeness" if kind == KINDS[0] else f"likeness in {kind}"
        where = f", on {domain}," if domain else ""
        return Wording(f"{of_kind} to the nearest reference{where}")

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield scores, matrix, attribution and family tree."""
        from pytest_distill.suites.rse.sections import sections  # noqa: PLC0415 - likewise

        yield from sections(self.name, report)

    def headline(self, report: Report) -> Headline | None:
        """Return the overall likeness of each model."""
        from pytest_distill.suites.rse.sections import headline  # noqa: PLC0415 - likewise

        return headline(self.name, report)


class RseRun(PlainRun):
    """One run of the suite."""

    def __init__(self, suite: RseSuite, context: RunContext) -> None:
        super().__init__(suite, context)
        self._unpaired_cases: dict[str | None, Sequence[Case]] = {}
        self._paired_cases: dict[tuple[str, str | None], Sequence[Case]] = {}
        self._prompts = tuple(_prompts(context))
        settings = context.settings
        clients = {
            label: reference.client
            for label, reference in context.references.items()
            if reference.client is not None
        }
        self._pairwise = PairwiseEvaluator(
            clients,
            judge=self._judge,
            samples=settings.samples,
            seed=settings.seed,
            anchors=not context.judges,
        )

    @property
    def judge_name(self) -> str:
        """Name of the likeness judge."""
        return self._judge.name

    def cases(self, label: str) -> Sequence[Case]:
        """Return a case for each prompt and each reference other than the model itself."""
        if label not in self._cases:
            references = (name for name in self._context.references if name != label)
            pairs = [self._of_pair(label, name) for name in references]
            if self._context.settings.stop:
                # The cases of the first look come first: prompt by prompt.
                pairs = [*zip(*pairs, strict=True)]
            self._cases[label] = tuple(chain.from_iterable(pairs))
        return self._cases[label]

    def plan(self, label: str) -> SuitePlan:
        """Return the looks: a prompt is in the same one with all its references."""
        settings, prefixes = self._context.settings, self._prefixes
        ids = (case.id for case in self.planned(label))
        looks = looks_at(ids, seed=settings.seed, is_stopping=settings.stop, prefixes=prefixes)
        return SuitePlan(looks=looks, prefixes=prefixes if settings.stop else ())

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        return tuple(reference_prefix(self._suite.name, name) for name in self._context.references)

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return the evaluator that compares answers, shared by all models."""
        del model
        return self._pairwise

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return a request per prompt to model and references, and two per pair to each judge."""
        unpaired = self._of_one(self._file(label))
        roles = ["model"] if label not in self._context.transcripts else []
        roles += [f"reference {name}" for name in self._context.references if name != label]
        pairs = self.cases(label)
        return [
            *(asked(role, unpaired) for role in roles),
            *judged(self._context, pairs, times=_ORDERS),
        ]

    def _file(self, label: str) -> str | None:
        # Prompts are the same for every model; recorded answers differ by file.
        return label if label in self._context.transcripts else None

    def _of_one(self, file: str | None) -> Sequence[Case]:
        if file not in self._unpaired_cases:
            name, context = self._suite.name, self._context
            if file is not None:
                found = from_transcripts(name, file, context.transcripts[file])
            else:
                found = from_prompts(name, self._prompts, context.settings.samples)
            # By what is behind the reference in the ids of pairs, too.
            self._unpaired_cases[file] = arranged(found, context.settings, [f"{name}/"])
        return self._unpaired_cases[file]

    def _of_pair(self, label: str, reference: str) -> Sequence[Case]:
        # Shared by all models, since a matrix has a hundred thousand cases.
        file = self._file(label)
        if (reference, file) not in self._paired_cases:
            self._paired_cases[reference, file] = with_reference(self._of_one(file), reference)
        return self._paired_cases[reference, file]

    @cached_property
    def _judge(self) -> LikenessJudge:
        context = self._context
        if context.judges:
            from pytest_distill.judges.rubric import (  # noqa: PLC0415 - few runs need it
                RubricJudge,
                RubricPanel,
            )

            judges = [
                RubricJudge(ask=client.complete, label=label, seed=context.settings.seed)
                for label, client in context.judges.items()
            ]
            return judges[0] if len(judges) == 1 else RubricPanel(judges)
        return _offline_judge()


def _prompts(context: RunContext) -> Iterator[Prompt]:
    """Yield the prompts that answers are compared on.

    Raises:
        UsageError: a file of the user's cannot be read.
    """
    if not context.settings.prompts:
        shipped: Mapping[str, tuple[Prompt, ...]] = prompts.load_shipped()
        for found in shipped.values():
            yield from found
    for path in context.settings.prompts:
        for prompt in prompts.read(path, context.settings.columns).prompts:
            yield prompt if prompt.domain else prompt.model_copy(update={"domain": path.stem})


def _offline_judge() -> LikenessJudge:
    from pytest_distill.results.detection import shipped_scaling  # noqa: PLC0415 - few runs need it
    from pytest_distill.similarity.judge import SimilarityJudge  # noqa: PLC0415 - likewise

    return SimilarityJudge(shipped_scaling())


RSE = RseSuite()
