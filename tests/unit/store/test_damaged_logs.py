"""Two hundred damages to a run log: repaired, or named with their place; no case counts twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from pytest_distill.errors import FileFormatError
from pytest_distill.gates import expression, setup
from pytest_distill.records import IceSummary, Report
from pytest_distill.run import replay
from pytest_distill.settings.settings import Settings
from pytest_distill.store.contents import LogContents, read_log
from pytest_distill.store.runlog import RunLog
from pytest_distill.suites.registry import SuiteRegistry
from tests.support.damage import cut, flipped, lines_shuffled
from tests.support.run_logs import write_log

CASES = 16
SEEDS = range(40)
POLICY = setup.policy_of(Settings(gates=(expression.parse("ice.strict<=0.9"),)))


def zeroed(content: bytes, rng: Random) -> bytes:
    """Leave zeros where a power cut lost what was to be written."""
    at = rng.randrange(len(content))
    end = rng.choice([len(content), min(len(content), at + rng.choice([1, 40, 4096]))])
    return content[:at] + b"\0" * (end - at) + content[end:]


def doubled(content: bytes, rng: Random) -> bytes:
    """Write a part of it once more at its end, as a script does that joins files."""
    return content + content[content.index(b"\n", rng.randrange(len(content) - 1)) + 1 :]


DAMAGES = (cut, flipped, lines_shuffled, zeroed, doubled)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give a log of two sessions, of which the first was stopped early."""
    path = tmp_path_factory.mktemp("log") / "run.jsonl"
    write_log(path, leak=0, limit=CASES, keep=CASES // 2)
    return write_log(path, leak=0, limit=CASES).read_bytes()


def whole(log: bytes, path: Path) -> LogContents:
    """Return what the log says before it is damaged."""
    path.write_bytes(log)
    return read_log(path)


def reported(path: Path) -> Report:
    """Return the report of a log."""
    return replay.report(replay.read([path]), POLICY, registry=SuiteRegistry())


def test_the_whole_log_passes(log: bytes, tmp_path: Path) -> None:
    """So that what follows shows something."""
    whole(log, tmp_path / "run.jsonl")

    report = reported(tmp_path / "run.jsonl")

    assert report.gates[0].verdict == "pass", report.gates[0].why
    assert report.run.cases_observed == CASES


def harmed(log: bytes, path: Path, harm: Callable[[bytes, Random], bytes]) -> Iterator[bytes]:
    """Write a log with each damage of a kind in turn, and yield what is written."""
    for seed in SEEDS:
        content = harm(log, Random(seed))  # noqa: S311 - damage, not secrets
        path.write_bytes(content)
        yield content


@pytest.mark.parametrize("harm", DAMAGES)
def test_damage_is_repaired_or_named_with_its_place(
    log: bytes, tmp_path: Path, harm: Callable[[bytes, Random], bytes]
) -> None:
    """The first line that is wrong; what is read is what was written, and never twice."""
    path = tmp_path / "run.jsonl"
    before = whole(log, path)
    for content in harmed(log, path, harm):
        try:
            found = read_log(path)
        except FileFormatError as error:
            assert_whole_before(error.line, content, path)
            continue

        assert found.description == before.description
        assert found.finished.items() <= before.finished.items()
        report = reported(path)
        assert report.run.cases_observed == len(found.finished) <= CASES
        if found.finished:
            summary = report.models["qwen"]["ice"]
            assert isinstance(summary, IceSummary)
            assert summary.loose.n + summary.loose.missing == len(found.finished)
        assert len(found.finished) == CASES or report.gates[0].verdict == "inconclusive"


def assert_whole_before(line: int, content: bytes, path: Path) -> None:
    """Make sure that the lines before the one that is named can be read."""
    before = content.split(b"\n")[: line - 1]
    if before:
        path.write_bytes(b"\n".join([*before, b""]))
        read_log(path)


@pytest.mark.parametrize("harm", DAMAGES)
def test_a_run_goes_on_with_what_is_whole(
    log: bytes, tmp_path: Path, harm: Callable[[bytes, Random], bytes]
) -> None:
    """It cuts off a torn last line, and leaves a log that it cannot read as it is."""
    path = tmp_path / "run.jsonl"
    before = whole(log, path)
    for content in harmed(log, path, harm):
        try:
            resumed = RunLog.open(path, before.description)
        except FileFormatError:
            last = content.rfind(b"\n") + 1
            assert path.read_bytes() in {content, content[:last]}
            continue
        resumed.close()

        assert resumed.finished.items() <= before.finished.items()
        assert resumed.repaired == (not content.endswith(b"\n") and len(content) > 0)
        assert read_log(path).finished == resumed.finished
