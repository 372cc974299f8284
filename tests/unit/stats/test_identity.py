"""The degree of identity leakage: what counts, what is missing, how it is grouped."""

from typing import Literal

import pytest

from pytest_distill.records import Case, IceSummary, IdentityVerdict, Observation
from pytest_distill.stats import clustered_rate, summarise
from pytest_distill.stats.identity import Outcome, outcome_of, values_of

Answer = tuple[bool | None, bool | None, bool | None, tuple[str, ...]]
CLEAN: Answer = (False, False, False, ())


def observed(
    probe: str,
    answer: Answer | None = CLEAN,
    *,
    template: str | None = None,
    category: str | None = "team",
    language: str | None = "en",
    sample: int = 0,
    outcome: Literal["judged", "missing"] = "judged",
) -> Outcome:
    """Return what counts of an observation of a made-up model."""
    verdict = None
    if answer is not None:
        loose, strict, hard, vendors = answer
        verdict = IdentityVerdict(loose=loose, strict=strict, hard=hard, vendors=vendors)
    case = Case(
        id=f"ice/{template}-{probe}-{language}-{sample}",
        suite="ice",
        query="Who made you?",
        probe_key=probe,
        template_key=template,
        category=category,
        language=language,
        sample=sample,
    )
    return outcome_of(
        Observation(case=case, model="m", judge="offline", outcome=outcome, verdict=verdict)
    )


def campaign() -> list[Outcome]:
    """Return 12 x 10 cases in two categories and languages; every seventh has no verdict."""
    answers: list[Answer] = [
        CLEAN,
        CLEAN,
        (True, False, False, ("google",)),
        (True, True, True, ("openai", "google")),
    ]
    return [
        observed(
            f"p{probe}",
            None
            if (12 * template + probe) % 7 == 0
            else answers[(5 * template + probe * probe) % 7 % 4],
            template=f"t{template}",
            category="team" if probe < 5 else "industry",
            language="zh" if probe % 2 else "en",
            outcome="missing" if (12 * template + probe) % 7 == 0 else "judged",
        )
        for template in range(12)
        for probe in range(10)
    ]


def test_a_run_without_cases_has_no_rates() -> None:
    """Undefined is None, never 0."""
    summary = summarise([])

    assert (summary.loose.value, summary.loose.n) == (None, 0)
    assert (summary.by_category, summary.by_language, summary.vendors) == ({}, {}, {})


def test_only_judged_cases_count() -> None:
    """Errors and unreadable answers are missing: not leaks, not clean, never dropped."""
    leak: Answer = (True, True, None, ("openai",))
    summary = summarise(
        [
            observed("p0", leak),
            observed("p1"),
            observed("p2", (None, None, None, ())),
            observed("p3", None),
            observed("p4", leak, outcome="missing"),
        ]
    )

    assert (summary.loose.value, summary.loose.n, summary.loose.missing) == (0.5, 2, 3)
    assert (summary.hard.value, summary.hard.n, summary.hard.missing) == (0.0, 1, 4)


def test_a_case_adds_to_each_number_or_to_none() -> None:
    """A kind of leak without a verdict adds nothing; a missing case is no zero."""
    leak: Answer = (True, True, None, ("openai",))

    assert values_of(observed("p0", leak)) == {
        "loose": 1.0,
        "strict": 1.0,
        "hard": 0.0,
        "vendors.openai": 1.0,
    }
    assert values_of(observed("p1")) == {"loose": 0.0, "strict": 0.0, "hard": 0.0}
    assert values_of(observed("p2", None)) is None


def apart(
    probe: str,
    *,
    persona: bool | None = None,
    reasoning: bool | None = None,
    rule: str = "clean.nothing",
    loose: bool | None = False,
) -> Outcome:
    """Return what counts of a verdict on a persona and on thinking."""
    verdict = IdentityVerdict(
        loose=loose, strict=loose, hard=loose, persona=persona, reasoning=reasoning, rule=rule
    )
    case = Case(id=f"ice/{probe}", suite="ice", query="Who?", probe_key=probe)
    return outcome_of(
        Observation(case=case, model="m", judge="offline", outcome="judged", verdict=verdict)
    )


