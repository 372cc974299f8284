"""Each reader of files of the user's, valid files for it, and what damage must not do to it.

Damaged content is either read or refused with an error of ours; whoever reads it counts no more
than there is.
"""

import argparse
import asyncio
import json
import sqlite3
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple

from pytest_distill.cli import gate_options
from pytest_distill.data import (
    calibrations,
    facts,
    gold,
    prompts,
    questions,
    resources,
    transcripts,
)
from pytest_distill.errors import DistillError
from pytest_distill.gates import expression, setup
from pytest_distill.models import factory
from pytest_distill.models.spec import parse
from pytest_distill.records import Completion, Report
from pytest_distill.report import to_json
from pytest_distill.results.diff import compare
from pytest_distill.run import replay
from pytest_distill.settings import budget, pyproject
from pytest_distill.settings.settings import Settings
from pytest_distill.store import lines
from pytest_distill.store.cache import AnswerCache
from pytest_distill.store.contents import LogContents, read_log
from pytest_distill.store.runlog import RunLog
from pytest_distill.suites.fuzz import corpus
from pytest_distill.suites.registry import SuiteRegistry
from tests.support import damage
from tests.support.damage import Damage
from tests.support.run_logs import write_log
from tests.support.transcripts import HOME, LEAK, four_lines

Read = Callable[[Path], object]
"""Reads a file; raises an error of ours, or AssertionError where it counts wrongly."""

# Changes of one input; most have one.
_CHANGES = (1, 1, 1, 2, 3)

_TRACEBACKS = 5

_POLICY = setup.policy_of(Settings(gates=(expression.parse("ice.strict<=0.5"),)))
_SUITES = SuiteRegistry()


class Reader(NamedTuple):
    """A reader, and what it is given."""

    name: str
    read: Read
    valid: Sequence[tuple[str, bytes]]
    """Names and contents of files that can be read."""
    changes: Sequence[Damage]


@dataclass
class Outcome:
    """What became of the inputs of one reader."""

    read: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    failures: list[str] = field(default_factory=list)
    """A traceback each, with what was read."""

    @property
    def inputs(self) -> int:
        """How many there were."""
        return self.read + self.refused + len(self.failures)


def tried(reader: Reader, folder: Path, *, inputs: int, seed: int = 0) -> Outcome:
    """Read `inputs` damaged files, of which the first are those that can be read."""
    rng, outcome = Random(f"{reader.name} {seed}"), Outcome()
    for number in range(inputs):
        name, content = reader.valid[number % len(reader.valid)]
        if number >= len(reader.valid):
            content = _damaged(content, reader.changes, rng)
        path = folder / name
        path.write_bytes(content)
        started = process_time()
        try:
            reader.read(path)
            outcome.read += 1
        except DistillError as error:
            if number >= len(reader.valid):
                outcome.refused += 1
            else:
                outcome.failures.append(f"{name} can be read, but is refused: {error}")
        except Exception:  # noqa: BLE001 - what is looked for
            if len(outcome.failures) < _TRACEBACKS:
                outcome.failures.append(f"{traceback.format_exc()}\n{content[:2000]!r}")
            else:
                outcome.failures.append("")
        outcome.slowest_s = max(outcome.slowest_s, process_time() - started)
    return outcome


def _damaged(content: bytes, changes: Sequence[Damage], rng: Random) -> bytes:
    for _ in range(rng.choice(_CHANGES)):
        try:
            content = rng.choice(changes)(content, rng)
        except (ValueError, IndexError, RecursionError):
            # Damaged already, so that its structure can no longer be changed.
            content = rng.choice(damage.BYTES)(content, rng)
    return content


