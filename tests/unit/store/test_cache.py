"""Answers are kept, errors are not, and a question is asked once at a time."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_distill.errors import ModelError, StoreError, TransientModelError
from pytest_distill.records import Completion, Usage
from pytest_distill.store.cache import AnswerCache, checksum

ANSWER = Completion(
    text='I am X. 我是。 "\u2028',
    finish_reason="stop",
    usage=Usage(input_tokens=3, output_tokens=5),
    latency_s=0.25,
)


class Server:
    """Answers after a while, and counts."""

    def __init__(self, answer: Completion | Exception = ANSWER, *, delay_s: float = 0.01) -> None:
        self.answer = answer
        self.asked = 0
        self._delay_s = delay_s

    async def ask(self) -> Completion:
        """Give the answer, or raise it."""
        self.asked += 1
        await asyncio.sleep(self._delay_s)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def fill(cache: AnswerCache, key: str) -> None:
    """Have an answer kept, by asking for it."""
    asyncio.run(cache.get(key, Server(delay_s=0).ask))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a cache that is not there yet, nor is its folder."""
    return tmp_path / "deep" / "answers.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[AnswerCache]:
    """Give a cache."""
    cache = AnswerCache(path)
    yield cache
    cache.close()


@pytest.fixture
def other(path: Path, cache: AnswerCache) -> Iterator[sqlite3.Connection]:
    """Give another program's view of the cache's file."""
    cache.open()
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def test_an_answer_survives_the_process(path: Path, cache: AnswerCache) -> None:
    """All of it, and only the first is asked for."""
    server = Server()

    first = asyncio.run(cache.get("k", server.ask))
    cache.close()
    again = AnswerCache(path)
    second = asyncio.run(again.get("k", server.ask))
    again.close()

    assert first == (ANSWER, False)
    assert second == (ANSWER, True)
    assert server.asked == 1
    assert (cache.hits, cache.misses, again.hits, again.misses) == (0, 1, 1, 0)


def test_nothing_is_opened_until_it_is_used(path: Path) -> None:
    """Closing what was never opened is nothing, too."""
    cache = AnswerCache(path)
    cache.close()
    cache.close()

    assert not path.parent.exists()


def test_answers_are_found_without_asking(cache: AnswerCache) -> None:
    """By a thread that has no event loop."""
    fill(cache, "k")

    assert cache.holds("k")
    assert cache.find("k") == ANSWER
    assert not cache.holds("none")
    assert cache.find("none") is None
    assert (cache.hits, cache.misses) == (0, 1)


@pytest.mark.parametrize("error", [ModelError("401: no such key"), TransientModelError("429")])
def test_an_error_is_not_kept(cache: AnswerCache, error: ModelError) -> None:
    """It goes to who asked; the next one asks again."""
    server = Server(error)

    with pytest.raises(type(error), match=str(error)):
        asyncio.run(cache.get("k", server.ask))
    server.answer = ANSWER

    assert asyncio.run(cache.get("k", server.ask)) == (ANSWER, False)
    assert server.asked == 2


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_answer_is_not_kept(cache: AnswerCache, text: str) -> None:
    """It will be missing; asking again may help."""
    server = Server(Completion(text=text))

    for _ in range(2):
        assert asyncio.run(cache.get("k", server.ask)) == (Completion(text=text), False)

    assert server.asked == 2
    assert cache.failures == 0


def test_who_comes_meanwhile_waits_for_the_same_answer(cache: AnswerCache) -> None:
    """A hundred callers, two questions."""
    servers = Server(), Server(Completion(text="other"))

    async def everybody() -> list[tuple[Completion, bool]]:
        return await asyncio.gather(
            *(cache.get(f"k{n % 2}", servers[n % 2].ask) for n in range(100))
        )

    answers = asyncio.run(everybody())

    assert [server.asked for server in servers] == [1, 1]
    assert {completion.text for completion, _ in answers[1::2]} == {"other"}
    assert sum(is_hit for _, is_hit in answers) == cache.hits == 98
    assert cache.misses == 2


