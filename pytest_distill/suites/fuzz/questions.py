"""Selection and order of the identity questions of a campaign."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from statistics import fmean

from pytest_distill.records import Case, Probe, Template
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz.names import BARE, CONFIRMATION, CONTROL, SUITE
from pytest_distill.text import digest


class QuestionPicker:
    """Picks the questions of each slot; with one seed they are the same for every model."""

    def __init__(
        self, settings: Settings, probes: Sequence[Probe], seeds: Sequence[Template]
    ) -> None:
        """Set the questions to pick from.

        Args:
            settings: of the run.
            probes: all questions.
            seeds: seed templates, whose languages are those of the bare questions.
        """
        self._seed = settings.seed
        self._samples = settings.samples
        self._probes = probes
        self._seeds = seeds

    @property
    def mean_characters(self) -> float:
        """Mean length of a question in a seed template."""
        return sum(
            fmean(len(found.text) for found in texts) for texts in (self._probes, self._seeds)
        )

    def of(self, language: str, key: str) -> list[Probe]:
        """Return the probes of a language, shuffled with alternating categories."""
        probes = [probe for probe in self._probes if probe.language == language]
        self.random(key, language).shuffle(probes)
        turns: Counter[str] = Counter()
        placed = []
        for probe in probes:
            placed.append((turns[probe.category], probe))
            turns[probe.category] += 1
        return [probe for _, probe in sorted(placed, key=lambda pair: pair[0])]

    def cases(
        self, suite: str, slot: str, questions: Iterable[Probe], template: Template | None
    ) -> Iterator[Case]:
        """Yield a case for each question and sample.

        Args:
            suite: part of the campaign.
            slot: that asks them.
            questions: in their order.
            template: that wraps them; None: bare questions.
        """
        # A confirmation uses samples that the search did not use.
        first = self._samples if suite == CONFIRMATION else 0
        for probe in questions:
            for sample in range(self._samples):
                yield Case(
                    id=f"{SUITE}/{slot}/{probe.id}" + (f"-s{sample + 1}" if sample else ""),
                    suite=suite,
                    query=probe.text,
                    template=None if template is None else template.text,
                    probe_key=probe.question,
                    template_key=None if template is None else digest(template.text),
                    category=probe.category,
                    language=probe.language,
                    sample=first + sample,
                )

    def control(self, count: int) -> list[Case]:
        """Return bare questions in the languages of the seeds, in their order."""
        left: dict[str, list[Probe]] = {}
        picked: list[Probe] = []
        for _ in range(max(1, count)):
            for seed in self._seeds:
                if seed.language not in left:
                    left[seed.language] = self.of(seed.language, BARE)[::-1]
                if left[seed.language] and len(picked) < count:
                    picked.append(left[seed.language].pop())
        return list(self.cases(CONTROL, BARE, picked, None))

    def random(self, *names: str) -> Random:
        """Return a random generator for a purpose, the same in every process."""
        # The model is not part of the key: one seed gives every model the same first mutants.
        key = "/".join([str(self._seed), *names])
        return Random(key)  # noqa: S311 - a search, not a secret