def readers(folder: Path) -> Iterator[Reader]:
    """Yield all readers; files that they need beside are made in `folder`."""
    json_lines = (*damage.BYTES, *[damage.json_line_changed] * len(damage.BYTES))
    whole_json = (*damage.BYTES, *[damage.json_changed] * len(damage.BYTES))
    toml = (*damage.BYTES, *[damage.toml_changed] * len(damage.BYTES))
    logs = folder / "logs"
    logs.mkdir()
    log = write_log(logs / "run.jsonl", leak=0.5, limit=3)
    report = log.with_suffix(".json")
    yield Reader("transcripts", _transcripts, [("qwen.jsonl", _jsonl(*four_lines()))], json_lines)
    yield Reader("recorded", _recorded, [("a.jsonl", _jsonl(*_RECORDED))], json_lines)
    yield Reader("prompts", _prompts, [("a.jsonl", each) for each in _PROMPTS], json_lines)
    yield Reader("prompts, a list", _prompts, [("a.json", each) for each in _LISTS], whole_json)
    yield Reader("questions", _questions, [("a.jsonl", _jsonl(*_QUESTIONS))], json_lines)
    yield Reader("facts", facts.read, [("glm.toml", _fixture("identity/glm.toml"))], toml)
    yield Reader("settings", _Settings(), [("pyproject.toml", _SETTINGS)], toml)
    yield Reader("gold", gold.read_labelled, [("en.jsonl", _gold())], json_lines)
    calibration = _fixture("gold/offline.json")
    yield Reader("calibration", calibrations.read, [("c.json", calibration)], whole_json)
    valid = [("report.json", report.read_bytes())]
    yield Reader("report", _report, valid, whole_json)
    yield Reader("comparison", _Comparison(to_json.read(report)), valid, whole_json)
    log_valid = [("run.jsonl", log.read_bytes())]
    yield Reader("run log", _Log(read_log(log)), log_valid, damage.BYTES)
    yield Reader("run log, sealed anew", _sealed_log, log_valid, [sealed_line_changed])
    yield Reader("corpus", corpus.read, [("a.jsonl", _jsonl(*_LEAKS))], json_lines)
    yield Reader("cache", _cache, [("a.sqlite", _answers(folder / "made.sqlite"))], damage.BYTES)


def sealed_line_changed(content: bytes, rng: Random) -> bytes:
    """Change one thing in a line of a run log, with the checksum of what it then is."""
    found = content.split(b"\n")
    at = rng.choice([number for number, line in enumerate(found) if line.strip()])
    name = next(name for name in json.loads(found[at]) if name not in {"crc", "format"})
    inner = json.dumps(json.loads(found[at])[name]).encode()
    text = damage.json_changed(inner, rng)
    start = lines.START + b'%d", ' % lines.FORMAT_VERSION if name == "run" else b"{"
    found[at] = b'%b"crc": "%b", "%b": %b}' % (start, lines.checksum(text), name.encode(), text)
    return b"\n".join(found)


def _transcripts(path: Path) -> None:
    found = transcripts.read(path)
    written = [line for line in path.read_bytes().split(b"\n") if line.strip(b"\xef\xbb\xbf \t\r")]
    assert len(found) == len(written)
    for each in found:
        json.dumps(each.original, allow_nan=False)
        each.model_dump_json(exclude={"original"})


def _recorded(path: Path) -> None:
    factory.check(parse(f"recorded:{path}"))


def _prompts(path: Path) -> None:
    found = prompts.read(path)
    assert len({prompt.id for prompt in found.prompts}) == len(found.prompts)
    found.model_dump_json()


def _questions(path: Path) -> None:
    if questions.are_in(path):
        for question in questions.read_own(path):
            question.model_dump_json()


class _Settings:
    """Reads ``pyproject.toml`` as the command line does."""

    def __init__(self) -> None:
        parser = argparse.ArgumentParser()
        gate_options.declare(parser)
        self._options = parser.parse_args([])

    def __call__(self, path: Path) -> None:
        table = pyproject.load(path.parent)
        pyproject.aliases(table)
        pyproject.plugins(table)
        budget.prices(table)
        with chdir(path.parent):
            gate_options.read(self._options)


def _report(path: Path) -> None:
    found = to_json.read(path)
    assert Report.model_validate_json(to_json.dumps(found)) == found


class _Comparison:
    """Compares a report with one that is whole."""

    def __init__(self, whole: Report) -> None:
        self._whole = whole

    def __call__(self, path: Path) -> None:
        found = to_json.read(path)
        compare(self._whole, found, confidence=0.95)