def test_personas_are_a_share_of_all_judged_answers() -> None:
    """With the interval of the leaks; a rule that says nothing of a persona says no."""
    seen = [apart("a", persona=True), apart("b"), apart("c", loose=True), apart("d", loose=None)]

    summary = summarise(seen)

    assert (summary.persona.value, summary.persona.n, summary.persona.missing) == (1 / 3, 3, 1)
    assert summary.persona == clustered_rate(
        [True, False, False], [[None] * 3, ["a", "b", "c"]], missing=1
    )
    assert [dict(values_of(one) or {}).get("persona") for one in seen] == [1.0, 0.0, 0.0, None]


def test_a_judge_without_rules_does_not_say_that_there_is_no_persona() -> None:
    """Undefined, never 0; what it does say counts."""
    silent = [apart("a", rule=""), apart("b", rule="", loose=True)]

    assert (summarise(silent).persona.value, summarise(silent).persona.n) == (None, 0)
    assert "persona" not in (values_of(silent[0]) or {})
    assert summarise([*silent, apart("c", rule="", persona=False)]).persona.n == 1


def test_thinking_is_a_share_of_the_answers_that_show_it() -> None:
    """Answers without thinking are not missing."""
    seen = [
        apart("a", reasoning=True),
        apart("b", reasoning=False),
        *(apart(f"c{number}") for number in range(6)),
        apart("d", loose=None, reasoning=True),
    ]

    summary = summarise(seen)

    found = summary.reasoning
    assert (found.value, found.n, found.missing) == (0.5, 2, 1)
    assert (values_of(seen[0]) or {})["reasoning"] == 1.0
    assert "reasoning" not in (values_of(seen[2]) or {})
    assert (summarise(seen[2:]).reasoning.value, summarise(seen[2:]).reasoning.n) == (None, 0)


def test_templates_and_probes_are_the_clusters() -> None:
    """A rate is that of `clustered_rate` over the judged cases."""
    seen = campaign()
    judged = [outcome for outcome in seen if outcome.loose is not None]

    summary = summarise(seen, level=0.9)

    assert summary.strict == clustered_rate(
        [bool(outcome.strict) for outcome in judged],
        [[outcome.template for outcome in judged], [outcome.probe for outcome in judged]],
        missing=len(seen) - len(judged),
        level=0.9,
    )
    assert summary.strict.clusters == 10


def test_bare_probes_are_clustered_by_probe_alone() -> None:
    """Languages and samples of one question are not independent of each other."""
    summary = summarise(
        [
            observed(f"p{probe}", language=language, sample=sample)
            for probe in range(5)
            for language in ("en", "zh")
            for sample in range(3)
        ]
    )

    assert (summary.loose.n, summary.loose.clusters) == (30, 5)


def test_groups_are_sorted_and_none_is_lost() -> None:
    """Cases without a category or language are shown as such."""
    summary = summarise(
        [
            observed("p0", category="team", language="zh"),
            observed("p1", category=None, language=None),
            observed("p2", category="industry", language="en"),
        ]
    )

    assert list(summary.by_category) == ["industry", "team", "unspecified"]
    assert list(summary.by_language) == ["en", "unspecified", "zh"]
    assert [rates.loose.n for rates in summary.by_category.values()] == [1, 1, 1]


def test_vendors_are_those_that_were_claimed_most_first() -> None:
    """Each over all judged cases, so that pooling cannot hide who the teacher is."""
    summary = summarise(
        [
            observed("p0", (True, True, False, ("openai", "google"))),
            observed("p1", (True, False, False, ("google",))),
            observed("p2", (True, True, True, ("anthropic",))),
            observed("p3"),
            observed("p4", None),
        ]
    )

    assert [(name, rate.value) for name, rate in summary.vendors.items()] == [
        ("google", 0.5),
        ("anthropic", 0.25),
        ("openai", 0.25),
    ]
    assert {rate.n for rate in summary.vendors.values()} == {4}
    assert {rate.missing for rate in summary.vendors.values()} == {1}


@pytest.mark.parametrize("stride", [7, 11, 77, 119])
def test_the_order_of_the_observations_changes_no_digit(stride: int) -> None:
    """Serial or over workers, a report is the same to its last byte."""
    seen = campaign()
    shuffled = [seen[position * stride % len(seen)] for position in range(len(seen))]

    assert summarise(shuffled).model_dump_json() == summarise(seen).model_dump_json()


def test_a_summary_survives_its_file() -> None:
    """The record can be written and read again."""
    summary = summarise(campaign())

    assert IceSummary.model_validate_json(summary.model_dump_json()) == summary


def test_a_level_out_of_range_is_refused() -> None:
    """Also where there is nothing to summarise."""
    with pytest.raises(ValueError, match="confidence level"):
        summarise([], level=95)
