"""The run description, which is also the header of the run log."""

from collections.abc import Mapping, Sequence

from pytest_distill import __version__
from pytest_distill.models import factory
from pytest_distill.records import FactSet, RunDescription, Subject
from pytest_distill.run.extensions import Extensions
from pytest_distill.run.fact_sets import subject
from pytest_distill.run.judges import ensemble
from pytest_distill.settings.settings import OFFLINE, Settings
from pytest_distill.suites.protocol import SuiteRun
from pytest_distill.text import file_label, from_system, one_line


def describe(
    settings: Settings,
    extensions: Extensions,
    suites: Mapping[str, SuiteRun],
    *,
    facts: Mapping[str, FactSet],
    vendors: Sequence[str],
    judge: str,
    warnings: Sequence[str],
) -> RunDescription:
    """Return the description of a run.

    Args:
        settings: of the run.
        extensions: the available suites and providers.
        suites: those of the run, by name.
        facts: of each model under test, by label.
        vendors: whose claim in an answer can be recognised.
        judge: name of the identity judge in reports.
        warnings: about the judges, for readers of the numbers.
    """
    providers, registry = extensions.providers, extensions.suites
    base = [] if settings.base is None else [settings.base]
    asked = {spec.label: spec for spec in (*settings.models, *settings.references, *base)}
    # Only a run log needs the contents, which take a while for gigabytes of weights.
    logged = asked if settings.run is not None else {}
    contents = {label: factory.content(spec, providers=providers) for label, spec in logged.items()}
    first = next(iter(suites.values()), None)
    subjects: dict[str, Subject] = {label: subject(found) for label, found in facts.items()}
    return RunDescription(
        version=__version__,
        suites=settings.suites,
        models={spec.label: spec.identity for spec in settings.models},
        transcripts=tuple(map(file_label, settings.transcripts)),
        references={spec.label: spec.identity for spec in settings.references},
        base={spec.label: spec.identity for spec in base},
        contents={label: content for label, content in contents.items() if content},
        fixed=tuple(
            label for label, spec in asked.items() if factory.is_fixed(spec, providers=providers)
        ),
        prompts=tuple(one_line(from_system(path.name)) for path in settings.prompts),
        subjects=subjects,
        vendors=tuple(sorted(vendors)),
        judge=judge or OFFLINE if first is None else first.judge_name,
        judges=tuple(judge.identity for judge in settings.judges),
        ensemble=ensemble(settings),
        warnings=tuple(warnings),
        seed=settings.seed,
        samples=settings.samples,
        limit=settings.limit,
        shards=settings.shard,
        stop=settings.stop,
        plans={
            label: {name: suite.plan(label) for name, suite in suites.items()} for label in facts
        },
        groups={
            name: tuple(sorted({group for label in facts for group in suite.groups(label)}))
            for name, suite in suites.items()
        },
        options={name: dict(registry[name].described(settings)) for name in suites},
    )
