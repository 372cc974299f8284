"""Format of the run log: one JSON object per line, each with a checksum of its content.

Version 2 of the format: a header that describes the run, then an observation a line::

    {"format": "pytest-distill-run/2", "crc": "89abcdef", "run": {...}}
    {"crc": "01234567", "observation": {...}}

Between them stand what came of a slot of an adaptive suite, what came of the canaries, once each
time that judges were tried, and how far the run came, when a session of it begins and ends::

    {"crc": "12345678", "slot": {...}}
    {"crc": "fedcba98", "canaries": {...}}
    {"crc": "76543210", "status": {...}}

The checksum is the CRC-32 of the bytes of the object behind it, as they stand.

1. Settings in the header, observations, canaries.
2. A run description in the header; slots and status. Logs from before times were kept have none:
   their answers are of unknown age.
"""

import re
import zlib
from collections.abc import Mapping

from pydantic import ValidationError

from pytest_distill.errors import first_problem
from pytest_distill.records import Canaries, Observation, RunDescription, RunStatus, SlotResult

FORMAT_VERSION = 2
START = b'{"format": "pytest-distill-run/'
NO_RUN_LOG = "not a run log: it does not begin with the header of one, as --distill-run writes it"

Line = Observation | SlotResult | Canaries | RunStatus
"""What a line behind the header holds."""

_KINDS: Mapping[str, type[Line]] = {
    "observation": Observation,
    "slot": SlotResult,
    "canaries": Canaries,
    "status": RunStatus,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}

_VERSION = re.compile(re.escape(START) + rb'([0-9]{1,9})"')
_HEADER = re.compile(
    re.escape(START) + rb'[0-9]+", "crc": "([0-9a-f]{8})", "run": (\{.*\})\}\n', re.DOTALL
)
_LINE = re.compile(
    rb'\{"crc": "([0-9a-f]{8})", "(observation|slot|canaries|status)": (\{.*\})\}\n', re.DOTALL
)


def header(description: RunDescription) -> bytes:
    """Return the first line of a log."""
    # In the order of the models, which is that of the report.
    content = description.model_dump_json().encode()
    return b'%b%d", "crc": "%b", "run": %b}\n' % (
        START,
        FORMAT_VERSION,
        checksum(content),
        content,
    )


def read_header(line: bytes) -> RunDescription:
    """Return how the run was set up, from the first line.

    Raises:
        ValueError: it is no header, of another version, or damaged.
    """
    version = _VERSION.match(line)
    if version is None:
        raise ValueError(NO_RUN_LOG)
    if int(version[1]) != FORMAT_VERSION:
        age = "an earlier" if int(version[1]) < FORMAT_VERSION else "a later"
        message = (
            f"a run log of {age} version of pytest-distill (format {int(version[1])}; this one"
            f" reads format {FORMAT_VERSION}): run again, or use the version that wrote it"
        )
        raise ValueError(message)
    parts = _HEADER.fullmatch(line)
    content = _checked(None if parts is None else (parts[1], parts[2]))
    try:
        return RunDescription.model_validate_json(content)
    except ValidationError as error:
        message = f"a run of another version of pytest-distill: {first_problem(error)}"
        raise ValueError(message) from error


def line_of(record: Line) -> bytes:
    """Return the line of a record."""
    content = record.model_dump_json().encode()
    name = _NAMES[type(record)].encode()
    return b'{"crc": "%b", "%b": %b}\n' % (checksum(content), name, content)


def read(line: bytes) -> Line:
    """Return what a line holds.

    Raises:
        ValueError: it is no record, or not as it was written.
    """
    parts = _LINE.fullmatch(line)
    content = _checked(None if parts is None else (parts[1], parts[3]))
    name = "" if parts is None else parts[2].decode()
    try:
        return _KINDS[name].model_validate_json(content)
    except ValidationError as error:
        message = f"{name} of another version of pytest-distill: {first_problem(error)}"
        raise ValueError(message) from error


def _checked(parts: tuple[bytes, bytes] | None) -> bytes:
    if parts is None:
        message = "damaged: not a line as pytest-distill writes it"
        raise ValueError(message)
    expected, content = parts
    if checksum(content) != expected:
        message = (
            f"damaged: its content has the checksum {checksum(content).decode()},"
            f" not {expected.decode()}"
        )
        raise ValueError(message)
    return bytes(content)


def checksum(content: bytes) -> bytes:
    """Return the CRC-32 as eight hexadecimal digits."""
    return b"%08x" % zlib.crc32(content)
