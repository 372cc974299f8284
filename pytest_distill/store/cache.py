"""The response cache, and single flight: each question is asked once."""

import asyncio
import sqlite3
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from pytest_distill.errors import StoreError
from pytest_distill.records import Completion
from pytest_distill.store import schema
from pytest_distill.store.database import BusyError, Database, transaction
from pytest_distill.store.owner import Owner

# A claim expires after this, where it cannot be seen whether its owner is alive.
_LEASE_S = 30.0
# Two renewals may fail before the lease runs out.
_RENEWALS = 3
_RENEWAL_WHEN_BUSY_S = 0.1
# Intervals of looking for the answer of another process; most take longer than a second.
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.02, 0.25

Ask = Callable[[], Awaitable[Completion]]


class AnswerCache:
    """Completions by fingerprint, shared by all processes that name the same file.

    Opened on first use, and used from one event loop only; `holds` and `find` have a connection
    of their own, for one other thread. A process has to fork before the first use.

    A file that cannot be read is an error: to pay again for all answers is the user's decision. One
    damaged answer is asked for again. A write error is none: after the first one, answers are
    returned without being kept.
    """

    def __init__(self, path: Path, *, lease_s: float = _LEASE_S) -> None:
        self.path = path
        self.hits = 0
        """Answers of `get` that needed no request."""
        self.misses = 0
        """Questions that were asked."""
        self.failures = 0
        """Answers that could not be kept."""
        self.why_stopped: str | None = None
        """The first failure to write; from then on nothing is kept."""
        self._lease_s = lease_s
        self._database = Database(path)
        self._reading = Database(path)
        self._asking: dict[str, asyncio.Future[Completion | None]] = {}
        self._held: set[str] = set()
        self._renewal: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Open the file now, so that errors show before the first question.

        Raises:
            StoreError: the file is no cache, is damaged, or cannot be written.
        """
        self._database.retry_blocking(lambda _: None)

    def holds(self, key: str) -> bool:
        """Return whether there is an entry for `key`; `find` may still be unable to read it."""
        return self._reading.retry_blocking(
            lambda db: db.execute(schema.HOLDS, (key,)).fetchone() is not None
        )

    def find(self, key: str) -> Completion | None:
        """Return the answer; None if none is as it was written, or readable for this version."""
        return self._reading.retry_blocking(lambda db: _find(db, key))

    async def get(self, key: str, ask: Ask) -> tuple[Completion, bool]:
        """Return the answer and whether it was cached; each question is asked once.

        Callers that come while it is being asked wait for that answer, in this process or
        another. An error is raised in all callers of this process that wait, and is not kept. If
        the asking caller is cancelled, the next one asks. `ask` should wait for a free slot
        itself: a hit needs none.

        Raises:
            StoreError: the cache cannot be read.
            Exception: from `ask`.
        """
        while (leader := self._asking.get(key)) is not None:
            completion = await asyncio.shield(leader)
            if completion is not None:
                self.hits += 1
                return completion, True
        return await self._lead(key, ask)

    def close(self) -> None:
        """Release all claims and close the file; a second call does nothing."""
        if self._held:
            with suppress(StoreError):  # their leases run out
                self._database.retry_blocking(
                    lambda db: db.execute(schema.RELEASE_ALL, (self._me.token,))
                )
            self._held.clear()
        self._stop_renewal()
        self._reading.close()
        self._database.close()

    @cached_property
    def _me(self) -> Owner:
        return Owner.here()

    async def _lead(self, key: str, ask: Ask) -> tuple[Completion, bool]:
        outcome = asyncio.get_running_loop().create_future()
        self._asking[key] = outcome
        try:
            completion, is_hit = await self._recall_or_ask(key, ask)
            outcome.set_result(completion)
        except Exception as error:
            outcome.set_exception(error)
            outcome.exception()  # marks it as retrieved: no other caller may be waiting
            raise
        finally:
            del self._asking[key]
            if not outcome.done():
                outcome.set_result(None)
        return completion, is_hit

    async def _recall_or_ask(self, key: str, ask: Ask) -> tuple[Completion, bool]:
        pause = _FIRST_LOOK_S
        while True:
            found = await self._database.retry(lambda db: _find(db, key))
            if found is not None:
                self.hits += 1
                return found, True
            if await self._may_ask(key):
                break
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_LOOK_S)
        self.misses += 1
        try:
            completion = await ask()
            if self._is_worth_keeping(completion):
                await self._store(key, completion)
        finally:
            await self._release(key)
        return completion, False

    async def _may_ask(self, key: str) -> bool:
        """Claim the question unless another process has; after a write error, always allow it."""
        if self.why_stopped is not None:
            return True
        try:
            # Reading takes no lock, so waiting callers do not block writers.
            if await self._database.retry(lambda db: self._is_held(db, key)):
                return False
            is_ours = await self._database.retry(lambda db: self._claim(db, key))
        except StoreError as error:
            self._stop(error, answers=0)
            return True
        if is_ours:
            self._held.add(key)
            self._renew_later(self._lease_s / _RENEWALS)
        return is_ours

    def _is_held(self, db: sqlite3.Connection, key: str) -> bool:
        row = db.execute(schema.FIND_CLAIM, (key,)).fetchone()
        if row is None:
            return False
        *owner, lease_until = row
        holder = Owner(*owner)
        # A claim of our own was left by a cancelled caller.
        left_s = lease_until - time.time()
        # Nobody takes a longer lease: a clock was wrong, or the file was tampered with.
        is_over = not 0 <= left_s <= max(_LEASE_S, self._lease_s) * _RENEWALS
        is_stale = is_over or holder.is_known_dead(seen_from=self._me)
        return holder.token != self._me.token and not is_stale

    def _claim(self, db: sqlite3.Connection, key: str) -> bool:
        with transaction(db):
            if _find(db, key) is not None or self._is_held(db, key):
                return False
            db.execute(schema.CLAIM, (key, *self._me, time.time() + self._lease_s))
        return True

    async def _store(self, key: str, completion: Completion) -> None:
        try:
            await self._database.retry(lambda db: _keep(db, key, completion))
        except StoreError as error:
            self._stop(error)
        else:
            self._no_longer_held(key)

    async def _release(self, key: str) -> None:
        if key not in self._held:
            return
        self._no_longer_held(key)
        try:
            await self._database.retry(lambda db: db.execute(schema.RELEASE, (key, self._me.token)))
        except StoreError as error:
            self._stop(error, answers=0)

    def _no_longer_held(self, key: str) -> None:
        self._held.discard(key)
        if not self._held:
            self._stop_renewal()

    def _renew_later(self, delay_s: float) -> None:
        if self._renewal is None:
            self._renewal = asyncio.get_running_loop().call_later(delay_s, self._renew)

    def _renew(self) -> None:
        self._renewal = None
        delay_s = self._lease_s / _RENEWALS
        try:
            self._database.attempt(
                lambda db: db.execute(schema.RENEW, (time.time() + self._lease_s, self._me.token))
            )
        except BusyError:
            delay_s = _RENEWAL_WHEN_BUSY_S
        except StoreError as error:
            self._stop(error, answers=0)
        self._renew_later(delay_s)

    def _stop_renewal(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
            self._renewal = None

    def _is_worth_keeping(self, completion: Completion) -> bool:
        if not completion.text.strip():
            return False
        self.failures += self.why_stopped is not None
        return self.why_stopped is None

    def _stop(self, error: StoreError, *, answers: int = 1) -> None:
        self.failures += answers
        self.why_stopped = self.why_stopped or str(error)


def _find(db: sqlite3.Connection, key: str) -> Completion | None:
    row = db.execute(schema.FIND, (key,)).fetchone()
    if row is None:
        return None
    content, crc = row
    if content is None or checksum(key, content) != crc:
        return None  # damaged: the answer will replace it
    try:
        return Completion.model_validate_json(content)
    except ValidationError:
        return None  # of another version: likewise


def checksum(key: str, content: bytes) -> int:
    """Return the CRC-32 of a completion, as JSON, together with its key.

    So an answer to another question does not pass either.
    """
    return zlib.crc32(content, zlib.crc32(key.encode()))


def _keep(db: sqlite3.Connection, key: str, completion: Completion) -> None:
    content = completion.model_dump_json()
    with transaction(db):
        db.execute(schema.KEEP, (key, content, checksum(key, content.encode())))
        # Of any owner: the question is answered.
        db.execute(schema.SETTLE, (key,))
