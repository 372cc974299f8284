"""Turns error responses into errors: permanent, or transient with a time to wait."""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from pytest_distill.errors import ModelError, RefusedError, TransientModelError
from pytest_distill.text import one_line

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
        # Moonshot, DashScope, and Zhipu, whose codes are numbers.
        "exceeded_current_quota_error",
        "Arrearage",
        "1113",
    }
)
# What any other request is refused for too: keys, names of models, and parameters.
_LASTING_STATUS = frozenset({401, 402, 403, 404, 405, 407})
_LASTING = frozenset(
    {
        *("invalid_api_key", "authentication_error", "permission_error", "PERMISSION_DENIED"),
        *("UNAUTHENTICATED", "API_KEY_INVALID", "InvalidApiKey", "Unauthorized"),
        *("model_not_found", "unsupported_parameter", "unsupported_value", "unknown_parameter"),
    }
)
_KEY_REFUSED = re.compile(
    r"api[ _-]?key|unauthori[sz]ed|authenticat|access token|login fail", re.IGNORECASE
)
# Moderation and length, which are about one question, come with the status of wrong parameters.
_FLAGGED = frozenset({"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"})
_OF_ONE_QUESTION = re.compile(
    r"content (?:filter|management policy)|flagged|moderation|context (?:length|window)|too long",
    re.IGNORECASE,
)
_BAD_REQUEST = frozenset({400, 422})
_KINDS = frozenset({"type", "code", "error_code", "status", "reason"})
# Parts of a body that are no parameters, or hold them.
_NO_PARAMETERS = frozenset({"model", "messages", "contents", "system", "systemInstruction"})
_SYSTEM_ROLE = re.compile(
    r"system[ _-]?(?:role|message|prompt|instruction)|developer instruction", re.IGNORECASE
)

_WORDS = ("error", "message", "detail", "error_msg", "base_resp", "status_msg", "msg")
# Enough of a page to tell what it says.
_PAGE = 4000
_TITLE = re.compile(r"<title[^>]*>([^<]{1,300})", re.IGNORECASE)
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]*>", re.IGNORECASE | re.DOTALL)

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)


def model_error(
    status: int,
    headers: Mapping[str, str],
    payload: object,
    *,
    message: str,
    sent: Mapping[str, object] | None = None,
) -> ModelError:
    """Return the error for a response with this status.

    Args:
        status: of the response, not 2xx.
        headers: of the response, looked up in lower case.
        payload: its body, if that is JSON.
        message: of the error.
        sent: the body of the request.
    """
    if _has_kind(payload, _EXHAUSTED) or _is_used_up_for_today(payload):
        return RefusedError(f"{message} (the account has no credit left)", is_lasting=True)
    if status in _RETRYABLE or status >= _SERVER_ERRORS:
        return TransientModelError(
            message,
            is_overload=status in _OVERLOADED,
            retry_after_s=retry_after_s(headers, payload),
        )
    words = error_text(payload)
    if _has_kind(payload, _FLAGGED) or _OF_ONE_QUESTION.search(words):
        return RefusedError(message, is_lasting=False)
    advice = _advice(status, payload, words, sent or {})
    is_lasting = bool(advice) or status in _LASTING_STATUS or _has_kind(payload, _LASTING)
    return RefusedError(f"{message}{advice}", is_lasting=is_lasting)


def in_answer(payload: Mapping[str, object], *, sent: Mapping[str, object]) -> ModelError | None:
    """Return the error that stands in a response of status 200, if one does.

    Args:
        payload: of the response.
        sent: the body of the request.
    """
    choices = payload.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    inner = first.get("error") if isinstance(first, dict) else None
    found = payload.get("error") or inner
    status = _number(str(payload.get("error_code") or _status_of(payload) or ""))
    if not found and not status:
        return None
    words = one_line(error_text(payload) or error_text({"error": inner}) or "no reason is given")
    message = f"an error instead of an answer: {words}"
    code = found.get("code") if isinstance(found, dict) else None
    whole = {"error": found}
    if _KEY_REFUSED.search(words) or _has_kind(whole, _LASTING):
        return RefusedError(f"{message}{_STATUS_ADVICE[401]}", is_lasting=True)
    http_status = int(_number(str(code)) or 0)
    is_status = _REDIRECTS <= http_status < 2 * _REDIRECTS
    return model_error(
        http_status if is_status else _SERVER_ERRORS, {}, whole, message=message, sent=sent
    )


