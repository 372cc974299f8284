"""JSON over HTTP: the only module that uses httpx and translates its errors."""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx
from pydantic import SecretStr

from pytest_distill import __version__
from pytest_distill.errors import ModelError, RefusedError, TransientModelError
from pytest_distill.models import body as bodies
from pytest_distill.models import credentials, failure
from pytest_distill.models.transport import Connection
from pytest_distill.redaction import Secrets
from pytest_distill.text import one_line, printable

# A running server accepts at once; an unreachable one should not use up the whole timeout.
_CONNECT_S = 10.0

# Servers close idle connections after 5 s (uvicorn) or more: close first, or a request fails.
_IDLE_S = 4.0

_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip, deflate",
    "connection": "keep-alive",
    "content-type": "application/json",
    "user-agent": f"pytest-distill/{__version__}",
}

# Of what is no JSON, enough to tell a page of a gateway from half an answer.
_SAID = 80

_LOGGERS = ("httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpx")

# Errors of `Connection`, and the errors of httpx that they are raised as.
_AS_HTTPX: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


@dataclass(frozen=True, repr=False)
class _Answer:
    """A response, and its body without compression; no traceback shows what it holds."""

    response: httpx.Response
    content: bytes


@dataclass(frozen=True)
class Reply:
    """The JSON object of a response."""

    payload: Mapping[str, object]
    latency_s: float
    """Seconds from sending the request to the last byte of the response."""


