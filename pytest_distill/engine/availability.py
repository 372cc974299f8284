"""Whether the server of a model answers at all; if it does not, it is not asked on."""

from pytest_distill.engine.retry import FAILURES_UNTIL_DOWN
from pytest_distill.errors import ModelError, RefusedError, TransientModelError

# A wrong key is refused every time; so many in a row rule out that it was about the question.
REFUSALS_UNTIL_DOWN = 3


class Availability:
    """Counts the calls of one model that failed."""

    def __init__(self) -> None:
        self._failures: int | None = 0
        """Calls that failed before the first answer; None once there was one."""
        self._refusals = 0
        """Calls in a row that were refused for a reason that holds for every other one too."""
        self._reason = ""

    @property
    def problem(self) -> str | None:
        """The last error, if it is no use to ask on."""
        is_dead = self._failures is not None and self._failures >= FAILURES_UNTIL_DOWN
        return self._reason if is_dead or self._refusals >= REFUSALS_UNTIL_DOWN else None

    @property
    def has_answered(self) -> bool:
        """Whether there was an answer."""
        return self._failures is None

    def note_answer(self) -> None:
        """Record an answer."""
        self._failures = None
        self._refusals = 0

    def note_error(self, error: ModelError) -> None:
        """Record a call that failed, with all its retries."""
        if isinstance(error, RefusedError):
            self._refusals += error.is_lasting
        # A server that is busy is not dead.
        elif not isinstance(error, TransientModelError) or error.is_overload:
            return
        self._reason = str(error)
        if self._failures is not None:
            self._failures += 1
