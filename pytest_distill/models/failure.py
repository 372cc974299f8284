"""Turns error responses into errors: permanent, or transient with a time to wait."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from pytest_distill.errors import ModelError, TransientModelError

# The transient 4xx: 408 timeout, 409 conflict, 425 too early, 429 too many.
_RETRYABLE = frozenset({408, 409, 425, 429})
_REDIRECTS, _SERVER_ERRORS = 300, 500

# Too many requests at the moment; 529 is specific to Anthropic.
_OVERLOADED = frozenset({429, 503, 529})

# Exhausted quotas, for which waiting does not help: OpenAI and Anthropic send them with 429.
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
    """Return the error for a response with this status.

    Args:
        status: of the response, not 2xx.
        headers: of the response, looked up in lower case.
        payload: its body, if that is JSON.
        message: of the error.
    """
    if not (status in _RETRYABLE or status >= _SERVER_ERRORS) or _is_exhausted(payload):
        return ModelError(message)
    return TransientModelError(
        message,
        is_overload=status in _OVERLOADED,
        retry_after_s=retry_after_s(headers, payload),
    )


# A path that has a version, as in /v1 and /api/v1beta.
_VERSIONED = re.compile(r"/v[0-9]+[a-z0-9]*(?:/|$)")
# What a server says of a path that it does not have.
_ABSENT = frozenset({404, 405})


def address_hint(status: int, base_url: str, path: str) -> str:
    """Return where to look if a server does not know the URL; empty if that is not the problem.

    Args:
        status: of the response; 2xx for one that is no JSON.
        base_url: that the user gave.
        path: that was added to it.
    """
    if status in _ABSENT or status < _REDIRECTS:
        if not _VERSIONED.search(urlsplit(base_url + path).path):
            return f" (the base URL probably lacks /v1: @{base_url}/v1)"
        if status in _ABSENT:
            return " (check the base URL and the model's name)"
    return ""


def error_text(payload: object) -> str:
    """Return the message in an error body, in any of the layouts that servers use."""
    while isinstance(payload, dict):
        payload = next(
            (payload[key] for key in ("error", "message", "detail") if payload.get(key)), None
        )
    return payload if isinstance(payload, str) else ""


def retry_after_s(headers: Mapping[str, str], payload: object = None) -> float | None:
    """Return the seconds that the server asks to wait before a retry; None if it does not.

    Read are ``retry-after-ms``, ``Retry-After`` in seconds or as a date, and the ``retryDelay``
    in the body of Google's errors. Values that cannot be parsed are ignored.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    text = headers.get("retry-after", "")
    seconds = _number(text)
    if seconds is None:
        seconds = _seconds_until(text, headers.get("date", ""))
    if seconds is None:
        delays = (value for key, value in _fields(payload) if key == "retryDelay")
        seconds = next((_number(str(delay).removesuffix("s")) for delay in delays), None)
    return None if seconds is None else max(0.0, seconds)


def _number(text: str) -> float | None:
    # float() alone would read "1_000", "nan" and "infinity".
    stripped = text.strip()
    return float(stripped) if _NUMBER.fullmatch(stripped) and len(stripped) < 20 else None  # noqa: PLR2004 - more digits are no wait


def _seconds_until(text: str, server_date: str) -> float | None:
    """Return the seconds until a date; by the server's clock if it sent ``Date``."""
    then = _parsed_date(text)
    if then is None:
        return None
    return (then - (_parsed_date(server_date) or datetime.now(UTC))).total_seconds()


def _parsed_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" and asctime's format have no time zone; HTTP dates are in UTC.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _is_exhausted(payload: object) -> bool:
    return any(
        (key in _KINDS and value in _EXHAUSTED)
        # Google's per-minute limits have the same message, but ids such as
        # GenerateRequestsPerMinutePerProjectPerModel.
        or (key == "quotaId" and "PerDay" in value)
        for key, value in _fields(payload)
        if isinstance(value, str)
    )


def _fields(payload: object) -> Iterator[tuple[str, object]]:
    """Yield every key with its value, at any depth."""
    pending = [payload]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            yield from found.items()
            pending += found.values()
        elif isinstance(found, list):
            pending += found
