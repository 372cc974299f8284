"""``recorded:``, answers from a JSONL file, looked up by exact messages and sample."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pytest_distill import documents
from pytest_distill.columns import NO_COLUMNS, RESPONSE, Columns, missing, read, renamed
from pytest_distill.errors import (
    FileFormatError,
    ModelError,
    SpecError,
    did_you_mean,
    first_problem,
)
from pytest_distill.files import sha256_of
from pytest_distill.models.conversation import messages_of
from pytest_distill.models.provider import Dependencies, Provider
from pytest_distill.models.rules import NAME, TEXT
from pytest_distill.records import Completion, Message, ModelSpec, Request
from pytest_distill.text import one_line, readable, to_system
from pytest_distill.thinking import beside, with_thinking

Key = tuple[tuple[tuple[str, str], ...], int]
"""Role and content of every message, and the sample."""


class _Line(BaseModel):
    """One recorded answer; other keys are ignored."""

    model_config = ConfigDict(strict=True, frozen=True)

    # A list: strict mode does not accept JSON arrays as tuples.
    messages: Annotated[list[Message], Field(min_length=1)] | None = None
    prompt: str | None = None
    response: str
    """The answer; thinking that the line has under other keys stands in front."""
    model: str | None = None
    sample: Annotated[int, Field(ge=0)] = 0

    def key(self) -> Key:
        """Return the key that the answer is looked up by."""
        turns = self.messages or [Message(role="user", content=self.prompt or "")]
        return tuple((turn.role, turn.content) for turn in turns), self.sample


@dataclass(frozen=True)
class _Answer:
    line: int
    text: str


class RecordedModel:
    """Returns recorded answers."""

    def __init__(self, spec: ModelSpec) -> None:
        """Read the file.

        Raises:
            SpecError: there is no such file, or it has no answer of the given model.
            FileFormatError: a line cannot be used.
        """
        self._spec = spec
        self._answers = _read(spec)

    async def complete(self, request: Request) -> Completion:
        """Look the answer up."""
        messages, sample = key = self._key(request)
        answer = self._answers.get(key)
        if answer is None:
            last = one_line(messages[-1][1], 60) if messages else ""
            problem = (
                f"no recorded answer for these messages ({last!r}), sample {sample}"
                f", in {Path(self._spec.name).name}"
            )
            raise ModelError(problem)
        return Completion(text=answer.text)

    def holds(self, request: Request) -> bool:
        """Return whether the file has an answer to `request`."""
        return self._key(request) in self._answers

    def _key(self, request: Request) -> Key:
        turns = messages_of(request, self._spec)
        return tuple((turn["role"], turn["content"]) for turn in turns), request.sample

    async def aclose(self) -> None:
        """Do nothing: the file is not kept open."""


def with_columns(spec: ModelSpec, columns: Columns) -> ModelSpec:
    """Return the spec, of recorded answers with ``?map=`` unless it says so already."""
    if not columns or spec.provider != PROVIDER.name:
        return spec
    given = {"map": ",".join(f"{theirs}={ours}" for theirs, ours in columns.items())}
    return spec.model_copy(update={"parameters": {**given, **spec.parameters}})


def check(spec: ModelSpec) -> None:
    """Make sure that the file exists and every line can be used.

    Raises:
        SpecError: there is no such file, or it has no answer of the given model.
        FileFormatError: a line cannot be used.
    """
    _read(spec)


def content(spec: ModelSpec) -> str:
    """Return a hash of the file."""
    return sha256_of(_path(spec))


def _path(spec: ModelSpec) -> Path:
    return Path(to_system(spec.name)).expanduser()


def _read(spec: ModelSpec) -> Mapping[Key, _Answer]:
    path, columns = _path(spec), _columns(spec)
    wanted = spec.parameters.get("model")
    answers: dict[Key, _Answer] = {}
    models: set[str] = set()
    for number, line in _lines(spec, path, columns):
        if line.model is not None:
            models.add(line.model)
        if wanted is not None and line.model != wanted:
            continue
        answer = _Answer(number, readable(line.response))
        earlier = answers.setdefault(line.key(), answer)
        if earlier.text != answer.text:
            problem = (
                f"another answer to the messages and sample of line {earlier.line}; number them"
                ' with "sample": 0, 1, ..., or select one model of the file with ?model=NAME'
            )
            raise FileFormatError(path, number, problem)
    if not answers:
        problem = f"no answers in {path}"
        if wanted is not None:
            names = ", ".join(sorted(models)) or "(none)"
            guess = did_you_mean(str(wanted), models)
            problem = f"{path} has no answer of the model {wanted!r}.{guess}\n  models: {names}"
        raise SpecError(spec.text, problem)
    return answers


def _columns(spec: ModelSpec) -> Columns:
    """Return the keys of the file that are others than ours: ``?map=question=prompt,...``."""
    given = spec.parameters.get("map")
    if given is None:
        return NO_COLUMNS
    try:
        return read(str(given).split(","))
    except ValueError as error:
        raise SpecError(spec.text, f"parameter 'map': {error}") from error


def _lines(spec: ModelSpec, path: Path, columns: Columns) -> Iterator[tuple[int, _Line]]:
    text = documents.text(path, "recorded answers", refusal=partial(SpecError, spec.text))
    for number, line in documents.lines(text):
        yield number, _line(line, path, number, columns)


def _line(text: str, path: Path, number: int, columns: Columns) -> _Line:
    fields = documents.json_value(text, path, number)
    if not isinstance(fields, dict):
        raise FileFormatError(path, number, "not a JSON object")
    fields = renamed(fields, columns, prompt="prompt")
    wanted = (("prompt", "messages"), RESPONSE)
    if problem := missing(fields, wanted, how=("?map=", ",")):
        raise FileFormatError(path, number, problem)
    if "messages" in fields and "prompt" in fields:
        raise FileFormatError(path, number, 'has both "messages" and "prompt"; one is needed')
    try:
        line = _Line.model_validate(fields)
    except ValidationError as error:
        raise FileFormatError(path, number, first_problem(error)) from error
    return line.model_copy(update={"response": with_thinking(line.response, beside(fields))})


def _make(spec: ModelSpec, _dependencies: Dependencies) -> RecordedModel:
    return RecordedModel(spec)


PROVIDER = Provider(
    name="recorded",
    example="recorded:answers.jsonl",
    make=_make,
    check=check,
    rules={"model": NAME, "system": TEXT, "map": NAME},
    is_path=True,
    is_fixed=True,
    content=content,
)
