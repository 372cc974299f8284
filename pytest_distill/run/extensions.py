"""What plugins add to a run: suites, providers, judges and report formats."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pytest_distill.errors import StoreError, UsageError, failure
from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.protocols import Judge, Model
from pytest_distill.records import FactSet, ModelSpec, Observation
from pytest_distill.report.targets import FORMATS, Format
from pytest_distill.run.judges import MakeJudge, no_other_judge
from pytest_distill.suites.protocol import Suite
from pytest_distill.suites.registry import SuiteRegistry


def _ignore(observation: Observation) -> None:
    """Do nothing: no plugin has the hook."""


@dataclass(frozen=True)
class Extensions:
    """The suites, providers, judges and formats of a run, built-in and from plugins."""

    suites: SuiteRegistry = field(default_factory=SuiteRegistry)
    providers: Providers = BUILT_IN
    formats: Mapping[str, Format] = field(default_factory=lambda: FORMATS)
    make_judge: MakeJudge = no_other_judge
    observed: Callable[[Observation], None] = _ignore
    """Called in the process that reports, with each observation."""

    @classmethod
    def of(cls, hook: Any, config: object) -> "Extensions":  # noqa: ANN401 - pluggy makes its methods
        """Call the hooks of `pytest_distill.hookspecs`.

        Args:
            hook: of a plugin manager that has these hooks.
            config: pytest's configuration; None outside pytest.

        Raises:
            UsageError: two suites share a name, or a hook fails or returns what it should not.
        """
        formats: dict[str, Format] = dict(FORMATS)
        with _failing(hook.pytest_distill_report_formats):
            for found in reversed(hook.pytest_distill_report_formats(config=config)):
                formats.update(found or {})
        has_models = hook.pytest_distill_make_model.get_hookimpls()
        has_judges = hook.pytest_distill_make_judge.get_hookimpls()
        providers = BUILT_IN

        def make_model(spec: ModelSpec) -> Model | None:
            make = hook.pytest_distill_make_model
            model: Model | None = _made(make, Model, config=config, spec=spec)
            return model

        def make_judge(spec: ModelSpec, facts: FactSet) -> Judge | None:
            make = hook.pytest_distill_make_judge
            judge: Judge | None = _made(make, Judge, config=config, spec=spec, facts=facts)
            return judge

        if has_models or has_judges:
            # A plugin's judge is named by a spec too, so its provider has to be accepted.
            providers = BUILT_IN.extended(make_other=make_model)
        has_listeners = hook.pytest_distill_observed.get_hookimpls()
        return cls(
            suites=SuiteRegistry(added_suites(hook, config)),
            providers=providers,
            formats=formats,
            make_judge=make_judge if has_judges else no_other_judge,
            observed=(
                (lambda seen: hook.pytest_distill_observed(config=config, observation=seen))
                if has_listeners
                else _ignore
            ),
        )


def added_suites(hook: Any, config: object) -> list[Suite]:  # noqa: ANN401 - pluggy makes its methods
    """Return the suites that plugins add, those of the first plugin first.

    Raises:
        UsageError: a hook fails, or returns what is no suite.
    """
    with _failing(hook.pytest_distill_suites):
        found = hook.pytest_distill_suites(config=config)
        suites = [suite for suites in reversed(found) for suite in suites or ()]
    for suite in suites:
        _check(hook.pytest_distill_suites, suite, Suite)
    return suites


@contextmanager
def import_errors(name: str) -> Iterator[None]:
    """Say in one message why the plugin `name` cannot be imported.

    Raises:
        UsageError: instead of whatever the import raises.
    """
    try:
        yield
    except Exception as error:
        # pytest wraps the error of an import in one of its own.
        cause = error.__cause__ or error
        is_absent = isinstance(cause, ModuleNotFoundError) and cause.name == name
        why = f"there is no module {name!r}" if is_absent else failure(cause)
        message = (
            f"plugin {name!r} cannot be imported: {why}\n"
            "  it is looked for in the project's folder and among what is installed"
        )
        raise UsageError(message) from error


@contextmanager
def _failing(hook: Any) -> Iterator[None]:  # noqa: ANN401 - pluggy's
    """Name the hook whose implementation fails; what a plugin refuses on purpose it says itself."""
    try:
        yield
    except (UsageError, StoreError):
        raise
    except Exception as error:
        message = f"hook {hook.name} of a plugin failed: {failure(error)}"
        raise UsageError(message) from error


def _made(hook: Any, kind: type, **arguments: object) -> Any:  # noqa: ANN401 - pluggy's; checked
    with _failing(hook):
        made = hook(**arguments)
    if made is not None:
        _check(hook, made, kind)
    return made


def _check(hook: Any, found: object, kind: type) -> None:  # noqa: ANN401 - pluggy's
    """Refuse what lacks a method of the protocol `kind`, and a class instead of its instance."""
    wanted = [name for name in vars(kind) if not name.startswith("_")]
    lacking = [name for name in wanted if not hasattr(found, name)]
    if lacking or isinstance(found, type):
        why = f"it has no {lacking[0]!r}" if lacking else "it is a class: call it"
        what = f"returned {found!r}, which is no {kind.__name__}"
        message = f"hook {hook.name} of a plugin {what}: {why}"
        raise UsageError(message)
