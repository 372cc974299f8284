"""Format of the run log: one JSON object per line, each with a checksum of its content.

Version 1 of the format: a header, then one observation per line::

    {"format": "pytest-distill-run/1", "crc": "89abcdef", "settings": {...}}
    {"crc": "01234567", "observation": {...}}

Between them, results of the canaries, one line each time that judges were tested::

    {"crc": "fedcba98", "canaries": {...}}

The checksum is the CRC-32 of the bytes of ``settings``, ``observation`` or ``canaries`` as they
stand.
"""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from pytest_distill.errors import first_problem
from pytest_distill.records import Canaries, Observation

FORMAT_VERSION = 1
START = b'{"format": "pytest-distill-run/'
NO_RUN_LOG = "not a run log: it does not begin with the header of one"

_VERSION = re.compile(re.escape(START) + rb'([0-9]+)"')
_HEADER = re.compile(
    re.escape(START) + rb'[0-9]+", "crc": "([0-9a-f]{8})", "settings": (\{.*\})\}\n', re.DOTALL
)
_CANARIES = re.compile(rb'\{"crc": "([0-9a-f]{8})", "canaries": (\{.*\})\}\n', re.DOTALL)
_OBSERVATION = re.compile(rb'\{"crc": "([0-9a-f]{8})", "observation": (\{.*\})\}\n', re.DOTALL)


def header(settings: Mapping[str, Any]) -> bytes:
    """Return the first line of a log."""
    content = json.dumps(settings, sort_keys=True).encode()
    return b'%b%d", "crc": "%b", "settings": %b}\n' % (
        START,
        FORMAT_VERSION,
        checksum(content),
        content,
    )


def read_header(line: bytes) -> dict[str, Any]:
    """Return the settings in the first line.

    Raises:
        ValueError: it is no header, of another version, or damaged.
    """
    version = _VERSION.match(line)
    if version is None:
        raise ValueError(NO_RUN_LOG)
    if int(version[1]) != FORMAT_VERSION:
        message = (
            f"a run log of format {int(version[1])}; this version of pytest-distill"
            f" reads format {FORMAT_VERSION}"
        )
        raise ValueError(message)
    settings: dict[str, Any] = json.loads(_content(_HEADER, line))
    return settings


def observation(observed: Observation) -> bytes:
    """Return the line of one observation."""
    content = observed.model_dump_json().encode()
    return b'{"crc": "%b", "observation": %b}\n' % (checksum(content), content)


def read_observation(line: bytes) -> Observation:
    """Return the observation in a line.

    Raises:
        ValueError: it is no observation, or damaged.
    """
    content = _content(_OBSERVATION, line)
    try:
        return Observation.model_validate_json(content)
    except ValidationError as error:
        message = f"an observation of another version of pytest-distill: {first_problem(error)}"
        raise ValueError(message) from error


def canaries(tried: Canaries) -> bytes:
    """Return the line of the canaries' results."""
    content = tried.model_dump_json().encode()
    return b'{"crc": "%b", "canaries": %b}\n' % (checksum(content), content)


def read_canaries(line: bytes) -> Canaries | None:
    """Return the canaries' results in a line; None if it is another line.

    Raises:
        ValueError: it is damaged.
    """
    if _CANARIES.fullmatch(line) is None:
        return None
    try:
        return Canaries.model_validate_json(_content(_CANARIES, line))
    except ValidationError as error:
        message = "canaries of another version of pytest-distill"
        raise ValueError(message) from error


def _content(pattern: re.Pattern[bytes], line: bytes) -> bytes:
    parts = pattern.fullmatch(line)
    if parts is None:
        message = "damaged: not a line as pytest-distill writes it"
        raise ValueError(message)
    expected, content = parts.groups()
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
