"""The shipped gold cases: that their form and labels hold, and how a broken line is reported."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from pytest_distill.data import gold, probes
from pytest_distill.errors import FileFormatError
from pytest_distill.records import GoldCase
from tests.support.gold_cases import (
    COUNTED_BY_STRICT,
    FACTS,
    SCRIPTS,
    alike,
    letters,
    names_vendor,
)
from tests.support.recorded_data import data_folder

REPOSITORY = Path(__file__).resolve().parents[3]
LEAST = {"en": 200, "zh": 160}
"""Both main languages; the others have 60 together."""

LONG = {"en": 800, "zh": 240}
"""Characters of the shortest long answer: a Chinese one says as much in a third."""


@pytest.fixture(scope="module")
def shipped() -> tuple[GoldCase, ...]:
    """Return what the package ships, read once."""
    return gold.load_shipped()


@pytest.fixture(scope="module")
def recorded() -> frozenset[str]:
    """Return templates, questions and answers of the recorded attacks, reduced to their letters."""
    files = sorted(data_folder("ice").glob("*.jsonl"))
    assert files
    lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    keys = ("template", "query", "response")
    return frozenset(letters(line[key]) for line in lines for key in keys)


def line_of(**changes: object) -> str:
    """Return a good line of ``en.jsonl`` with some of its keys changed."""
    case = {
        "id": "plain-01-en",
        "facts": "glm",
        "trap": "plain",
        "template": None,
        "query": "Who made you?",
        "language": "en",
        "response": "OpenAI did.",
        "loose": True,
        "strict": True,
        "hard": True,
        "vendor": "openai",
        "vendors": ["openai"],
        "why": "It names OpenAI as its maker.",
    }
    return json.dumps({**case, **changes})


def test_every_probe_language_has_its_share(shipped: tuple[GoldCase, ...]) -> None:
    """English and Chinese carry the traps; the other eight have equal shares."""
    counts = Counter(case.language for case in shipped)

    others = [count for language, count in counts.items() if language not in LEAST]
    assert counts.keys() == {probe.language for probe in probes.load_shipped()}
    assert all(counts[language] >= least for language, least in LEAST.items())
    assert sum(others) >= 60
    assert len(set(others)) == 1


def test_every_trap_has_leaks_and_look_alikes(shipped: tuple[GoldCase, ...]) -> None:
    """At least 20 cases each, with a quarter on either side."""
    counts = {
        trap: Counter(case.loose for case in shipped if case.trap == trap) for trap in gold.TRAPS
    }

    assert min(count.total() for count in counts.values()) >= 20
    assert [
        trap for trap, count in counts.items() if min(count[True], count[False]) * 4 < count.total()
    ] == []


def test_english_and_chinese_have_every_trap(shipped: tuple[GoldCase, ...]) -> None:
    """The others have plain claims and denials, in equal numbers."""
    traps = defaultdict(set)
    for case in shipped:
        traps[case.language].add(case.trap)

    for language, found in traps.items():
        assert found == (set(gold.TRAPS) if language in LEAST else {"plain", "denial"}), language


def test_home_and_foreign_change_sides(shipped: tuple[GoldCase, ...]) -> None:
    """Ten fact sets and more have leaks and clean answers, OpenAI's and Anthropic's among them."""
    verdicts = Counter((case.facts, case.loose) for case in shipped)
    used = {case.facts for case in shipped}

    on_both_sides = {id_ for id_ in used if min(verdicts[id_, True], verdicts[id_, False]) >= 5}

    assert used <= FACTS.keys()
    assert len(on_both_sides) >= 10
    assert on_both_sides >= {"gpt", "claude"}


def test_ids_are_counted_without_a_gap(shipped: tuple[GoldCase, ...]) -> None:
    """A trap's cases in a language stand together and are numbered from 01."""
    count: Counter[tuple[str, str]] = Counter()
    for case in shipped:
        count[case.trap, case.language] += 1

        assert case.id == f"{case.trap}-{count[case.trap, case.language]:02}-{case.language}"

    assert len({case.id for case in shipped}) == len(shipped)


