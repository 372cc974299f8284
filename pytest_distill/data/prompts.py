"""Prompts that two models are asked, to compare their answers: shipped or from a user's file."""

from collections.abc import Iterable
from pathlib import Path

from pytest_distill.columns import NO_COLUMNS, Columns, missing, renamed
from pytest_distill.data import entries, resources
from pytest_distill.data.prompt_formats import FORMATS, EntryError, PromptFormat, recognise
from pytest_distill.errors import FileFormatError, UsageError
from pytest_distill.records import Count, Prompt, Record
from pytest_distill.text import stem_of

DOMAINS = (
    "reasoning",
    "mathematics",
    "instructions",
    "style",
    "robustness",
    "technical",
    "multiturn",
    "multilingual",
)
"""The shipped sets, a file each; the first three are the domains of arXiv 2501.12619."""


class PromptSet(Record):
    """The prompts of one file."""

    name: str
    """The stem of the file."""
    format: str
    """Which known format the file has: ``pytest-distill``, ``ArenaHard``, ..."""
    prompts: tuple[Prompt, ...]
    left_out: Count
    """Entries of a public set without a question, such as a conversation without a human turn."""


def load_shipped() -> dict[str, tuple[Prompt, ...]]:
    """Return the prompts of ``fixtures/prompts`` by domain, in the order of `DOMAINS`.

    Raises:
        FileFormatError: a line cannot be used.
    """
    folder = resources.fixtures() / "prompts"
    return {domain: read(folder / f"{domain}.jsonl").prompts for domain in DOMAINS}


def read(path: Path, columns: Columns = NO_COLUMNS) -> PromptSet:
    """Read a file of prompts in our format or that of a public set; the first entry tells which.

    The file may be a JSON list or JSON lines. A prompt without an id is named after its
    position, ``entry-000001``.

    Args:
        path: the file.
        columns: keys of the file that are others than ours.

    Raises:
        UsageError: there is no such file, it cannot be read, or it holds no question.
        FileFormatError: ``FILE:LINE: what is wrong``, of the first entry that cannot be used.
    """
    found = tuple(
        (line, renamed(fields, columns, prompt="prompt"))
        for line, fields in entries.read(path, "prompts")
    )
    if not found:
        message = f"prompts {path}: the file holds no entry"
        raise UsageError(message)
    file_format = _format_of(path, *found[0])
    prompts = _prompts(path, file_format, found)
    if not prompts:
        message = f"prompts {path}: none of its {len(found)} entries holds a question"
        raise UsageError(message)
    left_out = len(found) - len(prompts)
    return PromptSet(
        name=stem_of(path), format=file_format.name, prompts=prompts, left_out=left_out
    )


def _format_of(path: Path, line: int, fields: entries.Fields) -> PromptFormat:
    file_format = recognise(fields)
    if file_format is None:
        lacking = missing(fields, [("prompt", "messages")], how=("--map ", " --map "))
        shapes = "".join(f"\n  {known.name}: {known.shape}" for known in FORMATS)
        problem = f"{lacking}\n  or use one of the known formats:{shapes}"
        raise FileFormatError(path, line, problem)
    return file_format


def _prompts(
    path: Path, file_format: PromptFormat, found: Iterable[tuple[int, entries.Fields]]
) -> tuple[Prompt, ...]:
    prompts: dict[str, Prompt] = {}
    for place, (line, fields) in enumerate(found, start=1):
        try:
            prompt = file_format.prompt(fields, place)
        except EntryError as error:
            raise FileFormatError(path, line, str(error)) from error
        if prompt is None:
            continue
        if prompt.id in prompts:
            if not file_format.is_public:
                problem = f"the id {prompt.id!r} is taken by an earlier entry"
                raise FileFormatError(path, line, problem)
            prompt = prompt.model_copy(update={"id": f"{prompt.id}-{place:06d}"})
        prompts[prompt.id] = prompt
    return tuple(prompts.values())
