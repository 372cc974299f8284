"""A plugin that adds a report format: ``--distill-report txt:PATH``."""

from collections.abc import Callable, Mapping, Sequence

from pytest_distill.records import Report, Section


def pytest_distill_report_formats() -> Mapping[str, Callable[[Report, Sequence[Section]], str]]:
    """Add the titles of the sections, a line each, below a line for each gate."""

    def titles(report: Report, sections: Sequence[Section]) -> str:
        verdicts = [f"{gate.verdict}: {gate.expression}" for gate in report.gates]
        return "\n".join([*verdicts, *(section.title for section in sections), ""])

    return {"txt": titles}
