"""What a response that is no answer means, and when to come back."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.errors import TransientModelError
from pytest_distill.models.failure import error_text, model_error, retry_after_s

NOW = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": " 3 "}, 3),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": ".5"}, 0.5),
        ({"retry-after": "-4"}, 0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "1500.5"}, 1.5005),
        ({"retry-after-ms": "-1"}, 0),
        ({"retry-after-ms": "20", "retry-after": "3"}, 0.02),
        ({"retry-after-ms": "soon", "retry-after": "3"}, 3),
        # The three forms of a date that HTTP has had.
        ({"retry-after": "Wed, 21 Oct 2026 07:29:30 GMT", "date": NOW}, 90),
        ({"retry-after": "Wednesday, 21-Oct-26 07:29:30 GMT", "date": NOW}, 90),
        ({"retry-after": "Wed Oct 21 07:29:30 2026", "date": NOW}, 90),
        ({"retry-after": "Wed, 21 Oct 2026 09:29:30 +0200", "date": NOW}, 90),
        ({"retry-after": "Wed, 21 Oct 2026 07:00:00 GMT", "date": NOW}, 0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        *(
            ({"retry-after": garbage, "date": NOW}, None)
            for garbage in (
                *("", "soon", "1_000", "nan", "inf", "1e3", "٣", "3s", "1, 2", "0x10"),
                *("9" * 400, "Wed, 99 Oct 2026 07:28:00 GMT", "Oct", "1 2 3 4 5 6"),
            )
        ),
    ],
)
def test_a_server_says_in_many_ways_when_to_come_back(
    headers: dict[str, str], seconds: float | None
) -> None:
    """What cannot be read is as good as not said; what has passed is now."""
    assert retry_after_s(headers) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize("headers", [{}, {"date": "once upon a time"}])
def test_a_date_is_held_against_our_clock_where_the_server_has_none(
    headers: dict[str, str],
) -> None:
    """To the second, which is all that a date says."""
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    found = retry_after_s({"retry-after": then, **headers})

    assert found is not None
    assert 55 < found <= 60


def test_google_says_it_in_the_body() -> None:
    """The header counts more."""
    body = {
        "error": {
            "details": [
                {"@type": "type.googleapis.com/google.rpc.Help"},
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "35.5s"},
            ]
        }
    }

    assert retry_after_s({}, body) == 35.5
    assert retry_after_s({"retry-after": "2"}, body) == 2
    assert retry_after_s({}, {"retryDelay": {}}) is None


@given(st.text(), st.text(), st.text())
def test_no_header_is_a_reason_to_fail(after: str, milliseconds: str, date: str) -> None:
    """Servers write what they like."""
    headers = {"retry-after": after, "retry-after-ms": milliseconds, "date": date}

    found = retry_after_s(headers)

    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("status", "is_overload"),
    [(429, True), (503, True), (529, True), (500, False), (408, False), (502, False)],
)
def test_too_many_is_told_from_broken(status: int, *, is_overload: bool) -> None:
    """Both may pass, and both may say when."""
    error = model_error(status, {"retry-after": "2"}, None, message="no")

    assert isinstance(error, TransientModelError)
    assert error.is_overload is is_overload
    assert error.retry_after_s == 2


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_a_refused_request_will_be_refused_again(status: int) -> None:
    """Whatever its headers say."""
    error = model_error(status, {"retry-after": "2"}, None, message="no")

    assert not isinstance(error, TransientModelError)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"type": "insufficient_quota", "code": None, "message": "no credit"}},
        {"error": {"type": "insufficient_quota", "code": "credit_balance_exhausted"}},
        {"error": {"type": "x", "code": "project_spend_limit_exceeded"}},
        {
            "type": "error",
            "error": {
                "type": "rate_limit_error",
                "details": {"error_code": "enforced_spend_limit_reached"},
            },
        },
        {
            "error": {
                "status": "RESOURCE_EXHAUSTED",
                "details": [
                    {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}]}
                ],
            }
        },
    ],
)
def test_an_exhausted_quota_does_not_pass(body: object) -> None:
    """Though the status is that of a rate limit."""
    error = model_error(429, {"retry-after": "2"}, body, message="no")

    assert not isinstance(error, TransientModelError)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"error": {"type": "rate_limit_error", "code": "rate_limit_exceeded"}},
        {"error": {"message": "insufficient_quota is not what this is"}},
        {"error": {"code": 429, "type": ["insufficient_quota"]}},
        {
            "error": {
                # The words are those of Google's daily limit too.
                "message": "You exceeded your current quota, please check your plan and billing",
                "details": [{"violations": [{"quotaId": "GenerateRequestsPerMinutePerProject"}]}],
            }
        },
    ],
)
def test_a_rate_limit_passes(body: object) -> None:
    """Codes decide, not words."""
    assert isinstance(model_error(429, {}, body, message="no"), TransientModelError)


def test_the_words_of_an_error_are_found_in_any_shape() -> None:
    """Or there are none."""
    assert error_text({"error": {"message": "a"}}) == "a"
    assert error_text({"detail": "b"}) == "b"
    assert error_text({"error": {"code": 1}}) == ""
    assert error_text([]) == ""
