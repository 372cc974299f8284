"""What a response that is no answer means: never, later, or later than this run."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pytest_distill.errors import ModelError, TransientModelError

# Of the 4xx, these say "later" rather than "never": 408 timeout, 409 conflict, 425 too early,
# 429 too many.
_RETRYABLE = frozenset({408, 409, 425, 429})
_SERVER_ERRORS = 500

# Too many for now: 529 is Anthropic's own.
_OVERLOADED = frozenset({429, 503, 529})

# "Too many requests" that no waiting mends: OpenAI and Anthropic send them with status 429.
# From OpenAI's page on API error codes, and Anthropic's on rate limits.
_EXHAUSTED = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "project_spend_limit_exceeded",
        "enforced_spend_limit_reached",
        "billing_error",
        "billing_hard_limit_reached",
        "billing_not_active",
    }
)
_KINDS = frozenset({"type", "code", "error_code"})

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)


def model_error(
    status: int, headers: Mapping[str, str], payload: object, *, message: str
) -> ModelError:
    """Return the error that a response with this status stands for.

    Args:
        status: not one of success.
        headers: of the response, looked up in lower case.
        payload: its body, where that is JSON.
        message: what the error says.
    """
    if not (status in _RETRYABLE or status >= _SERVER_ERRORS) or _is_exhausted(payload):
        return ModelError(message)
    return TransientModelError(
        message,
        is_overload=status in _OVERLOADED,
        retry_after_s=retry_after_s(headers, payload),
    )


def error_text(payload: object) -> str:
    """Return the message of an error in any of the shapes that servers use."""
    while isinstance(payload, dict):
        payload = next(
            (payload[key] for key in ("error", "message", "detail") if payload.get(key)), None
        )
    return payload if isinstance(payload, str) else ""


def retry_after_s(headers: Mapping[str, str], payload: object = None) -> float | None:
    """Return in how many seconds the server wants to be asked again; None where it does not say.

    Read are ``retry-after-ms``, ``Retry-After`` in seconds or as a date, and the ``retryDelay``
    in the body of Google's errors. What cannot be read is as good as not said.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    text = headers.get("retry-after", "")
    seconds = _number(text)
    if seconds is None:
        seconds = _until(text, headers.get("date", ""))
    if seconds is None:
        delays = (value for key, value in _fields(payload) if key == "retryDelay")
        seconds = next((_number(str(delay).removesuffix("s")) for delay in delays), None)
    return None if seconds is None else max(0.0, seconds)


def _number(text: str) -> float | None:
    # float() alone would read "1_000", "nan" and "infinity".
    stripped = text.strip()
    return float(stripped) if _NUMBER.fullmatch(stripped) and len(stripped) < 20 else None  # noqa: PLR2004 - ages of the universe


def _until(text: str, date: str) -> float | None:
    """Return the seconds up to a date; on the server's clock, where it tells the time."""
    then = _date(text)
    if then is None:
        return None
    return (then - (_date(date) or datetime.now(UTC))).total_seconds()


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" and asctime's form name no zone; HTTP's only one is UTC.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _is_exhausted(payload: object) -> bool:
    return any(
        (key in _KINDS and value in _EXHAUSTED)
        # Google's per-minute limits have the same message, and ids such as
        # GenerateRequestsPerMinutePerProjectPerModel.
        or (key == "quotaId" and "PerDay" in value)
        for key, value in _fields(payload)
        if isinstance(value, str)
    )


def _fields(payload: object) -> Iterator[tuple[str, object]]:
    """Yield every key with its value, however deep."""
    pending = [payload]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            yield from found.items()
            pending += found.values()
        elif isinstance(found, list):
            pending += found
