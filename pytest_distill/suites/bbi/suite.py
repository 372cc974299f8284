"""Bounded behavioural indistinguishability: can anyone tell student and teacher apart?"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pytest_distill.data.sampling import stratified
from pytest_distill.engine.answers import SharedAnswers
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.errors import UsageError
from pytest_distill.gates.wording import Wording
from pytest_distill.models import recorded
from pytest_distill.protocols import Evaluator
from pytest_distill.records import Case, Prompt, Record, Report, RunDescription, Scalar, Section
from pytest_distill.results.metrics import grouped
from pytest_distill.results.protocol import SuiteResults
from pytest_distill.settings.settings import Settings
from pytest_distill.similarity.adversary import QUERIES, OfflineAdversary
from pytest_distill.suites.arrangement import arranged
from pytest_distill.suites.base import BaseSuite, asked, test_file
from pytest_distill.suites.bbi import options
from pytest_distill.suites.bbi.evaluator import PairCollector, Unrelated
from pytest_distill.suites.bbi.names import (
    ARMS,
    BASE,
    NUMBERS,
    PER_CASE,
    RESAMPLE,
    SUITE,
    TRAINED,
    TWO_SAMPLE,
    judge_name,
)
from pytest_distill.suites.bbi.power import power
from pytest_distill.suites.cases import from_prompts
from pytest_distill.suites.pairs import PairRun, answerable, left_out
from pytest_distill.suites.protocol import Effort, Needs, RunContext
from pytest_distill.text import digest

# A judging model is asked about two answers in both orders.
_ORDERS = 2

# Prompts whose answers a judge may be shown; some may have none.
_MOST_EXAMPLES = 8

_WORDS: Mapping[str, str] = {
    "advantage": "the advantage in telling its answers from the reference's",
    "advantage_consistent": "the advantage of consistent guesses",
    "flip_rate": "the share of guesses that change with the order",
    "total_variation": "the least distance of its answers from the reference's",
    "closed": "how much of the way from the base to the reference it went",
    "p_value": "the chance of such a difference to the reference where there is none",
}

_SHARES = frozenset({"flip_rate", "total_variation", "p_value"})


class BbiSuite(BaseSuite):
    """Has adversaries tell a model's answers from those of each reference."""

    name = SUITE
    ends = (-1.0, 1.0)
    help = "measures how well adversaries tell its answers from those of each --reference"
    needs = Needs(reference=True)
    test = "test_pair"

    def ends_of(self, number: str) -> tuple[float, float] | None:
        """Return those of an advantage, or of a share; `closed` can be anything."""
        kind = number.partition(".")[0]
        return None if kind == "closed" else (0.0, 1.0) if kind in _SHARES else self.ends

    @property
    def test_file(self) -> Path:
        """A test for each case, which fails if the answers of a pair are not there."""
        return test_file(self.name)

    def read_options(self, values: Mapping[str, object], folder: Path) -> Record | None:
        """Return the settings from the options ``--bbi-…``."""
        del folder
        return options.read(values)

    def described(self, settings: Settings) -> Mapping[str, Scalar | None]:
        """Return the advantage up to which models are called indistinguishable."""
        return {"epsilon": options.bbi_settings(settings).epsilon}

    def open(self, context: RunContext) -> "BbiRun":
        """Begin a run; reads the prompts now, so that an invalid file is an error at the start."""
        return BbiRun(self, context)

    def results(self, description: RunDescription) -> SuiteResults:
        """Return the answers of all arms, from which numbers are computed."""
        from pytest_distill.suites.bbi.results import (  # noqa: PLC0415 - most runs tell none apart
            BbiResults,
        )

        return BbiResults(description)

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return each number, and those of groups, arms, adversaries and training pairs."""
        del vendors, corrections
        per_case = grouped(PER_CASE, [*groups, *ARMS, TRAINED])
        curve = [f"{n}.{q}" for q in QUERIES for n in ("advantage", RESAMPLE, BASE)]
        return frozenset([*NUMBERS, *per_case, *curve, f"p_value.{TWO_SAMPLE}"])

    def wording(self, number: str) -> Wording:
        """Return what a number says; most are no shares of answers."""
        kind, _, group = number.partition(".")
        where = f" ({group})" if group else ""
        return Wording(f"{_WORDS.get(kind, kind)}{where}")

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield arms, adversaries, curve and statements of each model."""
        from pytest_distill.suites.bbi.sections import sections  # noqa: PLC0415 - likewise

        yield from sections(self.name, report)