class _Log:
    """Reads a run log, and goes on with it; no case is there that was not, or differs."""

    def __init__(self, whole: LogContents) -> None:
        self._whole = whole

    def __call__(self, path: Path) -> None:
        found = read_log(path)
        assert found.finished.items() <= self._whole.finished.items()
        assert found.description == self._whole.description
        log = RunLog.open(path, self._whole.description)
        log.close()
        assert log.finished == found.finished


def _sealed_log(path: Path) -> None:
    found = replay.report(replay.read([path]), _POLICY, registry=_SUITES)
    found.model_dump_json()


def _cache(path: Path) -> None:
    cache = AnswerCache(path)
    for companion in ("-wal", "-shm"):
        path.with_name(path.name + companion).unlink(missing_ok=True)
    try:
        cache.open()
        for key, text in _ANSWERS.items():
            if cache.holds(key):
                answer = cache.find(key)
                assert answer is None or answer.text == text
        asyncio.run(cache.get("another", _ask))
    finally:
        cache.close()


async def _ask() -> Completion:
    return Completion(text="I am X.")


def _answers(path: Path) -> bytes:
    """Return the content of a cache with some answers."""

    async def fill() -> None:
        cache = AnswerCache(path)
        for key, answer in _ANSWERS.items():

            async def ask(text: str = answer) -> Completion:
                return Completion(text=text)

            await cache.get(key, ask)
        cache.close()

    asyncio.run(fill())
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    return path.read_bytes()


def _jsonl(*entries: Mapping[str, object]) -> bytes:
    return b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries)


def _fixture(name: str) -> bytes:
    return (resources.fixtures() / name).read_bytes()


def _gold() -> bytes:
    return b"".join(_fixture("gold/identity/en.jsonl").splitlines(keepends=True)[:3])


_ANSWERS = {"a": LEAK, "b": HOME, "c": "我是通义千问。\u2028" * 400}

_RECORDED = (
    {"prompt": "Who made you?", "response": HOME, "model": "qwen", "sample": 0},
    {"prompt": "Who made you?", "response": LEAK, "model": "qwen", "sample": 1},
    {
        "messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "Who?"}],
        "response": HOME,
        "reasoning_content": "Hm.",
    },
)

_PROMPTS = (
    _jsonl(
        {"id": "a", "domain": "style", "language": "en", "prompt": "Say hello."}, {"prompt": "x"}
    ),
    _jsonl({"id": 7, "messages": [{"role": "user", "content": "Who?"}]}),
    _jsonl({"question_id": "q", "turns": [{"content": "Why?"}]}, {"question_id": 1, "turns": []}),
    _jsonl({"problem": "1 + 1", "solution": "2"}),
    _jsonl({"instruction": "Sum up.", "input": "A text.", "output": "", "dataset": "d"}),
)
_LISTS = (
    json.dumps([{"id": "a", "conversations": [{"from": "human", "value": "Hi"}]}]).encode(),
    json.dumps([{"prompt": "a"}, {"prompt": "b", "id": "b"}], indent=1).encode(),
)

_QUESTIONS = (
    {"id": "a", "question": "1 + 1?", "answers": ["2", "two"], "language": "en"},
    {"prompt": "Capital of France?", "answers": "Paris", "category": "geography"},
)

_LEAKS = (
    {"model": "m", "template": "Hi. {query}", "query": "Who?", "probe": "team-01"},
    {"model": "m", "template": "{query}", "query": "q", "probe": "p", "language": "en"},
)

_SETTINGS = b"""
[project]
name = "ours"

[tool.pytest-distill]
suites = ["ice"]
model = "release"
gates = ["ice.strict<=2%", "ice.loose<=0.5"]
confidence = 0.9
max_missing = 0.1
max_refused = 0.4
baseline_missing = "ok"
inconclusive = "pass"
cache_max_age = "2d"
releases = 3
plugins = ["json"]

[tool.pytest-distill.models]
release = "simulated:qwen?leak=0.1"

[tool.pytest-distill.prices]
"gpt-4o-mini" = { input = 0.15, output = 0.6 }
"""
