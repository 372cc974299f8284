"""The registry of shipped suites and those of plugins."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from pytest_distill.errors import SettingError, UsageError, did_you_mean, failure
from pytest_distill.records import IceSummary, Lines, ModelSpec, Report, RunDescription, Section
from pytest_distill.results.outcomes import IdentityResults
from pytest_distill.results.protocol import SuiteResults
from pytest_distill.settings.settings import Settings
from pytest_distill.suites.fuzz import FUZZ
from pytest_distill.suites.ice import ICE
from pytest_distill.suites.protocol import Headline, Suite
from pytest_distill.suites.rse import RSE
from pytest_distill.suites.sections import (
    combination_sections,
    identity_section,
    releases_section,
)

ALL = "all"
"""The value of ``--suite`` that selects every suite that can be run."""

_OPTION = "suite"

_NOTHING_TO_SETTLE = (
    "--distill-stop ends a run when its gates are decided: give --distill-gate"
    " (or --suite rse and several --reference: then it ends when the teacher is found, or none of"
    " them is)"
)

_NAME = re.compile(r"[a-z][a-z0-9_-]*")

_RESERVED = frozenset({ALL, "gates"})
"""``distill/gates`` is where the gates stand among the node ids."""


class SuiteRegistry:
    """Suites by name, in the order in which ``all`` runs them."""

    def __init__(self, added: Iterable[Suite] = ()) -> None:
        """Register the shipped suites, then those of plugins.

        Args:
            added: by plugins.

        Raises:
            UsageError: two suites share a name or the name of a part, or a name is invalid.
        """
        shipped: tuple[Suite, ...] = (ICE, FUZZ, RSE)
        self._suites: dict[str, Suite] = {}
        self._by_part: dict[str, Suite] = {}
        for suite in (*shipped, *added):
            for part in (suite.name, *(part for part in suite.parts if part != suite.name)):
                if problem := self._problem(part):
                    message = (
                        f"a plugin adds suite {suite.name!r} ({_origin(suite)}), but {problem}"
                    )
                    raise UsageError(message)
                self._by_part[part] = suite
            self._suites[suite.name] = suite

    def __iter__(self) -> Iterator[Suite]:
        return iter(self._suites.values())

    def __contains__(self, name: object) -> bool:
        return name in self._suites

    def __getitem__(self, name: str) -> Suite:
        """Return the suite of this name.

        Raises:
            SettingError: there is none; names the closest one, and all that there are.
        """
        if name not in self._suites:
            problem = (
                f"no suite is called {name!r}.{did_you_mean(name, self._suites)}\n"
                f"  there are: {', '.join(self._suites)}, {ALL}; -p MODULE adds those of a plugin"
            )
            raise SettingError(_OPTION, name, problem)
        return self._suites[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all suites."""
        return tuple(self._suites)

    def of_part(self, part: str) -> Suite | None:
        """Return the suite of the cases of `part`; None for a user's own tests."""
        return self._by_part.get(part)

    def counts(self, part: str) -> bool:
        """Return whether cases of `part` count in the results."""
        suite = self.of_part(part)
        return suite is None or part not in suite.uncounted

    def chosen(
        self, names: Iterable[str], *, can_ask: bool = True, can_compare: bool = False
    ) -> tuple[str, ...]:
        """Return the suites with these names, in the order in which they run.

        Args:
            names: as the user gave them; "all" means all that can be run.
            can_ask: there is a model to ask.
            can_compare: there is a reference.

        Raises:
            UsageError: there is no such suite.
        """
        wanted = set(names)
        for name in wanted - {ALL}:
            _ = self[name]
        return tuple(
            suite.name
            for suite in self
            if suite.name in wanted
            or (
                ALL in wanted
                and (can_ask or not suite.needs.model_to_ask)
                and (can_compare or not suite.needs.reference)
            )
        )

    def left_out(self, names: Iterable[str], chosen: Collection[str]) -> Mapping[str, str]:
        """Return the suites that "all" leaves out, each with what it needs.

        Args:
            names: as the user gave them.
            chosen: the suites that run.
        """
        if ALL not in names:
            return {}
        return {
            suite.name: (
                "it needs --reference SPEC"
                if suite.needs.reference
                else "it needs --model SPEC instead of --transcripts"
            )
            for suite in self
            if suite.name not in chosen
        }

    def check(self, settings: Settings) -> None:
        """Reject suites whose requirements are not met.

        Raises:
            UsageError: says what to give.
        """
        suites = [self[name] for name in settings.suites]
        can_end = settings.gates or any(suite.settles(settings) for suite in suites)
        if settings.stop and not can_end:
            raise UsageError(_NOTHING_TO_SETTLE)
        for suite in suites:
            if message := _lacking(suite, settings):
                raise UsageError(message)
            suite.check(settings)

    def results(self, description: RunDescription) -> Callable[[str], SuiteResults]:
        """Return a function from the part of a case to the results of its suite.

        Cases of a user's own tests, which belong to no suite, are judged for identity.
        """
        made: dict[str, SuiteResults] = {}

        def results_of(part: str) -> SuiteResults:
            suite = self.of_part(part)
            name = part if suite is None else suite.name
            if name not in made:
                made[name] = IdentityResults(name) if suite is None else suite.results(description)
            return made[name]

        return results_of

    def sections(self, report: Report) -> Iterator[Section]:
        """Yield the sections of a report by suite; those of no suite come last."""
        headlines: dict[str, Headline] = {}
        for suite in self:
            try:
                yield from list(suite.sections(report))
                if (headline := suite.headline(report)) is not None:
                    headlines[suite.name] = headline
            except Exception as error:  # noqa: BLE001 - a plugin's; the rest of the report stands
                title = f"{suite.name} · cannot be shown, its numbers stand"
                yield Section(title=title, blocks=(Lines(lines=(failure(error),)),))
        yield from combination_sections(headlines)
        yield from releases_section(report)
        for label, summaries in report.models.items():
            for name, summary in summaries.items():
                if name not in self._by_part and isinstance(summary, IceSummary):
                    yield identity_section(name, label, summary, report.run)

    def _problem(self, part: str) -> str | None:
        """Return why nothing can be called `part`, if so."""
        if _NAME.fullmatch(part) is None:
            return f"{part!r} is no name: small letters, digits, '-' and '_' are, as in 'our-suite'"
        if part in _RESERVED:
            return f"{part!r} has a meaning of its own"
        if part in self._by_part:
            return f"{part!r} is taken by {_origin(self._by_part[part])}"
        return None


def _labels(specs: Iterable[ModelSpec]) -> set[str]:
    return {spec.label for spec in specs}


def _origin(suite: Suite) -> str:
    return f"{type(suite).__module__}.{type(suite).__qualname__}"


def _lacking(suite: Suite, settings: Settings) -> str | None:
    if suite.needs.reference and not settings.references:
        return (
            f"--suite {suite.name} needs a reference model: give --reference SPEC, the model"
            " that the model under test may have been distilled from"
        )
    labels = _labels(settings.models)
    if suite.needs.reference and len(labels) == 1 and labels == _labels(settings.references):
        return (
            f"--reference {settings.references[0].text} is the only model under test: nothing would"
            " be compared\n  give another reference, or further models"
        )
    if suite.needs.model_to_ask and settings.transcripts:
        return (
            f"--suite {suite.name} creates new prompts, to which --transcripts have no"
            " answers: give --model SPEC"
        )
    if settings.stop and not suite.needs.fixed_cases:
        return (
            f"--distill-stop needs cases in a random order, but --suite {suite.name} chooses each"
            f" by earlier results: give --{suite.name}-stop instead, or run the suites separately"
        )
    return None
