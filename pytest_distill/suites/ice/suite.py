"""Identity consistency evaluation: does the model know who it is?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pytest_distill.data import probes
from pytest_distill.engine.model_under_test import ModelUnderTest
from pytest_distill.gates.wording import Wording
from pytest_distill.protocols import Evaluator
from pytest_distill.records import Axis, Case, Probe, Report, RunDescription, Section
from pytest_distill.results.outcomes import IdentityResults
from pytest_distill.settings.settings import Settings
from pytest_distill.suites import identity
from pytest_distill.suites.arrangement import arranged
from pytest_distill.suites.base import BaseSuite, PlainRun, test_file
from pytest_distill.suites.cases import from_probes, from_transcripts
from pytest_distill.suites.ice.bank import is_banked, shortages, sized
from pytest_distill.suites.protocol import Effort, Headline, Needs, RunContext
from pytest_distill.suites.sections import identity_section, models_section


class IceSuite(BaseSuite):
    """Asks shipped identity probes, or judges recorded answers."""

    name = "ice"
    ends = (0.0, 1.0)
    help = "asks the model about its identity and counts the answers that claim another one"
    needs = Needs(identity=True)
    test = "test_identity"

    @property
    def test_file(self) -> Path:
        """A test for each case."""
        return test_file(self.name)

    def cases(self, run: RunContext, label: str) -> Sequence[Case]:
        """Return the recorded answers if there are any, else the probes."""
        if label in run.transcripts:
            found = from_transcripts(self.name, label, run.transcripts[label])
        else:
            found = from_probes(self.name, self._probes(run.settings), run.settings.samples)
        return arranged(found, run.settings)

    def sizes(self, settings: Settings) -> Mapping[str, object]:
        """Return how many questions of the bank are asked."""
        if settings.transcripts or not is_banked(settings, self.name):
            return {}
        return {"distill_cases": len(self._probes(settings))}

    def _probes(self, settings: Settings) -> Sequence[Probe]:
        """Return the probes to ask: without a gate the core, else as many as it needs."""
        if not is_banked(settings, self.name):
            return probes.load_shipped()
        return sized(probes.load_bank(), settings, self.name)

    def open(self, context: RunContext) -> "IceRun":
        """Begin a run."""
        return IceRun(self, context)

    def results(self, description: RunDescription) -> IdentityResults:
        """Return leak rates."""
        del description
        return IdentityResults(self.name)

    def metrics(
        self, groups: Iterable[str], vendors: Iterable[str], corrections: Iterable[str]
    ) -> frozenset[str]:
        """Return the names of the leak rates."""
        return identity.metrics(groups, vendors, corrections)

    def wording(self, number: str) -> Wording:
        """Return what a leak rate says."""
        return identity.wording(number)

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield the rates of all models, then those of each."""
        found = identity.summaries(self.name, report)
        yield from models_section(self.name, found, report.run)
        for label, summary in found.items():
            yield identity_section(self.name, label, summary, report.run)

    def headline(self, report: Report) -> Headline | None:
        """Return the rate of loose leaks of each model."""
        found = identity.summaries(self.name, report)
        return Headline(
            axis=Axis(label="answers that contradict the facts about the model (loose)", low=0.0),
            numbers={label: summary.loose for label, summary in found.items()},
        )


class IceRun(PlainRun):
    """One run of the suite."""

    def __init__(self, suite: IceSuite, context: RunContext) -> None:
        super().__init__(suite, context)
        self._shared: Sequence[Case] | None = None

    @property
    def judge_name(self) -> str:
        """Name of the identity judge."""
        return identity.judge_name(self._context.models)

    @property
    def header(self) -> Sequence[str]:
        """The gates that the questions may not decide."""
        return tuple(
            f"{self._suite.name}: {problem}"
            for label in sorted(self._context.models)[:1]
            for problem in shortages(self.cases(label), self._context.settings, self._suite.name)
        )

    def cases(self, label: str) -> Sequence[Case]:
        """Return the cases; those to ask are the same for all models, and created once."""
        if label in self._context.transcripts:
            return super().cases(label)
        if self._shared is None:
            self._shared = super().cases(label)
        return self._shared

    def evaluator(self, model: ModelUnderTest) -> Evaluator:
        """Return the evaluator that judges answers against the facts about the model."""
        return identity.evaluator(model)

    def efforts(self, label: str) -> Sequence[Effort]:
        """Return one request per case to the model and to each judging model."""
        return identity.efforts(self._context, self.cases(label))


ICE = IceSuite()
