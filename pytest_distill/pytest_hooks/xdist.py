"""pytest-xdist: under ``--dist=load`` each worker runs a part of the tests that it can compute.

xdist sends a worker two tests at a time, which is too few to keep a server busy. The order of
the tests therefore determines the part of each worker, so that it can look ahead on it.
"""

from collections import deque
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from pytest_distill.engine.limits import Share
from pytest_distill.pytest_hooks.slots import CampaignOf

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling
    from xdist.workermanage import WorkerController

DIST = "distill_dist"
"""In `workerinput`: the value of ``--dist``, which a worker itself does not know."""

PARTITIONED = "load"
"""Value of ``--dist`` with which a worker knows its part of the tests, and may look ahead on it."""

ORDERED = ("no", PARTITIONED, "loadscope", "loadfile", "each")
"""Values of ``--dist`` with which one process runs the slots of a campaign, all and in order."""

INDEX = "distill_index"
"""In `workerinput`: the number of the worker, from 0; one that replaces a crashed one has the next.

Its id may be any word: ``--tx popen//id=one``."""

FOLDER = "distill_folder"
"""In `workerinput`: the folder that the processes of the run share."""

# Tests that were sent to a worker cannot be recalled, so after a first failure with -x the other
# workers still run these; with fewer than two a worker waits for the controller.
_SENT_AHEAD = 8


def share_of(config: pytest.Config, *, has_folder: bool) -> Share:
    """Return this process's part of the run; called once per process.

    Args:
        config: of this process.
        has_folder: the processes of the run need a shared folder.
    """
    given = getattr(config, "workerinput", None)
    if given is None:
        return Share(0, 1, folder=_folder(config) if has_folder else None)
    folder = given[FOLDER]
    return Share(
        int(given[INDEX]),
        int(given["workercount"]),
        is_worker=True,
        folder=None if folder is None else Path(folder),
    )


def _folder(config: pytest.Config) -> Path:
    folder = TemporaryDirectory(prefix="pytest-distill-")
    config.add_cleanup(folder.cleanup)
    return Path(folder.name)


def part_of(ids: Sequence[str], share: Share, campaign_of: CampaignOf) -> Sequence[int]:
    """Return the indices of one worker's tests; none for one that replaces a crashed worker.

    The slots of a campaign stay together, because each learns from those before it; campaigns
    are dealt to the workers in turn, and so are all other tests.

    Args:
        ids: of all tests, in their order.
        share: the worker's part of the run.
        campaign_of: returns the campaign of a slot's test.
    """
    if share.index >= share.processes:
        return ()
    turns: dict[str, int] = {}
    others = count()
    part = []
    for index, node_id in enumerate(ids):
        campaign = campaign_of(node_id)
        turn = next(others) if campaign is None else turns.setdefault(campaign, len(turns))
        if turn % share.processes == share.index:
            part.append(index)
    return part


class Xdist:
    """The controller's hooks; without xdist they are not called."""

    def __init__(self, config: pytest.Config, folder: Path | None, campaign_of: CampaignOf) -> None:
        self._campaign_of = campaign_of
        self._dist = str(config.getoption("dist", "no"))
        self._folder = folder
        self._configured = 0

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: "WorkerController") -> None:
        """Tell a worker its number, how tests are distributed, and the shared folder."""
        node.workerinput[INDEX] = self._configured
        self._configured += 1
        node.workerinput[DIST] = self._dist
        node.workerinput[FOLDER] = None if self._folder is None else str(self._folder)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(
        self, config: pytest.Config, log: "Producer"
    ) -> "Scheduling | None":
        """Schedule by parts under ``--dist=load``; other modes are left to xdist."""
        del log
        is_partitioned = self._dist == PARTITIONED
        return PartScheduling(config, self._campaign_of) if is_partitioned else None


