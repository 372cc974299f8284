"""The connection: when it is used again, when it is not, and whom it trusts."""

import asyncio
import contextlib
import gzip
import json
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpcore
import pytest

from pytest_distill.errors import ModelError, TransientModelError
from pytest_distill.models.http import JsonClient, Reply
from pytest_distill.models.transport import Connection

Script = Callable[[socket.socket], None]
Listen = Callable[..., str]

OPENSSL = shutil.which("openssl")
WELL = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"is":"well"}'


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no certificate gets into a test."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start servers: ``listen(script, ...)`` runs one script for each connection, in order.

    What a script leaves open stays so until the test is over. With ``trust=`` it speaks TLS.
    """
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []
    faults: list[BaseException] = []

    def serve(
        listener: socket.socket, scripts: tuple[Script, ...], trust: ssl.SSLContext | None
    ) -> None:
        accepted: list[socket.socket] = []
        try:
            for script in scripts:
                connection, _ = listener.accept()
                connection.settimeout(5)
                accepted.append(connection)
                if trust is not None:
                    try:
                        connection = trust.wrap_socket(connection, server_side=True)
                    except OSError:
                        continue
                    accepted.append(connection)
                script(connection)
        except BaseException as error:  # noqa: BLE001 - the test asserts that there was none
            faults.append(error)
        finally:
            for connection in accepted:
                connection.close()

    def start(*scripts: Script, trust: ssl.SSLContext | None = None) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(5)
        thread = threading.Thread(target=serve, args=(listener, scripts, trust))
        thread.start()
        listeners.append(listener)
        threads.append(thread)
        return f"http{'s' if trust else ''}://127.0.0.1:{listener.getsockname()[1]}"

    yield start

    for thread in threads:
        thread.join()
    for listener in listeners:
        listener.close()
    assert faults == []


def request(connection: socket.socket) -> tuple[bytes, bytes]:
    """Read one request; return its head and its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < lengths[0]:
        body += some(connection)
    return head, body


def some(connection: socket.socket) -> bytes:
    """Read what is there; the end of it is a fault."""
    data = connection.recv(65536)
    assert data
    return data


def answer(*parts: bytes) -> Script:
    """Give a script that answers its requests, one after the other."""

    def script(connection: socket.socket) -> None:
        for part in parts:
            request(connection)
            connection.sendall(part)

    return script


