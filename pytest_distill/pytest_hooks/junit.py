"""The numbers of a run as properties in JUnit's XML, which pytest writes."""

from collections.abc import Callable, Iterator

import pytest

from pytest_distill.records import Estimate, Observation, Report, Verdict
from pytest_distill.report.case import kind
from pytest_distill.report.conclusion import conclusion
from pytest_distill.results import metrics
from pytest_distill.text import one_line, printable

_SENTENCE = 1000

PROBE = "distill.probe"
"""Property of a slot for each of its cases."""


def add_numbers(config: pytest.Config, report: Report) -> None:
    """Give the test suite a property for each number over all cases, if XML is written."""
    for plugin in config.pluginmanager.get_plugins():
        add: Callable[[str, str], None] | None = getattr(plugin, "add_global_property", None)
        if add is not None:
            for name, value in _numbers(report):
                add(printable(name), value)


def of_gate(verdict: Verdict) -> list[tuple[str, object]]:
    """Return the properties of the test of a gate."""
    numbers = {name: getattr(verdict, name) for name in ("value", "low", "high", "limit")}
    return [
        ("distill.gate", verdict.verdict),
        ("distill.model", one_line(verdict.model)),
        *((f"distill.{name}", _text(value)) for name, value in numbers.items()),
        ("distill.why", one_line(verdict.why, _SENTENCE)),
    ]


def of_probe(observation: Observation) -> tuple[str, object]:
    """Return the property of a slot for one of its cases."""
    verdict, case = observation.verdict, observation.case
    found = f"missing: {observation.why_missing}" if verdict is None else kind(verdict)
    vendors = ", ".join(verdict.vendors) if verdict is not None else ""
    probe = case.id.rpartition("/")[2]
    return PROBE, one_line(f"{probe}: {found}{f', claims {vendors}' if vendors else ''}")


def _numbers(report: Report) -> Iterator[tuple[str, str]]:
    yield "distill.conclusion", conclusion(report).verdict
    yield "distill.cases_observed", str(report.run.cases_observed)
    yield "distill.cases_expected", str(report.run.cases_expected)
    for model, suites in report.models.items():
        for suite, summary in suites.items():
            for number, estimate in metrics.numbers(summary).items():
                if "." not in number or number.startswith("vendors."):
                    yield from _estimate(f"{suite}.{number}", model, estimate)


def _estimate(number: str, model: str, estimate: Estimate) -> Iterator[tuple[str, str]]:
    yield f"distill.{number}[{model}]", _text(estimate.value)
    for part in ("low", "high", "n", "missing"):
        yield f"distill.{number}.{part}[{model}]", _text(getattr(estimate, part))


def _text(value: float | None) -> str:
    return "undefined" if value is None else repr(value)
