"""The exceptions of this package, grouped by how to handle them.

::

    DistillError
    ├── UsageError            fix the setup: exit status 4, one message, no traceback
    │   ├── SpecError         a ``--model`` that cannot be read; names the wrong part
    │   ├── SettingError      a setting with an invalid value
    │   ├── GateError         a gate that cannot be read, or that decides nothing
    │   ├── FactsError        no such fact set, or one that cannot be inferred or read
    │   └── FileFormatError   ``FILE:LINE: what is wrong`` in something the user wrote
    ├── ModelError            no usable answer: the case is missing, neither leaking nor clean
    │   ├── TransientModelError   a retry may succeed; says nothing about the model
    │   ├── RefusedError      the server refuses this request, or every one
    │   ├── UnansweredError       the call was not made: the server answers none
    │   └── BudgetError           the call was not made: it would exceed the budget
    └── StoreError            the cache or run log cannot be used
"""

import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


# Enough for the keys of every format.
_SHOWN_KEYS = 160


class DistillError(Exception):
    """Base class of every error that this package raises on purpose."""


class UsageError(DistillError):
    """The setup is wrong; the message says what is wrong, what exists and what to do."""


class SpecError(UsageError):
    """A model spec that cannot be read, or names something that does not exist."""

    def __init__(self, spec: str, problem: str) -> None:
        self.spec = spec
        self.problem = problem
        super().__init__(
            f"model spec {spec!r}: {problem}\n"
            "  a spec reads PROVIDER:NAME[@BASE_URL][?key=value&...],"
            " as in openai:gpt-4o-mini or local:smollm2-135m",
        )


class SettingError(UsageError):
    """An option, ini value or key of the table with an invalid value."""

    def __init__(self, key: str, value: object, problem: str) -> None:
        """Create the error.

        Args:
            key: ini name of the option.
            value: as it was given.
            problem: what is wrong with it.
        """
        self.key = key
        self.value = value
        self.problem = problem
        super().__init__(f"--{key.replace('_', '-')} {value!r}: {problem}")


class GateError(UsageError):
    """A gate that cannot be read, is about no number of the run, or decides nothing."""

    def __init__(self, expression: str, message: str) -> None:
        self.expression = expression
        super().__init__(message)


class FactsError(UsageError):
    """A fact set that does not exist, cannot be inferred from a model's name, or is broken."""


class FileFormatError(UsageError):
    """A line of a user's file that cannot be used."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        super().__init__(f"{path}:{line}: {problem}")


class ModelError(DistillError):
    """A model gave no usable answer; the message is safe to show and contains no key."""


class TransientModelError(ModelError):
    """The server or the connection failed, perhaps temporarily."""

    def __init__(
        self, message: str, *, is_overload: bool = False, retry_after_s: float | None = None
    ) -> None:
        """Create the error.

        Args:
            message: safe to show.
            is_overload: the server rejected the request because there were too many.
            retry_after_s: wait that the server asked for, in seconds.
        """
        self.is_overload = is_overload
        self.retry_after_s = retry_after_s
        super().__init__(message)


class RefusedError(ModelError):
    """The server refused a request, and would refuse it again."""

    def __init__(self, message: str, *, is_lasting: bool) -> None:
        """Create the error.

        Args:
            message: safe to show.
            is_lasting: it would refuse any other request too: a wrong key, no credit, a parameter
                that the model does not have.
        """
        self.is_lasting = is_lasting
        super().__init__(message)


NOT_ASKED = "not asked, since the server answers no request: "
"""Beginning of the message of an `UnansweredError`; what follows is the reason."""


class UnansweredError(ModelError):
    """A call that was not made because the server answered no other one."""

    def __init__(self, reason: str) -> None:
        """Name the error of the last call that was made."""
        self.reason = reason
        super().__init__(f"{NOT_ASKED}{reason}")


class StoreError(DistillError):
    """The cache or run log cannot be used: the message names the file and what to do."""


class BudgetError(ModelError):
    """A call that was not made because it would exceed the budget."""

    def __init__(self, what: str, cap: str) -> None:
        """Name the cap that was reached: ``calls``, ``tokens`` or ``usd``, and its value."""
        self.what = what
        self.cap = cap
        super().__init__(f"not asked: --distill-budget {what}={cap} would be exceeded")


def did_you_mean(word: str, existing: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the closest of `existing`, or an empty string."""
    matches = get_close_matches(word, sorted(existing), n=1)
    return f" Did you mean {matches[0]!r}?" if matches else ""


def failure(error: BaseException) -> str:
    """Return an exception of a plugin in one line: its class, its text, and where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    # A report must not hold the folders of a machine.
    files = ("/".join(Path(frame.filename).parts[-2:]) for frame in frames[-1:])
    where = "".join(f" ({file}:{frames[-1].lineno})" for file in files)
    return f"{type(error).__name__}: {error}{where}"


def first_error(error: "ValidationError") -> "ErrorDetails":
    """Return the first of pydantic's errors: wrong or missing values, then unknown keys.

    Versions of pydantic differ in where they list the unknown keys of a JSON text.
    """

    def order(found: "ErrorDetails") -> tuple[bool, tuple[str, ...]]:
        is_unknown = found["type"] == "extra_forbidden"
        return is_unknown, tuple(map(str, found["loc"])) if is_unknown else ()

    return min(error.errors(include_url=False), key=order)


def line_problem(error: "ValidationError") -> str:
    """Return all keys that a line lacks, and those that it has; else its first problem."""
    lacking = [
        found
        for found in error.errors(include_url=False)
        if found["type"] == "missing" and len(found["loc"]) == 1
    ]
    if not lacking:
        return first_problem(error)
    keys = ", ".join(repr(found["loc"][0]) for found in lacking)
    verb = "is" if len(lacking) == 1 else "are"
    has = ", ".join(map(repr, lacking[0]["input"])) or "no key"
    return f"{keys} {verb} missing; the line has: {has[:_SHOWN_KEYS]}"


def first_problem(error: "ValidationError") -> str:
    """Return the first of pydantic's errors as ``KEY: what is wrong``."""
    found = first_error(error)
    key = ".".join(map(str, found["loc"]))
    return f"{key}: {found['msg']}" if key else found["msg"]
