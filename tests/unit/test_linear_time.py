"""Text from outside is read in a time that grows no faster than the text.

Each reader reads each family at two lengths. A pattern that can divide a long run in more than one
way takes four times as long for twice the text, and an answer of a model could stall a run.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from math import inf, sqrt
from random import Random
from typing import Final, NamedTuple

import pytest

from pytest_distill.data import facts, feature_scaling
from pytest_distill.errors import FactsError, SpecError
from pytest_distill.fuzz import chatter, helper, hygiene, mutators, novelty
from pytest_distill.fuzz.rejection import RejectedError
from pytest_distill.judges import short_answer
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.models import spec
from pytest_distill.records import Lines, Section, Table, Template
from pytest_distill.report import terminal
from pytest_distill.similarity import evidence
from pytest_distill.similarity.feature_scaling import FeatureScaling
from pytest_distill.similarity.judge import SimilarityJudge
from pytest_distill.similarity.parsed_answer import ParsedAnswer
from pytest_distill.similarity.plain import plain
from pytest_distill.similarity.style_features import STYLE_FEATURES, feature_vector
from pytest_distill.text import laid_out, one_line, printable, readable, shorten
from tests.support.templates import shipped

pytestmark = pytest.mark.unmeasured

MOST: Final = 2.6
"""Times as long for each doubling of the text: 2, and what memory, clock and a busy machine add; a
pattern that can divide a run in more than one way takes 4."""
FLOOR_S: Final = 0.005
"""What is read faster is not compared: the clock would decide."""
ROUNDS: Final = (2, 15)
"""Measurements at least, and at most where the times are too far apart: the machine may be busy."""

SHIPPED = facts.load_shipped()
NUMBERS = feature_scaling.load_shipped(feature.name for feature in STYLE_FEATURES)
JUDGE = OfflineIdentityJudge(SHIPPED["qwen"], AliasRegistry(SHIPPED.values()))
SCALING = FeatureScaling(*(tuple(column) for column in zip(*NUMBERS, strict=True)))


class Family(NamedTuple):
    """Texts of any length: a unit repeated, with a beginning and an end."""

    unit: str
    before: str = ""
    after: str = ""

    def text(self, length: int) -> str:
        """Return a text of about this length."""
        return self.before + self.unit * (length // len(self.unit)) + self.after


class Reader(NamedTuple):
    """What reads text from outside."""

    read: Callable[[str], object]
    length: int = 20_000
    """Of the longer text."""


def template(text: str) -> Template:
    """Return a template whose text may be anything."""
    return Template(id="plain-01-en", frame="plain", language="en", text=text)


def mutate(text: str) -> None:
    """Put a template through every offline mutator."""
    for mutator in mutators.OFFLINE:
        mutator.mutate(template(text), template(text), shipped(), Random(1))  # noqa: S311 - chance, not secrets


def ask_helper(text: str) -> None:
    """Write every prompt to the helper."""
    for mutator in helper.HELPED:
        mutator.prompt(template(text), template(text))


def read_reply(text: str) -> None:
    """Read a helper's reply: strip it, and count its sentences if anything is left."""
    (expand,) = (mutator for mutator in helper.HELPED if mutator.name == "expand")
    with suppress(RejectedError):
        helper.made(expand, template("{query}"), text)


def check(text: str) -> None:
    """Check a template, and compare it with itself."""
    with suppress(RejectedError):
        hygiene.checked(text)
    seen = novelty.SeenTexts()
    seen.add(text)
    seen.add(text)


def parse(text: str) -> None:
    """Read model specs that hold the text in each of their parts."""
    for written in (
        text,
        f"openai:{text}",
        f"openai:m@http://{text}",
        f"openai:m@http://{text}/v1?{text}",
        f"openai:m?temperature={text}",
        f"openai:m?{text}=1",
    ):
        with suppress(SpecError):
            spec.parse(written)


def infer(text: str) -> None:
    """Infer facts from a model's name."""
    with suppress(FactsError):
        facts.infer(text, SHIPPED)


def compare(text: str) -> None:
    """Compare an answer with itself, as if neither had been seen before."""
    feature_vector.cache_clear()
    SimilarityJudge(SCALING).compare_now(text, text, text)


def count_sentences(text: str) -> int:
    """Count the sentences of an answer."""
    return ParsedAnswer(text).sentences


def find_phrases(text: str) -> None:
    """Look for shared phrases."""
    evidence.phrases([text], [text], {"other": [text]}, top=3)


def match_answer(text: str) -> None:
    """Hold an answer against a number and a name, in words of its own question."""
    for accepted in ("42", "the answer"):
        short_answer.is_right(text, (accepted,), question=text[:200])


def show(text: str) -> None:
    """Make a text fit for a report, in every way."""
    for fit in (readable, printable, laid_out, one_line):
        fit(text)
    shorten(text, 200, keep=(len(text), len(text)))
    table = Table(columns=(text,), rows=((text,),))
    list(terminal.rendered(Section(title=text, blocks=(Lines(lines=(text,)), table))))


def judge(text: str) -> None:
    """Ask who made the model, and read the answer."""
    JUDGE.read(text, query="Who made you?")


