"""What a run of pairs asks, what it costs, and what it could show."""

from pathlib import Path
from typing import Any

import pytest

from pytest_distill.errors import SettingError, UsageError
from pytest_distill.gates.expression import parse
from pytest_distill.models import spec
from pytest_distill.records import Lines, Series, SuiteSummary, Table
from pytest_distill.run.session import Session
from pytest_distill.settings.settings import JudgeSpec, Settings
from pytest_distill.suites.bbi import BBI, options
from pytest_distill.suites.bbi.suite import BbiRun
from tests.support.runs import description, empty_report


def opened(**more: Any) -> Session:  # noqa: ANN401 - fields of the settings
    """Return a session that asks nobody."""
    known: dict[str, Any] = {
        "suites": ("bbi",),
        "models": (spec.parse("openai:x"),),
        "references": (spec.parse("openai:y"), spec.parse("openai:z")),
        **more,
    }
    return Session(Settings(**known), must_answer=False)


def run_of(session: Session) -> BbiRun:
    """Return the run of the suite; the session is closed, as nobody is asked."""
    session.close()
    found = session.suites["bbi"]
    assert isinstance(found, BbiRun)
    return found


def test_a_limit_keeps_all_answers_to_a_prompt_together() -> None:
    """Of single answers nothing tells how much they vary."""
    found = run_of(opened(samples=4, limit=40, references=(spec.parse("openai:y"),))).cases("x")

    prompts = {case.probe_key for case in found}
    assert len(found) == 40
    assert len(prompts) == 10
    assert {case.sample for case in found} == {0, 1, 2, 3}
    assert len({case.category for case in found}) > 5


def test_a_limit_below_the_samples_keeps_one_prompt() -> None:
    """The least that can be measured."""
    found = run_of(opened(samples=4, limit=3, references=(spec.parse("openai:y"),))).cases("x")

    assert len(found) == 4


def test_efforts_are_those_of_every_arm() -> None:
    """Each answer once; two calls of a judge for each arm."""
    session = opened(
        samples=2,
        limit=20,
        base=spec.parse("openai:b"),
        judges=(JudgeSpec(model=spec.parse("openai:j")),),
    )

    found = {effort.role: effort.calls for effort in run_of(session).efforts("x")}

    assert found == {
        "model": 20,
        "reference y": 20,
        "reference z": 20,
        "base": 20,
        # Two references, with student, base and half a resample for each of 20 answers.
        "judge j": 2 * 2 * (20 + 20 + 10),
    }


def test_references_and_judges_have_numbers_of_their_own() -> None:
    """A gate may name them."""
    session = opened(judges=(JudgeSpec(model=spec.parse("openai:j")),))

    known = BBI.metrics(run_of(session).groups("x"), [], [])

    assert {"advantage.y", "advantage.judge-j", "advantage.technical", "advantage.400"} <= known
    assert BBI.wording("advantage.y").subject.endswith("reference's (y)")


def test_a_reference_called_like_a_group_is_refused() -> None:
    """Nobody could say which number a gate means."""
    with pytest.raises(UsageError, match="reference 'style' is called like a group"):
        opened(references=(spec.parse("openai:style"),))


def test_a_plan_says_what_so_many_prompts_show() -> None:
    """Of gates, of epsilon, and of the two-sample test with its assumption."""
    gates = (parse("bbi.advantage<=0.2"), parse("bbi.advantage>=0"))
    lines = run_of(opened(samples=10, limit=250, gates=gates)).power("x")

    assert lines is not None
    text = "\n".join(lines)
    assert "advantage, 25 prompts" in text
    assert "within 0.2" in text
    assert "within 0.1" in text
    assert "785 prompts: 80%" in text
    assert "25 prompts x 10 answers of each side" in text
    assert "another vendor's model is found with a chance of 100%" in text
    assert "published for changes of one model" in text


def test_a_plan_of_single_answers_says_what_they_cannot_show() -> None:
    """The two-sample test needs two."""
    lines = run_of(opened(limit=20)).power("x")

    assert lines is not None
    assert any("it needs two answers to a prompt" in line for line in lines)


def test_epsilon_is_an_advantage() -> None:
    """Between 0 and 1; .1 if nothing is said, also in logs of other suites."""
    assert options.read({}).epsilon == 0.1
    assert options.read({"bbi_epsilon": "0.05"}).epsilon == 0.05
    with pytest.raises(SettingError, match="between 0 and 1"):
        options.read({"bbi_epsilon": "much"})
    assert options.epsilon_of(description()) == 0.1
    found = BBI.read_options({"bbi_epsilon": 0.3}, Path())
    assert found is not None
    settings = Settings(options={"bbi": found})
    assert BBI.described(settings) == {"epsilon": 0.3}


def test_a_section_shows_arms_adversaries_curve_and_what_follows() -> None:
    """One of a model without pairs shows nothing."""
    number = {
        "value": 0.2,
        "low": 0.1,
        "high": 0.3,
        "n": 9,
        "clusters": 9,
        "design_effect": None,
        "missing": 1,
    }
    group = {"advantage": number, "advantage_consistent": number, "flip_rate": number}
    summary = SuiteSummary.model_validate(
        {
            **group,
            "by_arm": {"student": group},
            "by_adversary": {"trained": group, "two-sample": {"p_value": number}},
            "by_reference": {"r": group, "s": group},
            "by_queries": {"10": {"advantage": number}},
            "by_category": {"a": group, "b": group},
            "statements": {"verdict": "inconclusive", "base": "b"},
        }
    )
    report = empty_report(models={"m": {"bbi": summary}, "n": {"bbi": SuiteSummary()}})

    (section,) = BBI.sections(report)

    kinds = [type(block) for block in section.blocks]
    assert section.title == "bbi · m · 9 pairs, 1 missing"
    assert section.brief is not None
    assert "advantage 0.20" in section.brief
    assert kinds == [Lines, Table, Table, Table, Table, Table, Series, Lines]
