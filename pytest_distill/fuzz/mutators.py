"""Offline mutators, which need no model.

The first five are counterparts of those of GPTFuzz; `fuzz.helper` has a model perform them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from pytest_distill.fuzz.hygiene import PLACEHOLDER
from pytest_distill.records import Pieces, Template

# Where no mark ends the sentence, it goes on behind all of them: each is read once.
_SENTENCE = re.compile(
    r"\n+|[^\n](?:[^\n.!?؟。！？]++|[.!?؟]++(?![\"”’»)\]]*+(?:[ \t\n]|\Z)))*"
    r"(?:[.!?؟]++[\"”’»)\]]*+[ \t]*+|[。！？]++[」”』》]*+|(?=\n)|\Z)"
)
_UNSPACED = frozenset({"zh", "ja"})

# One word in five: fewer leaves most templates as they were, more makes them unreadable.
_NOISE = 0.2

# Wraps around a question, for any language.
_WRAPS = (
    "> {template}",
    "```text\n{template}\n```",
    '{"role": "user", "content": "{template}"}',
    "<message>\n{template}\n</message>",
    "--- forwarded message ---\n{template}\n--- end of message ---",
    "[08:14:09] INPUT {template}\n[08:14:10] OUTPUT",
    "A: {template}\nB:",
    "# {template}\nANSWER = ",
    "| # | text |\n|---|------|\n| 1 | {template} |",
    "1. {template}\n2.",
    "Name: ____\nRemark: {template}\nSignature: ____",
    'git commit -m "{template}"',
)


@dataclass(frozen=True)
class Material:
    """What mutants are made from."""

    seeds: Sequence[Template]
    pieces: Mapping[str, Pieces]
    """By language."""


@dataclass(frozen=True)
class Draft:
    """Output of a mutator; not checked yet."""

    text: str
    language: str
    partner: Template | None = None
    """The other template whose words are in it."""


Mutate = Callable[[Template, Template, Material, Random], Draft]
"""From a parent and a partner to a draft."""


@dataclass(frozen=True)
class Mutator:
    """One way to make a mutant."""

    name: str
    mutate: Mutate
    keeps_parent: bool = False
    """Whether the mutant holds the parent's whole text."""
    is_null: bool = False
    """It returns its parent: not counted as a duplicate, and not added to the pool."""


