"""One HTTP/1.1 connection on asyncio's transports: 0.5 ms of CPU time a call, not 0.8.

httpx's transport searches a pool several times for each request, and wraps every read and write
in anyio's scopes and checkpoints. The HTTP protocol itself is httpcore's in both cases.
"""

import asyncio
import ipaddress
import select
import ssl
import sys
from typing import cast

import httpcore

from pytest_distill.models import body

# RFC 8305's delay before the next address of a host is tried in parallel.
_NEXT_ADDRESS_S = 0.25

# What a server sends that nobody reads is left in the kernel, which slows the server down.
_MOST_UNREAD = 256 * 1024


class Connection:
    """A connection to one server, for one request at a time; opened when needed.

    Only connecting has a timeout here: the caller limits the whole request.
    """

    def __init__(self, ssl_context: ssl.SSLContext, *, idle_s: float) -> None:
        """Store the settings.

        Args:
            ssl_context: for https.
            idle_s: idle time after which a connection is not reused, in seconds.
        """
        self._ssl_context = ssl_context
        self._idle_s = idle_s
        self._opened: httpcore.AsyncHTTP11Connection | None = None

    async def send(self, request: httpcore.Request, *, connect_s: float) -> httpcore.Response:
        """Return the complete response to `request`.

        Args:
            request: to the same server each time.
            connect_s: timeout for connecting, in seconds.

        Raises:
            httpcore.ConnectTimeout: no connection within `connect_s`.
            httpcore.ConnectError: no connection, or the certificate is not trusted.
            httpcore.ReadError: the connection broke.
            httpcore.LocalProtocolError: the request is not valid HTTP.
            httpcore.RemoteProtocolError: the response is not valid HTTP.
            BodyError: the response is too long.
        """
        opened = self._opened
        # Available only after a complete request and response, not after an error or a
        # cancelled request.
        if opened is None or not opened.is_available() or opened.has_expired():
            await self.aclose()
            opened = self._opened = await self._open(request.url.origin, connect_s)
        response = await opened.handle_async_request(request)
        try:
            body.check_length(_content_length(response))
            content = await body.read(response.aiter_stream())
        finally:
            await response.aclose()
        if _has_more(opened):
            await self.aclose()
        whole = httpcore.Response(
            response.status,
            headers=response.headers,
            content=content,
            extensions=response.extensions,
        )
        whole.read()
        return whole

    async def aclose(self) -> None:
        """Close the connection; the next request opens a new one."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.aclose()

    async def _open(
        self, origin: httpcore.Origin, connect_s: float
    ) -> httpcore.AsyncHTTP11Connection:
        host = origin.host.decode("ascii")
        is_secure = origin.scheme == b"https"
        try:
            async with asyncio.timeout(connect_s):
                _, stream = await asyncio.get_running_loop().create_connection(
                    _Stream,
                    host,
                    origin.port,
                    ssl=self._ssl_context if is_secure else None,
                    happy_eyeballs_delay=None if _is_address(host) else _NEXT_ADDRESS_S,
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(str(error) or type(error).__name__) from error
        return httpcore.AsyncHTTP11Connection(origin, stream, keepalive_expiry=self._idle_s)


def _content_length(response: httpcore.Response) -> str:
    found = (value for name, value in response.headers if name.lower() == b"content-length")
    return next(found, b"").decode("ascii", "replace")


def _has_more(opened: httpcore.AsyncHTTP11Connection) -> bool:
    """Return whether more has arrived than the response.

    Nobody asked for it, and it would be taken for the answer to the next request.
    """
    # httpcore says it of upgraded connections only. Without this attribute none is used again.
    state = getattr(opened, "_h11_state", None)
    return state is None or bool(state.trailing_data[0])


class _Stream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """The bytes of a connection.

    Writes are buffered until the next read: head and body of a request leave in one packet. All
    of it is in memory already, so waiting for the socket to take it gains nothing.
    """

    def __init__(self) -> None:
        self._unsent: list[bytes] = []
        self._received = bytearray()
        self._is_eof = False
        self._closed = asyncio.get_running_loop().create_future()
        self._error: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) > _MOST_UNREAD:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        # Returning None closes the transport too.
        self._is_eof = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_eof = True
        self._error = exc
        self._closed.set_result(None)
        self._wake()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - inherited
        self._unsent.append(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - inherited
        if self._unsent:
            if self._is_early():
                message = "the server sent something, or hung up, before the request was sent"
                raise httpcore.RemoteProtocolError(message)
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()
        while not (self._received or self._is_eof):
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        if self._error is not None and not self._received:
            raise httpcore.ReadError(str(self._error)) from self._error
        data = bytes(self._received[:max_bytes])
        del self._received[:max_bytes]
        if not self._received and not self._is_eof:
            self._transport.resume_reading()
        return data

    async def aclose(self) -> None:
        # Not close(): that would wait until the server has read all data, perhaps forever.
        self._transport.abort()
        await asyncio.shield(self._closed)

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable":
            # Between two requests that can only be the server closing the connection, or sending
            # what nobody asked for.
            return self._is_eof or self._transport.is_closing() or self._has_arrived()
        return self._transport.get_extra_info(info)

    def _is_early(self) -> bool:
        """Return whether an answer is there before its question is sent."""
        if self._received or self._is_eof or self._transport.is_closing():
            return bool(self._received)
        # With TLS the kernel may have a ticket of the session, which is no answer.
        return self._transport.get_extra_info("sslcontext") is None and self._has_arrived()

    def _has_arrived(self) -> bool:
        """Return whether there is anything to read, known to the loop or only to the kernel."""
        # Data since the loop's last poll is known only to the kernel.
        descriptor = self._transport.get_extra_info("socket").fileno()
        return bool(self._received) or _is_readable(descriptor)

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


def _is_readable(descriptor: int) -> bool:
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    # Elsewhere select() takes no descriptor above 1023.
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
