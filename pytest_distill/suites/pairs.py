"""Cases of suites that compare the answers of two models: one for each prompt and reference."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from pytest_distill.data import prompts
from pytest_distill.engine.evaluate import request
from pytest_distill.errors import UsageError
from pytest_distill.records import Case, Prompt, SuitePlan
from pytest_distill.suites.arrangement import arranged, looks_at
from pytest_distill.suites.base import BaseSuite, PlainRun
from pytest_distill.suites.cases import (
    from_prompts,
    from_transcripts,
    reference_prefix,
    with_reference,
)
from pytest_distill.suites.protocol import RunContext
from pytest_distill.text import stem_of


class PairRun(PlainRun):
    """A run of a suite with a case for each prompt and each reference."""

    def __init__(self, suite: BaseSuite, context: RunContext) -> None:
        super().__init__(suite, context)
        self._unpaired_cases: dict[str | None, Sequence[Case]] = {}
        self._paired_cases: dict[tuple[str, str | None], Sequence[Case]] = {}

    @cached_property
    def all_prompts(self) -> Sequence[Prompt]:
        """The prompts of the user, else those that ship.

        Raises:
            UsageError: a file of the user's cannot be read.
        """
        return tuple(_prompts(self._context))

    @property
    def prompts(self) -> Sequence[Prompt]:
        """Those of them that the suite asks."""
        return self.all_prompts

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

    def unpaired(self, label: str) -> Sequence[Case]:
        """Return the cases of one model without references."""
        return self._of_one(self._file(label))

    def arranged(self, file: str | None) -> Sequence[Case]:
        """Return the cases without references that the settings select, in their order.

        Args:
            file: label of the model whose recorded answers they are; None: they are to be asked.
        """
        name, context = self._suite.name, self._context
        if file is not None:
            found = from_transcripts(name, file, context.transcripts[file])
        else:
            found = from_prompts(name, self.prompts, context.settings.samples)
        # By what is behind the reference in the ids of pairs, too.
        return arranged(found, context.settings, [f"{name}/"])

    def _file(self, label: str) -> str | None:
        # Prompts are the same for every model; recorded answers differ by file.
        return label if label in self._context.transcripts else None

    def _of_one(self, file: str | None) -> Sequence[Case]:
        if file not in self._unpaired_cases:
            self._unpaired_cases[file] = self.arranged(file)
        return self._unpaired_cases[file]

    def _of_pair(self, label: str, reference: str) -> Sequence[Case]:
        # Shared by all models, since a matrix has a hundred thousand cases.
        file = self._file(label)
        if (reference, file) not in self._paired_cases:
            self._paired_cases[reference, file] = with_reference(self._of_one(file), reference)
        return self._paired_cases[reference, file]


def answerable(suite: str, cases: Sequence[Case], context: RunContext) -> tuple[Case, ...]:
    """Return the cases that every reference, and the base, can answer as far as is known.

    Args:
        suite: its name.
        cases: without references.
        context: of the run.

    Raises:
        UsageError: there is none.
    """
    base = [] if context.base is None else [context.base]
    others = [*context.references.values(), *base]
    seed = context.settings.seed
    found = tuple(
        case
        for case in cases
        if all(
            model.client is None or model.client.can_answer(request(case, seed=seed))
            for model in others
        )
    )
    if cases and not found:
        names = ", ".join(model.label for model in others)
        message = (
            f"--suite {suite}: none of its {len(cases)} prompts has a recorded answer of all of"
            f" {names}\n  record answers to its prompts, or give prompts of your own (--prompts)"
        )
        raise UsageError(message)
    return found


def left_out(suite: str, every: Sequence[object], kept: Sequence[object]) -> Sequence[str]:
    """Return what the header of a run says of prompts that are left out; nothing if none is."""
    count = len(every) - len(kept)
    lacking = "to which recorded references have no answer"
    return [f"{suite}: {count} of {len(every)} prompts are left out, {lacking}"] if count else []


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
            yield prompt if prompt.domain else prompt.model_copy(update={"domain": stem_of(path)})
