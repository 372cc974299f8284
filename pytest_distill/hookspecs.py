"""Hooks of pytest-distill, for conftest files and plugins.

pytest knows them in every run, so this module imports pytest only. `pytest-distill` calls them too,
for the plugins that ``-p MODULE`` names; there is no pytest configuration then: `config` is None.
An implementation may leave out arguments that it does not need. The sources have a plugin for each
hook in `tests/toy`.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pytest_distill.protocols import Judge, Model
    from pytest_distill.records import FactSet, ModelSpec, Observation, Report, Section
    from pytest_distill.suites.protocol import Suite


@pytest.hookspec
def pytest_distill_suites(config: "pytest.Config | None") -> "Iterable[Suite] | None":
    """Return suites that ``--suite`` knows beside those that ship.

    Called once in each process, before the options are read. Two suites of one name are a usage
    error. See `pytest_distill.suites.base.BaseSuite` for the simplest suite::

        def pytest_distill_suites():
            return [Loudness()]
    """


@pytest.hookspec(firstresult=True)
def pytest_distill_make_model(config: "pytest.Config | None", spec: "ModelSpec") -> "Model | None":
    """Build the model that `spec` names, or return None to let the next plugin try.

    Called for specs of providers that do not ship, once for each in each process, before the first
    test: connect at the first question. Where every plugin returns None the spec is a usage error.
    So is an exception, in every hook that is called before the first test. The model answers on one
    event loop, many questions at once::

        def pytest_distill_make_model(spec):
            return AcmeModel(spec.name) if spec.provider == "acme" else None
    """


@pytest.hookspec(firstresult=True)
def pytest_distill_make_judge(
    config: "pytest.Config | None", spec: "ModelSpec", facts: "FactSet"
) -> "Judge | None":
    """Build the judge that `spec` names for models of which `facts` are true, or return None.

    Called for every ``--judge`` but the offline one, in each process and for each fact set of the
    run. Where every plugin returns None a model of this spec judges.
    """


@pytest.hookspec
def pytest_distill_report_formats(
    config: "pytest.Config | None",
) -> "Mapping[str, Callable[[Report, Sequence[Section]], str]] | None":
    r"""Return formats that ``--distill-report FORMAT:PATH`` knows beside those that ship.

    Called once in each process. Each makes the text of a file from the report and from what its
    suites show; `Report.rows` has all cases with their answers, which are untrusted data. One with
    the name of a format that ships replaces it. An exception fails the run, after all else is
    written::

        def pytest_distill_report_formats():
            return {"txt": lambda report, sections: "\n".join(s.title for s in sections)}
    """


@pytest.hookspec
def pytest_distill_observed(config: "pytest.Config | None", observation: "Observation") -> None:
    """Hear of each observation, in the process that reports, as its test ends.

    Not called by `pytest-distill`. Its texts are untrusted data. An exception fails the run, but
    does not end it: what was paid for is kept. `pytest.exit` ends it.
    """
