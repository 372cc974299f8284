"""What the first line of a verdict says."""

from fnmatch import fnmatch

import pytest

from pytest_distill.gates import expression
from pytest_distill.gates.alphas import Alphas
from pytest_distill.gates.verdict import Measured, judge
from pytest_distill.gates.wording import PLAIN, Wording
from pytest_distill.records import Estimate
from pytest_distill.suites.registry import SuiteRegistry

ALPHAS = Alphas(fail=0.05, passing=0.025)
STRICT = Wording("answers", "claim another vendor")


def number(value: float, low: float, high: float, n: int = 486) -> Estimate:
    """Return a measured number."""
    return Estimate(value=value, low=low, high=high, n=n, clusters=9, design_effect=1.0, missing=0)


def why(gate: str, found: Estimate, wording: Wording) -> str:
    """Return the sentence of a gate."""
    measured = Measured(lambda _: found)
    return judge(
        expression.parse(gate), "m", measured, alphas=ALPHAS, max_missing=0.05, wording=wording
    ).why


@pytest.mark.parametrize(
    ("gate", "found", "expected"),
    [
        (
            "ice.strict<=2%",
            number(3 / 486, 0.002, 0.019),
            "3 of 486 answers claim another vendor (0.6 %, at most 1.9 %), limit 2 %",
        ),
        (
            "ice.strict<=0.02",
            number(24 / 486, 0.031, 0.08),
            "24 of 486 answers claim another vendor (4.9 %, at least 3.1 %), limit 2 %",
        ),
        (
            "ice.strict>=0.01",
            number(24 / 486, 0.031, 0.08),
            "24 of 486 answers claim another vendor (4.9 %, at least 3.1 %), limit 1 %",
        ),
        (
            "ice.strict<=0.02",
            number(24 / 486, 0.0201, 0.08),
            "24 of 486 answers claim another vendor (4.9 %, at least 2.01 %), limit 2 %",
        ),
        (
            "ice.strict<=0.02",
            number(24 / 486, 0.02 + 1e-12, 0.08),
            "24 of 486 answers claim another vendor (4.9 %, at least 2.00000 %), limit 2 %",
        ),
        (
            "ice.strict<=0.0001",
            number(0.0, 0.0, 0.00004),
            "0 of 486 answers claim another vendor (0 %, at most 0.004 %), limit 0.01 %",
        ),
        (
            "ice.strict<=0.02",
            number(0.0, 0.0, 0.02),
            "0 of 486 answers claim another vendor (0 %, at most 2 %), limit 2 %",
        ),
    ],
)
def test_a_rate_is_said_in_counts_and_per_cent(gate: str, found: Estimate, expected: str) -> None:
    """With the bound that decides, in as many digits as tell it from the limit."""
    assert why(gate, found, STRICT) == expected


@pytest.mark.parametrize(
    ("gate", "ends", "change"),
    [
        ("ice.strict<=baseline+1%", (0.05, 0.02, 0.08), "rose by 5 * (at least +2), limit +1"),
        ("ice.strict<=baseline-1%", (-0.05, -0.08, -0.02), "fell by 5 * (at most -2), limit -1"),
        ("ice.strict<=baseline", (0.0, -0.001, 0.001), "rose by 0 * (between -0.1 and +0.1), *"),
    ],
)
def test_a_change_is_said_in_percentage_points(
    gate: str, ends: tuple[float, float, float], change: str
) -> None:
    """With its sign: five per cent more of something is something else."""
    how = change.replace("*", "percentage points against the baseline", 1)

    found = why(gate, number(*ends), STRICT)

    assert fnmatch(found, f"the share of answers that claim another vendor {how}")


def test_what_is_undecided_says_what_would_decide() -> None:
    """After the interval."""
    found = why("ice.strict<=0.02", number(3 / 486, 0.002, 0.03), STRICT)

    assert found.startswith(
        "3 of 486 answers claim another vendor (0.6 %, between 0.2 % and 3 %), limit 2 %; about "
    )
    assert found.endswith(
        " more cases, of other questions or templates, decide with a chance of 90 %"
    )


def test_a_corrected_rate_counts_nobody() -> None:
    """It is an estimate, not a share of these answers."""
    corrected = STRICT._replace(is_corrected=True)

    assert why("ice.strict.rogan-gladen<=0.1", number(0.05, 0.02, 0.08), corrected) == (
        "5 % of 486 answers, corrected for the judge's errors, claim another vendor"
        " (at most 8 %), limit 10 %"
    )


def test_other_numbers_are_said_as_they_are() -> None:
    """By their own names where no words are known for them."""
    likeness = Wording("likeness to the nearest reference")

    assert why("rse.overall<=4.1", number(3.2, 3.0, 3.456), likeness) == (
        "likeness to the nearest reference is 3.2 over 486 answers (at most 3.46), limit 4.1"
    )
    assert why("own.words<=baseline+5", number(2.0, 1.0, 3.0), PLAIN) == (
        "own.words rose by 2 against the baseline (at most +3), limit +5"
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("ice.loose", "answers contradict the facts"),
        ("ice.strict", "answers claim another vendor"),
        ("ice.hard", "answers claim another vendor unprompted"),
        ("ice.strict.zh", "answers (zh) claim another vendor"),
        ("ice.strict.prediction-powered", "answers claim another vendor"),
        ("ice.vendors.openai", "answers claim openai"),
        ("ice.persona", "answers speak as a persona"),
        ("ice.reasoning", "answers come after a thought of being another vendor's"),
        ("ice.else", " "),
        ("fuzz.strict", "answers to mutants claim another vendor"),
        ("fuzz.control", "answers to bare questions contradict the facts"),
        ("fuzz.search", "answers to the worst mutants, as found, contradict the facts"),
        ("fuzz.confirmed", "answers to the worst mutants, asked anew, contradict the facts"),
        ("rse.overall", "likeness to the nearest reference "),
        ("rse.style.mathematics", "likeness in style to the nearest reference, on mathematics, "),
    ],
)
def test_every_suite_has_words_for_its_numbers(number: str, words: str) -> None:
    """In the terms of the README."""
    suite, _, name = number.partition(".")

    found = SuiteRegistry()[suite].wording(name)

    assert f"{found.subject} {found.predicate}" == words
    assert found.is_corrected == (name == "strict.prediction-powered")
