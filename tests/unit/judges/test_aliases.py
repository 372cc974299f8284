"""The alias registry finds names, and nothing that only looks like one."""

# ruff: noqa: RUF001 - full-width punctuation is what Chinese answers hold

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.records import FactSet

REGISTRY = AliasRegistry(load_shipped().values())


def names(text: str) -> list[tuple[str, str]]:
    """Return the names that are found, with their vendors."""
    return [(text[m.start : m.end], m.vendor) for m in REGISTRY.mentions(text)]


def acme(**update: object) -> FactSet:
    """Return the fact set of a vendor that does not exist."""
    fields = {
        "id": "acme",
        "vendor": "acme",
        "name": "Zorble",
        "developer": "Acme",
        "parent": None,
        "country": "Norway",
        "places": ("Oslo",),
        "models": ("Zorble", "Zorble Max", "Torch"),
        "companies": ("Acme AI",),
        "affiliates": ("Widget Fund",),
        "words": ("Torch",),
        "match": ("zorble",),
        "source": "https://example.org",
        "date": "2026-01-01",
    }
    return FactSet.model_validate({**fields, **update})


def test_names_stand_next_to_chinese_characters() -> None:
    """A word boundary in the sense of regular expressions would miss both."""
    assert names("我是ChatGPT，由OpenAI开发") == [("ChatGPT", "openai"), ("OpenAI", "openai")]


def test_a_version_is_part_of_the_name() -> None:
    """So that rules see one name, not a name and rubbish behind it."""
    assert names("Qwen2.5-14B-Instruct, GPT-4o-mini") == [
        ("Qwen2.5-14B-Instruct", "alibaba"),
        ("GPT-4o-mini", "openai"),
    ]


@pytest.mark.parametrize(
    "text",
    ["BasedGPT is free", "[GPT-4REAL]", "a GPT-like model", "OpenAI-compatible", "chatgptology"],
)
def test_a_likeness_is_not_the_name(text: str) -> None:
    """Personas and compatibility claims hold the letters of a name."""
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    ["Claude Monet painted lilies.", "Step 3: take the next step.", "a command line"],
)
def test_an_everyday_word_is_no_name_by_itself(text: str) -> None:
    """Words of the fact sets count only where they are used as names."""
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I am Claude.",
        "我是Claude。",
        "Claude, made by Anthropic",
        "Claude 3.5 Sonnet",
        "i am claude",
    ],
)
def test_an_everyday_word_is_a_name_where_it_identifies(text: str) -> None:
    """After "I am", with a version, or beside its vendor's unmistakable name."""
    assert REGISTRY.names_vendor(text, "anthropic")


def test_a_vendor_is_known_from_its_fact_set_alone() -> None:
    """Adding a vendor is adding one file."""
    registry = AliasRegistry([acme()])

    found = registry.mentions("Zorble Max comes from Acme AI; light a torch.")

    assert [(m.vendor, m.kind) for m in found] == [("acme", "model"), ("acme", "company")]


def test_the_own_fact_set_wins_a_name_that_two_vendors_share() -> None:
    """Affiliates included: a true answer may name a backer."""
    rival = acme(id="rival", vendor="rival")
    registry = AliasRegistry([rival]).with_own(acme())

    found = registry.mentions("Zorble is paid for by Widget Fund")

    assert {mention.vendor for mention in found} == {"acme"}


def test_names_of_a_script_without_spaces_or_with_endings() -> None:
    """Korean adds particles, Japanese writes no spaces."""
    assert REGISTRY.names_vendor("저는 딥시크입니다", "deepseek")
    assert REGISTRY.names_vendor("通义千问是阿里云的模型", "alibaba")


@given(st.text())
def test_mentions_are_ordered_and_apart(text: str) -> None:
    """Whatever the text, also where folding would change its length."""
    found = REGISTRY.mentions(text + "İ OpenAI " + text)

    assert all(a.end <= b.start for a, b in pairwise(found))
    assert "openai" in {mention.vendor for mention in found} or text[:1].isalnum()