def _status_of(payload: Mapping[str, object]) -> object:
    """Return MiniMax's code of an error, which is 0 for none."""
    inner = payload.get("base_resp")
    return inner.get("status_code") if isinstance(inner, dict) else None


_STATUS_ADVICE = {
    401: " (check the API key, and that it belongs to this server)",
    402: " (the account has no credit left)",
    403: " (check what the API key may do)",
}


def _advice(status: int, payload: object, words: str, sent: Mapping[str, object]) -> str:
    """Return what to change in the spec so that the server takes requests; empty if unknown."""
    if status not in _BAD_REQUEST:
        return _STATUS_ADVICE.get(status, "")
    if _SYSTEM_ROLE.search(words) and _has_system(sent):
        return " (the model takes no system prompt: leave out system=)"
    name = _refused_parameter(payload, words, sent)
    if name is None:
        return ""
    if name == "max_tokens" and "max_completion_tokens" in words:
        return " (write ?max_completion_tokens=N instead of max_tokens)"
    return f" (the request has {name}: leave it out of the spec, or change it)"


def _refused_parameter(payload: object, words: str, sent: Mapping[str, object]) -> str | None:
    inner = sent.get("generationConfig")
    parameters = {*sent, *(inner if isinstance(inner, dict) else ())} - _NO_PARAMETERS
    named = (value for key, value in _fields(payload) if key == "param")
    refused = next((str(name) for name in named if name in parameters), None)
    if refused is not None:
        return refused
    return next((name for name in sorted(parameters) if _names(words, name)), None)


def _names(words: str, parameter: str) -> bool:
    return re.search(rf"\b{re.escape(parameter)}\b", words) is not None


def _has_system(sent: Mapping[str, object]) -> bool:
    messages = sent.get("messages")
    turns = messages if isinstance(messages, list) else []
    is_first = any(isinstance(turn, dict) and turn.get("role") == "system" for turn in turns)
    return is_first or "system" in sent or "systemInstruction" in sent


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
    while isinstance(payload, dict | list):
        if isinstance(payload, list):
            # FastAPI's errors, one for each part of the request.
            payload = payload[0] if payload else None
        else:
            payload = next((payload[key] for key in _WORDS if payload.get(key)), None)
    return payload if isinstance(payload, str) else ""


def page_text(text: str) -> str:
    """Return what a page says, without its markup; other text stays."""
    text = text[:_PAGE]
    if "<" not in text:
        return text
    title = _TITLE.search(text)
    return html.unescape(title[1] if title else _TAG.sub(" ", text))


def without_query(url: str) -> str:
    """Return a URL without user, password and query, each of which may hold a key."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an address that is none"
    query = "?…" if parts.query else ""
    return f"{parts.scheme}{'://' if host else ''}{host}{parts.path}{query}"


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


def _has_kind(payload: object, kinds: frozenset[str]) -> bool:
    """Return whether an error has one of these types or codes; codes may be numbers."""
    return any(
        key in _KINDS and isinstance(value, str | int) and str(value) in kinds
        for key, value in _fields(payload)
    )


def _is_used_up_for_today(payload: object) -> bool:
    # Google's per-minute limits have the same message, but ids such as
    # GenerateRequestsPerMinutePerProjectPerModel.
    return any(
        key == "quotaId" and isinstance(value, str) and "PerDay" in value
        for key, value in _fields(payload)
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
