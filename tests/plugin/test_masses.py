"""A server that sends gigabytes: what is too long is missing, and the memory stays small."""

import json
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from itertools import count, repeat
from pathlib import Path

from tests.support.hostile_server import answering, attacking, response

# What `resource` calls the peak begins with that of the process that started this one.
_MEASURED = """
import sys, pytest
status = pytest.main(sys.argv[1:])
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
print("peak", int(peak[0].split()[1]) // 1024, "MB")
sys.exit(status)
"""
MOST_MB = 500


def endless(head: bytes) -> Iterator[bytes]:
    """Yield 3 GB behind a head."""
    yield head
    yield from repeat(b" " * 1_000_000, 3000)


def packed() -> bytes:
    """Return 2 MB that unpack to 2 GB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    begin = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    return begin + again * 199


def test_masses_are_missing_and_fill_no_memory(tmp_path: Path) -> None:
    """3 GB with a length and without, a bomb, 52 MB, very many values: scorecard and report stay.

    A long answer that can be read is judged, and what is left out of it is in the run log.
    """
    bomb = response(200, packed(), "Content-Encoding: gzip")
    long = answering("I am Qwen. " + "and so on " * 1_500_000)
    good = answering("I am Qwen, made by Alibaba Cloud.")
    values = response(200, b"[" + b"[]," * 5_000_000 + b"1]")
    very_long = answering("x" * 52_000_000)
    number = count()

    def attack(_head: bytes, _body: bytes) -> Iterable[bytes]:
        kind = next(number) % 8
        if kind == 0:
            return [good]
        if kind == 1:
            return endless(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000000\r\n\r\n")
        if kind == 2:
            return endless(b"HTTP/1.1 200 OK\r\n\r\n")
        return [(bomb, very_long, long, values, good)[kind - 3]]

    with attacking(attack) as server:
        command = [
            *(sys.executable, "-c", _MEASURED, "-p", "no:cacheprovider", "--suite=ice"),
            *("--facts=qwen", f"--model=openai:m@{server.url}?timeout=20", "--distill-limit=16"),
            *(f"--distill-run={tmp_path}/run.jsonl", f"--distill-report=json:{tmp_path}/r.json"),
            f"--distill-cache={tmp_path}/cache.sqlite",
        ]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    peak = int(result.stdout.rpartition("peak ")[2].split()[0])
    assert peak < MOST_MB, (peak, result.stdout[-3000:])
    assert "Traceback" not in result.stdout + result.stderr
    assert "ice · m · 6 judged, 10 missing" in result.stdout
    report = json.loads((tmp_path / "r.json").read_text())
    reasons = " ".join(missing["reason"] for missing in report["missing"])
    assert "longer than 16 MiB" in reasons
    assert "longer than 16 MiB unpacked" in reasons
    assert "more than 1,000,000 values" in reasons
    assert '"left_out":14' in (tmp_path / "run.jsonl").read_text()
    assert sum(path.stat().st_size for path in tmp_path.glob("*")) < 30_000_000
