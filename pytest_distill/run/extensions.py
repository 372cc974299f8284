"""What plugins add to a run: suites, providers, judges and report formats."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_distill.models.registry import BUILT_IN, Providers
from pytest_distill.records import Observation
from pytest_distill.report.targets import FORMATS, Format
from pytest_distill.run.judges import MakeJudge, no_other_judge
from pytest_distill.suites.registry import SuiteRegistry

if TYPE_CHECKING:
    from pytest_distill.suites.protocol import Suite


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
            UsageError: two suites share a name.
        """
        added: Iterable[Iterable[Suite] | None] = hook.pytest_distill_suites(config=config)
        suites = [suite for found in reversed(list(added)) for suite in found or ()]
        formats: dict[str, Format] = dict(FORMATS)
        for found in reversed(hook.pytest_distill_report_formats(config=config)):
            formats.update(found or {})
        has_models = hook.pytest_distill_make_model.get_hookimpls()
        has_judges = hook.pytest_distill_make_judge.get_hookimpls()
        providers = BUILT_IN
        if has_models or has_judges:
            # A plugin's judge is named by a spec too, so its provider has to be accepted.
            make_model = hook.pytest_distill_make_model
            providers = BUILT_IN.extended(
                make_other=lambda spec: make_model(config=config, spec=spec)
            )
        make_judge = hook.pytest_distill_make_judge
        has_listeners = hook.pytest_distill_observed.get_hookimpls()
        return cls(
            suites=SuiteRegistry(suites),
            providers=providers,
            formats=formats,
            make_judge=(
                (lambda spec, facts: make_judge(config=config, spec=spec, facts=facts))
                if has_judges
                else no_other_judge
            ),
            observed=(
                (lambda seen: hook.pytest_distill_observed(config=config, observation=seen))
                if has_listeners
                else _ignore
            ),
        )
