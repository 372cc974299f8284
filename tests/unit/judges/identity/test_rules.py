"""The rules of each language are sound, documented, and do what their examples say."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry, fold
from pytest_distill.judges.identity import lexicon as lexicon_module
from pytest_distill.judges.identity.lexicon import LANGUAGES, Language, Rule, language
from pytest_distill.judges.identity.reasons import REASONS
from pytest_distill.judges.identity.statements import mark, statements

FACTS = load_shipped()
REGISTRY = AliasRegistry(FACTS.values()).with_own(FACTS["qwen"])
CODE: Final = Path(lexicon_module.__file__).parent
RULES: Final = CODE / "rules"
README: Final = (RULES / "README.md").read_text("utf-8")
# Repeats without an end of what may be a blank; others end with a word.
ENDLESS = re.compile(r"(?:(?<!\\)\.|\[\^(?!\\s)(?:\\.|[^\]\\])+\])(?:[*+](?!\+)|\{\d+,\})")


def table(code: str) -> dict[str, Any]:
    """Return the file of one language."""
    return tomllib.loads((RULES / f"{code}.toml").read_text("utf-8"))


def rules(code: str) -> list[Rule]:
    """Return claims and contradictions of one language."""
    found = language(code)
    return [*found.claims, *found.contradictions]


def every_rule() -> Iterator[object]:
    """Yield each rule, with its id."""
    for code in LANGUAGES:
        for rule in rules(code):
            yield pytest.param(rule, id=rule.id)


def read_by_code(key: str) -> bool:
    """Say whether the code holds the key as a string."""
    return any(f'"{key}"' in path.read_text("utf-8") for path in CODE.glob("*.py"))


def matches(rule: Rule, text: str) -> bool:
    """Say whether a rule matches what the judge of a model by Alibaba makes of `text`."""
    marked = mark(text, REGISTRY.mentions_folded(text, fold(text), own="alibaba"), "alibaba")
    said = statements(marked, text, "", "", rule.id.partition(".")[0])
    return any(rule.pattern.search(one.cased if rule.is_cased else one.text) for one in said)


@pytest.mark.parametrize("rule", [*every_rule()])
def test_a_rule_matches_its_example_and_not_its_counterexample(rule: Rule) -> None:
    """Names are marked as the judge marks them, and labels of fields are cut off."""
    assert matches(rule, rule.example)
    assert not matches(rule, rule.counterexample)


@pytest.mark.parametrize("code", LANGUAGES)
def test_ids_are_unique_and_begin_with_the_language(code: str) -> None:
    """A verdict names the rule that decided."""
    ids = [rule.id for rule in rules(code)]

    assert len(ids) == len(set(ids))
    assert all(rule_id.startswith(f"{code}.") for rule_id in ids)
    assert table(code)["language"] == code


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    """Beside the places."""
    assert {path.stem for path in RULES.glob("*.toml")} == {*LANGUAGES, "places"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_kind_of_rule_has_a_reason(code: str) -> None:
    """The reason of a verdict follows from its kind."""
    assert {rule.kind for rule in rules(code)} <= set(REASONS)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_pattern_compiles_and_every_word_is_known(code: str) -> None:
    """An unknown ``$word`` would be a KeyError in the middle of a run."""
    patterns = list(compiled(code))

    assert len(patterns) > 60
    assert not [pattern for _, pattern in patterns if "$word" in pattern]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_is_used(code: str) -> None:
    """An entry that nothing names is a mistake."""
    text = (RULES / f"{code}.toml").read_text("utf-8")
    words = table(code).get("words", {})

    unused = {word for word in words if not re.search(rf"\${word}(?![a-z_0-9])", text)}

    assert unused == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_key_is_documented(code: str) -> None:
    """In the table of the folder's README."""
    keys = {*table(code)["patterns"], *table(code)["own_vendor"]}

    assert keys <= documented()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_key_is_one_that_the_code_reads(code: str) -> None:
    """A misspelt key would never be read."""
    keys = {*table(code)["patterns"], *(f"own_vendor_{k}" for k in table(code)["own_vendor"])}

    assert {key for key in keys if not read_by_code(key)} == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_repeat_is_bounded(code: str) -> None:
    """Else a pattern that begins anywhere reads to the end each time."""
    endless = [
        f"{key}: {found[0]}"
        for key, pattern in compiled(code)
        for found in ENDLESS.finditer(pattern)
    ]

    assert endless == []


def compiled(code: str) -> Iterator[tuple[str, str]]:
    """Yield every pattern of a language, its words put in, with its key or id."""
    found: Language = language(code)
    for key in [*table(code)["patterns"], *(f"own_vendor_{k}" for k in table(code)["own_vendor"])]:
        yield key, found.pattern(key).pattern
    for rule in rules(code):
        yield rule.id, rule.pattern.pattern


def documented() -> set[str]:
    """Return the keys that the README names."""
    return set(re.findall(r"`([a-z_]+)`", README))