class PartScheduling:
    """Sends each worker its part in order, then the tests left by crashed workers.

    Implements the protocol `xdist.scheduler.Scheduling`.
    """

    def __init__(self, config: pytest.Config, campaign_of: CampaignOf) -> None:
        self.config = config
        self._campaign_of = campaign_of
        self._collections: dict[WorkerController, list[str]] = {}
        self._pending: dict[WorkerController, list[int]] = {}
        self._parts: dict[WorkerController, deque[int]] = {}
        self._left: deque[int] = deque()
        """Tests left by crashed workers."""
        self._ids: list[str] | None = None

    @property
    def nodes(self) -> "list[WorkerController]":
        """The active workers."""
        return list(self._pending)

    @property
    def collection_is_completed(self) -> bool:
        """Whether every initial worker has reported its collection."""
        return len(self._collections) >= self._count()

    @property
    def tests_finished(self) -> bool:
        """Whether all tests are sent, and no worker has more than one left."""
        return (
            self.collection_is_completed
            and not self._left
            and not any(self._parts.values())
            and all(len(pending) < 2 for pending in self._pending.values())  # noqa: PLR2004 - see above
        )

    @property
    def has_pending(self) -> bool:
        """Whether a test is waiting or running."""
        return bool(self._left) or any(self._parts.values()) or any(self._pending.values())

    def add_node(self, node: "WorkerController") -> None:
        """Add a worker."""
        self._pending[node] = []
        self._parts[node] = deque()

    def add_node_collection(self, node: "WorkerController", collection: Sequence[str]) -> None:
        """Record the collection of a worker."""
        self._collections[node] = list(collection)

    def mark_test_complete(
        self, node: "WorkerController", item_index: int, duration: float = 0
    ) -> None:
        """Remove a finished test and send the next ones."""
        del duration
        self._pending[node].remove(item_index)
        self._feed(node)

    def mark_test_pending(self, item: str) -> None:
        """Queue a test to run again."""
        self._left.appendleft((self._ids or []).index(item))
        self._feed_all()

    def remove_pending_tests_from_node(
        self, node: "WorkerController", indices: Sequence[int]
    ) -> None:
        """Raise: tests are never recalled from a worker."""
        raise NotImplementedError(node, indices)

    def remove_node(self, node: "WorkerController") -> str | None:
        """Give the tests of an ended worker to the others; return the test it crashed in."""
        pending = self._pending.pop(node)
        self._left.extend(self._parts.pop(node))
        if not pending:
            return None
        crashed, *rest = pending
        self._left.extendleft(reversed(rest))
        self._feed_all()
        return self._ids[crashed] if self._ids else None

    def schedule(self) -> None:
        """Send out the parts; in later calls, include a replacement worker."""
        if self._ids is None:
            ids = next(iter(self._collections.values()))
            if not self._have_same_tests(ids):
                return
            self._ids = ids
            for node in self.nodes:
                share = Share(int(node.workerinput[INDEX]), self._count())
                self._parts[node].extend(part_of(ids, share, self._campaign_of))
            # The part of a worker that crashed before the parts were sent.
            given = {index for part in self._parts.values() for index in part}
            self._left.extend(index for index in range(len(ids)) if index not in given)
        self._feed_all()

    def _count(self) -> int:
        asked = int(self.config.getoption("numprocesses", 0) or len(self._pending))
        most = self.config.getoption("maxprocesses", None)
        return max(1, asked if most is None else min(asked, int(most)))

    def _feed_all(self) -> None:
        for node in self.nodes:
            self._feed(node)

    def _feed(self, node: "WorkerController") -> None:
        if node.shutting_down:
            return
        source = self._parts[node] or self._left
        pending = self._pending[node]
        if source and len(pending) < _SENT_AHEAD:
            chunk = [source.popleft() for _ in range(min(len(source), 2 * _SENT_AHEAD))]
            pending.extend(chunk)
            node.send_runtest_some(chunk)
        if not self._parts[node] and not self._left:
            node.shutdown()

    def _have_same_tests(self, ids: list[str]) -> bool:
        """Report each worker whose collection differs from the first one's, as xdist does."""
        have_same_tests = True
        first, *others = self._collections.items()
        for node, collection in others:
            if collection != ids:
                have_same_tests = False
                text = (
                    f"{node.gateway.id} collected {len(collection)} tests that differ from the"
                    f" {len(ids)} of {first[0].gateway.id}: all workers need the same test order"
                )
                report = pytest.CollectReport(node.gateway.id, "failed", text, [])
                self.config.hook.pytest_collectreport(report=report)
        return have_same_tests
