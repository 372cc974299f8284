"""The seam between pytest, which waits, and the event loop, which asks."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Bridge:
    """One event loop in one background thread, opened by the first work that is run."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._kept: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the loop and return what it returns, or raise what it raises.

        Called from pytest's thread only. Ctrl-C ends the wait at once and cancels the work.
        """
        future = self.begin(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run `work` on the loop without waiting; the future is for pytest's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._open())

    def soon(self, act: Callable[[], None]) -> None:
        """Call `act` on the loop, without waiting."""
        self._open().call_soon_threadsafe(act)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task that nobody waits for; the loop itself would not."""
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)

    def close(self, *farewells: Coroutine[Any, Any, None]) -> None:
        """Cancel what still runs, run `farewells`, stop the loop. Twice is once.

        Where there was no work there is nothing to say farewell to.
        """
        if self._loop is None or self._thread is None:
            for farewell in farewells:
                farewell.close()
            return
        loop, self._loop = self._loop, None
        asyncio.run_coroutine_threadsafe(_end(farewells), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    def _open(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            # A daemon: a hanging provider must not keep the process alive after pytest ends.
            self._thread = Thread(target=self._loop.run_forever, name="pytest-distill", daemon=True)
            self._thread.start()
        return self._loop


async def _end(farewells: Iterable[Coroutine[Any, Any, None]]) -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for farewell in farewells:
        await farewell
    await asyncio.get_running_loop().shutdown_asyncgens()
