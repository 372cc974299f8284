"""Parts of a run that was split over several machines."""

from typing import Annotated

from pydantic import Field

from pytest_distill.records.base import Record


class Shards(Record):
    """Which parts of a run there are, that was split over several machines."""

    numbers: tuple[int, ...]
    """From 1, ascending."""
    of: Annotated[int, Field(ge=2)]

    @property
    def absent(self) -> tuple[int, ...]:
        """The numbers of the other parts."""
        return tuple(n for n in range(1, self.of + 1) if n not in self.numbers)

    def __str__(self) -> str:
        return _numbered(self.numbers, self.of)

    @property
    def absence(self) -> str:
        """Which parts are absent, in a sentence."""
        verb = "is" if len(self.absent) == 1 else "are"
        return f"{_numbered(self.absent, self.of)} {verb} missing"

    @property
    def shortcoming(self) -> str:
        """Why nothing can be decided on these parts."""
        return f"it is {self} of the run" if len(self.numbers) == 1 else self.absence


def _numbered(numbers: tuple[int, ...], of: int) -> str:
    noun = "shard" if len(numbers) == 1 else "shards"
    return f"{noun} {', '.join(map(str, numbers))} of {of}"
