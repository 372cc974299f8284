"""Errors say what happened, what exists and what to do; their data are attributes."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from pytest_distill.errors import (
    BudgetError,
    DistillError,
    FileFormatError,
    ModelError,
    SpecError,
    TransientModelError,
    UsageError,
    did_you_mean,
    first_problem,
    line_problem,
)
from pytest_distill.records import Message


def test_a_spec_error_shows_how_a_spec_reads() -> None:
    """Beside the spec and what is wrong with it."""
    error = SpecError("opnai:x", "no provider is called 'opnai'")

    assert (error.spec, error.problem) == ("opnai:x", "no provider is called 'opnai'")
    assert str(error).startswith("model spec 'opnai:x': no provider is called 'opnai'\n")
    assert "PROVIDER:NAME[@BASE_URL]" in str(error)


def test_a_broken_line_has_its_place() -> None:
    """As editors understand it."""
    error = FileFormatError(Path("a.jsonl"), 3, "not JSON")

    assert str(error) == "a.jsonl:3: not JSON"
    assert (error.path, error.line, error.problem) == (Path("a.jsonl"), 3, "not JSON")


def test_a_fault_that_may_pass_says_how_to_wait() -> None:
    """Nothing is known of it unless the server said so."""
    plain = TransientModelError("HTTP 500")
    busy = TransientModelError("HTTP 429", is_overload=True, retry_after_s=2.5)

    assert (plain.is_overload, plain.retry_after_s) == (False, None)
    assert (busy.is_overload, busy.retry_after_s) == (True, 2.5)
    assert str(busy) == "HTTP 429"


def test_a_call_that_was_not_paid_names_the_cap() -> None:
    """By which the user set it."""
    error = BudgetError("calls", "100")

    assert (error.what, error.cap) == ("calls", "100")
    assert "calls=100" in str(error)


@pytest.mark.parametrize(
    ("error", "root"),
    [
        (SpecError("x", "y"), UsageError),
        (FileFormatError(Path("x"), 1, "y"), UsageError),
        (TransientModelError("x"), ModelError),
        (BudgetError("usd", "5"), ModelError),
    ],
)
def test_a_branch_says_what_the_reader_must_do(
    error: DistillError, root: type[DistillError]
) -> None:
    """A usage error is to be put right, a model error makes a case missing."""
    assert isinstance(error, root)


def test_only_a_close_name_is_guessed() -> None:
    """A wild guess helps nobody."""
    assert did_you_mean("offlin", ["online", "offline"]) == " Did you mean 'offline'?"
    assert did_you_mean("zebra", ["online", "offline"]) == ""
    assert did_you_mean("zebra", []) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"zeal": 1, "content": "Hi.", "air": 2}', "role: Field required"),
        ('{"zeal": 1, "role": "user", "content": "Hi.", "air": 2}', "air: Extra inputs are not"),
        ("[]", "Input should be an object"),
    ],
)
def test_the_first_problem_is_the_same_for_every_pydantic(text: str, problem: str) -> None:
    """What is missing comes before unknown keys; of these the first in the alphabet is named."""
    with pytest.raises(ValidationError) as caught:
        Message.model_validate_json(text)

    assert first_problem(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"rule": "user"}', "'role', 'content' are missing; the line has: 'rule'"),
        ('{"role": "user"}', "'content' is missing; the line has: 'role'"),
        ("{}", "'role', 'content' are missing; the line has: no key"),
        ('{"role": "user", "content": 3}', "content: Input should be a valid string"),
    ],
)
def test_all_keys_that_a_line_lacks_are_named_at_once(text: str, problem: str) -> None:
    """With those that it has."""
    with pytest.raises(ValidationError) as caught:
        Message.model_validate_json(text)

    assert line_problem(caught.value) == problem
