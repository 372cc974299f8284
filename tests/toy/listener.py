"""A plugin that hears of each observation: it writes their cases to ``heard.txt``."""

from pathlib import Path

from pytest_distill.records import Observation


def pytest_distill_observed(observation: Observation) -> None:
    """Add a line with the case and what came of it."""
    with Path("heard.txt").open("a", encoding="utf-8") as file:
        file.write(f"{observation.case.id} {observation.outcome}\n")
