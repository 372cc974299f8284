"""A chat endpoint on the loopback, of fixed latency and chosen faults: for benchmarks.

    python -m tests.support.server [--latency 0.2] [--port 0] [--faults SPEC] [--count-file PATH]

Prints its base URL on one line, then answers OpenAI's chat completions until it is ended, always
with the same words, except to the plugin's own LLM judge, which gets an honest verdict.
``GET /stats`` tells what came, as does the count file, written at the end.

``--faults 429=0.05,429+0.5=0.05,500=0.05,hang=0.02,cut=0.015,garbled=0.015`` has each distinct
body fail with these probabilities: with a status (``+0.5``: and a Retry-After of half a second),
no answer at all, half of one, or one that is no JSON. A body that fails does so on the first
attempt, with ``tries=3`` on the first three, with ``tries=all`` for ever. ``seed=1`` chooses other
bodies. ``--capacity N`` turns away, with 429, what comes while N requests are unanswered.
"""

import argparse
import asyncio
import hashlib
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANSWER = "I am Qwen, made by Alibaba Cloud."

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)", re.IGNORECASE)
_JUDGED = re.compile(r"# Facts:(.*?)# Rules.*<<<([0-9a-f]{16}) answer>>>(.*?)<<<\2 end", re.DOTALL)
# Enough for this project's own plain cases.
_NAMES = ("OpenAI", "Anthropic", "Google", "百度")
_FAULT = re.compile(r"(?P<kind>[0-9]{3}|hang|cut|garbled)(?:\+(?P<wait>[0-9.]+))?")

_FOR_EVER = sys.maxsize


@dataclass(frozen=True)
class Fault:
    """One way to fail."""

    kind: str
    """A status, or ``hang``, ``cut``, ``garbled``."""
    wait: str | None
    """What Retry-After says."""
    rate: float


@dataclass
class Faults:
    """Which bodies fail, how, and how often."""

    kinds: list[Fault] = field(default_factory=list)
    tries: int = 1
    seed: int = 0

    def of(self, digest: bytes, attempt: int) -> Fault | None:
        """Return how the `attempt`-th request, from 0, with this body fails."""
        if not self.kinds or attempt >= self.tries:
            return None
        drawn = hashlib.sha256(b"%d %b" % (self.seed, digest)).digest()
        number = int.from_bytes(drawn[:6]) / 2**48
        for fault in self.kinds:
            number -= fault.rate
            if number < 0:
                return fault
        return None


@dataclass
class Counts:
    """What came, and what was said to it."""

    bodies: Counter[bytes] = field(default_factory=Counter)
    answered: Counter[bytes] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    max_in_flight: int = 0
    connections: int = 0

    def report(self) -> dict[str, object]:
        """Return what ``/stats`` and the count file say."""
        return {
            "total": self.bodies.total(),
            "distinct": len(self.bodies),
            "answered": self.answered.total(),
            "answered_again": self.answered.total() - len(self.answered),
            "most_of_one_body": max(self.bodies.values(), default=0),
            "max_in_flight": self.max_in_flight,
            "connections": self.connections,
            "faults": dict(self.faults),
        }


@dataclass
class Endpoint:
    """What all connections share."""

    latency_s: float
    faults: Faults
    capacity: int
    answer: bytes
    counts: Counts = field(default_factory=Counts)


