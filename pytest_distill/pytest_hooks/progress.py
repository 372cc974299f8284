"""Progress lines during a long run: tests done, requests, tokens and waiting times."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest

from pytest_distill.engine.client import Tally
from pytest_distill.run.session import Session
from pytest_distill.text import one_line

# Often enough to show that the run is alive, rare enough to keep pytest's own dots readable.
_INTERVAL_S = 10.0
# A log, as of CI, is kept: it needs to show that the run is alive, and no more.
_INTERVAL_IN_LOG_S = 30.0


class Progress:
    """Prints progress lines: often on a terminal, rarely elsewhere, as in CI logs."""

    def __init__(
        self, config: pytest.Config, session: Session, *, clock: Callable[[], float]
    ) -> None:
        self._config = config
        self._session = session
        self._clock = clock
        self._started = self._last_line_at = clock()
        self._paused_s = 0.0
        self._waiting = Waiting(clock)
        self._reporter: pytest.TerminalReporter | None = None
        self._done = 0
        self._total = 0

    def pytest_sessionstart(self) -> None:
        """Unregister if the run is to say little."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None or self._config.get_verbosity() < 0:
            self._config.pluginmanager.unregister(self)
        else:
            self._reporter = reporter
            self._session.while_waiting(self._tick)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Set the number of tests."""
        self._total = len(session.items)
        self._started = self._last_line_at = self._clock()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Set the number of tests from a worker: each collects all of them."""
        self._total = len(ids)

    def pytest_runtest_logfinish(self) -> None:
        """Count a test."""
        self._done += 1
        self._tick()

    def _tick(self) -> None:
        tally, now = self._session.tally, self._clock()
        reporter = self._reporter
        if (news := self._waiting.news(tally)) is not None:
            self._write(news)
        is_terminal = reporter is not None and reporter.isatty
        interval_s = _INTERVAL_S if is_terminal else _INTERVAL_IN_LOG_S
        is_new_pause = is_terminal and tally.paused_s > self._paused_s
        if now - self._last_line_at < interval_s and not is_new_pause:
            return
        self._last_line_at, self._paused_s = now, tally.paused_s
        self._write(self._line(tally, now - self._started))

    def _write(self, line: str) -> None:
        reporter = self._reporter
        if reporter is not None:
            with uncaptured(self._config):
                reporter.ensure_newline()
                reporter.write_line(line, cyan=True)
                reporter.flush()

    def _line(self, tally: Tally, seconds: float) -> str:
        parts = [f"{self._done}/{self._total}" if self._total else f"{self._done} done"]
        rate = self._done / seconds if seconds > 0 else 0.0
        if rate:
            parts.append(f"{rate:.1f}/s")
        parts.extend(counts(tally))
        if rate and self._total > self._done:
            parts.append(f"about {duration((self._total - self._done) / rate)} left")
        return f"distill: {', '.join(parts)}"


class Waiting:
    """Says once who is waited for, and again when it is somebody else, or for something else."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said = ""
        self._said_at = -_INTERVAL_IN_LOG_S

    def news(self, tally: Tally) -> str | None:
        """Return a line, if there is one to say."""
        is_early = self._clock() - self._said_at < _INTERVAL_IN_LOG_S
        if is_early or tally.waiting in {"", self._said}:
            return None
        self._said, self._said_at = tally.waiting, self._clock()
        return f"distill: waiting for {one_line(tally.waiting)}"


class WorkerWaiting:
    """Says on a worker who is waited for: the controller hears of it only after a test."""

    def __init__(
        self, config: pytest.Config, session: Session, *, clock: Callable[[], float]
    ) -> None:
        self._config = config
        self._session = session
        self._waiting = Waiting(clock)

    def pytest_sessionstart(self) -> None:
        """Have it said while a test waits."""
        if self._config.get_verbosity() >= 0:
            self._session.while_waiting(self._tick)

    def _tick(self) -> None:
        if (news := self._waiting.news(self._session.tally)) is not None:
            with uncaptured(self._config):
                # A worker has no terminal, but the controller's standard error.
                print(news, file=sys.stderr, flush=True)  # noqa: T201 - meant for who watches


def uncaptured(config: pytest.Config) -> AbstractContextManager[None]:
    """Return a context in which output is shown: that of the waiting test is captured."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    return capture.global_and_fixture_disabled() if capture else nullcontext()


def counts(tally: Tally) -> list[str]:
    """Return the counts of a run's requests as texts; zeros are left out."""
    tokens = tally.input_tokens + tally.output_tokens
    cached = tally.cached + tally.cached_sync
    texts = (
        (tally.in_flight, f"{tally.in_flight} in flight"),
        (tally.calls, f"{tally.calls} requests"),
        (cached, f"{cached} from the cache"),
        (tally.retries, f"{tally.retries} retries"),
        (tally.paused_s, f"{tally.paused_s:.0f} s paused at a server's request"),
        (tokens, f"{tokens} tokens"),
    )
    return [text for count, text in texts if count]


def duration(seconds: float) -> str:
    """Return ``1:05:09`` or ``5:09``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