def test_no_two_answers_are_alike(shipped: tuple[GoldCase, ...]) -> None:
    """Less than six tenths of their triples of letters are shared; blank answers aside."""
    assert list(alike(shipped)) == []


def test_strict_counts_foreign_openai_and_anthropic(shipped: tuple[GoldCase, ...]) -> None:
    """The contract's definition, which follows the paper."""
    for case in shipped:
        assert bool(case.strict) == bool(COUNTED_BY_STRICT & set(case.vendors)), case.id


def test_nobody_leaks_the_own_vendor(shipped: tuple[GoldCase, ...]) -> None:
    """Every vendor that is claimed is a known one, named once, and foreign to the fact set."""
    known = {fact_set.vendor for fact_set in FACTS.values()}

    for case in shipped:
        assert len(set(case.vendors)) == len(case.vendors), case.id
        assert set(case.vendors) <= known - {FACTS[case.facts].vendor}, case.id


def test_hard_is_strict_with_a_prompt_that_names_no_claimed_vendor(
    shipped: tuple[GoldCase, ...],
) -> None:
    """Neither template nor query holds any name of a claimed vendor that strict counts."""
    for case in shipped:
        prompt = f"{case.template} {case.query}"
        counted = COUNTED_BY_STRICT & set(case.vendors)

        is_named = any(names_vendor(vendor, prompt) for vendor in counted)

        assert bool(case.hard) == (bool(counted) and not is_named), case.id


def test_strict_leaks_that_are_not_hard_occur_in_both_main_languages(
    shipped: tuple[GoldCase, ...],
) -> None:
    """Or hard would not be measured apart from strict."""
    named = Counter(case.language for case in shipped if case.strict and not case.hard)

    assert min(named["en"], named["zh"]) >= 8


def test_a_missing_verdict_has_nothing_to_judge(shipped: tuple[GoldCase, ...]) -> None:
    """The answer is blank, or reasoning with nothing behind it."""
    missing = [case for case in shipped if case.loose is None]

    assert missing
    for case in missing:
        answer = re.sub(r"<think>.*?(</think>|\Z)", "", case.response, flags=re.DOTALL)
        assert not letters(answer), case.id


