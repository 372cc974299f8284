"""A process that asks a cache: ``asker.py CACHE COUNTER SECONDS KEY...``, all keys at once.

Each question that is really asked adds a line to COUNTER and takes SECONDS; the answers are
printed as JSON.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from pytest_distill.records import Completion
from pytest_distill.store.cache import AnswerCache


def question(key: str, counter: Path, seconds: float) -> Callable[[], Awaitable[Completion]]:
    """Return what asks for `key`."""

    async def ask() -> Completion:
        file = os.open(counter, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(file, f"{key}\n".encode())
        os.close(file)
        await asyncio.sleep(seconds)
        return Completion(text=f"{key}, said process {os.getpid()}")

    return ask


async def main(cache: Path, counter: Path, seconds: float, keys: list[str]) -> None:
    """Ask and print."""
    answers = AnswerCache(cache)
    found = await asyncio.gather(*(answers.get(k, question(k, counter, seconds)) for k in keys))
    answers.close()
    sys.stdout.write(
        json.dumps(
            {
                "answers": [completion.text for completion, _ in found],
                "hits": answers.hits,
                "misses": answers.misses,
                "why_stopped": answers.why_stopped,
            }
        )
    )


if __name__ == "__main__":
    path, count, pause, *names = sys.argv[1:]
    asyncio.run(main(Path(path), Path(count), float(pause), names))
