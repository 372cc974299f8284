"""The fuzzer's side of reporting: what became of the slots, and what is kept of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from pytest_distill.pytest_hooks.corpus import Corpus
from pytest_distill.settings.settings import OFFLINE, Settings
from pytest_distill.suites.fuzz.slot_log import FuzzLog

_ORDERED = ("no", "load")
"""The ways of distribution under which the slots of a campaign run in order in one process."""


@dataclass(frozen=True)
class Fuzzing:
    """What a run that fuzzes has more than others."""

    log: FuzzLog
    corpus: Corpus
    dist: str
    """How pytest-xdist hands the tests out; ``no`` where it does not."""

    @classmethod
    def of(cls, config: pytest.Config, settings: Settings) -> "Fuzzing":
        """Read what earlier runs have left."""
        dist = str(config.getoption("dist", "no"))
        return cls(FuzzLog(is_ordered=dist in _ORDERED), Corpus(config, settings), dist)

    def header(self, settings: Settings) -> Iterator[str]:
        """Yield lines for the head of the run."""
        helper = settings.helper.label if settings.helper else OFFLINE
        yield f"fuzz: policy {settings.fuzz.policy}; helper {helper}"
        if self.dist not in _ORDERED:
            yield (
                f"fuzz: under --dist={self.dist} the order of the slots is not reproducible, and so"
                " are the mutants; nothing is lost. --dist=load keeps the order"
            )
