"""``calls=N,tokens=N,usd=X``, and what tokens cost."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pydantic import ValidationError

from pytest_distill.errors import UsageError, did_you_mean, first_problem
from pytest_distill.records import Budget, ModelSpec, Price

_KINDS = tuple(Budget.model_fields)
_PRICES = (
    "[tool.pytest-distill.prices] says what a million tokens cost in US dollars, as in\n"
    '  "gpt-4o-mini" = { input = 0.15, output = 0.60 }'
)


def read(text: str) -> Budget:
    """Return the budget that `text` sets.

    Raises:
        UsageError: names the part that is wrong.
    """
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = (word.strip() for word in part.partition("="))
        if not equals or key not in _KINDS or key in parts:
            hint = "" if key in _KINDS else did_you_mean(key, _KINDS)
            question = f"what is {part.strip()!r}?{hint}"
            problem = f"{key!r} is given twice." if key in parts else question
            message = (
                f"--distill-budget {text!r}: {problem}\n"
                "  a budget reads calls=N,tokens=N,usd=X, or some of these"
            )
            raise UsageError(message)
        parts[key] = value
    try:
        return Budget.model_validate_strings(parts)
    except ValidationError as error:
        message = f"--distill-budget {text!r}: {first_problem(error)}"
        raise UsageError(message) from error


def prices(table: Mapping[str, object]) -> dict[str, Price]:
    """Return ``[tool.pytest-distill.prices]``: model to US dollars for a million tokens.

    Raises:
        UsageError: names the entry that is wrong.
    """
    entries = table.get("prices", {})
    if not isinstance(entries, dict):
        raise UsageError(_PRICES)
    try:
        return {name: Price.model_validate(entry) for name, entry in entries.items()}
    except ValidationError as error:
        raise UsageError(_PRICES) from error


def price_of(spec: ModelSpec, table: Mapping[str, Price]) -> Price:
    """Return the price of a model: the user's, else that of the library ``genai-prices``.

    Raises:
        UsageError: neither knows the model.
    """
    for name in (spec.label, spec.name):
        if name in table:
            return table[name]
    if find_spec("genai_prices") is not None:
        found = _listed(spec)
        if found is not None:
            return found
    message = (
        f"--distill-budget usd=: what does {spec.name!r} cost?\n"
        f'  say so in pyproject.toml: [tool.pytest-distill.prices] "{spec.name}" ='
        " { input = ..., output = ... }  (US dollars for a million tokens)\n"
        "  or install the list of public prices: pip install 'pytest-distill[prices]'"
    )
    raise UsageError(message)


def _listed(spec: ModelSpec) -> Price | None:
    # A large table, of which only a run with a budget in dollars needs a line.
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