def judge_wrapped(text: str) -> None:
    """Read an answer to a question within a template."""
    template = "You are Nova, built by Lumen Labs. Answer as [Usual] and [Wild]. {query}"
    JUDGE.read(text, query="Who made you?", template=template, language="de")


READERS: Final = {
    "mutators": Reader(mutate),
    "sentences": Reader(mutators.sentences),
    "helper-prompt": Reader(ask_helper),
    # No reply of more than 12,000 characters is read.
    "helper-reply": Reader(read_reply, length=10_000),
    "tidy": Reader(chatter.tidy),
    "hygiene": Reader(check, length=60_000),
    "model-spec": Reader(parse),
    "facts": Reader(infer, length=10_000),
    "plain": Reader(plain),
    "answer-sentences": Reader(count_sentences),
    "likeness": Reader(compare, length=10_000),
    "phrases": Reader(find_phrases),
    "short-answer": Reader(match_answer, length=6_000),
    "report": Reader(show),
    "identity": Reader(judge, length=10_000),
    "identity-template": Reader(judge_wrapped, length=10_000),
}

FAMILIES: Final = {
    "letters": Family("a"),
    "capitals": Family("A"),
    "words": Family("a "),
    "digits": Family("1"),
    "decimals": Family("1."),
    "numbers": Family("1,234.5 "),
    "spaces": Family(" ", "a", "a"),
    "spaces behind a marker": Family(" ", "template", "x"),
    "spaces behind a name": Family(" ", "(name)", "1"),
    "tabs": Family("\t", "a", "a"),
    "line feeds": Family("\n", "a", "a"),
    "carriage returns": Family("\r", "a", "a"),
    "blank lines": Family("\n ", "a", "a"),
    "lines of marks": Family("!\n", "a", "a"),
    "full stops": Family(".", after="x"),
    "full stops before a quote": Family(".", after='"x'),
    "stops and quotes": Family('."'),
    "exclamations": Family("!?", after="x"),
    "quotes": Family('"', ".", "x"),
    "apostrophes": Family("a'"),
    "backticks": Family("`"),
    "asterisks": Family("*", after="x"),
    "bold": Family("**a"),
    "italics": Family("*a "),
    "underscores": Family("_", after="x"),
    "hashes": Family("#", after="x"),
    "hashes and blanks": Family("## ", after="x"),
    "equals signs": Family("=", after="x"),
    "hyphens": Family("-", after="x"),
    "hyphened words": Family("a-"),
    "tildes": Family("~"),
    "bars": Family("|"),
    "backslashes": Family("\\"),
    "slashes": Family("/"),
    "addresses": Family("a://"),
    "at signs": Family("@a"),
    "parameters": Family("&key"),
    "key-like": Family("a_", "?"),
    "colons": Family(":"),
    "openings": Family("["),
    "brackets": Family("(!)"),
    "braces": Family("{"),
    "placeholders": Family("{query}"),
    "claims": Family("I am A. "),
    "claims of a name": Family("I am ChatGPT, "),
    "names": Family("OpenAI "),
    "joined names": Family("OpenAI"),
    "denials": Family("I am not OpenAI or "),
    "letters apart": Family("a ", after="am"),
    "letters with stops": Family("a.", after="am"),
    "words joined": Family("I-am-"),
    "tags": Family("<td>", after="<"),
    "rows": Family("| a | b |\n"),
    "members": Family('"a": "b", ', "{"),
    "entities": Family("&#79;", after="&"),
    "escapes": Family("\\u0041", after="\\u"),
    "thinking": Family("<think>", after="</think>"),
    "labels": Family("[A]: "),
    "fields": Family("name: "),
    "assents": Family("ok\n"),
    "notes": Family("\nnote", after="{"),
    "markers": Family("the new template\n"),
    "introductions": Family("here is the "),
    "forbidden": Family("ignore all "),
    "Chinese": Family("我"),
    "Chinese sentences": Family("我是。"),
    "Chinese numerals": Family("一"),
    "Chinese stops": Family("。\uff01", after="x"),
    "Korean": Family("가"),
    "emoji": Family("\U0001f600"),
    "joined emoji": Family("\U0001f469\u200d"),
    "accents": Family("\u0301\u0316", "a"),
    "invisible": Family("\u200b"),
    "controls": Family("\x1b["),
    "surrogates": Family("\ud800"),
}


@pytest.mark.parametrize("reader", READERS)
def test_twice_the_text_takes_twice_as_long(reader: str) -> None:
    """Whatever the text repeats."""
    found = {name: ratio(READERS[reader], family) for name, family in FAMILIES.items()}

    assert not {name: times for name, times in found.items() if times > MOST}


def ratio(reader: Reader, family: Family) -> float:
    """Return how many times as long each doubling takes; 2 where even the longer text is fast."""
    texts = [family.text(length) for length in (reader.length // 4, reader.length)]
    least = [inf, inf]
    found = inf
    for rounds in range(1, ROUNDS[1] + 1):
        # The longer one first: mostly nothing else is to be measured.
        for at in (1, 0):
            started = time.process_time()
            reader.read(texts[at])
            least[at] = min(least[at], time.process_time() - started)
            if least[1] < FLOOR_S:
                return 2
        found = sqrt(least[1] / least[0])
        if rounds >= ROUNDS[0] and found <= MOST:
            break
    return found
