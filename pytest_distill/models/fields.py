"""Fields of a server's JSON, which may be anything, as what they should be."""

from collections.abc import Mapping, Sequence

from pytest_distill.records import Usage


def mapping(value: object) -> Mapping[str, object]:
    """Return an object; an empty one for everything else."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[object]:
    """Return an array; an empty one for everything else."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return a text; an empty one for everything else."""
    return value if isinstance(value, str) else ""


def usage(value: object, *, sent: str, received: Sequence[str]) -> Usage:
    """Return what was counted: an answer is not thrown away for its bill.

    Args:
        value: the object that holds the counts.
        sent: key of the tokens that were read.
        received: keys of the tokens that were written, which are added up.
    """
    fields = mapping(value)
    written = [count for key in received if (count := _count(fields.get(key))) is not None]
    return Usage(
        input_tokens=_count(fields.get(sent)), output_tokens=sum(written) if written else None
    )


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
