"""Budgets, as in ``calls=N,tokens=N,usd=X``, and the prices of tokens."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pydantic import ValidationError

from pytest_distill.errors import SettingError, UsageError, did_you_mean, first_problem
from pytest_distill.records import Budget, ModelSpec, Price
from pytest_distill.settings.pyproject import Table

_OPTION = "distill_budget"
_KINDS = tuple(Budget.model_fields)
_PRICES = (
    "  [tool.pytest-distill.prices] maps a model to US dollars per million tokens, as in\n"
    '    "gpt-4o-mini" = { input = 0.15, output = 0.60 }'
)


def read(text: str) -> Budget:
    """Return the budget that `text` sets.

    Raises:
        UsageError: names the invalid part.
    """
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = (word.strip() for word in part.partition("="))
        if not equals or key not in _KINDS or key in parts:
            hint = "" if key in _KINDS else did_you_mean(key, _KINDS)
            invalid = f"{part.strip()!r} is not a limit.{hint}"
            problem = f"{key!r} is given twice." if key in parts else invalid
            message = f"{problem}\n  give calls=N,tokens=N,usd=X, or some of these"
            raise SettingError(_OPTION, text, message)
        parts[key] = value
    try:
        return Budget.model_validate_strings(parts)
    except ValidationError as error:
        raise SettingError(_OPTION, text, first_problem(error)) from error


def prices(table: Table) -> dict[str, Price]:
    """Return ``[tool.pytest-distill.prices]``: model to US dollars per million tokens.

    Raises:
        UsageError: an entry is invalid.
    """
    entries = table.values.get("prices", {})
    if not isinstance(entries, dict):
        message = f"{table.place('prices')}: it has to be a table, not {entries!r}\n{_PRICES}"
        raise UsageError(message)
    return {name: _price(name, entry, table) for name, entry in entries.items()}


def _price(name: str, entry: object, table: Table) -> Price:
    try:
        return Price.model_validate(entry)
    except ValidationError as error:
        place = table.place(f"prices.{name}")
        message = f"{place} = {entry!r}: {first_problem(error)}\n{_PRICES}"
        raise UsageError(message) from error


def price_of(spec: ModelSpec, table: Mapping[str, Price]) -> Price:
    """Return the price of a model: the user's, else that of the library ``genai-prices``.

    Raises:
        UsageError: neither has a price for the model.
    """
    for name in (spec.label, spec.name):
        if name in table:
            return table[name]
    if find_spec("genai_prices") is not None:
        found = _public_price(spec)
        if found is not None:
            return found
    message = (
        f"--distill-budget usd=: the price of {spec.name!r} is unknown\n"
        f'  set it in pyproject.toml: [tool.pytest-distill.prices] "{spec.name}" ='
        " { input = ..., output = ... }  (US dollars per million tokens)\n"
        "  or install the list of public prices: pip install 'pytest-distill[prices]'"
    )
    raise UsageError(message)


def _public_price(spec: ModelSpec) -> Price | None:
    # Imported here: the table is large, and only budgets in dollars need it.
    library: Any = import_module("genai_prices")
    million = 1_000_000
    try:
        costs = [
            library.calc_price(
                library.Usage(**{f"{kind}_tokens": million}), model_ref=spec.name
            ).total_price
            for kind in ("input", "output")
        ]
    except LookupError:
        return None
    return Price(input=float(costs[0]), output=float(costs[1]))
