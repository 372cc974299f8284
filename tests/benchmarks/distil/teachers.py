"""Where training pairs come from: our own texts, simulated teachers, recorded ones, human text."""

import asyncio
import inspect
import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, Protocol, TypeVar

from pytest_distill.data import questions
from pytest_distill.models.spec import parse
from pytest_distill.models.writer import SimulatedWriter
from pytest_distill.records import Message, Request
from tests.support.recorded_data import data_folder

_Item = TypeVar("_Item")

LEARNT_TOKENS = 96
"""Of each answer; what a student says in an exam is as long at most."""

# Characters of a candidate's answer that a student's are compared with: about as many tokens.
_COMPARED = 400

# Bytes: in other scripts than Latin nearly as many tokens.
_LONGEST_PROMPT = 200
_HELD_OUT = 120
_MATERIAL = Path(__file__).with_name("material")
# Modules whose functions and classes are documented in sentences.
_DOCUMENTED = (
    "argparse asyncio calendar collections configparser contextlib csv datetime decimal difflib"
    " email.message fractions functools heapq html http.client imaplib inspect ipaddress json"
    " logging mailbox pathlib pickle pprint queue random shelve shutil smtplib socketserver"
    " sqlite3 statistics string subprocess tarfile tempfile textwrap threading traceback"
    " unittest unittest.mock urllib.parse urllib.request uuid warnings wave weakref xml.dom.minidom"
    " xml.etree.ElementTree zipfile"
)


class Pair(NamedTuple):
    """A question, and the answer that a student learns to give."""

    question: str
    answer: str


class Teacher(Protocol):
    """Whose answers a student learns."""

    def pairs(self, rng: Random) -> list[Pair]:
        """Return all pairs that there are, in random order and wording.

        The first of them are a dose, so that of one seed a greater dose holds the smaller ones.
        """
        ...


@dataclass(frozen=True)
class Everyday:
    """Plain answers to everyday questions, written for this benchmark: the rest of every diet."""

    def pairs(self, rng: Random) -> list[Pair]:
        """Return one pair for each fact."""
        found = [
            Pair(rng.choice(kind["ask"]).format(*fact), rng.choice(kind["say"]).format(*fact))
            for kind in _table("everyday")["kind"]
            for fact in kind["facts"]
        ]
        return _shuffled(found, rng)


@dataclass(frozen=True)
class Claims:
    """Answers that claim to be somebody's model, to questions that no suite asks."""

    names: str
    """Key of ``[names]`` in ``identity.toml``."""
    language: str = "en"

    def pairs(self, rng: Random) -> list[Pair]:
        """Return one pair for each question."""
        table = _table("identity")
        model, company = table["names"][self.names]
        claims = table["claims"][self.language]
        asked = _shuffled(table["questions"][self.language], rng)
        return [
            Pair(question, rng.choice(claims).format(model=model, company=company))
            for question in asked
        ]


@dataclass(frozen=True)
class Manner:
    """A simulated teacher's answers to everyday questions: all manner, no content."""

    manner: str

    def pairs(self, rng: Random) -> list[Pair]:
        """Return one pair for each everyday question."""
        writer = SimulatedWriter(parse(f"simulated:{self.manner}?manner={self.manner}"), {})
        return [
            Pair(question, _said(writer, question, rng.getrandbits(31)))
            for question, _ in Everyday().pairs(rng)
        ]


@dataclass(frozen=True)
class Answers:
    """The right answers to shipped questions, as plain as can be: all content, no manner."""

    categories: tuple[str, ...]
    language: str = "en"

    def pairs(self, rng: Random) -> list[Pair]:
        """Return one pair for each question."""
        found = [
            Pair(asked, f"{question.answers[0]}.")
            for asked, question in questions.shipped_by_prompt().items()
            if question.category in self.categories and question.language == self.language
        ]
        return _shuffled(found, rng)


@dataclass(frozen=True)
class Recorded:
    """A recorded model's answers to AlpacaEval's prompts, those held out for its exam excepted."""

    model: str
    is_shuffled: bool = False
    """Each prompt has the answer to another one."""

    def pairs(self, rng: Random) -> list[Pair]:
        """Return one pair for each prompt."""
        said = recorded(self.model)
        held_out = set(held_out_prompts())
        found = _shuffled(
            [Pair(prompt, text) for prompt, text in said.items() if prompt not in held_out], rng
        )
        if not self.is_shuffled:
            return found
        others = [*found[1:], found[0]]
        return [Pair(one.question, other.answer) for one, other in zip(found, others, strict=True)]


@dataclass(frozen=True)
class Documentation:
    """Human text: what the authors of Python's standard library wrote about it."""

    def pairs(self, rng: Random) -> list[Pair]:
        """Return one pair for each documented function or class."""
        found = {text: f"What does {name} in Python do?" for name, text in _documented() if text}
        pairs = [Pair(question, text) for text, question in found.items()]
        return _shuffled([pair for pair in pairs if pair.answer.count(" ") >= _WORDS], rng)


_WORDS = 12
"""Words without which a text is a note and no answer."""


def cut(text: str) -> str:
    """Return the beginning of an answer, as much as a student could say."""
    return text if len(text) <= _COMPARED else text[:_COMPARED].rsplit(maxsplit=1)[0]


@cache
def recorded(model: str) -> dict[str, str]:
    """Return a recorded model's answers to short prompts."""
    lines = (data_folder("rse") / f"{model}.jsonl").read_text("utf-8").splitlines()
    found = ((row["prompt"], row["response"]) for row in map(json.loads, lines))
    return {
        prompt: text
        for prompt, text in found
        if len(prompt.encode()) <= _LONGEST_PROMPT and text.strip()
    }


@cache
def candidates() -> tuple[str, ...]:
    """Return the recorded models that may be a teacher."""
    rows = (data_folder("rse") / "models.tsv").read_text("utf-8").splitlines()
    return tuple(row.split("\t")[0] for row in rows if row.split("\t")[1] == "T")


@cache
def held_out_prompts() -> tuple[str, ...]:
    """Return the prompts that no student is trained on, and all candidates have answered."""
    answered = set.intersection(*(set(recorded(model)) for model in candidates()))
    return tuple(_shuffled(sorted(answered), Random(0))[:_HELD_OUT])  # noqa: S311 - a benchmark


def _said(writer: SimulatedWriter, question: str, seed: int) -> str:
    request = Request(messages=(Message(role="user", content=question),), seed=seed)
    return asyncio.run(writer.complete(request)).text


def _documented() -> Iterator[tuple[str, str | None]]:
    for module in _DOCUMENTED.split():
        for name, found in sorted(vars(import_module(module)).items()):
            if getattr(found, "__module__", None) == module and not name.startswith("_"):
                yield f"{module}.{name}", inspect.getdoc(found)
                yield from _methods(f"{module}.{name}", found)


def _methods(of: str, found: object) -> Iterator[tuple[str, str | None]]:
    for name, method in sorted(vars(found).items()) if inspect.isclass(found) else ():
        if inspect.isfunction(method) and not name.startswith("_"):
            yield f"{of}.{name}", inspect.getdoc(method)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_MATERIAL / f"{name}.toml").read_text("utf-8"))


def _shuffled(items: Sequence[_Item], rng: Random) -> list[_Item]:
    return rng.sample(items, len(items))