class JsonClient:
    """Posts JSON to one server; connects at the first request.

    Every connection is a transport of its own, without a pool: for each request httpx searches
    all connections of a pool, several times. With 64 in flight a call took 11 ms of CPU time in
    one pool, 0.8 ms in 64 pools, and takes 0.5 ms without.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, SecretStr],
        timeout_s: float,
        connect_s: float = _CONNECT_S,
    ) -> None:
        """Store the settings, without connecting.

        Args:
            base_url: prefix of every path.
            headers: secret headers, which no message, repr or traceback may show.
            timeout_s: for one attempt, from connecting to the last byte.
            connect_s: part of `timeout_s` for connecting.
        """
        self._base_url = base_url
        self._headers = headers
        # "Bearer KEY": a server that quotes the key leaves out the scheme.
        keys = (value.get_secret_value().rpartition(" ")[2] for value in headers.values())
        self._secrets = Secrets([*keys, *credentials.of_proxies()])
        self._log_filter = _WithoutSecrets(self._secrets)
        self._timeout_s = timeout_s
        self._connect_s = min(connect_s, timeout_s)
        self._opened: list[httpx.AsyncBaseTransport] = []
        self._idle: list[httpx.AsyncBaseTransport] = []
        self._urls: dict[str, httpx.URL] = {}

    async def post(self, path: str, body: Mapping[str, object]) -> Reply:
        """Send `body` and return the JSON object of the response.

        Raises:
            TransientModelError: a timeout, a broken connection, a busy or failing server,
                garbled JSON.
            ModelError: the server refuses the request.
        """
        # Errors are returned as values and raised here, so that no traceback contains the
        # frames of httpx, which hold the headers.
        url = self._base_url + path
        started = time.perf_counter()
        outcome = await self._send(url, body)
        if isinstance(outcome, ModelError):
            raise outcome
        latency_s = time.perf_counter() - started
        payload = self._read(path, outcome, body)
        if isinstance(payload, ModelError):
            raise payload
        return Reply(payload, latency_s)

    async def aclose(self) -> None:
        """Close the connections."""
        opened, self._opened, self._idle = self._opened, [], []
        for transport in opened:
            await transport.aclose()
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._log_filter)

    async def _send(self, url: str, body: Mapping[str, object]) -> "_Answer | ModelError":
        # The most recently used connection is the least likely to be closed by the server.
        transport = self._idle.pop() if self._idle else self._open()
        if isinstance(transport, ModelError):
            return transport
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await transport.handle_async_request(self._request(url, body))
                try:
                    content = await self._content(response)
                finally:
                    await response.aclose()
                return _Answer(response, content)
        except (TimeoutError, httpx.TimeoutException) as error:
            return self._timed_out(url, error)
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, ValueError) as error:
            # Their messages quote what could not be sent, which may be the key.
            return ModelError(f"{url}: the request cannot be sent ({type(error).__name__})")
        except (bodies.DamagedError, httpx.HTTPError) as error:
            return self._connection_error(url, error)
        except (bodies.BodyError, httpx.InvalidURL) as error:
            return ModelError(f"{url}: {one_line(str(error))}")
        finally:
            self._idle.append(transport)

    def _request(self, url: str, body: Mapping[str, object]) -> httpx.Request:
        target = self._urls.get(url)
        if target is None:
            target = self._urls[url] = httpx.URL(url)
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        secrets = {name: value.get_secret_value() for name, value in self._headers.items()}
        length = {"host": target.netloc.decode("ascii"), "content-length": str(len(content))}
        return httpx.Request(
            "POST",
            target,
            headers={**length, **_HEADERS, **secrets},
            # For content= httpx would search all headers; a stream is used as it is.
            stream=httpx.ByteStream(content),
            # For connecting only: `_send` limits the whole attempt.
            extensions={"timeout": {"connect": self._connect_s}},
        )

    def _open(self) -> httpx.AsyncBaseTransport | ModelError:
        try:
            transport = self._via_proxy(self._proxy) if self._proxy else _Direct(self._ssl_context)
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            # Without its message: the URL of a proxy may hold a password.
            return ModelError(
                f"{self._base_url}: no HTTP client can be set up ({type(error).__name__});"
                " check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE"
            )
        # Here, since a client that sends nothing is never closed.
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._log_filter)
        self._opened.append(transport)
        return transport

    def _via_proxy(self, proxy: httpx.Proxy) -> httpx.AsyncBaseTransport:
        # The engine limits requests in flight; none may wait here, where it is not counted. None is
        # used again: what httpx keeps may hold an answer that nobody asked for.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        return httpx.AsyncHTTPTransport(verify=self._ssl_context, limits=limits, proxy=proxy)

    @cached_property
    def _proxy(self) -> httpx.Proxy | None:
        """The proxy for the server, from the environment."""
        parts = urlsplit(self._base_url)
        proxies = getproxies()
        found = proxies.get(parts.scheme) or proxies.get("all")
        if not found or proxy_bypass(parts.netloc):
            return None
        return httpx.Proxy(found if "://" in found else f"http://{found}")

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        """Shared by all connections: loading the certificates takes 10 to 20 ms."""
        if self._base_url.startswith("https:"):
            context = httpx.create_ssl_context()
            context.set_alpn_protocols(["http/1.1"])
            return context
        # Plain HTTP: the context is not used, and trusts no certificate.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def _timed_out(self, url: str, error: Exception) -> TransientModelError:
        if isinstance(error, httpx.ConnectTimeout):
            return TransientModelError(f"{url}: no connection within {self._connect_s:g} s")
        return TransientModelError(f"{url}: no answer within {self._timeout_s:g} s (?timeout=)")

    def _connection_error(self, url: str, error: Exception) -> ModelError:
        if certificate := _certificate_error(error):
            return RefusedError(
                f"{url}: the certificate is not trusted: {one_line(certificate.verify_message)}"
                " (SSL_CERT_FILE names a file of trusted certificates)",
                is_lasting=True,
            )
        detail = self._without_secrets(str(error) or type(error).__name__)
        return TransientModelError(f"{url}: the connection failed: {detail}")

    @staticmethod
    async def _content(response: httpx.Response) -> bytes:
        """Return the body of a response without its compression."""
        bodies.check_length(response.headers.get("content-length", ""))
        content = await bodies.read(response.aiter_raw())
        return bodies.unpacked(content, response.headers.get("content-encoding", ""))

    def _read(
        self, path: str, answer: "_Answer", body: Mapping[str, object]
    ) -> Mapping[str, object] | ModelError:
        response, url = answer.response, self._base_url + path
        content_type = response.headers.get("content-type", "")
        hint = failure.address_hint(response.status_code, self._base_url, path)
        try:
            payload = self._secrets.blotted_json(bodies.parsed(answer.content, content_type))
        except bodies.BodyError as error:
            return ModelError(f"{url}: {error}")
        except RecursionError:
            payload = None
        if response.is_success and isinstance(payload, dict):
            return payload
        text = bodies.text_of(answer.content, content_type)
        if not response.is_success:
            return self._failure(url, response, payload, text, hint=hint, body=body)
        said = one_line(self._secrets.blot(failure.page_text(text)), _SAID)
        return TransientModelError(f"{url}: the answer is not a JSON object: {said!r}{hint}")

    def _failure(
        self,
        url: str,
        response: httpx.Response,
        payload: object,
        text: str,
        *,
        hint: str,
        body: Mapping[str, object],
    ) -> ModelError:
        where = f"{url}: HTTP {response.status_code}"
        if response.has_redirect_location:
            target = self._without_secrets(failure.without_query(response.headers["location"]))
            return RefusedError(f"{where}: moved to {target}", is_lasting=True)
        words = failure.error_text(payload) or failure.page_text(text)
        shown = self._without_secrets(words) or response.reason_phrase
        return failure.model_error(
            response.status_code,
            response.headers,
            payload,
            message=f"{where}: {shown}{hint}",
            sent=body,
        )

    def _without_secrets(self, text: str) -> str:
        return one_line(self._secrets.blot(text))


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return the certificate error that caused `error`, if any: retries do not help."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__
    return error


class _WithoutSecrets(logging.Filter):
    """Leaves secrets and commands out of what is logged, such as headers of a server."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        # What a server says may be a command to whatever shows the log.
        record.msg, record.args = printable(self._secrets.blot(record.getMessage())), ()
        return True


class _Direct(httpx.AsyncBaseTransport):
    """One connection without a proxy; responses are read completely."""

    def __init__(self, ssl_context: ssl.SSLContext) -> None:
        self._connection = Connection(ssl_context, idle_s=_IDLE_S)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.scheme not in {"http", "https"} or not url.host:
            raise httpx.UnsupportedProtocol(url.scheme)
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        core_request = httpcore.Request(
            request.method, target, headers=request.headers.raw, content=request.stream
        )
        connect_s = request.extensions["timeout"]["connect"]
        try:
            response = await self._connection.send(core_request, connect_s=connect_s)
        except tuple(_AS_HTTPX) as error:
            raise _AS_HTTPX[type(error)](str(error)) from error
        return httpx.Response(
            response.status,
            headers=response.headers,
            # For content= httpx would decompress it here, however long it gets.
            stream=httpx.ByteStream(response.content),
            extensions={"reason_phrase": response.extensions["reason_phrase"]},
        )

    async def aclose(self) -> None:
        await self._connection.aclose()
