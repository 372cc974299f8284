"""The shipped probes: what each file promises, and how a broken one is reported."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from pytest_distill.data import facts, probes
from pytest_distill.errors import FileFormatError
from pytest_distill.records import Asks, Probe
from tests.support.recorded_data import data_folder

REPOSITORY = Path(__file__).resolve().parents[3]

QUESTIONS = {"team": 5, "industry": 6, "technology": 5, "geography": 4, "cooperation": 5}

QUESTION_MARK = {
    "en": "?",
    "zh": "\N{FULLWIDTH QUESTION MARK}",
    "ar": "\N{ARABIC QUESTION MARK}",
    "de": "?",
    "es": "?",
    "fr": " ?",
    "ja": "\N{FULLWIDTH QUESTION MARK}",
    "ko": "?",
    "pt": "?",
    "ru": "?",
}

COMPLETE = ("en", "zh")
PARTIAL = tuple(language for language in QUESTION_MARK if language not in COMPLETE)

HAN = re.compile(r"[\u4e00-\u9fff]")
KANA = re.compile(r"[\u3041-\u30ff]")
HANGUL = re.compile(r"[\uac00-\ud7a3]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
ARABIC = re.compile(r"[\u0620-\u064a]")
SCRIPTS = {"ja": KANA, "ko": HANGUL, "ru": CYRILLIC, "ar": ARABIC, "zh": HAN}


@pytest.fixture(scope="module")
def shipped() -> tuple[Probe, ...]:
    """Return what the package ships, read once."""
    return probes.load_shipped()


@pytest.fixture(scope="module")
def published() -> frozenset[str]:
    """Return the questions of the recorded attacks, reduced to their letters."""
    files = sorted(data_folder("ice").glob("*.jsonl"))
    assert files
    lines = (line for file in files for line in file.read_bytes().splitlines())
    return frozenset(letters(json.loads(line)["query"]) for line in lines)


def letters(text: str) -> str:
    """Return what is left of `text` when case, blanks and punctuation do not count."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def mentions(text: str, name: str) -> bool:
    """Tell whether `text` has the name, which must not be a part of a Latin word."""
    word = rf"(?<![a-z0-9]){re.escape(name.casefold())}(?![a-z0-9])"
    return re.search(word, text.casefold()) is not None


def line_of(**changes: object) -> str:
    """Return a good line of ``en.jsonl`` with some of its keys changed."""
    probe = {"id": "team-01-en", "category": "team", "language": "en", "text": "Who are you?"}
    return json.dumps({**probe, **changes})


@pytest.mark.parametrize("language", COMPLETE)
def test_english_and_chinese_have_all_25_questions(
    shipped: tuple[Probe, ...], language: str
) -> None:
    """Every category has its number of questions, counted from 01 without a gap."""
    wanted = [f"{name}-{n:02}" for name, count in QUESTIONS.items() for n in range(1, count + 1)]

    questions = [probe.question for probe in shipped if probe.language == language]

    assert questions == wanted
    assert len(questions) == 25


@pytest.mark.parametrize("language", PARTIAL)
def test_another_language_has_two_questions_of_each_category(
    shipped: tuple[Probe, ...], language: str
) -> None:
    """At least 12 in all, and team and industry, which leak most, lead."""
    counts = Counter(probe.category for probe in shipped if probe.language == language)

    assert counts.total() >= 12
    assert min(counts[category] for category in probes.CATEGORIES) >= 2
    assert counts["team"] + counts["industry"] >= counts.total() / 2


def test_the_partial_languages_ask_the_same_questions(shipped: tuple[Probe, ...]) -> None:
    """What is compared over languages is the language, not the choice of questions."""
    english = {probe.question for probe in shipped if probe.language == "en"}

    asked = {
        frozenset(probe.question for probe in shipped if probe.language == language)
        for language in PARTIAL
    }

    assert len(asked) == 1
    assert asked.pop() <= english


def test_the_shipped_languages_are_known(shipped: tuple[Probe, ...]) -> None:
    """Ten of them; a file that is added here must be added to the tables above."""
    assert {probe.language for probe in shipped} == set(QUESTION_MARK)


def test_no_id_and_no_text_occurs_twice(shipped: tuple[Probe, ...]) -> None:
    """Two texts are the same when only case, blanks or punctuation tell them apart."""
    assert len({probe.id for probe in shipped}) == len(shipped)
    assert len({letters(probe.text) for probe in shipped}) == len(shipped)


def test_an_id_is_made_of_category_number_and_language(shipped: tuple[Probe, ...]) -> None:
    """What the id says agrees with the keys beside it."""
    for probe in shipped:
        category, number, language = probe.id.split("-")

        assert (category, language) == (probe.category, probe.language)
        assert re.fullmatch(r"[0-9]{2}", number)


def test_probes_come_by_category_then_number_then_language(shipped: tuple[Probe, ...]) -> None:
    """Languages: English, Chinese, then the others by their codes."""
    wanted = [
        f"{category}-{number:02}-{language}"
        for category, count in QUESTIONS.items()
        for number in range(1, count + 1)
        for language in ("en", "zh", "ar", "de", "es", "fr", "ja", "ko", "pt", "ru")
    ]
    existing = {probe.id for probe in shipped}

    ids = [probe.id for probe in shipped]

    assert ids == [id_ for id_ in wanted if id_ in existing]


