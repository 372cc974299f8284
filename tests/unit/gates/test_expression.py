"""What a gate may say."""

import pytest

from pytest_distill.errors import UsageError
from pytest_distill.gates import expression as expressions
from pytest_distill.suites.bbi.suite import BBI
from pytest_distill.suites.imitation.suite import IMITATION

KNOWN = {
    "ice": {"loose", "strict", "hard", "strict.team", "strict.zh", "vendors.openai"},
    "rse": {"overall"},
    "own": {"words"},
}
ENDS = {"ice": (0.0, 1.0), "rse": (1.0, 5.0)}


def ends_of(suite: str, _number: str) -> expressions.Ends | None:
    """All numbers of a suite have the same, here; those of ``own`` can be anything."""
    return ENDS.get(suite)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ice.strict<=0.02", ("ice", "strict", True, 0.02, False)),
        (" ice.strict.team <= 5e-2 ", ("ice", "strict.team", True, 0.05, False)),
        ("bbi.advantage>=.1", ("bbi", "advantage", False, 0.1, False)),
        ("ice.strict<=baseline", ("ice", "strict", True, 0.0, True)),
        ("ice.strict<=baseline+0.01", ("ice", "strict", True, 0.01, True)),
        ("rse.overall>=baseline - 0.2", ("rse", "overall", False, -0.2, True)),
        ("imitation.gap<=-0.5", ("imitation", "gap", True, -0.5, False)),
        ("ice.strict<=2%", ("ice", "strict", True, 0.02, False)),
        ("ice.strict <= baseline + 0.5 %", ("ice", "strict", True, 0.005, True)),
    ],
)
def test_an_expression_is_taken_apart(
    expression: str, expected: tuple[str, str, bool, float, bool]
) -> None:
    """Spaces mean nothing."""
    gate = expressions.parse(expression)

    found = (gate.suite, gate.number, gate.is_ceiling, gate.limit, gate.is_relative)
    assert found == expected
    assert gate.expression == expression.strip()


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "ice.strict",
        "ice.strict<0.02",
        "ice.strict=0.02",
        "ice.strict<=",
        "<=0.02",
        "ice.strict<=0.02<=0.03",
        "ice.strict<=two",
        "ice.strict<=nan",
        "ice.strict<=inf",
        "ice.strict<=%",
        "ice.strict<=2%%",
        "ice.strict<=baseline*2",
        "ice.strict<=baseline+",
        "strict<=0.02",
        "ice.<=0.02",
    ],
)
def test_what_cannot_be_read_is_a_usage_error(expression: str) -> None:
    """With an example of what can."""
    with pytest.raises(UsageError, match=r"(?s)gate .*ice\.strict<=0\.02"):
        expressions.parse(expression)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("ice.strikt<=1", "Did you mean 'ice.strict'"),
        ("ice.strict.taem<=1", "Did you mean 'ice.strict.team'"),
        ("ice.vendors.openia<=1", "Did you mean 'ice.vendors.openai'"),
        ("icy.strict<=1", "suite 'icy' is not part of this run. Did you mean 'ice'"),
        ("bbi.overall<=1", "there are: ice"),
    ],
)
def test_a_misspelt_number_names_the_closest(expression: str, message: str) -> None:
    """Before anything is asked."""
    with pytest.raises(UsageError, match=message):
        expressions.check(expressions.parse(expression), KNOWN, ends_of)


@pytest.mark.parametrize("number", ["strict", "strict.team", "strict.zh", "vendors.openai"])
def test_every_number_of_the_run_can_have_a_gate(number: str) -> None:
    """Overall, by group, by vendor."""
    expressions.check(expressions.parse(f"ice.{number}<=0.5"), KNOWN, ends_of)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("ice.strict<=2", "between 0 and 1, the limit is 2; for 2 % write 2% or 0.02"),
        ("ice.strict<=1e9", "between 0 and 1, the limit is 1e"),
        ("ice.strict>=-1", "between 0 and 1, the limit is -1"),
        ("ice.strict<=200%", "the limit is 2"),
        ("ice.strict<=1", "can never fail"),
        ("ice.strict>=0", "can never fail"),
        ("ice.strict<=baseline+5", "no difference from the baseline is 1 or more"),
        ("ice.strict>=baseline-1", "would decide nothing"),
        ("rse.overall<=5", "can never fail: rse.overall is between 1 and 5"),
        ("rse.overall<=0.5", "rse.overall is between 1 and 5, the limit is 0.5$"),
        ("rse.overall<=baseline+4", "no difference from the baseline is 4 or more"),
    ],
)
def test_a_gate_that_decides_nothing_is_refused(expression: str, message: str) -> None:
    """It would be green whatever the model does, or a slip of the pen."""
    with pytest.raises(UsageError, match=message):
        expressions.check(expressions.parse(expression), KNOWN, ends_of)


@pytest.mark.parametrize(
    "expression",
    [
        "ice.strict<=0",
        "ice.strict>=1",
        "ice.strict<=baseline",
        "own.words<=700",
        "rse.overall<=4.1",
    ],
)
def test_limits_on_the_scale_are_accepted(expression: str) -> None:
    """At its far end too; and any limit of numbers that may be anything."""
    expressions.check(expressions.parse(expression), KNOWN, ends_of)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "imitation.accuracy<=80",
            "imitation.accuracy is between 0 and 1, the limit is 80; for 80 %",
        ),
        ("imitation.style>=-5", "imitation.style is between 0 and 1, the limit is -5"),
        ("bbi.flip_rate>=0", "can never fail: bbi.flip_rate is between 0 and 1"),
        ("bbi.p_value>=-0.5", "bbi.p_value is between 0 and 1"),
        ("bbi.advantage>=-1", "can never fail: bbi.advantage is between -1 and 1"),
        ("bbi.closed<=80%", None),
        ("imitation.gap<=1.5", None),
        ("imitation.style_closure>=-5", None),
    ],
)
def test_each_number_of_a_suite_has_a_scale_of_its_own(
    expression: str, message: str | None
) -> None:
    """A share has other ends than an advantage, and a closure has none."""
    suites = {"bbi": BBI, "imitation": IMITATION}
    gate = expressions.parse(expression)
    known = {name: suite.metrics((), (), ()) for name, suite in suites.items()}

    def check() -> None:
        expressions.check(gate, known, lambda name, number: suites[name].ends_of(number))

    if message is None:
        check()
    else:
        with pytest.raises(UsageError, match=message):
            check()
