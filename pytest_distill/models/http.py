"""JSON over HTTP: the only module that knows httpx, and what its errors mean."""

import asyncio
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from pytest_distill.errors import ModelError, TransientModelError
from pytest_distill.models.text import shortened

# A server that is there accepts at once; one that is not should not take a whole attempt.
_CONNECT_S = 10.0

# Servers close idle connections after 5 s (uvicorn) or more: be first, or a question is lost.
_IDLE_S = 4.0

# Of the 4xx, these say "later" rather than "never": 408 timeout, 409 conflict, 425 too early,
# 429 too many.
_LATER = frozenset({408, 409, 425, 429})

# Placeholders such as "EMPTY" or "none" are no secrets, and blotting them out would blot words.
_SECRET_CHARACTERS = 8


@dataclass(frozen=True)
class Reply:
    """What a server sent back."""

    payload: Mapping[str, object]
    latency_s: float
    """From the first byte sent to the last received."""


class JsonClient:
    """Posts JSON to one server; opens at the first question."""

    def __init__(
        self, base_url: str, *, headers: Mapping[str, SecretStr], timeout_s: float
    ) -> None:
        """Remember where to ask, without connecting.

        Args:
            base_url: what every path is appended to.
            headers: those that no message, repr or traceback may show.
            timeout_s: for one attempt, from connecting to the last byte.
        """
        self._base_url = base_url
        self._headers = headers
        self._timeout_s = timeout_s
        self._client: httpx.AsyncClient | None = None

    async def post(self, path: str, body: Mapping[str, object]) -> Reply:
        """Send `body` and return the JSON object that comes back.

        Raises:
            TransientModelError: a timeout, a broken connection, a busy or failing server,
                garbled JSON.
            ModelError: the server refuses the request.
        """
        # Outcomes come back as values, and are raised here: the frames of httpx, which hold
        # the headers, are then no part of any traceback.
        started = time.perf_counter()
        outcome = await self._send(self._base_url + path, body)
        if isinstance(outcome, ModelError):
            raise outcome
        payload = self._read(outcome)
        if isinstance(payload, ModelError):
            raise payload
        return Reply(payload, time.perf_counter() - started)

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _send(self, url: str, body: Mapping[str, object]) -> httpx.Response | ModelError:
        client = self._open()
        if isinstance(client, ModelError):
            return client
        try:
            async with asyncio.timeout(self._timeout_s):
                return await client.post(url, json=body)
        except (TimeoutError, httpx.TimeoutException) as error:
            return self._timed_out(url, error)
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, ValueError) as error:
            # Their words quote what could not be sent, which may be the key.
            return ModelError(f"{url}: the request cannot be sent ({type(error).__name__})")
        except httpx.InvalidURL as error:
            return ModelError(f"{url}: {shortened(str(error))}")
        except httpx.HTTPError as error:
            detail = self._without_secrets(str(error) or type(error).__name__)
            return TransientModelError(f"{url}: the connection failed: {detail}")

    def _open(self) -> httpx.AsyncClient | ModelError:
        if self._client is None:
            try:
                self._client = httpx.AsyncClient(
                    auth=_SecretHeaders(self._headers),
                    timeout=httpx.Timeout(
                        self._timeout_s, connect=min(_CONNECT_S, self._timeout_s), pool=None
                    ),
                    limits=httpx.Limits(max_connections=None, keepalive_expiry=_IDLE_S),
                )
            except (ImportError, OSError, ValueError) as error:
                # Not its words: a proxy's URL may hold a password.
                return ModelError(
                    f"{self._base_url}: no HTTP client can be set up ({type(error).__name__});"
                    " look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE"
                )
        return self._client

    def _timed_out(self, url: str, error: Exception) -> TransientModelError:
        if isinstance(error, httpx.ConnectTimeout):
            limit_s = min(_CONNECT_S, self._timeout_s)
            return TransientModelError(f"{url}: no connection within {limit_s:g} s")
        return TransientModelError(f"{url}: no answer within {self._timeout_s:g} s (?timeout=)")

    def _read(self, response: httpx.Response) -> Mapping[str, object] | ModelError:
        status = response.status_code
        try:
            payload = response.json()
        except (ValueError, RecursionError):
            payload = None
        if not response.is_success:
            kind = TransientModelError if _is_transient(status) else ModelError
            words = self._without_secrets(_words(payload) or response.text)
            where = f"{response.url}: HTTP {status}"
            if response.is_redirect:
                return ModelError(f"{where}: moved to {response.headers['location']}")
            return kind(f"{where}: {words or response.reason_phrase}")
        if not isinstance(payload, dict):
            return TransientModelError(f"{response.url}: the answer is not a JSON object")
        return payload

    def _without_secrets(self, text: str) -> str:
        for secret in self._headers.values():
            # "Bearer KEY": a server that quotes the key leaves out the scheme.
            word = secret.get_secret_value().rpartition(" ")[2]
            if len(word) >= _SECRET_CHARACTERS:
                text = text.replace(word, "***")
        return shortened(text)


class _SecretHeaders(httpx.Auth):
    """Adds headers when a request leaves, so that no other object carries them."""

    def __init__(self, headers: Mapping[str, SecretStr]) -> None:
        self._headers = headers

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        for name, secret in self._headers.items():
            request.headers[name] = secret.get_secret_value()
        yield request


def _is_transient(status: int) -> bool:
    return status in _LATER or status >= 500  # noqa: PLR2004 - the class of server errors


def _words(payload: object) -> str:
    """Return the message of an error in any of the shapes that servers use."""
    while isinstance(payload, dict):
        payload = next(
            (payload[key] for key in ("error", "message", "detail") if payload.get(key)), None
        )
    return payload if isinstance(payload, str) else ""
