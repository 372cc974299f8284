"""Response caches that are changed from outside."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from pytest_distill.records import Completion
from pytest_distill.store.cache import checksum


def change_answers(cache: Path, change: Callable[[Completion], Completion]) -> None:
    """Replace every answer of a cache by what `change` makes of it."""
    with closing(connect(cache)) as db, db:
        for key, content in db.execute("SELECT key, completion FROM answers_3").fetchall():
            changed = change(Completion.model_validate_json(content)).model_dump_json()
            new = (changed, checksum(key, changed.encode()), key)
            db.execute("UPDATE answers_3 SET completion = ?, crc = ? WHERE key = ?", new)


def make_older(cache: Path, days: int) -> None:
    """Date every answer of a cache back."""

    def older(answer: Completion) -> Completion:
        assert answer.answered_at is not None
        return answer.model_copy(update={"answered_at": answer.answered_at - days * 86400})

    change_answers(cache, older)
