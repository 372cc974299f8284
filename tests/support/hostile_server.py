"""A chat endpoint on the loopback that sends whatever bytes a test tells it to."""

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)", re.IGNORECASE)

Respond = Callable[[bytes, bytes], Iterable[bytes]]
"""From head and body of a request to the pieces of the response."""


@dataclass
class HostileServer:
    """What a server was sent, and where it is."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    """The bodies of the requests."""


@contextmanager
def attacking(respond: Respond) -> Iterator[HostileServer]:
    """Answer with what `respond` returns until the block ends, each on a new connection."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    server = HostileServer(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    thread = threading.Thread(target=_accept, args=(listener, server, respond), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        # A thread that waits for a connection does not notice that its listener is closed.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _accept(listener: socket.socket, server: HostileServer, respond: Respond) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            serve = threading.Thread(target=_serve, args=(connection, server, respond), daemon=True)
            serve.start()


def _serve(connection: socket.socket, server: HostileServer, respond: Respond) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(30)
        head, body = _request(connection)
        server.requests.append(body)
        for piece in respond(head, body):
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        # Closed with data unread, a connection is reset, and the answer may be lost.
        while connection.recv(65536):
            pass


def _request(connection: socket.socket) -> tuple[bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    while len(body) < (int(length[1]) if length else 0):
        body += _some(connection)
    return head, body


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError
    return data


def response(status: int, content: bytes, *headers: str) -> bytes:
    """Return a whole response."""
    lines = (f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close")
    return "\r\n".join((*lines, *headers)).encode() + b"\r\n\r\n" + content


def answering(message: object, **more: object) -> bytes:
    """Return a response with one choice; `more` stands beside the choices."""
    choice = message if isinstance(message, dict) else {"content": message}
    payload = {"choices": [{"message": choice, "finish_reason": "stop"}], **more}
    return response(200, json.dumps(payload).encode())
