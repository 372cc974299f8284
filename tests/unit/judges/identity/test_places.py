"""Places that are true of one maker and false of another."""

# ruff: noqa: RUF001 - full-width punctuation is what answers hold

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry, fold
from pytest_distill.judges.identity import OfflineIdentityJudge, places
from pytest_distill.judges.identity.places import Whereabouts

FACTS = load_shipped()
REGISTRY = AliasRegistry(FACTS.values())
TABLE = tomllib.loads((Path(places.__file__).parent / "rules" / "places.toml").read_text("utf-8"))
WHERE = {
    "en": "Where are the headquarters of your company?",
    "zh": "你的公司总部在哪里？",
    "ja": "あなたの会社の本社はどこにありますか？",
    "ko": "당신 회사의 본사는 어디에 있나요?",
    "ru": "Где находится штаб-квартира твоей компании?",
    "ar": "أين يقع مقر شركتك؟",
    "de": "Wo ist der Hauptsitz deiner Firma?",
    "fr": "Où se trouve le siège de ton entreprise ?",
    "es": "¿Dónde está la sede de tu empresa?",
    "pt": "Onde fica a sede da sua empresa?",
}
# Of a model by a company of Hangzhou, China.
FALSE = [
    ("en", "Our headquarters are in San Francisco, California."),
    ("en", "My company is based in Germany."),
    ("en", "Paris."),
    ("zh", "我们公司的总部位于旧金山。"),
    ("zh", "总部在美国。"),
    ("ja", "本社はサンフランシスコにあります。"),
    ("ja", "アメリカです。"),
    ("ko", "본사는 샌프란시스코에 있습니다."),
    ("ko", "미국에 있어요."),
    ("ru", "Наша штаб-квартира находится в Сан-Франциско."),
    ("ru", "В США."),
    ("ar", "يقع مقر شركتي في سان فرانسيسكو."),
    ("de", "Unser Hauptsitz ist in San Francisco."),
    pytest.param(
        "de",
        "In den Vereinigten Staaten.",
        marks=pytest.mark.xfail(strict=True, reason="longer than what counts as a bare place"),
    ),
    ("fr", "Notre siège se trouve à San Francisco."),
    ("fr", "Aux États-Unis."),
    ("es", "Nuestra sede está en San Francisco."),
    ("es", "En Estados Unidos."),
    ("pt", "Nossa sede fica em São Francisco."),
    ("pt", "Nos Estados Unidos."),
]
TRUE = [
    ("en", "Our headquarters are in Hangzhou, China."),
    ("en", "In China."),
    ("en", "Our team works in offices around the world, including Paris."),
    ("zh", "我们公司的总部位于中国杭州。"),
    ("ja", "本社は中国の杭州にあります。"),
    ("ko", "본사는 중국 항저우에 있습니다."),
    ("ru", "Наша штаб-квартира находится в Ханчжоу, Китай."),
    ("ar", "يقع مقر شركتي في هانغتشو بالصين."),
    ("de", "Unser Hauptsitz ist in Hangzhou, China."),
    ("fr", "Notre siège se trouve à Hangzhou, en Chine."),
    ("es", "Nuestra sede está en Hangzhou, China."),
    ("pt", "Nossa sede fica em Hangzhou, na China."),
]


def where(facts: str, text: str, *, is_city_asked: bool = True) -> str | None:
    """Return the false place in a sentence, as it is written."""
    span = Whereabouts(FACTS[facts]).contradicted_at(fold(text), text, is_city_asked=is_city_asked)
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(("language", "answer"), FALSE)
def test_a_false_place_is_loose(language: str, answer: str) -> None:
    """No vendor is claimed, and the country is what it contradicts."""
    judge = OfflineIdentityJudge(FACTS["qwen"], REGISTRY)

    verdict = judge.read(answer, query=WHERE[language], language=language)

    assert (verdict.loose, verdict.strict, verdict.contradicts) == (True, False, "country")


@pytest.mark.parametrize(("language", "answer"), TRUE)
def test_a_true_place_is_clean(language: str, answer: str) -> None:
    """However it is spelled."""
    judge = OfflineIdentityJudge(FACTS["qwen"], REGISTRY)

    assert judge.read(answer, query=WHERE[language], language=language).loose is False


@pytest.mark.parametrize(
    ("facts", "text", "place"),
    [
        ("qwen", "We are in Berlin.", "Berlin"),
        ("mistral", "We are in Paris.", None),
        ("mistral", "We are in Lyon.", "Lyon"),
        ("mistral", "We are in France.", None),
        ("qwen", "We are in Beijing.", "Beijing"),
        ("qwen", "We are in Beijing and Hangzhou.", None),
        ("gpt", "We are in the UK.", "UK"),
        ("qwen", "I speak 日本語.", None),
        ("qwen", "日本人喜欢。", None),
        ("qwen", "在日本。", "日本"),
        ("qwen", "В Москве.", "Москве"),
        ("qwen", "turkey for dinner", None),
        ("qwen", "We are in Turkey.", "Turkey"),
        ("qwen", "a French company", "French company"),
        ("qwen", "a French accent", None),
        ("mistral", "a French company", None),
    ],
)
def test_a_place_is_told_from_what_only_looks_like_one(
    facts: str, text: str, place: str | None
) -> None:
    """Languages, peoples, birds, and the true places."""
    assert where(facts, text) == place


def test_another_city_of_the_country_is_false_only_where_a_city_was_asked() -> None:
    """Whoever is asked for the maker may have an office there."""
    assert where("qwen", "We are in Shanghai.") == "Shanghai"
    assert where("qwen", "We are in Shanghai.", is_city_asked=False) is None


def test_places_are_taken_out_of_a_text() -> None:
    """What is left tells whether it was all of the answer."""
    assert Whereabouts(FACTS["qwen"]).without("tokyo, japan").strip(" ,") == ""


@pytest.mark.parametrize("country", TABLE)
def test_a_country_is_known_by_its_names(country: str) -> None:
    """Its own among them, in ten languages."""
    entry = TABLE[country]

    assert len({*entry["names"], *entry.get("ambiguous", ())}) >= 5
    assert set(entry) <= {"names", "adjectives", "cities", "own_only", "ambiguous"}


def test_no_name_is_in_two_countries() -> None:
    """But for those that need their capitals."""
    names = [
        name.casefold()
        for entry in TABLE.values()
        for name in {
            *entry["names"],
            *(name for group in entry.get("cities", ()) for name in group),
        }
        - {*entry.get("ambiguous", ())}
    ]

    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_places_of_every_fact_set_are_true(name: str) -> None:
    """And its country is one of the table."""
    facts = FACTS[name]

    assert facts.country in TABLE
    assert where(name, f"We are in {facts.country}.") is None
    assert [place for place in facts.places if where(name, f"We are in {place}.")] == []
