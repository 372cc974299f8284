"""Upper bound of an answer's tokens, from the model's spec."""

from pytest_distill.errors import UsageError
from pytest_distill.records import ModelSpec

_BOUNDS = ("max_tokens", "max_completion_tokens", "max_output_tokens")

# Assumed upper bound for models that are not billed and whose spec has no bound.
_FREE_ANSWER_TOKENS = 1024


def answer_tokens(spec: ModelSpec, *, is_billed: bool) -> int:
    """Return the highest number of tokens that an answer may have.

    Raises:
        UsageError: the model is billed, and its spec has no bound.
    """
    given = [spec.parameters[name] for name in _BOUNDS if name in spec.parameters]
    if given:
        return int(given[0])
    if not is_billed:
        return _FREE_ANSWER_TOKENS
    message = (
        f"--distill-budget: {spec.label!r} has no limit on answer tokens, so a cap on tokens or"
        " dollars cannot be kept\n  set a limit, as in"
        f" {spec.provider}:{spec.name}?max_tokens=512"
    )
    raise UsageError(message)
