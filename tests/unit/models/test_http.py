"""The client: connections, clocks, proxies, and what each fault of a server becomes."""

import asyncio
import json
import logging
import socket
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import ModelError, TransientModelError
from pytest_distill.models.http import JsonClient, Reply

Serve = Callable[..., tuple[str, list[dict[str, Any]]]]

SERVER = Path(__file__).parents[2] / "support" / "server.py"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine's gets into a test."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def loopback() -> Iterator[Callable[..., str]]:
    """Start the server of the benchmarks: ``loopback("--latency=0.1")`` gives its base URL."""
    servers: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> str:
        command = [sys.executable, str(SERVER), *arguments]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        servers.append(server)
        assert server.stdout is not None
        return server.stdout.readline().strip()

    yield start

    for server in servers:
        server.terminate()
        server.communicate(timeout=5)


def stats(url: str) -> dict[str, Any]:
    """Return what the server of the benchmarks has counted."""
    with urllib.request.urlopen(f"{url.removesuffix('/v1')}/stats") as response:  # noqa: S310 - http
        found: dict[str, Any] = json.load(response)
    return found


def client(url: str, *, timeout_s: float = 5.0) -> JsonClient:
    """Return a client without a key."""
    return JsonClient(url, headers={}, timeout_s=timeout_s)


def test_a_client_that_sends_nothing_leaves_the_logs_alone() -> None:
    """It is never closed, and its filter holds the key."""
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore.http11")]
    before = [[*logger.filters] for logger in loggers]

    JsonClient("http://127.0.0.1:9", headers={}, timeout_s=1.0)

    assert [logger.filters for logger in loggers] == before


def post(url: str, *, timeout_s: float = 5.0) -> Reply:
    """Post once, with a client of its own."""

    async def once() -> Reply:
        using = client(url, timeout_s=timeout_s)
        try:
            return await using.post("/x", {})
        finally:
            await using.aclose()

    return asyncio.run(once())


async def post_all(
    using: JsonClient, numbers: range, *, at_once: int
) -> list[Reply | BaseException]:
    """Post one body for each number."""
    slots = asyncio.Semaphore(at_once)

    async def post(number: int) -> Reply:
        async with slots:
            return await using.post("/chat/completions", {"n": number})

    return await asyncio.gather(*map(post, numbers), return_exceptions=True)


def test_connections_are_kept_and_used_again(loopback: Callable[..., str]) -> None:
    """As many as were needed at once, however many requests there are."""
    url = loopback("--latency=0.01")

    async def story() -> list[Reply | BaseException]:
        using = client(url)
        found = await post_all(using, range(60), at_once=12)
        found += await post_all(using, range(60, 90), at_once=3)
        await using.aclose()
        return found

    found = asyncio.run(story())

    assert all(isinstance(reply, Reply) for reply in found)
    counted = stats(url)
    assert (counted["total"], counted["distinct"], counted["max_in_flight"]) == (90, 90, 12)
    # One more is the one that asks for the statistics.
    assert counted["connections"] == 12 + 1


def test_every_fault_of_a_server_is_transient(loopback: Callable[..., str]) -> None:
    """And passes, where it does: hung, cut and garbled answers leave a client that works."""
    kinds = "429=0.1,429+0.25=0.1,503+0=0.1,500=0.1,hang=0.1,cut=0.1,garbled=0.1"
    url = loopback("--latency=0", f"--faults={kinds},seed=3")

    async def story() -> tuple[list[Reply | BaseException], list[Reply | BaseException]]:
        # As short as a busy machine, which answers late, lets it be.
        using = client(url, timeout_s=2)
        first = await post_all(using, range(120), at_once=60)
        second = await post_all(using, range(120), at_once=60)
        await using.aclose()
        return first, second

    first, second = asyncio.run(story())

    assert all(isinstance(reply, Reply) for reply in second)
    errors = [error for error in first if not isinstance(error, Reply)]
    assert all(isinstance(error, TransientModelError) for error in errors)
    told = Counter(
        (error.is_overload, error.retry_after_s)
        for error in errors
        if isinstance(error, TransientModelError)
    )
    assert set(told) == {(True, None), (True, 0.25), (True, 0), (False, None)}
    texts = " ".join(map(str, errors))
    words = ("HTTP 500: a fault", "no answer within 2 s", "connection failed", "not a JSON")
    assert [word for word in words if word not in texts] == []
    counted = stats(url)
    assert sum(counted["faults"].values()) == len(errors)
    assert counted["most_of_one_body"] == 2


