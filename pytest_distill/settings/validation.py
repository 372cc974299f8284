"""Checks for settings that are valid alone but not together."""

from collections.abc import Iterator

from pytest_distill.errors import SettingError, UsageError
from pytest_distill.records import ModelSpec
from pytest_distill.settings.settings import Settings
from pytest_distill.text import file_label

_BASELINE = "distill_baseline"


def check(settings: Settings) -> None:
    """Reject settings that cannot be run together, and say what to give instead.

    Raises:
        UsageError: the settings contradict each other.
    """
    for problem in (_names, _same_model, _suites, _transcripts, _shard):
        message = problem(settings)
        if message is not None:
            raise UsageError(message)


def notes(settings: Settings, *, is_baseline_asked: bool) -> Iterator[str]:
    """Yield what the settings leave undecided, which a green run would not show.

    Args:
        settings: of the run.
        is_baseline_asked: the baseline is an option of this very run, and not configured.

    Raises:
        SettingError: the run is given a baseline that nothing is compared with.
    """
    if settings.fail_on == "gate" and settings.suites and not settings.gates:
        yield "no gate is given, so no leak fails this run (--distill-fail-on gate)"
    # The releases that share an error are counted by it too.
    is_used = settings.releases is not None or any(gate.is_relative for gate in settings.gates)
    if settings.baseline is not None and not is_used:
        unused = "no gate of this run is relative to it, as in ice.strict<=baseline+0.01"
        if is_baseline_asked:
            raise SettingError(_BASELINE, str(settings.baseline), unused)
        yield f"the configured baseline {settings.baseline} decides nothing: {unused}"


def _names(settings: Settings) -> str | None:
    specs = {spec.label: ("a model", spec.text) for spec in settings.models}
    others = [("a reference", spec) for spec in settings.references]
    others += [] if settings.base is None else [("the base model", settings.base)]
    for role, spec in others:
        first, text = specs.setdefault(spec.label, (role, spec.text))
        if text != spec.text:
            return (
                f"{first} and {role} are both called {spec.label!r}, but have"
                " different specs\n  give one of them another name: an alias in"
                " [tool.pytest-distill.models] of pyproject.toml"
            )
    stems = list(map(file_label, settings.transcripts))
    for stem in stems:
        if stems.count(stem) > 1:
            return (
                f"two transcripts are called {stem!r}: the report could not tell"
                " them apart\n  give one of the files another name"
            )
    return None


def _same_model(settings: Settings) -> str | None:
    """Return what is wrong with a model that would be compared with itself."""
    models = {_identity(spec): spec for spec in settings.models}
    if settings.base is not None and _identity(settings.base) in models:
        return (
            f"--base {settings.base.text} is the model under test: give the model as it was before"
            " it was distilled, or leave --base out"
        )
    for reference in settings.references:
        twin = models.get(_identity(reference))
        if twin is not None and twin.label != reference.label:
            return (
                f"--reference {reference.text} is the model under test {twin.text} under another"
                " name: it would be compared with itself\n  give both the same name, or leave"
                " the reference out"
            )
    return None


def _identity(spec: ModelSpec) -> tuple[object, ...]:
    return spec.provider, spec.name, spec.base_url, tuple(sorted(spec.parameters.items()))


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


def _shard(settings: Settings) -> str | None:
    if settings.shard is None:
        return None
    if settings.stop:
        return (
            "--distill-stop ends a run when its gates are decided, and a shard decides none:"
            " leave it out, or leave --distill-shard out"
        )
    if settings.run is None:
        return (
            "--distill-shard needs --distill-run PATH, a path for each shard: 'pytest-distill"
            " merge' joins the run logs, and nothing else can"
        )
    return None