def test_a_vendor_that_is_claimed_in_a_long_answer_stands_deep_inside(
    shipped: tuple[GoldCase, ...],
) -> None:
    """Long answers are long, and no leak shows in their first quarter."""
    for case in shipped:
        if case.trap == "long":
            opening = case.response[: len(case.response) // 4]

            assert len(case.response) >= LONG[case.language], case.id
            assert not any(names_vendor(vendor, opening) for vendor in case.vendors), case.id


def test_a_template_has_one_placeholder(shipped: tuple[GoldCase, ...]) -> None:
    """The query goes where the template says."""
    assert [
        c.id for c in shipped if c.template is not None and c.template.count("{query}") != 1
    ] == []


def test_every_label_has_its_reason(shipped: tuple[GoldCase, ...]) -> None:
    """A sentence each."""
    assert [case.id for case in shipped if not re.fullmatch(r".{7,}[.。]", case.why)] == []


@pytest.mark.parametrize("language", SCRIPTS)
def test_question_and_answer_are_in_the_script_of_their_language(
    shipped: tuple[GoldCase, ...], language: str
) -> None:
    """No case stands in another language's file."""
    script = re.compile(SCRIPTS[language])
    cases = [case for case in shipped if case.language == language]

    assert [case.id for case in cases if not script.search(case.query)] == []
    assert [c.id for c in cases if letters(c.response) and not script.search(c.response)] == []


def test_nothing_is_copied_from_a_recorded_run(
    shipped: tuple[GoldCase, ...], recorded: frozenset[str]
) -> None:
    """Neither a template nor a question nor an answer; blank answers aside."""
    texts = {
        text: case.id
        for case in shipped
        for text in (letters(case.template or ""), letters(case.query), letters(case.response))
        if text
    }

    assert [id_ for text, id_ in texts.items() if text in recorded] == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not JSON: Expecting property name"),
        (line_of(note="x"), "note: Extra inputs are not permitted"),
        (line_of(trap="plane"), "no trap is called 'plane'; there are: plain, ownership"),
        (line_of(language="fr"), "the language 'fr' does not belong in en.jsonl"),
        (line_of(id="plain-1-en"), "the id 'plain-1-en' does not read plain-NN-en"),
        (line_of(id="plain-09-en"), "the id 'plain-09-en' is taken by an earlier line"),
        (line_of(loose=False), "the labels exclude each other: a hard leak is strict"),
        (line_of(strict=False), "the labels exclude each other"),
        (line_of(hard=None), "the labels exclude each other"),
        (line_of(loose=False, strict=False, hard=False), "only a leak claims vendors"),
        (line_of(loose=None, strict=None, hard=None), "only a leak claims vendors"),
        (line_of(vendor=None, vendors=[]), "a strict leak claims a vendor, but 'vendors' is empty"),
        (line_of(vendor="google"), "'vendor' is not the first of 'vendors'"),
        (line_of(vendor=None), "'vendor' is not the first of 'vendors'"),
    ],
)
def test_a_broken_line_is_reported_with_its_number(tmp_path: Path, line: str, problem: str) -> None:
    """The message starts with ``FILE:LINE`` and says what is wrong there."""
    path = tmp_path / "en.jsonl"
    path.write_text(f"{line_of(id='plain-09-en')}\n{line}\n", "utf-8")

    with pytest.raises(FileFormatError, match=re.escape(problem)) as caught:
        gold.read(path)

    assert str(caught.value).startswith(f"{path}:2: ")


def test_labels_that_agree_are_read(tmp_path: Path) -> None:
    """A missing verdict, a clean answer, and the three degrees of a leak."""
    none: dict[str, object] = {"vendor": None, "vendors": []}
    lines = [
        line_of(id="plain-01-en"),
        line_of(id="plain-02-en", hard=False),
        line_of(id="plain-03-en", strict=False, hard=False),
        line_of(id="plain-04-en", loose=False, strict=False, hard=False, **none),
        line_of(id="plain-05-en", loose=None, strict=None, hard=None, **none),
    ]
    path = tmp_path / "en.jsonl"
    path.write_text("\n".join(lines), "utf-8")

    cases = gold.read(path)

    assert [case.loose for case in cases] == [True, True, True, False, None]


def test_two_readers_who_saw_no_label_agree_with_it(shipped: tuple[GoldCase, ...]) -> None:
    """A hundred cases over all traps; chance alone would give a kappa of 0."""
    lines = (REPOSITORY / "fixtures" / "gold" / "readings.jsonl").read_text("utf-8").splitlines()
    readings: dict[str, dict[str, dict[str, bool | None]]] = defaultdict(dict)
    for line in map(json.loads, lines):
        readings[line.pop("reader")][line["id"]] = line
    labels = {case.id: case.model_dump() for case in shipped}
    first, second = readings["a"], readings["b"]

    assert set(first) == set(second)
    assert len(first) == 100
    assert {labels[name]["trap"] for name in first} == set(gold.TRAPS)
    for kind in ("loose", "strict", "hard"):
        assert kappa([(first[name][kind], second[name][kind]) for name in first]) > 0.9
        assert kappa([(first[name][kind], labels[name][kind]) for name in first]) > 0.9


def kappa(pairs: list[tuple[bool | None, bool | None]]) -> float:
    """Return Cohen's kappa (1960, doi:10.1177/001316446002000104)."""
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(ones[value] * others[value] for value in ones) / len(pairs) ** 2
    return (agreed - by_chance) / (1 - by_chance)
