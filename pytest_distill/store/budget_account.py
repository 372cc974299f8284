"""What is left of a budget, for all processes of a run."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_distill.errors import BudgetError, StoreError
from pytest_distill.records import Budget

# Sums of floating-point dollars would depend on their order.
_NANO = 1_000_000_000

# A process holds the lock for one statement only.
_BUSY_S = 30.0

_CREATE = (
    "CREATE TABLE IF NOT EXISTS spent"
    " (one INTEGER PRIMARY KEY CHECK (one = 1), calls INTEGER, tokens INTEGER, nano_usd INTEGER)"
)
_RESERVE = (
    "UPDATE spent SET calls = calls + 1, tokens = tokens + :tokens, nano_usd = nano_usd + :nano"
    " WHERE calls + 1 <= :calls_cap AND tokens + :tokens <= :tokens_cap"
    " AND nano_usd + :nano <= :nano_cap"
)
_GIVE_BACK = "UPDATE spent SET tokens = tokens - :tokens, nano_usd = nano_usd - :nano"
# Larger than any sum, and SQLite's largest integer.
_NO_CAP = 2**63 - 1


class BudgetAccount:
    """Pays for calls from one budget; every process of the run opens the same file.

    Reserving the highest possible cost of a call is one atomic statement, so that processes
    together cannot exceed the cap.
    """

    def __init__(self, path: Path, budget: Budget) -> None:
        """Open the account, or create it.

        Raises:
            StoreError: the file cannot be used.
        """
        self._budget = budget
        self._path = path
        with self._store_errors():
            self._database = sqlite3.connect(
                path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            self._database.execute(_CREATE)
            self._database.execute("INSERT OR IGNORE INTO spent VALUES (1, 0, 0, 0)")
        self._caps = {
            "calls_cap": _NO_CAP if budget.calls is None else budget.calls,
            "tokens_cap": _NO_CAP if budget.tokens is None else budget.tokens,
            "nano_cap": _NO_CAP if budget.usd is None else round(budget.usd * _NANO),
        }

    def reserve(self, *, tokens: int, usd: float) -> None:
        """Reserve one call and its highest possible cost.

        Raises:
            BudgetError: it would exceed the budget; nothing was reserved.
            StoreError: the account cannot be written; nothing was reserved.
        """
        amount = {"tokens": tokens, "nano": round(usd * _NANO)}
        with self._store_errors():
            done = self._database.execute(_RESERVE, {**amount, **self._caps})
        if done.rowcount == 0:
            raise self._refusal(amount)

    def give_back(self, *, tokens: int, usd: float) -> None:
        """Return the part of a reservation that was not spent; negative if more was spent."""
        with self._store_errors():
            self._database.execute(_GIVE_BACK, {"tokens": tokens, "nano": round(usd * _NANO)})

    def spent(self) -> tuple[int, int, float]:
        """Return calls, tokens and US dollars so far, reservations included."""
        calls, tokens, nano = self._database.execute(
            "SELECT calls, tokens, nano_usd FROM spent"
        ).fetchone()
        return calls, tokens, nano / _NANO

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            message = f"the budget cannot be kept in {self._path}: {error}"
            raise StoreError(message) from error

    def _refusal(self, amount: dict[str, int]) -> BudgetError:
        calls, tokens, _ = self.spent()
        if self._budget.calls is not None and calls + 1 > self._budget.calls:
            return BudgetError("calls", str(self._budget.calls))
        if self._budget.tokens is not None and tokens + amount["tokens"] > self._budget.tokens:
            return BudgetError("tokens", str(self._budget.tokens))
        return BudgetError("usd", f"{self._budget.usd:g}")