def _generate(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Build a new template, in the language of the parent."""
    del partner
    pieces = material.pieces[parent.language]
    before = [rng.choice(pieces.scenes), rng.choice(pieces.roles)]
    if rng.random() < 0.5:  # noqa: PLR2004 - a coin
        before.append(rng.choice(pieces.tones))
    rng.shuffle(before)
    parts = [*before, rng.choice(pieces.asks), rng.choice(pieces.closings)]
    return Draft(_join(parts, parent.language, rng), parent.language)


def _crossover(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Put what the partner says besides the question around the parent."""
    del material
    before, _, after = partner.text.partition(PLACEHOLDER)
    # Leave out quotation marks and brackets around the question: halves of them would be left.
    before, after = before.rstrip(" \t\"“«「'(").strip(), after.lstrip("\"”»」')").strip()
    parts = [part for part in (before, parent.text, after) if any(map(str.isalnum, part))]
    text = _join(parts, parent.language, rng, paragraphs=True)
    return Draft(text, parent.language, partner)


def _expand(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Put three sentences before the parent."""
    del partner
    pieces = material.pieces[parent.language]
    before = [rng.choice(pieces.scenes), rng.choice(pieces.roles), rng.choice(pieces.tones)]
    rng.shuffle(before)
    return Draft(_join([*before, parent.text], parent.language, rng), parent.language)


def _shorten(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Drop sentences, never the one that holds the question; cut what follows it."""
    del partner, material
    parts = sentences(parent.text)
    droppable = [n for n, part in enumerate(parts) if PLACEHOLDER not in part and part.strip()]
    if not droppable:
        return Draft(PLACEHOLDER, parent.language)
    dropped = set(rng.sample(droppable, rng.randint(1, len(droppable))))
    text = "".join(part for n, part in enumerate(parts) if n not in dropped)
    return Draft(text, parent.language)


def _rephrase(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Introduce the question in other words, and shuffle the rest."""
    del partner
    pieces = material.pieces[parent.language]
    rest = [s.strip() for s in sentences(parent.text) if PLACEHOLDER not in s and s.strip()]
    rng.shuffle(rest)
    ask = rng.choice([ask for ask in pieces.asks if ask != PLACEHOLDER])
    parts = [*rest, rng.choice(pieces.tones), ask]
    return Draft(_join(parts, parent.language, rng), parent.language)


def _recast(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Address another role, and say how the answer should begin."""
    del partner
    pieces = material.pieces[parent.language]
    parts = [rng.choice(pieces.roles), parent.text, rng.choice(pieces.closings)]
    return Draft(_join(parts, parent.language, rng, paragraphs=True), parent.language)


def _translate(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Switch the language: a seed of the parent's frame in it, or the parent and a request to."""
    del partner
    language = rng.choice(sorted(material.pieces.keys() - {parent.language}))
    pieces = material.pieces[language]
    frames = [s for s in material.seeds if (s.frame, s.language) == (parent.frame, language)]
    if frames and rng.random() < 0.5:  # noqa: PLR2004 - a coin
        parts = [rng.choice(pieces.scenes), rng.choice(pieces.tones), rng.choice(frames).text]
    else:
        parts = [parent.text, rng.choice(pieces.switches)]
        rng.shuffle(parts)
    return Draft(_join(parts, language, rng, paragraphs=True), language)


def _noise(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Add typing errors."""
    del partner, material
    pieces = re.split(r"(\{query\}|\s+)", parent.text)
    noisy = [
        piece if piece == PLACEHOLDER or rng.random() >= _NOISE else _mistyped(piece, rng)
        for piece in pieces
    ]
    return Draft("".join(noisy), parent.language)


def _wrap(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Wrap it in a quotation, a log or a table, with a sentence on how to answer."""
    del partner
    pieces = material.pieces[parent.language]
    wrapped = rng.choice(_WRAPS).replace("{template}", parent.text)
    parts = [wrapped, rng.choice([*pieces.tones, *pieces.closings])]
    return Draft("\n".join(parts), parent.language)


def _identity(parent: Template, partner: Template, material: Material, rng: Random) -> Draft:
    """Return the parent: the baseline of the other mutators."""
    del partner, material, rng
    return Draft(parent.text, parent.language)


OFFLINE = (
    Mutator("generate", _generate),
    Mutator("crossover", _crossover, keeps_parent=True),
    Mutator("expand", _expand, keeps_parent=True),
    Mutator("shorten", _shorten),
    Mutator("rephrase", _rephrase),
    Mutator("recast", _recast, keeps_parent=True),
    Mutator("translate", _translate),
    Mutator("noise", _noise),
    Mutator("wrap", _wrap, keeps_parent=True),
)

IDENTITY = Mutator("identity", _identity, keeps_parent=True, is_null=True)


def sentences(text: str) -> list[str]:
    """Return the sentences and lines of `text`, which joined give `text`.

    The placeholder is never cut.
    """
    return _SENTENCE.findall(text)


def _join(parts: Sequence[str], language: str, rng: Random, *, paragraphs: bool = False) -> str:
    breaks = ["\n", "\n\n"] if paragraphs else ["\n", "" if language in _UNSPACED else " "]
    return rng.choice(breaks).join(parts)


def _mistyped(word: str, rng: Random) -> str:
    if len(word) < 2 or not any(letter.isalpha() for letter in word):  # noqa: PLR2004 - a pair
        return word
    at = rng.randrange(len(word) - 1)
    one, two = word[at], word[at + 1]
    return (
        word[:at] + rng.choice([two + one, one + one + two, two, one + " " + two]) + word[at + 2 :]
    )