def test_faults_can_last_for_ever(loopback: Callable[..., str]) -> None:
    """So that a run that gets no answer at all can be tried."""
    url = loopback("--latency=0", "--faults=500=1,tries=all")

    async def story() -> list[Reply | BaseException]:
        using = client(url)
        found = [(await post_all(using, range(1), at_once=1))[0] for _ in range(4)]
        await using.aclose()
        return found

    assert all(isinstance(error, TransientModelError) for error in asyncio.run(story()))
    assert stats(url)["answered"] == 0


def test_a_server_of_little_capacity_turns_the_rest_away(loopback: Callable[..., str]) -> None:
    """With 429, for which the engine slows down."""
    url = loopback("--latency=0.1", "--capacity=4")

    async def story() -> list[Reply | BaseException]:
        using = client(url)
        found = await post_all(using, range(10), at_once=10)
        await using.aclose()
        return found

    found = asyncio.run(story())

    assert sum(isinstance(reply, Reply) for reply in found) == 4
    assert all(isinstance(reply, Reply) or "HTTP 429" in str(reply) for reply in found)


def test_a_connection_that_the_server_closed_is_not_used_again(serve: Serve) -> None:
    """Nobody notices."""
    url, requests = serve({"body": {}, "headers": {"Connection": "close"}}, {"body": {}})

    async def story() -> None:
        using = client(url)
        for _ in range(4):
            await using.post("/x", {})
            await asyncio.sleep(0.02)
        await using.aclose()

    asyncio.run(story())

    assert len(requests) == 4


def test_a_cancelled_request_leaves_a_client_that_works(serve: Serve) -> None:
    """Whatever it was doing."""
    url, _ = serve({"body": {}, "delay_s": 30.0}, {"body": {"is": "well"}})

    async def story() -> Reply:
        using = client(url)
        first = asyncio.create_task(using.post("/x", {}))
        await asyncio.sleep(0.05)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        reply = await using.post("/x", {})
        await using.aclose()
        return reply

    assert asyncio.run(story()).payload == {"is": "well"}


def test_a_server_that_sends_byte_after_byte_ends_with_the_attempt() -> None:
    """One clock is for all of it: no single read takes long."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            try:
                for _ in range(200):
                    connection.sendall(b" ")
                    threading.Event().wait(0.02)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()

    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with listener, pytest.raises(TransientModelError, match=r"no answer within 0.2 s"):
        post(url, timeout_s=0.2)
    thread.join()


def test_a_server_that_does_not_accept_is_not_waited_for() -> None:
    """An attempt may take minutes; to connect may not."""
    # Its queue is full, and nobody takes anything out.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for early in waiting:
            early.settimeout(0)
            early.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        async def story() -> None:
            using = JsonClient(url, headers={}, timeout_s=60, connect_s=0.1)
            try:
                await using.post("/x", {})
            finally:
                await using.aclose()

        with pytest.raises(TransientModelError, match=r"no connection within 0.1 s"):
            asyncio.run(story())
        for early in waiting:
            early.close()


def test_a_url_that_is_none_is_told() -> None:
    """What a spec lets through and httpx does not."""
    with pytest.raises(ModelError, match="Invalid port: 'x'"):
        post("http://[::1]x/v1")


def test_when_to_come_back_is_part_of_the_error(serve: Serve) -> None:
    """From the header, whatever its case."""
    url, _ = serve({"status": 429, "body": {}, "headers": {"retry-AFTER-ms": "1250"}})

    with pytest.raises(TransientModelError) as caught:
        post(url)

    assert caught.value.is_overload
    assert caught.value.retry_after_s == 1.25


def test_an_exhausted_quota_is_not_transient(serve: Serve) -> None:
    """It would still be exhausted."""
    body = {"error": {"type": "insufficient_quota", "message": "check your billing"}}
    url, _ = serve({"status": 429, "body": body})

    with pytest.raises(ModelError, match="HTTP 429: check your billing") as caught:
        post(url)

    assert not isinstance(caught.value, TransientModelError)


def test_a_proxy_of_the_environment_is_asked(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the servers that it is for."""
    proxy, through = serve({"body": {}})
    direct, requests = serve({"body": {}})
    monkeypatch.setenv("http_proxy", proxy.removesuffix("/v1").removeprefix("http://"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    post("http://upstream.test/v1")
    post(direct)

    assert [request["path"] for request in through] == ["http://upstream.test/v1/x"]
    assert [request["path"] for request in requests] == ["/v1/x"]


def test_certificates_that_cannot_be_read_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The message names the variable."""
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))

    with pytest.raises(ModelError, match="SSL_CERT_FILE"):
        post("https://127.0.0.1:1")


def test_a_server_without_encryption_is_not_taken_for_one_with_it(serve: Serve) -> None:
    """The connection fails before anything is sent."""
    url, requests = serve({"body": {}})

    with pytest.raises(TransientModelError, match="the connection failed"):
        post(url.replace("http:", "https:"))

    assert requests == []
