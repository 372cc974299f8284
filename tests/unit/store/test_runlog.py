"""A run log keeps what finished, and says where it was damaged."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_distill.errors import FileFormatError, StoreError, UsageError
from pytest_distill.records import Case, Completion, Observation, RunDescription
from pytest_distill.store import lines
from pytest_distill.store.runlog import RunLog
from tests.support.runs import description

SETTINGS = description("m", "n", models={"m": "openai:m", "n": "openai:n"})


def observation(case_id: str, answer: str = "I am X. 我是。\n", **fields: object) -> Observation:
    """Return an observation on one case."""
    case = Case(id=case_id, suite="ice", query="Who?", probe_key="who")
    known = {"case": case, "model": "m", "judge": "offline", "outcome": "judged"}
    return Observation.model_validate(known | {"completion": Completion(text=answer)} | fields)


def write(path: Path, *observations: Observation) -> None:
    """Append to a log, as one run."""
    log = RunLog.open(path, SETTINGS)
    for observed in observations:
        asyncio.run(log.append(observed))
    log.close()


def read(path: Path) -> RunLog:
    """Open a log and close it."""
    log = RunLog.open(path, SETTINGS)
    log.close()
    return log


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a log that is not there yet, nor is its folder."""
    return tmp_path / "deep" / "run.jsonl"


def test_what_was_appended_is_found_by_model_and_case(path: Path) -> None:
    """By the next run on the path; one model's case is not another's."""
    first, second = observation("ice/a"), observation("ice/a", model="n")

    write(path, first)
    write(path, second)
    log = read(path)

    assert log.finished == {("m", "ice/a"): first, ("n", "ice/a"): second}
    assert log.repaired == 0
    assert [file.name for file in path.parent.iterdir()] == ["run.jsonl"]


def test_every_line_is_json(path: Path) -> None:
    """Whoever wants to read it needs nothing of ours."""
    write(path, observation("ice/a"))

    header, line = map(json.loads, path.read_text("utf-8").splitlines())

    assert header["format"] == "pytest-distill-run/2"
    assert RunDescription.model_validate(header["run"]) == SETTINGS
    assert Observation.model_validate(line["observation"]) == observation("ice/a")


def test_many_appends_at_once_are_all_written(path: Path) -> None:
    """Each is there when its own wait ends."""
    log = RunLog.open(path, SETTINGS)

    async def append(number: int) -> None:
        await log.append(observation(f"ice/{number}"))
        assert f'"ice/{number}"' in path.read_text("utf-8")  # noqa: ASYNC240 - a small file

    async def everybody() -> None:
        await asyncio.gather(*(append(number) for number in range(200)))

    asyncio.run(everybody())
    log.close()

    assert len(read(path).finished) == 200