def test_an_error_goes_to_all_who_wait(cache: AnswerCache) -> None:
    """It is the same request at the same moment."""
    server = Server(TransientModelError("503"))

    async def everybody() -> list[tuple[Completion, bool] | BaseException]:
        calls = (cache.get("k", server.ask) for _ in range(5))
        return await asyncio.gather(*calls, return_exceptions=True)

    assert [str(result) for result in asyncio.run(everybody())] == ["503"] * 5
    assert server.asked == 1


def test_when_the_asker_is_cancelled_the_next_one_asks(
    cache: AnswerCache, other: sqlite3.Connection
) -> None:
    """Those who wait are not cancelled with it, and no claim is left."""
    slow, quick = Server(delay_s=60), Server()

    async def cancel_the_first() -> list[tuple[Completion, bool]]:
        first = asyncio.create_task(cache.get("k", slow.ask))
        await asyncio.sleep(0.01)
        rest = [asyncio.create_task(cache.get("k", quick.ask)) for _ in range(3)]
        await asyncio.sleep(0.01)
        rest.pop().cancel()
        first.cancel()
        return await asyncio.gather(*rest)

    answers = asyncio.run(cancel_the_first())

    assert sorted(answers, key=lambda answer: answer[1]) == [(ANSWER, False), (ANSWER, True)]
    assert (slow.asked, quick.asked) == (1, 1)
    assert other.execute("SELECT count(*) FROM claims_3").fetchone() == (0,)


def test_two_caches_on_one_file_ask_once(path: Path, cache: AnswerCache) -> None:
    """As two processes do."""
    server, second = Server(delay_s=0.1), AnswerCache(path)

    async def both() -> list[tuple[Completion, bool]]:
        return await asyncio.gather(*(each.get("k", server.ask) for each in (cache, second)))

    answers = asyncio.run(both())
    second.close()

    assert answers == [(ANSWER, False), (ANSWER, True)]
    assert server.asked == 1


def test_closing_gives_up_what_was_claimed(path: Path, cache: AnswerCache) -> None:
    """A loop that was stopped hard must not make others wait."""
    loop = asyncio.new_event_loop()
    stuck = loop.create_task(cache.get("k", Server(delay_s=60).ask))
    loop.run_until_complete(asyncio.sleep(0.01))

    cache.close()
    second = AnswerCache(path)
    answer = asyncio.run(asyncio.wait_for(second.get("k", Server().ask), timeout=5))

    second.close()
    stuck.cancel()
    loop.run_until_complete(asyncio.gather(stuck, return_exceptions=True))
    loop.close()
    assert answer == (ANSWER, False)


def move_claims_elsewhere(other: sqlite3.Connection) -> None:
    """Make the claims look like those of a machine that shares the file."""
    other.execute("UPDATE claims_3 SET host = 'elsewhere', pid = 1")


def test_a_lease_holds_as_long_as_its_owner_works(path: Path, other: sqlite3.Connection) -> None:
    """It is renewed, since nobody can look into another machine."""
    here, there = AnswerCache(path, lease_s=0.6), AnswerCache(path)
    working, waiting = Server(delay_s=1.5), Server()

    async def one_waits() -> tuple[Completion, bool]:
        task = asyncio.create_task(here.get("k", working.ask))
        await asyncio.sleep(0.05)
        move_claims_elsewhere(other)
        answer = await there.get("k", waiting.ask)
        await task
        return answer

    assert asyncio.run(one_waits()) == (ANSWER, True)
    here.close()
    there.close()
    assert (working.asked, waiting.asked) == (1, 0)


def test_a_lease_is_renewed_as_soon_as_the_file_is_free(
    path: Path, other: sqlite3.Connection
) -> None:
    """Who keeps it locked only delays that."""
    cache = AnswerCache(path, lease_s=0.6)

    async def lock_at_the_renewal() -> tuple[float, float]:
        task = asyncio.create_task(cache.get("k", Server(delay_s=60).ask))
        await asyncio.sleep(0.1)
        (before,) = other.execute("SELECT lease_until FROM claims_3").fetchone()
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0.2)
        other.execute("COMMIT")
        await asyncio.sleep(0.2)
        (after,) = other.execute("SELECT lease_until FROM claims_3").fetchone()
        task.cancel()
        return before, after

    before, after = asyncio.run(lock_at_the_renewal())
    cache.close()

    assert after > before