def test_a_file_is_in_the_order_in_which_its_probes_are_loaded(
    shipped: tuple[Probe, ...],
) -> None:
    """A reader of the file finds a probe where its id says that it is."""
    for language in QUESTION_MARK:
        path = REPOSITORY / "fixtures" / "probes" / f"{language}.jsonl"

        in_file = probes.read(path)

        assert in_file == tuple(probe for probe in shipped if probe.language == language)


def test_no_probe_names_a_vendor_or_a_model(shipped: tuple[Probe, ...]) -> None:
    """A name in the question would put the answer into the model's mouth."""
    names = {
        name
        for known in facts.load_shipped().values()
        for name in (known.name, known.developer, *known.models, *known.companies)
        if name not in known.words
    }

    questions = "\n".join(probe.text for probe in shipped)

    found = [name for name in names if mentions(questions, name)]

    assert names
    assert found == []


def test_no_probe_is_a_published_one(shipped: tuple[Probe, ...], published: frozenset[str]) -> None:
    """The list of arXiv 2501.12619 comes without a licence."""
    copied = [probe.id for probe in shipped if letters(probe.text) in published]

    assert copied == []


@pytest.mark.parametrize("language", SCRIPTS)
def test_a_probe_is_in_the_script_of_its_language(
    shipped: tuple[Probe, ...], language: str
) -> None:
    """No probe was left in another language."""
    texts = [probe.text for probe in shipped if probe.language == language]

    assert [text for text in texts if not SCRIPTS[language].search(text)] == []


def test_a_chinese_probe_has_no_kana(shipped: tuple[Probe, ...]) -> None:
    """Chinese and Japanese share their characters: kana tell them apart."""
    assert [p.id for p in shipped if p.language == "zh" and KANA.search(p.text)] == []


def test_a_probe_ends_with_the_question_mark_of_its_language(shipped: tuple[Probe, ...]) -> None:
    """French sets a blank before it; Spanish opens the question too."""
    for probe in shipped:
        assert probe.text.endswith(QUESTION_MARK[probe.language]), probe.id
        assert probe.language != "es" or "\N{INVERTED QUESTION MARK}" in probe.text, probe.id


def test_a_text_is_clean(shipped: tuple[Probe, ...]) -> None:
    """NFC, one line, no blanks around it, nothing that a template would read as a placeholder."""
    for probe in shipped:
        assert unicodedata.is_normalized("NFC", probe.text), probe.id
        assert probe.text == " ".join(probe.text.split()), probe.id
        assert not set("{}") & set(probe.text), probe.id


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not JSON: Expecting property name"),
        (
            '{"id": "team-01-en", "category": "team", "language": "en"}',
            "'text' is missing; the line has: 'id', 'category', 'language'",
        ),
        (line_of(note="x"), "note: Extra inputs are not permitted"),
        (line_of(category="teem"), "no category is called 'teem'; there are: team, industry"),
        (line_of(language="fr"), "the language 'fr' does not belong in en.jsonl"),
        (line_of(id="team-1-en"), "the id 'team-1-en' does not read team-NN-en"),
        (line_of(id="industry-01-en"), "does not read team-NN-en"),
        (line_of(id="team-09-en"), "the id 'team-09-en' is taken by an earlier line"),
    ],
)
def test_a_broken_line_is_reported_with_its_number(tmp_path: Path, line: str, problem: str) -> None:
    """The message starts with ``FILE:LINE`` and says what is wrong there."""
    path = tmp_path / "en.jsonl"
    path.write_text(f"{line_of(id='team-09-en')}\n{line}\n", "utf-8")

    with pytest.raises(FileFormatError, match=re.escape(problem)) as caught:
        probes.read(path)

    assert str(caught.value).startswith(f"{path}:2: ")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (line_of(), "'asks' is missing: what the question asks for, one of maker, place, partners"),
        (line_of(asks=None), "'asks' is missing"),
        (line_of(asks="price"), "asks: Input should be 'maker', 'place', 'partners' or 'self'"),
        (line_of(asks="maker", language="fr"), "the language 'fr' does not belong in en.jsonl"),
    ],
)
def test_a_question_of_the_bank_says_what_it_asks_for(
    tmp_path: Path, line: str, problem: str
) -> None:
    """One of the core need not."""
    path = tmp_path / "en.jsonl"
    path.write_text(f"{line_of(id='team-09-en', asks='place')}\n{line}\n", "utf-8")

    with pytest.raises(FileFormatError, match=re.escape(problem)) as caught:
        probes.read_bank(path)

    assert str(caught.value).startswith(f"{path}:2: ")


def test_it_is_known_of_every_question_of_the_bank_what_it_asks_for() -> None:
    """By its text, which no other question has, whatever case and blanks."""
    core = {probe.id for probe in probes.load_shipped()}
    bank = [probe for probe in probes.load_bank() if probe.id not in core]

    asked = probes.load_asked()

    assert asked == {probe.text: probe.asks for probe in bank}
    assert len({" ".join(text.lower().split()) for text in asked}) == len(bank)
    assert set(asked.values()) == set(get_args(Asks))


def test_a_text_may_hold_a_line_separator(tmp_path: Path) -> None:
    """JSON allows U+2028 inside a string, where Python's text lines would break."""
    path = tmp_path / "en.jsonl"
    text = "Who\N{LINE SEPARATOR}are you?"
    probe = {"id": "team-01-en", "category": "team", "language": "en", "text": text}
    path.write_text(json.dumps(probe, ensure_ascii=False), "utf-8")

    (read,) = probes.read(path)

    assert read.text == text
