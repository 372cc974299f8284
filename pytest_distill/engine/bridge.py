"""Runs coroutines for pytest's synchronous thread on a background event loop."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Bridge:
    """One event loop in one background thread, started by the first coroutine."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._background: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the loop; return its result or raise its exception.

        Called from pytest's thread only. Ctrl-C ends the wait at once and cancels `work`.
        """
        future = self.submit(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start `work` on the loop without waiting; pytest's thread may wait on the future."""
        return asyncio.run_coroutine_threadsafe(work, self._open())

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call `callback` on the loop, without waiting."""
        self._open().call_soon_threadsafe(callback)

    def add_background_task(self, task: asyncio.Task[None]) -> None:
        """Keep a reference to a task that nothing awaits; the loop holds only a weak one."""
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def close(self, *cleanups: Coroutine[Any, Any, None]) -> None:
        """Cancel running tasks, run `cleanups`, stop the loop; a second call does nothing.

        If the loop was never started, `cleanups` are closed without being run.
        """
        if self._loop is None or self._thread is None:
            for cleanup in cleanups:
                cleanup.close()
            return
        loop, self._loop = self._loop, None
        asyncio.run_coroutine_threadsafe(_shut_down(cleanups), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    def _open(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            # A daemon: a hanging request must not keep the process alive after pytest ends.
            self._thread = Thread(target=self._loop.run_forever, name="pytest-distill", daemon=True)
            self._thread.start()
        return self._loop


async def _shut_down(cleanups: Iterable[Coroutine[Any, Any, None]]) -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for cleanup in cleanups:
        await cleanup
    await asyncio.get_running_loop().shutdown_asyncgens()
