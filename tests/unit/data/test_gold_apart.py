"""The gold cases that no rule was made with: form, balance, and that they stay strangers.

A message names ids only: whoever tunes the judge sees them, and must not see the cases.
"""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from pytest_distill.data import gold, probes, resources
from pytest_distill.errors import FileFormatError
from pytest_distill.records import GoldCase
from pytest_distill.thinking import answer_of
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

# No fixture, nor asserts on a case: pytest would show its sentences where a test fails.
APART = gold.load_apart()

LEAST = {"en": 180, "zh": 90}
"""The two main languages; each of the others has `LEAST_OTHER`."""
LEAST_OTHER = 55

QUOTED = {"zh": 15, "ja": 20, "ko": 20}
"""Letters from which on an answer that is found elsewhere was copied; 40 in other scripts."""


def test_every_probe_language_has_its_share() -> None:
    """Enough for an interval in each."""
    counts = Counter(case.language for case in APART)

    assert counts.keys() == {probe.language for probe in probes.load_shipped()}
    assert {name for name in counts if counts[name] < LEAST.get(name, LEAST_OTHER)} == set()


def test_half_are_leaks_in_every_language() -> None:
    """Give or take a sixth; half of the leaks are strict."""
    for language in {case.language for case in APART}:
        leaks = [case.loose for case in APART if case.language == language]
        assert 1 / 3 < sum(map(bool, leaks)) / len(leaks) < 2 / 3, language

    strict = [bool(case.strict) for case in APART if case.loose]
    assert 0.4 < sum(strict) / len(strict) < 0.6


def test_every_label_occurs_often_enough_to_be_measured() -> None:
    """Strict leaks that are not hard, personas, and thinking of both kinds."""
    assert sum(case.strict is True and not case.hard for case in APART) >= 15
    assert sum(case.persona for case in APART) >= 20
    assert min(Counter(case.reasoning for case in APART)[said] for said in (True, False)) >= 10


def test_half_is_plain_and_every_trap_of_the_table_occurs() -> None:
    """The table in their README has the same names."""
    traps = Counter(case.trap for case in APART)
    readme = (resources.fixtures() / "gold" / "apart" / "README.md").read_text("utf-8")
    table = readme.partition("## The traps")[2].partition("\n\nThey say")[0]

    assert set(traps) == set(gold.APART_TRAPS) == set(re.findall(r"`([a-z-]+)`", table))
    assert 0.4 < traps["plain"] / len(APART) < 0.7


def test_home_and_foreign_change_sides() -> None:
    """Forty fact sets have leaks and clean answers, OpenAI's and Anthropic's among them."""
    verdicts = Counter((case.facts, case.loose) for case in APART)
    used = {case.facts for case in APART}

    on_both_sides = {id_ for id_ in used if min(verdicts[id_, True], verdicts[id_, False]) >= 2}

    assert used <= FACTS.keys()
    assert len(on_both_sides) >= 40
    assert on_both_sides >= {"gpt", "claude"}


def test_ids_are_counted_without_a_gap() -> None:
    """From 001 in each file."""
    languages: dict[str, list[str]] = defaultdict(list)
    for case in APART:
        languages[case.language].append(case.id)

    for language, ids in languages.items():
        assert ids == [f"apart-{language}-{number:03}" for number in range(1, len(ids) + 1)]


def test_no_two_answers_are_alike_here_or_in_identity() -> None:
    """A near-copy of a case that the rules were made with would measure memory."""
    known = {case.id for case in gold.load_shipped()}

    pairs = [pair for pair in alike((*APART, *gold.load_shipped())) if not known.issuperset(pair)]

    assert pairs == []


def test_no_test_of_the_rules_quotes_an_answer() -> None:
    """Nor do the rules themselves; who has read a case may not make a rule of it."""
    sources = "\n".join(
        letters(path.read_text("utf-8"))
        for folder in ("tests/unit/judges", "tests/support", "pytest_distill/judges")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
    )

    quoted = [
        case.id
        for case in APART
        if len(letters(case.response)) >= QUOTED.get(case.language, 40)
        and letters(case.response) in sources
    ]

    assert quoted == []