def test_a_claim_that_is_lost_meanwhile_costs_no_answer(
    path: Path, other: sqlite3.Connection
) -> None:
    """Neither when it is renewed nor when it is given up."""
    cache, server = AnswerCache(path, lease_s=0.03), Server(delay_s=0.1)

    async def lose_it() -> tuple[Completion, bool]:
        task = asyncio.create_task(cache.get("k", server.ask))
        await asyncio.sleep(0)
        other.execute("DROP TABLE claims_3")
        return await task

    assert asyncio.run(lose_it()) == (ANSWER, False)
    cache.close()
    assert cache.why_stopped is not None
    assert "no such table" in cache.why_stopped


@pytest.mark.parametrize("left_s", [-1, 1e9])
def test_a_lease_that_ran_out_holds_nobody_up(
    cache: AnswerCache, other: sqlite3.Connection, left_s: float
) -> None:
    """Its owner may be a machine that was switched off, or whose clock was wrong."""
    other.execute(
        "INSERT INTO claims_3 VALUES ('k', 'token', 'elsewhere', 1, '', ?)", (time.time() + left_s,)
    )

    assert asyncio.run(cache.get("k", Server().ask)) == (ANSWER, False)
    assert other.execute("SELECT count(*) FROM claims_3").fetchone() == (0,)


def test_a_locked_file_does_not_stop_the_loop(
    cache: AnswerCache, other: sqlite3.Connection
) -> None:
    """Others work on while one waits for the lock, before and after its question."""
    ticks = 0

    async def lock_for_a_while() -> None:
        nonlocal ticks
        for _ in range(2):
            other.execute("BEGIN IMMEDIATE")
            for _ in range(20):
                await asyncio.sleep(0.01)
                ticks += 1
            other.execute("COMMIT")
            await asyncio.sleep(0.06)

    async def both() -> tuple[Completion, bool]:
        _, answer = await asyncio.gather(
            lock_for_a_while(), cache.get("k", Server(delay_s=0.1).ask)
        )
        return answer

    started = time.monotonic()
    assert asyncio.run(both()) == (ANSWER, False)
    assert ticks == 40
    assert time.monotonic() - started < 5
    assert cache.find("k") == ANSWER
    assert cache.failures == 0


def test_an_answer_that_cannot_be_kept_is_still_given(
    cache: AnswerCache, other: sqlite3.Connection
) -> None:
    """Then nothing more is written, and it is told how many were not kept, and why."""
    fill(cache, "before")
    assert cache.find("before") == ANSWER
    other.execute(
        "CREATE TRIGGER full BEFORE INSERT ON answers_3 BEGIN SELECT RAISE(FAIL, 'full'); END"
    )
    server = Server()

    answers = [asyncio.run(cache.get(f"k{n}", server.ask)) for n in range(3)]
    fill(cache, "after")

    assert answers == [(ANSWER, False)] * 3
    assert cache.failures == 4
    assert cache.why_stopped is not None
    assert "full" in cache.why_stopped
    assert cache.find("before") == ANSWER
    assert other.execute("SELECT count(*) FROM claims_3").fetchone() == (0,)


def test_a_question_that_cannot_be_claimed_is_asked(
    cache: AnswerCache, other: sqlite3.Connection
) -> None:
    """Asking twice is better than not at all."""
    other.execute("DROP TABLE claims_3")

    assert asyncio.run(cache.get("k", Server().ask)) == (ANSWER, False)
    assert cache.why_stopped is not None


