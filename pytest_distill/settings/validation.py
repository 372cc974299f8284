"""Checks for settings that are valid alone but not together."""

from pytest_distill.errors import UsageError
from pytest_distill.settings.settings import Settings


def check(settings: Settings) -> None:
    """Reject settings that cannot be run together, and say what to give instead.

    Raises:
        UsageError: the settings contradict each other.
    """
    for problem in (_names, _suites, _transcripts, _stops):
        message = problem(settings)
        if message is not None:
            raise UsageError(message)


def _names(settings: Settings) -> str | None:
    specs = {spec.label: spec.text for spec in settings.models}
    for reference in settings.references:
        if specs.get(reference.label, reference.text) != reference.text:
            return (
                f"a model and a reference are both called {reference.label!r}, but have"
                " different specs\n  give one of them another name: an alias in"
                " [tool.pytest-distill.models] of pyproject.toml"
            )
    stems = [path.stem for path in settings.transcripts]
    for stem in stems:
        if stems.count(stem) > 1:
            return (
                f"two transcripts are called {stem!r}: the report could not tell"
                " them apart\n  give one of the files another name"
            )
    return None


def _suites(settings: Settings) -> str | None:
    if settings.suites and not settings.models and not settings.transcripts:
        return (
            f"--suite {settings.suites[0]} needs a model or transcripts:"
            " give --model SPEC, or --transcripts PATH.jsonl"
        )
    return None


def _transcripts(settings: Settings) -> str | None:
    if not settings.transcripts:
        return None
    if not settings.suites:
        return "--transcripts needs a suite to judge the answers: give --suite ice"
    if settings.models:
        return (
            "--model and --transcripts exclude each other:"
            " recorded answers are judged instead of asking a model"
        )
    return None


def _stops(settings: Settings) -> str | None:
    is_traced = "rse" in settings.suites and len(settings.references) > 1
    if settings.stop and not settings.gates and not is_traced:
        return (
            "--distill-stop ends a run when its gates are decided: give --distill-gate"
            " (or --suite rse and several --reference: then it ends when the teacher is found, or"
            " none of them is)"
        )
    return None
