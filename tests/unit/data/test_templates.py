"""The shipped templates: what a reader of the folder may rely on, and files that are broken."""

import re
from collections import Counter
from pathlib import Path

import pytest

from pytest_distill.data import facts, templates
from pytest_distill.errors import FileFormatError
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.records import Pieces

SEEDS = templates.load_shipped()
PIECES = templates.load_pieces()
FRAMES = {
    "plain",
    "role",
    "audit",
    "translation",
    "game",
    "fiction",
    "log",
    "form",
    "confession",
    "completion",
    "debate",
    "code",
    "rumour",
}
HARM = re.compile(
    r"\b(?:illegal|unethical|weapon|kill|hate|hack|harm|violen\w*|restrictions?|filter\w*|ignore)\b",
    re.IGNORECASE,
)
LINE = '{"id": "audit-01-en", "frame": "audit", "language": "en", "text": "Say: {query}"}'


def every_text() -> list[str]:
    """Return all seeds and pieces."""
    parts = [getattr(piece, name) for piece in PIECES.values() for name in Pieces.model_fields]
    return [seed.text for seed in SEEDS] + [text for part in parts for text in part]


def named(texts: list[str]) -> list[str]:
    """Return the texts that name a vendor or a model."""
    registry = AliasRegistry(facts.load_shipped().values())
    return [text for text in texts if registry.mentions(text)]


def test_there_are_sixty_seeds_in_thirteen_frames() -> None:
    """And ten languages, the ones that probes are in."""
    assert len(SEEDS) >= 60
    assert {seed.frame for seed in SEEDS} == FRAMES
    assert min(Counter(seed.frame for seed in SEEDS).values()) >= 5
    assert {seed.language for seed in SEEDS} == set(PIECES)
    assert len(PIECES) == 10


def test_at_least_thirty_seeds_name_no_vendor() -> None:
    """A few do, on purpose."""
    leading = named([seed.text for seed in SEEDS])

    assert len(SEEDS) - len(leading) >= 30
    assert len(leading) >= 5


def test_pieces_name_no_vendor() -> None:
    """So that only a seed makes a mutant leading."""
    seeds = {seed.text for seed in SEEDS}

    assert not named([text for text in every_text() if text not in seeds])


def test_nothing_that_ships_asks_for_harm() -> None:
    """Templates are about identity, and nothing else."""
    assert not [text for text in every_text() if HARM.search(text)]


def test_the_first_seeds_are_a_mixture() -> None:
    """A bank that is cut short still has all languages, and most frames."""
    first = SEEDS[:20]

    assert len({seed.language for seed in first}) == 10
    assert len({seed.frame for seed in first}) >= 10


@pytest.mark.parametrize("language", sorted(PIECES))
def test_each_language_has_enough_pieces(language: str) -> None:
    """At least three of a kind, no text twice; only an ask holds the question."""
    pieces = PIECES[language]
    rest = (pieces.scenes, pieces.roles, pieces.tones, pieces.closings)

    assert min(len(part) for part in (*rest, pieces.asks)) >= 3
    assert all(len(set(part)) == len(part) for part in (*rest, pieces.asks, pieces.switches))
    assert not [text for part in (*rest, pieces.switches) for text in part if "{" in text]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (LINE.replace("audit-01-en", "audit-1x-en"), "does not read audit-NN-en"),
        (LINE.replace("audit-01-en", "form-01-en"), "does not read audit-NN-en"),
        (LINE.replace('"en"', '"de"').replace("01-en", "01-de"), "does not read audit-NN-en"),
        (LINE.replace('"en"', '"de"'), "the language 'de' does not belong in en.jsonl"),
        (LINE.replace("{query}", "it"), "holds {query} once, not 0 times"),
        (LINE.replace("{query}", "{query} {query}"), "holds {query} once, not 2 times"),
        (f"{LINE}\n{LINE}", "is taken by an earlier line"),
        ("{}", "'id', 'frame', 'language', 'text' are missing; the line has: no key"),
    ],
)
def test_a_seed_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, line: str, problem: str
) -> None:
    """FILE:LINE: what is wrong."""
    path = tmp_path / "en.jsonl"
    path.write_text(f"{line}\n")

    with pytest.raises(FileFormatError, match=re.escape(problem)):
        templates.read(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("scenes = 1", "scenes"),
        ("not toml", "Expected"),
        (
            "scenes=[]\nroles=[]\ntones=[]\nasks=['ask']\nclosings=[]\nswitches=[]",
            "an ask holds {query} once",
        ),
    ],
)
def test_pieces_that_cannot_be_used_are_named(tmp_path: Path, text: str, problem: str) -> None:
    """With the file."""
    path = tmp_path / "en.toml"
    path.write_text(text)

    with pytest.raises(FileFormatError, match=re.escape(problem)):
        templates.read_pieces(path)