class BbiRun(PairRun):
    """One run of the suite."""

    def __init__(self, suite: BbiSuite, context: RunContext) -> None:
        super().__init__(suite, context)
        base = context.base
        self._unrelated = Unrelated(None if base is None else base.label, [*context.references])
        for label in context.models:
            _check_names(context, super().groups(label))

    @cached_property
    def prompts(self) -> Sequence[Prompt]:
        """Those that every reference, and the base, can answer as far as is known."""
        if self._context.transcripts:
            return self.all_prompts
        cases = from_prompts(SUITE, self.all_prompts, 1)
        kept = {case.probe_key for case in answerable(SUITE, cases, self._context)}
        return tuple(prompt for prompt in self.all_prompts if prompt.id in kept)

    @property
    def header(self) -> Sequence[str]:
        """What is left out."""
        return left_out(SUITE, self.all_prompts, self.prompts)

    @property
    def judge_name(self) -> str:
        """Names of the judging models, else of the trained adversary."""
        return self._collector.judge_name

    def arranged(self, file: str | None) -> Sequence[Case]:
        """Return the cases without references; a limit keeps or drops all answers to a prompt.

        Of single answers nobody could say how much they vary.
        """
        settings = self._context.settings
        if file is not None or settings.limit is None or settings.samples == 1:
            return super().arranged(file)
        prompts = from_prompts(SUITE, self.prompts, 1)
        most = max(1, settings.limit // settings.samples)
        kept = {case.probe_key for case in stratified(prompts, most, seed=settings.seed)}
        chosen = [prompt for prompt in self.prompts if prompt.id in kept]
        found = from_prompts(SUITE, chosen, settings.samples)
        without_limit = settings.model_copy(update={"limit": None})
        return arranged(found, without_limit, [f"{SUITE}/"])

    def groups(self, label: str) -> Collection[str]:
        """Return categories, languages, references and judges: all have numbers of their own."""
        judges = map(judge_name, self._context.judges)
        return frozenset([*super().groups(label), *self._context.references, *judges])

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return the collector of answers, shared by all models."""
        del model
        return self._collector

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return a request per prompt to everybody, and two per arm to each judge."""
        unpaired, context = self.unpaired(label), self._context
        roles = ["model"] if label not in context.transcripts else []
        roles += [f"reference {name}" for name in context.references if name != label]
        roles += [BASE] if context.base is not None else []
        samples = context.settings.samples
        pairs = self.cases(label)
        arms = len(pairs)
        arms += sum(self._unrelated.of(c.reference or "", label) is not None for c in pairs)
        arms += sum(not c.sample % 2 and c.sample + 1 < samples for c in pairs)
        return [
            *(asked(role, unpaired) for role in roles),
            *(Effort(f"judge {name}", _ORDERS * arms, 0) for name in context.judges),
        ]

    def power(self, label: str) -> Sequence[str] | None:
        """Return what so many prompts and answers show."""
        return power(self.unpaired(label), self._context.settings)

    @cached_property
    def _collector(self) -> PairCollector:
        from pytest_distill.judges.identification import (  # noqa: PLC0415 - few runs need it
            IdentifyingJudge,
        )

        context, settings = self._context, self._context.settings
        others = [*context.references.values(), *filter(None, [context.base])]
        clients = {other.label: other.client for other in others if other.client is not None}
        judges = {
            label: IdentifyingJudge(ask=client.complete, label=label, seed=settings.seed)
            for label, client in context.judges.items()
        }
        first = [case for label in context.models for case in self.unpaired(label)]
        prompts = {case.prompt: case for case in first if not case.sample}
        return PairCollector(
            SharedAnswers(clients, seed=settings.seed),
            judges,
            unrelated=self._unrelated,
            samples=settings.samples,
            recorded={
                spec.label
                for spec in settings.references
                if spec.provider == recorded.PROVIDER.name
            },
            prompts=[prompts[text] for text in sorted(prompts, key=digest)[:_MOST_EXAMPLES]],
            otherwise=OfflineAdversary.name,
        )


def _check_names(context: RunContext, groups: Iterable[str]) -> None:
    """Refuse references that a gate could not tell from a group of cases.

    Raises:
        UsageError: a reference is called like one.
    """
    taken = {*groups, *ARMS, TRAINED, TWO_SAMPLE, *map(str, QUERIES)}
    taken |= {judge_name(label) for label in context.judges}
    for label in context.references:
        if label in taken:
            message = (
                f"--suite {SUITE}: the reference {label!r} is called like a group of its numbers\n"
                "  give it another name: an alias in [tool.pytest-distill.models] of pyproject.toml"
            )
            raise UsageError(message)


BBI = BbiSuite()
