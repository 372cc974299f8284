"""What the URLs of proxies hold is a secret, unless it may be a word."""

import pytest

from pytest_distill.models import credentials

TOKEN = "0123456789abcdef"  # noqa: S105 - a canary


@pytest.mark.parametrize(
    ("proxy", "secrets"),
    [
        ("http://user:p%40ss@127.0.0.1:1", {"p%40ss", "p@ss", "user:p@ss"}),
        ("user:pass@127.0.0.1:1", {"pass", "user:pass"}),
        (f"http://{TOKEN}@127.0.0.1:1", {TOKEN}),
        ("http://developer@127.0.0.1:1", set()),
        ("http://127.0.0.1:1", set()),
        ("http://[::1", set()),
    ],
)
def test_what_a_proxy_is_told_is_a_secret(
    monkeypatch: pytest.MonkeyPatch, proxy: str, secrets: set[str]
) -> None:
    """A password, as it is and as it is sent; a token, but no name of a person."""
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", proxy)

    assert set(credentials.of_proxies()) == secrets
