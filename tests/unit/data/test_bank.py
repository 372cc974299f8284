"""The bank: questions and templates that differ, as many as gates need."""

from collections import Counter

from pytest_distill.data import facts, probes, templates
from pytest_distill.fuzz.novelty import SeenTexts
from pytest_distill.judges.aliases import AliasRegistry

BANK = probes.load_bank()
CORE = {probe.id: probe for probe in probes.load_shipped()}
TEMPLATES = templates.load_bank()


def test_the_bank_has_each_question_once() -> None:
    """The 25 of the core in one of their languages, and 375 more."""
    questions = {probe.question for probe in BANK}

    assert len(BANK) == len(questions) == len({probe.text for probe in BANK}) == 400
    assert {probe.question for probe in CORE.values()} < questions
    assert all(CORE[probe.id] == probe for probe in BANK if probe.id in CORE)


def test_every_part_of_the_bank_is_balanced() -> None:
    """However few questions a gate needs: categories to one, languages to a few."""
    for size in (100, 200, 400):
        part = BANK[:size]
        categories = Counter(probe.category for probe in part)
        languages = Counter(probe.language for probe in part)
        assert max(categories.values()) - min(categories.values()) <= 2
        assert len(languages) == 10
        assert max(languages.values()) <= 1.7 * size / 10


def test_no_question_and_no_new_template_names_a_vendor() -> None:
    """What leaks then is a hard leak."""
    registry = AliasRegistry(facts.load_shipped().values())
    seeds = {template.id for template in templates.load_shipped()}
    new = [template.text for template in TEMPLATES if template.id not in seeds]

    # Spanish "se llama" is no Llama.
    named = [p.text for p in BANK if registry.mentions(p.text.replace("se llama", ""))]
    assert named == []
    assert [text for text in new if registry.mentions(text)] == []


def test_the_bank_of_templates_has_two_hundred_that_differ() -> None:
    """The seeds first, so that a run of few asks what it asked before."""
    seen = SeenTexts()
    near = [template.id for template in TEMPLATES if not seen.add(template.text)]

    assert near == []
    assert len(TEMPLATES) == len({template.id for template in TEMPLATES}) == 200
    assert TEMPLATES[: len(templates.load_shipped())] == templates.load_shipped()
    assert min(Counter(template.language for template in TEMPLATES).values()) >= 14