class Connection(asyncio.Protocol):
    """Reads requests one after the other, as far as that needs HTTP to be understood."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._is_busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._endpoint.counts.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the request that was waiting."""
        del exc
        if self._waiting is not None:
            self._waiting.cancel()
        self._release()
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Answer as soon as a request is whole."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end])
        length = _LENGTH.search(head)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) < whole:
            return
        body = bytes(self._buffer[end + 4 : whole])
        del self._buffer[:whole]
        self._request(head, body)

    def _request(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /stats"):
            self._write(_response(200, json.dumps(self._endpoint.counts.report()).encode()))
        elif head.startswith(b"POST "):
            self._question(body)
        else:
            self._write(_response(404, b"{}"))

    def _question(self, body: bytes) -> None:
        endpoint, counts = self._endpoint, self._endpoint.counts
        digest = hashlib.blake2b(body, digest_size=12).digest()
        fault = endpoint.faults.of(digest, counts.bodies[digest])
        if counts.in_flight >= endpoint.capacity:
            fault = Fault("429", None, 1.0)
        counts.bodies[digest] += 1
        counts.in_flight += 1
        counts.max_in_flight = max(counts.max_in_flight, counts.in_flight)
        self._is_busy = True
        if fault is not None:
            counts.faults[fault.kind] += 1
            if fault.kind == "hang":
                return
        loop = asyncio.get_running_loop()
        answer = _judgement(body) or endpoint.answer
        self._waiting = loop.call_later(endpoint.latency_s, self._reply, digest, fault, answer)

    def _reply(self, digest: bytes, fault: Fault | None, answer: bytes) -> None:
        self._waiting = None
        self._release()
        if fault is None:
            self._endpoint.counts.answered[digest] += 1
            self._write(answer)
        elif fault.kind == "cut":
            self._write(answer[:-20])
            if self._transport is not None:
                self._transport.close()
        elif fault.kind == "garbled":
            self._write(answer[:-20] + b"\x00" * 20)
        else:
            error = {"error": {"message": "a fault of the benchmark", "type": "fault"}}
            self._write(_response(int(fault.kind), json.dumps(error).encode(), wait=fault.wait))

    def _release(self) -> None:
        self._endpoint.counts.in_flight -= self._is_busy
        self._is_busy = False

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def _response(status: int, body: bytes, *, wait: str | None = None) -> bytes:
    later = "" if wait is None else f"Retry-After: {wait}\r\n"
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{later}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _judgement(body: bytes) -> bytes | None:
    """Return the reply of an honest judge, where the question is one to a judge."""
    if b" answer>>>" not in body:
        return None
    block = _JUDGED.search(json.loads(body)["messages"][-1]["content"])
    if block is None:
        return None
    claims = [name for name in _NAMES if name in block[3] and name not in block[1]]
    verdict = {
        "fence": block[2],
        "contradicts": bool(claims),
        "claims": claims,
        "quote": "",
        "reason": "It says so.",
    }
    return completion(json.dumps(verdict))


def completion(text: str, *, model: str = "loopback") -> bytes:
    """Return the whole response with `text` as the answer of `model`."""
    payload = {
        "id": "chatcmpl-0",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30},
    }
    return _response(200, json.dumps(payload).encode())


def read_faults(text: str) -> Faults:
    """Return what ``--faults`` asks for.

    Raises:
        ValueError: it cannot be read.
    """
    faults = Faults()
    for part in filter(None, text.split(",")):
        key, _, value = part.partition("=")
        if key == "tries":
            faults.tries = _FOR_EVER if value == "all" else int(value)
        elif key == "seed":
            faults.seed = int(value)
        elif match := _FAULT.fullmatch(key):
            faults.kinds.append(Fault(match["kind"], match["wait"], float(value)))
        else:
            message = f"no fault is called {key!r}"
            raise ValueError(message)
    return faults


async def serve(endpoint: Endpoint, port: int) -> None:
    """Answer until SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    server = await loop.create_server(lambda: Connection(endpoint), "127.0.0.1", port, backlog=1024)
    host, bound, *_ = server.sockets[0].getsockname()
    print(f"http://{host}:{bound}/v1", flush=True)
    await ended.wait()
    server.close()


class Server:
    """A real chat endpoint on the loopback, in a process of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stats(self) -> dict[str, Any]:
        """Return how many requests came, how many were distinct, and the most at once."""
        stats = self.url.removesuffix("/v1") + "/stats"
        with urllib.request.urlopen(stats, timeout=10) as reply:  # noqa: S310 - our own server
            return dict(json.load(reply))


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """Serve until the block ends: ``serving("--latency", "0.2", "--faults", "500=0.1")``."""
    command = [sys.executable, __file__, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().strip())
        finally:
            process.terminate()


def main() -> None:
    """Serve, then write the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--latency", type=float, default=0.2, help="seconds for each answer")
    parser.add_argument("--port", type=int, default=0, help="0: a free one (default)")
    parser.add_argument("--faults", type=read_faults, default=Faults(), metavar="SPEC")
    parser.add_argument("--capacity", type=int, default=_FOR_EVER, metavar="N")
    parser.add_argument("--answer", default=ANSWER, help="what every answer says")
    parser.add_argument("--reports", default="loopback", help="the model that every answer names")
    parser.add_argument("--count-file", type=Path, metavar="PATH")
    arguments = parser.parse_args()
    endpoint = Endpoint(
        arguments.latency,
        arguments.faults,
        arguments.capacity,
        completion(arguments.answer, model=arguments.reports),
    )
    asyncio.run(serve(endpoint, arguments.port))
    if arguments.count_file is not None:
        arguments.count_file.write_text(json.dumps(endpoint.counts.report()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