@pytest.mark.parametrize(
    "content", ["{}", "", '{"text": "x", "mood": "of another version"}', b'{"text": "\xff"}', "[1"]
)
def test_content_that_cannot_be_read_is_asked_for_again(
    cache: AnswerCache, other: sqlite3.Connection, content: str | bytes
) -> None:
    """And replaced."""
    raw = content if isinstance(content, bytes) else content.encode()
    other.execute("INSERT INTO answers_3 VALUES ('k', ?, ?)", (content, checksum("k", raw)))

    assert cache.find("k") is None
    assert asyncio.run(cache.get("k", Server().ask)) == (ANSWER, False)
    assert cache.find("k") == ANSWER


@pytest.mark.parametrize(
    ("damage", "by"),
    [
        ("completion", "replace(completion, 'I am X', 'I am Y')"),
        ("crc", "crc + 1"),
        ("crc", "CAST(x'ff' AS TEXT)"),
    ],
)
def test_an_answer_that_is_not_as_it_was_written_is_asked_for_again(
    cache: AnswerCache, other: sqlite3.Connection, damage: str, by: str
) -> None:
    """Though it could be read."""
    assert "I am X" in ANSWER.text
    fill(cache, "k")
    other.execute(f"UPDATE answers_3 SET {damage} = {by}")  # noqa: S608 - ours

    assert cache.find("k") is None
    assert asyncio.run(cache.get("k", Server().ask)) == (ANSWER, False)
    assert cache.find("k") == ANSWER


def test_an_answer_to_another_question_is_none(
    cache: AnswerCache, other: sqlite3.Connection
) -> None:
    """A row whose key was damaged, or exchanged."""
    fill(cache, "k")
    other.execute("UPDATE answers_3 SET key = 'l'")

    assert cache.find("l") is None


def garbled(path: Path) -> None:
    """Write something else."""
    path.write_bytes(b"This is no database at all. " * 100)


def torn(path: Path) -> None:
    """Write a database whose pages are gone."""
    cache = AnswerCache(path)
    fill(cache, "k")
    cache.close()
    path.write_bytes(path.read_bytes()[:5000])


def foreign(path: Path) -> None:
    """Write the database of another program."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


def namesake(path: Path) -> None:
    """Write the database of another program that has a table of our name."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    connection.close()


def rigged(path: Path) -> None:
    """Write a cache that runs a program with every answer."""
    cache = AnswerCache(path)
    fill(cache, "k")
    cache.close()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TRIGGER t AFTER INSERT ON claims_3 BEGIN SELECT 1; END")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (garbled, "file is not a database\n  delete it"),
        (torn, "database disk image is malformed\n  delete it"),
        (foreign, "it is a database of another program\n  name another file"),
        (namesake, "it is a database of another program\n  name another file"),
        (rigged, "it is a database of another program\n  name another file"),
        (Path.mkdir, "it is a folder, not a file\n  name a file"),
    ],
)
def test_a_file_that_is_no_cache_is_named_with_what_to_do(
    tmp_path: Path, spoil: object, problem: str
) -> None:
    """And left as it is."""
    path = tmp_path / "answers.sqlite"
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    cache = AnswerCache(path)

    with pytest.raises(StoreError) as caught:
        asyncio.run(cache.get("k", Server().ask))
    cache.close()

    assert str(path) in str(caught.value)
    assert problem in str(caught.value)
    assert "or pass --distill-cache off" in str(caught.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    """A file is in the way."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="its folder cannot be made: "):
        AnswerCache(tmp_path / "file" / "answers.sqlite").open()


def test_hits_are_cheap(cache: AnswerCache) -> None:
    """Printed, not asserted: ``pytest -s``."""
    keys = [f"{number:064x}" for number in range(10_000)]
    server = Server(delay_s=0)

    async def ask_all() -> float:
        started = time.perf_counter()
        for key in keys:
            await cache.get(key, server.ask)
        return time.perf_counter() - started

    missing, hitting = asyncio.run(ask_all()), asyncio.run(ask_all())

    print(f"\n10,000 misses {missing:.2f} s, 10,000 hits {hitting:.2f} s")  # noqa: T201 - its point
    assert server.asked == cache.hits == 10_000