def test_a_cancelled_wait_does_not_take_the_line_back(path: Path) -> None:
    """What finished has finished, and closing writes what is under way."""
    log = RunLog.open(path, SETTINGS)

    async def cancel_all() -> None:
        tasks = [asyncio.create_task(log.append(observation(f"ice/{n}"))) for n in range(20)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(cancel_all())
    log.close()

    assert len(read(path).finished) == 20


def test_of_two_observations_on_a_case_the_first_stays(path: Path) -> None:
    """It is the one that was reported."""
    write(path, observation("ice/a", "first"), observation("ice/a", "second"))

    assert read(path).finished["m", "ice/a"].completion == Completion(text="first")


def test_a_verdict_replaces_a_missing_one(path: Path) -> None:
    """A run that asks again does so to have one."""
    missing = observation("ice/a", outcome="missing", why_missing="429")
    write(path, missing, observation("ice/a", "second"), missing)

    assert read(path).finished["m", "ice/a"] == observation("ice/a", "second")


def test_other_settings_are_refused_with_each_difference(path: Path) -> None:
    """The log would mix two runs."""
    write(path, observation("ice/a"))
    other = SETTINGS.model_copy(
        update={"seed": 1, "models": {"m": "openai:m", "n": "openai:o"}, "limit": 5}
    )

    with pytest.raises(UsageError) as caught:
        RunLog.open(path, other)

    assert str(caught.value).splitlines() == [
        f"run log {path} was started with other settings:",
        "  limit: was null, is now 5",
        '  models.n: was "openai:n", is now "openai:o"',
        "  seed: was 0, is now 1",
        "  continue with the same settings, or give --distill-run another path",
    ]
    assert read(path).finished


def test_a_second_run_on_the_path_is_refused(path: Path) -> None:
    """Until the first has ended; its own workers are welcome."""
    log = RunLog.open(path, SETTINGS)
    worker = RunLog.open(path, SETTINGS, exclusive=False)

    with pytest.raises(UsageError, match=r"in use by another run \(process [0-9]+\)\n  wait"):
        RunLog.open(path, SETTINGS)
    asyncio.run(worker.append(observation("ice/a")))
    worker.close()
    log.close()
    log.close()

    assert read(path).finished


def test_a_lock_file_that_was_left_behind_is_no_lock(path: Path) -> None:
    """Its process was killed; the lock died with it."""
    write(path)
    path.with_name("run.jsonl.lock").write_text("1\n")

    assert not read(path).finished


def test_a_torn_line_of_another_process_is_cut_off_before_the_next(path: Path) -> None:
    """Else a good line would stand behind half a one."""
    log = RunLog.open(path, SETTINGS)
    asyncio.run(log.append(observation("ice/a")))
    torn = lines.line_of(observation("ice/b", "long " * 40_000))[:-100]
    with path.open("ab") as file:
        file.write(torn)

    asyncio.run(log.append(observation("ice/c")))
    log.close()

    assert log.repaired == 1
    assert [key for _, key in read(path).finished] == ["ice/a", "ice/c"]


def test_after_closing_nothing_can_be_appended(path: Path) -> None:
    """The number of the file may be another file's by then."""
    log = RunLog.open(path, SETTINGS)
    log.close()

    with pytest.raises(StoreError, match="it is closed"):
        asyncio.run(log.append(observation("ice/a")))


def test_a_file_that_is_overwritten_meanwhile_is_reported(path: Path) -> None:
    """To who appends, rather than cut to pieces."""
    log = RunLog.open(path, SETTINGS)
    path.write_text("Dear diary,")

    with pytest.raises(FileFormatError, match=r"run\.jsonl:1: not a run log"):
        asyncio.run(log.append(observation("ice/a")))
    log.close()

    assert path.read_text() == "Dear diary,"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"Dear diary,", "not a run log: it does not begin with"),
        (b"Dear diary,\nall went well.\n", "not a run log: it does not begin with"),
        (b'{"id": 1}\n', "not a run log: it does not begin with"),
        (
            b'{"format": "pytest-distill-run/1", "settings": {}}\n',
            "a run log of an earlier version of pytest-distill (format 1; this one reads",
        ),
        (
            b'{"format": "pytest-distill-run/3", "run": {}}\n',
            "a run log of a later version of pytest-distill (format 3; this one reads",
        ),
        (b'{"format": "pytest-distill-run/2", "settings": {}}\n', "damaged: not a line as "),
    ],
)
def test_a_file_that_is_no_run_log_is_left_alone(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """It may be the user's diary."""
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(FileFormatError) as caught:
        RunLog.open(path, SETTINGS)

    assert caught.value.line == 1
    assert caught.value.problem.startswith(problem)
    assert path.read_bytes() == content


def test_an_observation_of_another_version_is_named(path: Path) -> None:
    """It is not damaged; another version would read it."""
    write(path, observation("ice/a"))
    content = lines.line_of(observation("ice/b")).replace(b'"judge"', b'"critic"')
    body = content[content.index(b"observation") + len('observation": ') : -2]
    with path.open("ab") as file:
        file.write(b'{"crc": "%b", "observation": %b}\n' % (lines.checksum(body), body))

    with pytest.raises(FileFormatError, match="jsonl:3: observation of another version") as got:
        read(path)

    assert "judge: Field required" in got.value.problem


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.parent.joinpath("x").touch()])
def test_a_path_that_cannot_be_written_is_a_store_error(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """A folder, or something below a file."""
    make(tmp_path / "run.jsonl")
    path = tmp_path / "run.jsonl" if (tmp_path / "run.jsonl").exists() else tmp_path / "x" / "run"

    with pytest.raises(StoreError, match="give --distill-run a path that can be written") as caught:
        RunLog.open(path, SETTINGS)

    assert str(path) in str(caught.value)


WHOLE = lines.header(SETTINGS) + b"".join(
    lines.line_of(observation(f"ice/{letter}", letter * 10)) for letter in "abcd"
)
ENDS = [place + 1 for place, byte in enumerate(WHOLE) if byte == ord("\n")]


def keys(count: int) -> list[tuple[str, str]]:
    """Return the keys of the first observations."""
    return [("m", f"ice/{letter}") for letter in "abcd"[:count]]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a path for files that are written again and again."""
    return tmp_path_factory.mktemp("log") / "run.jsonl"


@given(size=st.integers(0, len(WHOLE)))
@example(size=0)
@example(size=ENDS[0] - 1)
@example(size=ENDS[0])
@example(size=ENDS[1] - 1)
@example(size=len(WHOLE))
def test_a_log_that_ends_anywhere_is_a_clean_beginning(spoilt: Path, size: int) -> None:
    """What was whole is there, the torn line is counted, and the log can go on."""
    spoilt.write_bytes(WHOLE[:size])
    observations = max(0, sum(end <= size for end in ENDS) - 1)

    log = RunLog.open(spoilt, SETTINGS)
    asyncio.run(log.append(observation("ice/z")))
    log.close()
    again = read(spoilt)

    assert list(log.finished) == keys(observations)
    assert log.repaired == (size not in {0, *ENDS})
    assert list(again.finished) == [*keys(observations), ("m", "ice/z")]
    assert again.repaired == 0


@given(place=st.integers(0, len(WHOLE) - 2), flip=st.integers(1, 255))
@example(place=ENDS[0] - 1, flip=1)
@example(place=len('{"format": "pytest-distill-run/'), flip=1)
@example(place=ENDS[1] + len('{"crc": "'), flip=32)
@settings(max_examples=300)
def test_a_changed_byte_is_reported_with_its_line(spoilt: Path, place: int, flip: int) -> None:
    """Nothing is read out of a log that is not as it was written."""
    content = bytearray(WHOLE)
    content[place] ^= flip
    spoilt.write_bytes(content)
    line = sum(end <= place for end in ENDS) + 1

    with pytest.raises(FileFormatError) as caught:
        read(spoilt)

    assert caught.value.path == spoilt
    assert caught.value.line == line
    assert spoilt.read_bytes() == content