def whole(body: bytes, *headers: bytes) -> bytes:
    """Return a response."""
    lines = (b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def post(url: str, *bodies: dict[str, object], timeout_s: float = 5.0) -> list[Reply]:
    """Post each body, one after the other, with one client."""

    async def story() -> list[Reply]:
        using = JsonClient(url, headers={}, timeout_s=timeout_s)
        try:
            return [await using.post("/x", body) for body in bodies]
        finally:
            await using.aclose()

    return asyncio.run(story())


def test_a_request_is_what_httpx_would_send(listen: Listen) -> None:
    """Host, path and query are those of the URL."""
    seen: list[tuple[bytes, bytes]] = []

    def script(connection: socket.socket) -> None:
        seen.append(request(connection))
        connection.sendall(WELL)

    url = listen(script)

    async def story() -> None:
        using = JsonClient(url, headers={}, timeout_s=5)
        await using.post("/v1/a%20b?key=1&x=%2F", {"n": "é"})
        await using.aclose()

    asyncio.run(story())

    head, body = seen[0]
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /v1/a%20b?key=1&x=%2F HTTP/1.1"
    assert b"host: " + url.removeprefix("http://").encode() in [line.lower() for line in lines]
    assert json.loads(body) == {"n": "é"}


def test_a_host_with_a_name_is_found(listen: Listen) -> None:
    """On whichever of its addresses it listens."""
    url = listen(answer(WELL))

    assert post(url.replace("127.0.0.1", "localhost"), {})[0].payload == {"is": "well"}


def test_large_bodies_pass_both_ways(listen: Listen) -> None:
    """More than any buffer takes at once."""
    payload: dict[str, object] = {"text": "x" * 3_000_000}
    size: list[int] = []

    def script(connection: socket.socket) -> None:
        size.append(len(request(connection)[1]))
        connection.sendall(whole(json.dumps(payload).encode()))

    url = listen(script)

    assert post(url, payload)[0].payload == payload
    assert size == [len(json.dumps(payload, separators=(",", ":")))]


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"is":"w\r\n5\r\nell"}'
            b"\r\n0\r\n\r\n",
            id="chunked",
        ),
        pytest.param(b'HTTP/1.1 200 OK\r\n\r\n{"is":"well"}', id="until-the-end"),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + WELL, id="hints"),
        pytest.param(whole(gzip.compress(b'{"is":"well"}'), b"Content-Encoding: gzip"), id="gzip"),
        pytest.param(
            whole(zlib.compress(b'{"is":"well"}'), b"Content-Encoding: deflate"), id="deflate"
        ),
    ],
)
def test_every_way_to_send_a_body_is_read(listen: Listen, response: bytes) -> None:
    """As HTTP/1.1 has them."""

    def script(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(response)
        connection.shutdown(socket.SHUT_WR)

    assert post(listen(script), {})[0].payload == {"is": "well"}


def test_a_connection_that_was_closed_a_moment_ago_is_not_used_again(listen: Listen) -> None:
    """Not even where the event loop has not been told yet."""
    read, closed = threading.Event(), threading.Event()

    def script(connection: socket.socket) -> None:
        answer(WELL)(connection)
        read.wait(5)
        connection.close()
        closed.set()

    url = listen(script, answer(WELL))

    async def story() -> Reply:
        using = JsonClient(url, headers={}, timeout_s=5)
        await using.post("/x", {})
        # The loop stands still, as it does while other threads have the interpreter.
        read.set()
        closed.wait(5)
        time.sleep(0.05)  # noqa: ASYNC251 - meant
        reply = await using.post("/x", {})
        await using.aclose()
        return reply

    assert asyncio.run(story()).payload == {"is": "well"}


def test_a_farewell_is_not_taken_for_the_next_answer(listen: Listen) -> None:
    """Balancers send 408 to a connection that is idle, and may leave it open."""
    farewell = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"

    def script(connection: socket.socket) -> None:
        answer(WELL)(connection)
        time.sleep(0.05)
        connection.sendall(farewell)

    url = listen(script, answer(WELL))

    async def story() -> Reply:
        using = JsonClient(url, headers={}, timeout_s=5)
        await using.post("/x", {})
        await asyncio.sleep(0.15)
        reply = await using.post("/x", {})
        await using.aclose()
        return reply

    assert asyncio.run(story()).payload == {"is": "well"}


SECOND = whole(b'{"is":"unasked"}')


def test_an_answer_that_came_with_another_is_not_taken_for_the_next(listen: Listen) -> None:
    """Not even where both came in one packet: each question has the answer to it."""
    numbers = iter(range(100))

    def script(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(whole(b'{"is":"%d"}' % next(numbers)) + SECOND)

    url = listen(*[script] * 12)

    questions: list[dict[str, object]] = [{"n": number} for number in range(12)]

    assert [reply.payload["is"] for reply in post(url, *questions)] == [
        str(number) for number in range(12)
    ]


def test_an_answer_before_the_question_is_none(listen: Listen) -> None:
    """A server that sends as soon as it is connected has not read the question."""
    url = listen(lambda connection: connection.sendall(SECOND))

    async def story() -> None:
        opened = Connection(ssl.create_default_context(), idle_s=4)
        address = httpcore.URL(url)
        opened._opened = await opened._open(address.origin, 1.0)  # noqa: SLF001 - between the two
        await asyncio.sleep(0.1)
        # Without the check of idle connections, which is made before.
        asked = httpcore.Request("POST", address, headers=[(b"Host", b"x")])
        try:
            await opened._opened.handle_async_request(asked)  # noqa: SLF001 - likewise
        finally:
            await opened.aclose()

    with pytest.raises(httpcore.RemoteProtocolError, match="before the request was sent"):
        asyncio.run(story())


@pytest.mark.parametrize("length", [b"Content-Length: 3000000000\r\n", b""])
def test_a_body_without_end_is_not_read(listen: Listen, length: bytes) -> None:
    """Nor kept: it ends at the limit, or before its first byte."""
    sent = [0]

    def script(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n%b\r\n" % length)
        with contextlib.suppress(OSError):
            while sent[0] < 3_000_000_000:
                connection.sendall(b" " * 1_000_000)
                sent[0] += 1_000_000

    with pytest.raises(ModelError, match="longer than 16 MiB") as caught:
        post(listen(script), {})

    assert not isinstance(caught.value, TransientModelError)
    assert sent[0] < 100_000_000


def test_what_is_sent_while_nobody_reads_stays_with_the_server(listen: Listen) -> None:
    """An idle connection does not fill the memory."""
    sent = [0]

    def script(connection: socket.socket) -> None:
        answer(WELL)(connection)
        connection.settimeout(0.3)
        with contextlib.suppress(OSError):
            while sent[0] < 3_000_000_000:
                connection.sendall(b" " * 1_000_000)
                sent[0] += 1_000_000

    url = listen(script, answer(WELL))

    async def story() -> Reply:
        using = JsonClient(url, headers={}, timeout_s=5)
        await using.post("/x", {})
        await asyncio.sleep(0.5)
        reply = await using.post("/x", {})
        await using.aclose()
        return reply

    assert asyncio.run(story()).payload == {"is": "well"}
    assert sent[0] < 50_000_000


def test_what_was_idle_for_too_long_is_closed(listen: Listen) -> None:
    """Before the server does it."""
    ended: list[bytes] = []

    def script(connection: socket.socket) -> None:
        answer(WELL)(connection)
        ended.append(connection.recv(1))

    url = listen(script, answer(WELL))

    async def story() -> list[int]:
        connection = Connection(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), idle_s=0.02)
        statuses = []
        for _ in range(2):
            asked = httpcore.Request("POST", url, headers={"host": "x", "content-length": "0"})
            statuses.append((await connection.send(asked, connect_s=5)).status)
            await asyncio.sleep(0.05)
        await connection.aclose()
        return statuses

    assert asyncio.run(story()) == [200, 200]
    assert ended == [b""]


def test_a_cancelled_request_closes_its_connection(listen: Listen) -> None:
    """Its answer, which still comes, is nobody else's."""
    arrived = threading.Event()
    ended: list[bytes] = []

    def script(connection: socket.socket) -> None:
        request(connection)
        arrived.set()
        ended.append(connection.recv(1))

    url = listen(script, answer(WELL))

    async def story() -> Reply:
        using = JsonClient(url, headers={}, timeout_s=5)
        first = asyncio.create_task(using.post("/x", {}))
        await asyncio.to_thread(arrived.wait, 5)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        reply = await using.post("/x", {})
        await using.aclose()
        return reply

    assert asyncio.run(story()).payload == {"is": "well"}
    assert ended == [b""]


def test_cancelling_while_the_body_comes_closes_the_connection(listen: Listen) -> None:
    """And the rest of the body is not the next answer."""
    ended: list[bytes] = []

    def script(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        ended.append(connection.recv(1))

    url = listen(script, answer(WELL))

    async def story() -> Reply:
        using = JsonClient(url, headers={}, timeout_s=5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(using.post("/x", {}), 0.1)
        reply = await using.post("/x", {})
        await using.aclose()
        return reply

    assert asyncio.run(story()).payload == {"is": "well"}
    assert ended == [b""]


def reset(connection: socket.socket) -> None:
    """Break the connection, as a server that dies does."""
    request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param(reset, "the connection failed: .*reset by peer", id="reset"),
        pytest.param(answer(b"SSH-2.0-OpenSSH\r\n\r\n"), "the connection failed", id="not-http"),
        pytest.param(
            answer(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), "failed", id="no-length"
        ),
        pytest.param(answer(WELL.replace(b"13", b"14")), "no answer within 0.3 s", id="withheld"),
    ],
)
def test_a_fault_is_transient_and_its_connection_not_used_again(
    listen: Listen, script: Script, words: str
) -> None:
    """The next request opens another."""
    url = listen(script, answer(WELL))

    async def story() -> Reply:
        using = JsonClient(url, headers={}, timeout_s=0.3)
        try:
            with pytest.raises(TransientModelError, match=words):
                await using.post("/x", {})
            return await using.post("/x", {})
        finally:
            await using.aclose()

    assert asyncio.run(story()).payload == {"is": "well"}


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http:///v1"])
def test_what_is_no_address_of_a_server_is_told(url: str) -> None:
    """Nothing is sent anywhere, and nobody tries again."""
    with pytest.raises(ModelError) as caught:
        post(url, {})

    assert not isinstance(caught.value, TransientModelError)


@pytest.mark.parametrize("url", ["https://127.0.0.1", "http://localhost", "https://localhost"])
def test_connecting_has_a_clock_of_its_own(url: str) -> None:
    """Whether nobody accepts, under any address, or nobody speaks TLS."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        # The queue is full, except where it is the handshake that is waited for.
        early = [socket.socket() for _ in range(4 if "localhost" in url else 0)]
        for waiting in early:
            waiting.settimeout(0)
            waiting.connect_ex(("127.0.0.1", port))

        async def story() -> None:
            using = JsonClient(f"{url}:{port}", headers={}, timeout_s=60, connect_s=0.1)
            try:
                with pytest.raises(TransientModelError, match=r"no connection within 0.1 s"):
                    await using.post("/x", {})
            finally:
                await using.aclose()

        asyncio.run(story())
        for waiting in early:
            waiting.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody signed but itself, its key in the same file."""
    if OPENSSL is None:
        pytest.skip("there is no openssl to make a certificate with")
    made, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = [
        *(OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-nodes", "-days", "2", "-subj", "/CN=loopback", "-keyout", str(key), "-out", str(made)),
        *("-addext", "subjectAltName=IP:127.0.0.1"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    made.write_text(made.read_text("ascii") + key.read_text("ascii"), "ascii")
    return made


def secured(certificate: Path) -> ssl.SSLContext:
    """Return what the server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_trusted_certificate_opens_a_connection_that_is_kept(
    listen: Listen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names whom to trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = listen(answer(WELL, WELL, WELL), trust=secured(certificate))

    replies = post(url, {}, {}, {"text": "x" * 300_000})

    assert [reply.payload for reply in replies] == [{"is": "well"}] * 3


def test_a_farewell_over_tls_ends_the_connection(
    listen: Listen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the socket below stays open."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def script(connection: socket.socket) -> None:
        answer(WELL)(connection)
        assert isinstance(connection, ssl.SSLSocket)
        with contextlib.suppress(OSError):
            connection.unwrap()

    url = listen(script, answer(WELL), trust=secured(certificate))

    async def story() -> Reply:
        using = JsonClient(url, headers={}, timeout_s=5)
        await using.post("/x", {})
        await asyncio.sleep(0.1)
        reply = await using.post("/x", {})
        await using.aclose()
        return reply

    assert asyncio.run(story()).payload == {"is": "well"}


def test_a_certificate_of_strangers_is_not_trusted(listen: Listen, certificate: Path) -> None:
    """No later attempt mends that, and the message says what does."""
    url = listen(answer(WELL), trust=secured(certificate))

    with pytest.raises(
        ModelError, match=r"not trusted: self.signed certificate.*SSL_CERT"
    ) as found:
        post(url, {})

    assert not isinstance(found.value, TransientModelError)


def test_a_certificate_of_another_host_is_not_trusted(
    listen: Listen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever signed it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = listen(answer(WELL), trust=secured(certificate))

    with pytest.raises(ModelError, match=r"not trusted: [Hh]ostname mismatch") as caught:
        post(url.replace("127.0.0.1", "localhost"), {})

    assert not isinstance(caught.value, TransientModelError)


def test_a_server_that_ends_tls_early_may_be_asked_again(
    listen: Listen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an answer is none, with TLS as without."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def cut(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(WELL[:-4])
        connection.close()

    url = listen(cut, trust=secured(certificate))

    with pytest.raises(TransientModelError, match="the connection failed"):
        post(url, {})


def test_a_cancelled_request_over_tls_closes_its_connection(
    listen: Listen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without waiting for the other side's farewell."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    ended = threading.Event()

    def script(connection: socket.socket) -> None:
        request(connection)
        with contextlib.suppress(ssl.SSLEOFError):
            connection.recv(1)
        ended.set()

    url = listen(script, trust=secured(certificate))

    with pytest.raises(TransientModelError, match=r"no answer within 0.3 s"):
        post(url, {}, timeout_s=0.3)

    assert ended.wait(5)
