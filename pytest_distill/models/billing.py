"""What a call may cost at most, as far as its spec says."""

from pytest_distill.errors import UsageError
from pytest_distill.records import ModelSpec

_BOUNDS = ("max_tokens", "max_completion_tokens", "max_output_tokens")

# What models that nobody sends a bill for are taken to answer at most, where they do not say.
_FREE_ANSWER_TOKENS = 1024


def answer_tokens(spec: ModelSpec, *, is_billed: bool) -> int:
    """Return the most tokens that an answer may have.

    Raises:
        UsageError: nothing bounds the answers of a model that is billed.
    """
    given = [spec.parameters[name] for name in _BOUNDS if name in spec.parameters]
    if given:
        return int(given[0])
    if not is_billed:
        return _FREE_ANSWER_TOKENS
    message = (
        f"--distill-budget: nothing bounds the answers of {spec.label!r}, so that no cap on tokens"
        " or dollars would hold\n  give the model a bound, as in"
        f" {spec.provider}:{spec.name}?max_tokens=512"
    )
    raise UsageError(message)
