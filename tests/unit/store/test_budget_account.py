"""What is left of a budget."""

import multiprocessing
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from pytest_distill.errors import BudgetError, StoreError
from pytest_distill.records import Budget
from pytest_distill.store.budget_account import BudgetAccount


def test_calls_are_a_hard_cap(tmp_path: Path) -> None:
    """The one that would be too many is refused, and costs nothing."""
    account = BudgetAccount(tmp_path / "account", Budget(calls=2))

    account.reserve(tokens=10, usd=0.0)
    account.reserve(tokens=10, usd=0.0)
    with pytest.raises(BudgetError, match=r"budget calls=2 would be exceeded"):
        account.reserve(tokens=10, usd=0.0)

    assert account.spent() == (2, 20, 0.0)
    account.close()


def test_what_was_not_spent_pays_for_more(tmp_path: Path) -> None:
    """A call sets aside what it may cost at most, and returns the rest."""
    account = BudgetAccount(tmp_path / "account", Budget(tokens=100))
    account.reserve(tokens=80, usd=0.0)
    with pytest.raises(BudgetError, match="tokens=100"):
        account.reserve(tokens=80, usd=0.0)

    account.give_back(tokens=70, usd=0.0)
    account.reserve(tokens=80, usd=0.0)

    assert account.spent() == (2, 90, 0.0)
    account.close()


def test_dollars_add_up_exactly(tmp_path: Path) -> None:
    """Ten tenths are one, in whatever order."""
    account = BudgetAccount(tmp_path / "account", Budget(usd=1.0))

    for _ in range(10):
        account.reserve(tokens=0, usd=0.1)

    assert account.spent() == (10, 0, 1.0)
    with pytest.raises(BudgetError, match="usd=1"):
        account.reserve(tokens=0, usd=0.000001)
    account.close()


def spend(path: Path, budget: Budget) -> None:
    """Make calls until the budget is spent."""
    account = BudgetAccount(path, budget)
    try:
        while True:
            account.reserve(tokens=3, usd=0.0)
    except BudgetError:
        account.close()


def test_processes_share_one_purse(tmp_path: Path) -> None:
    """Together they make as many calls as one would."""
    path, budget = tmp_path / "account", Budget(calls=500)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=spend, args=(path, budget)) for _ in range(3)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    account = BudgetAccount(path, budget)
    assert account.spent() == (500, 1500, 0.0)
    account.close()


def test_a_purse_that_cannot_be_kept_is_an_error_of_the_store(tmp_path: Path) -> None:
    """With its path."""
    path = tmp_path / "no" / "such" / "folder" / "account"

    with pytest.raises(StoreError, match="account"):
        BudgetAccount(path, Budget(calls=1))


def test_an_account_that_breaks_is_an_error_of_ours(tmp_path: Path) -> None:
    """Nothing is asked that cannot be counted."""
    path = tmp_path / "account"
    account = BudgetAccount(path, Budget(calls=2))
    with closing(connect(path)) as database, database:
        database.execute("DROP TABLE spent")

    with pytest.raises(StoreError, match=f"the budget cannot be kept in {path}: no such table"):
        account.reserve(tokens=1, usd=0.0)
    with pytest.raises(StoreError, match="cannot be kept"):
        account.give_back(tokens=1, usd=0.0)
    account.close()