def test_no_answer_is_copied_from_a_recorded_run() -> None:
    """Nor is a template; questions as short as "who are you?" are anybody's."""
    recorded = {
        letters(line[key])
        for path in sorted(data_folder("ice").glob("*.jsonl"))
        for line in map(json.loads, path.read_bytes().splitlines())
        for key in ("template", "response")
    }

    assert recorded
    assert [
        case.id
        for case in APART
        if recorded & {letters(case.template or "") or None, letters(case.response)}
    ] == []


def test_strict_counts_foreign_openai_and_anthropic() -> None:
    """The contract's definition."""
    assert [c.id for c in APART if bool(c.strict) != bool(COUNTED_BY_STRICT & set(c.vendors))] == []


def test_nobody_leaks_the_own_vendor() -> None:
    """Each vendor that is claimed is a known one, named once, and foreign to the fact set."""
    known = {fact_set.vendor for fact_set in FACTS.values()}

    assert [c.id for c in APART if len(set(c.vendors)) < len(c.vendors)] == []
    assert [c.id for c in APART if not set(c.vendors) <= known - {FACTS[c.facts].vendor}] == []


def test_hard_is_strict_with_a_prompt_that_names_no_claimed_vendor() -> None:
    """Neither template nor query holds any name of a claimed vendor that strict counts."""

    def is_hard(case: GoldCase) -> bool:
        counted = COUNTED_BY_STRICT & set(case.vendors)
        prompt = f"{case.template} {case.query}"
        return bool(counted) and not any(names_vendor(vendor, prompt) for vendor in counted)

    assert [case.id for case in APART if bool(case.hard) != is_hard(case)] == []


def test_reasoning_is_labelled_where_an_answer_shows_thinking() -> None:
    """And nowhere else."""
    shown = {case.id for case in APART if answer_of(case.response) != case.response}

    assert {case.id for case in APART if case.reasoning is not None} == shown


def test_every_case_is_whole() -> None:
    """A reason in a sentence, one placeholder in a template, an answer that can be judged."""
    assert [case.id for case in APART if not re.fullmatch(r".{2,}[.。]", case.why)] == []
    assert [
        c.id for c in APART if c.template is not None and c.template.count("{query}") != 1
    ] == []
    assert [case.id for case in APART if not letters(case.response) or case.loose is None] == []


def test_every_line_has_all_labels() -> None:
    """None rests on a default."""
    for path in sorted((resources.fixtures() / "gold" / "apart").glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            keys = set(json.loads(line))
            assert keys == set(GoldCase.model_fields)


@pytest.mark.parametrize("language", SCRIPTS)
def test_questions_are_in_the_script_of_their_language(language: str) -> None:
    """No case stands in another language's file; a bare name may be an answer in any."""
    script = re.compile(SCRIPTS[language])

    assert [c.id for c in APART if c.language == language and not script.search(c.query)] == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"trap": "policy"}, "no trap is called 'policy'; there are: plain, role-play"),
        ({"language": "fr"}, "the language 'fr' does not belong in en.jsonl"),
        ({"id": "plain-01-en"}, "the id 'plain-01-en' does not read apart-en-NNN"),
        ({"persona": True}, "a persona that the template asked for is no leak"),
    ],
)
def test_a_broken_line_is_reported(
    tmp_path: Path, changes: dict[str, object], problem: str
) -> None:
    """As in the other set, by what is different here."""
    path = tmp_path / "en.jsonl"
    path.write_text(line_of(**changes), "utf-8")

    with pytest.raises(FileFormatError, match=re.escape(problem)):
        gold.read_apart(path)


def test_a_shipped_set_is_known_by_its_cases_not_by_the_name_of_a_file() -> None:
    """A user's file that is called apart.jsonl does not pass for it."""
    mine, more = Path("apart.jsonl"), Path("b.jsonl")

    named = [
        gold.name_of(APART, [mine]),
        gold.name_of(gold.load_shipped(), [mine]),
        gold.name_of(APART[1:], [mine, more]),
    ]

    assert named == ["apart", "identity", "apart.jsonl, b.jsonl"]


def line_of(**changes: object) -> str:
    """Return a good line of ``en.jsonl`` with some of its keys changed."""
    case = {
        "id": "apart-en-001",
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
        "persona": False,
        "reasoning": None,
        "why": "It names OpenAI as its maker.",
    }
    return json.dumps({**case, **changes})
