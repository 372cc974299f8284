"""The part of a run that one machine runs: all of it, or a shard, the same on every machine.

A shard has its share of every category and language of each suite. What shares answers stays
together: all pairs of a prompt, so that each model is asked it once, and all slots of a campaign,
which learn from each other.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cached_property

from pytest_distill.records import Case, Shards
from pytest_distill.suites.protocol import SuiteRun
from pytest_distill.text import digest


class Part:
    """Says which cases, campaigns and tests are to be run."""

    def __init__(
        self, suites: Mapping[str, SuiteRun], labels: Collection[str], shards: Shards | None
    ) -> None:
        """Divide nothing yet.

        Args:
            suites: of the run, by name.
            labels: of the models under test.
            shards: to run; None: all of the run.
        """
        self._suites = suites
        self._labels = labels
        self._shards = shards

    def cases(self, suite: str, label: str) -> Sequence[Case]:
        """Return the cases of a suite for one model that are known in advance, in order."""
        return [case for case in self._suites[suite].cases(label) if self.has(suite, label, case)]

    def has(self, suite: str, label: str, case: Case) -> bool:
        """Return whether a case that is known in advance is to be run."""
        if label in self._suites[suite].slot_runners:
            # A leak of an earlier campaign is asked beside the new one.
            return self.has_campaign(suite, label)
        return self._shards is None or self._shard_of[_unit(suite, case)] in self._shards.numbers

    def has_campaign(self, suite: str, label: str) -> bool:
        """Return whether the campaign against a model is to be run."""
        return (
            self._shards is None or self._shard_of[_campaign(suite, label)] in self._shards.numbers
        )

    def has_test(self, node_id: str) -> bool:
        """Return whether a user's own test, which asks a model, is to be run."""
        if self._shards is None:
            return True
        return int(digest(node_id), 16) % self._shards.of + 1 in self._shards.numbers

    @cached_property
    def _shard_of(self) -> Mapping[Hashable, int]:
        """The shard of each unit: they are dealt in turn, one category after the other."""
        order: dict[Hashable, tuple[str, ...]] = {}
        for name, suite in self._suites.items():
            for label in self._labels:
                if label in suite.slot_runners:
                    order[_campaign(name, label)] = (name, digest(label))
                    continue
                for case in suite.cases(label):
                    unit = _unit(name, case)
                    if unit not in order:
                        order[unit] = (
                            name,
                            case.category or "",
                            case.language or "",
                            digest(str(unit)),
                        )
        dealt = sorted(order, key=lambda unit: order[unit])
        count = 1 if self._shards is None else self._shards.of
        return {unit: index % count + 1 for index, unit in enumerate(dealt)}


def _campaign(suite: str, label: str) -> Hashable:
    return suite, None, label


def _unit(suite: str, case: Case) -> Hashable:
    """Return what the cases have in common that are in one shard: their id, or their prompt."""
    if case.reference is None:
        return suite, case.id
    turns = [turn.content for turn in case.messages]
    return suite, *(turns or [case.prompt])
