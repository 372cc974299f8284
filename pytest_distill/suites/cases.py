"""What each model is asked: the cases of every suite, in their order."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from pytest_distill.data import cases, probes, prompts
from pytest_distill.data.sampling import stratified
from pytest_distill.data.transcripts import Transcript
from pytest_distill.records import Case, Probe, Prompt
from pytest_distill.settings.settings import Settings
from pytest_distill.stats.looks import order_key


class Catalogue:
    """The cases of a run; each list is made when it is first asked for, and kept."""

    def __init__(
        self,
        settings: Settings,
        recorded: Mapping[str, Sequence[Transcript]],
        references: Collection[str],
    ) -> None:
        """Make nothing yet.

        Args:
            settings: of the run.
            recorded: the answers of models that are not asked, by label.
            references: labels of the models that others are compared with.
        """
        self._settings = settings
        self._recorded = recorded
        self._references = references
        self._cases: dict[tuple[str, str | None], tuple[Case, ...]] = {}
        self.regressions: tuple[Case, ...] = ()
        """Leaks that the fuzzer found before, to be asked again."""

    def cases(self, suite: str, label: str) -> tuple[Case, ...]:
        """Return the cases of `suite` for one model, in their order."""
        if suite == "fuzz":
            return self.regressions
        if suite == "rse":
            return self._compared(suite, label)
        return self._alone(suite, self._file(label))

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """Every question of identity."""
        return probes.load_shipped()

    @cached_property
    def prompts(self) -> tuple[Prompt, ...]:
        """What answers are compared on.

        Raises:
            UsageError: a file of the user's cannot be read.
        """
        if not self._settings.prompts:
            return tuple(p for found in prompts.load_shipped().values() for p in found)
        return tuple(
            prompt if prompt.domain else prompt.model_copy(update={"domain": path.stem})
            for path in self._settings.prompts
            for prompt in prompts.read(path).prompts
        )

    def _file(self, label: str) -> str | None:
        # What is asked is the same for every model; what was recorded is each file's own.
        return label if label in self._recorded else None

    def _alone(self, suite: str, file: str | None) -> tuple[Case, ...]:
        if (suite, file) not in self._cases:
            self._cases[suite, file] = self._limited(suite, file)
        return self._cases[suite, file]

    def _limited(self, suite: str, file: str | None) -> tuple[Case, ...]:
        settings = self._settings
        if file is not None:
            found = cases.from_transcripts(suite, file, self._recorded[file])
        elif suite == "rse":
            found = cases.from_prompts(suite, self.prompts, settings.samples)
        else:
            found = cases.from_probes(suite, self.probes, settings.samples)
        if settings.limit is not None:
            found = stratified(found, settings.limit, seed=settings.seed)
        if settings.stop:
            # The first that are looked at come first.
            found = tuple(sorted(found, key=lambda case: order_key(settings.seed, case.id)))
        return found

    def _compared(self, suite: str, label: str) -> tuple[Case, ...]:
        """Return a case for each prompt and reference; nobody is compared with itself."""
        file = self._file(label)
        references = (name for name in self._references if name != label)
        return tuple(case for name in references for case in self._beside(suite, file, name))

    def _beside(self, suite: str, file: str | None, reference: str) -> tuple[Case, ...]:
        # One object for all models: a matrix has a hundred thousand cases.
        key = (f"{suite} {reference}", file)
        if key not in self._cases:
            self._cases[key] = cases.beside(self._alone(suite, file), reference)
        return self._cases[key]
