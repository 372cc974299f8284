"""--distill-budget and prices."""

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.models import spec
from pytest_distill.records import Budget, Price
from pytest_distill.settings import budget
from pytest_distill.settings.pyproject import Table


def test_a_budget_may_set_any_of_three_caps() -> None:
    """Blanks do not matter."""
    assert budget.read("calls=10, usd=0.5") == Budget(calls=10, usd=0.5)
    assert budget.read("tokens=1000") == Budget(tokens=1000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("call=1", r"'call=1' is not a limit. Did you mean 'calls'\?"),
        ("calls", r"give calls=N,tokens=N,usd=X"),
        ("calls=1,calls=2", r"'calls' is given twice"),
        ("calls=x", r"calls: Input should be a valid integer"),
        ("usd=-1", r"usd: Input should be greater than or equal to 0"),
        ("usd=nan", r"usd: Input should be a finite number"),
    ],
)
def test_a_budget_that_cannot_be_read_names_the_part(text: str, message: str) -> None:
    """And says how one reads."""
    with pytest.raises(UsageError, match=message):
        budget.read(text)


def test_the_users_price_comes_first() -> None:
    """By the label of the model, else by its name."""
    model = spec.parse("openai:gpt-4o-mini")
    prices = budget.prices(Table({"prices": {"gpt-4o-mini": {"input": 1, "output": 2}}}))

    assert budget.price_of(model, prices) == Price(input=1, output=2)
    assert Price(input=1, output=2).usd(1_000_000, 500_000) == 2.0


def test_public_prices_come_from_a_library() -> None:
    """Where it is installed."""
    pytest.importorskip("genai_prices", reason="the extra `prices` is not installed")

    found = budget.price_of(spec.parse("openai:gpt-4o-mini"), {})

    assert 0 < found.input < found.output


def test_a_model_without_a_price_is_a_usage_error() -> None:
    """It says where to put one."""
    with pytest.raises(UsageError, match=r"the price of 'nobodys-model' is unknown"):
        budget.price_of(spec.parse("openai:nobodys-model"), {})


@pytest.mark.parametrize("entry", [3, {"m": 3}, {"m": {"input": 1}}, {"m": {"input": -1}}])
def test_a_wrong_price_is_a_usage_error(entry: object) -> None:
    """It shows what a right one looks like."""
    with pytest.raises(UsageError, match="gpt-4o-mini"):
        budget.prices(Table({"prices": entry}))
