"""A real HTTP server on the loopback, which answers what a test tells it to."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class _Server(ThreadingHTTPServer):
    """Gives `replies` in their order, then the last of them again and again."""

    # Twenty clients that connect at once are no attack.
    request_queue_size = 128

    def __init__(self, replies: tuple[Mapping[str, Any], ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.stopping = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - inherited
        """Say nothing when a client hangs up: some tests make it."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        content = json.loads(self.rfile.read(length))
        server = self.server
        server.requests.append({"path": self.path, "headers": dict(self.headers), "body": content})
        reply = server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
        if server.stopping.wait(reply.get("delay_s", 0.0)) or reply.get("hang_up"):
            self.close_connection = True
            return
        body = reply.get("body", b"")
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(reply.get("status", 200))
        for name, value in reply.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) + reply.get("withhold", 0)))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = "withhold" in reply

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[str, list[dict[str, Any]]]]]:
    """Start servers: ``serve(reply, ...)`` gives a base URL and the requests that came.

    A reply is a mapping: ``status``, ``body`` (bytes or JSON), ``headers``, ``delay_s``,
    ``hang_up`` (no answer at all), ``withhold`` (bytes promised and not sent).
    """
    servers: list[tuple[_Server, threading.Thread]] = []

    def start(*replies: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        server = _Server(replies)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/v1", server.requests

    yield start

    for server, thread in servers:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
    # Handlers of connections that a client kept alive end when it closes them.
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(
        thread.name.endswith("(process_request_thread)") for thread in threading.enumerate()
    ):
        time.sleep(0.01)
