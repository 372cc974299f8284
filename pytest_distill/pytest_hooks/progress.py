"""A line now and then for who watches a long run: what is asked, waited for and spent."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

import pytest

from pytest_distill.engine.client import Tally
from pytest_distill.run.session import Session

# Often enough to see that it lives, seldom enough to leave pytest's own dots readable.
_EVERY_S = 10.0


class Progress:
    """Tells of a run on a terminal; elsewhere, as in CI logs, it is silent."""

    def __init__(
        self, config: pytest.Config, session: Session, *, clock: Callable[[], float]
    ) -> None:
        self._config = config
        self._session = session
        self._clock = clock
        self._started = self._told = clock()
        self._held_s = 0.0
        self._reporter: pytest.TerminalReporter | None = None
        self._done = 0
        self._total = 0

    def pytest_sessionstart(self) -> None:
        """Stay only where somebody watches."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None or not reporter.isatty or self._config.get_verbosity() < 0:
            self._config.pluginmanager.unregister(self)
        else:
            self._reporter = reporter
            self._session.while_waiting(self._tick)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many tests there are."""
        self._total = len(session.items)
        self._started = self._told = self._clock()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Learn it from a worker: each collects all of them."""
        self._total = len(ids)

    def pytest_runtest_logfinish(self) -> None:
        """Count a test."""
        self._done += 1
        self._tick()

    def _tick(self) -> None:
        tally, now = self._session.tally, self._clock()
        is_news = tally.paused_s > self._held_s
        if now - self._told < _EVERY_S and not is_news:
            return
        self._told, self._held_s = now, tally.paused_s
        if (reporter := self._reporter) is not None:
            # A test that waits has its output captured, and this is none of its.
            capture = self._config.pluginmanager.get_plugin("capturemanager")
            with capture.global_and_fixture_disabled() if capture else nullcontext():
                reporter.ensure_newline()
                reporter.write_line(self._line(tally, now - self._started), cyan=True)

    def _line(self, tally: Tally, seconds: float) -> str:
        parts = [f"{self._done}/{self._total}" if self._total else f"{self._done} done"]
        rate = self._done / seconds if seconds > 0 else 0.0
        if rate:
            parts.append(f"{rate:.1f}/s")
        parts.extend(in_words(tally))
        if rate and self._total > self._done:
            parts.append(f"about {duration((self._total - self._done) / rate)} left")
        return f"distill: {', '.join(parts)}"


def in_words(tally: Tally) -> list[str]:
    """Return what was asked for, in words; what did not happen is left out."""
    tokens = tally.input_tokens + tally.output_tokens
    cached = tally.cached + tally.cached_sync
    texts = (
        (tally.in_flight, f"{tally.in_flight} in flight"),
        (tally.calls, f"{tally.calls} asked"),
        (cached, f"{cached} from the cache"),
        (tally.retries, f"{tally.retries} tried again"),
        (tally.paused_s, f"{tally.paused_s:.0f} s waited because a server said so"),
        (tokens, f"{tokens} tokens"),
    )
    return [text for count, text in texts if count]


def duration(seconds: float) -> str:
    """Return ``1:05:09`` or ``5:09``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
