"""What follows from the numbers of the suite, in sentences."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pytest_distill.records import Estimate
from pytest_distill.stats.advantage import verdict
from pytest_distill.suites.bbi.names import BASE, RESAMPLE, STUDENT, TRAINED, TWO_SAMPLE
from pytest_distill.suites.bbi.pairs import headline

if TYPE_CHECKING:
    from pytest_distill.suites.bbi.results import Measured

_TOO_FEW = "too few pairs: it trains on 10 at least, and on none that it is tested on"


def of(
    measured: "Measured", reference: str, *, epsilon: float, is_based: bool
) -> Mapping[str, str]:
    """Return the statements about a model and its hardest reference, by name.

    Args:
        measured: numbers and pairs.
        reference: label of the reference.
        epsilon: advantage up to which they are called indistinguishable.
        is_based: whether the run has a model as it was before it was distilled.
    """
    return {
        "verdict": _verdict(measured, reference, epsilon),
        "adversaries": "; ".join(_adversaries(measured)),
        RESAMPLE: _resample(measured, reference),
        BASE: _base(measured, reference, is_based=is_based),
        "closed": _closed(measured),
        TWO_SAMPLE: _two_sample(measured, reference),
    }


def _verdict(measured: "Measured", reference: str, epsilon: float) -> str:
    known = {name: one for name, one in measured.advantages.items() if one.n}
    found = verdict(known, epsilon=epsilon, level=measured.run.level)
    if found.adversary is None:
        if found.decision == "inconclusive":
            return f"inconclusive at {epsilon:g}: no adversary has a number"
        names = " and ".join(known)
        return f"indistinguishable at {epsilon:g} from {reference}, for {names} and no others"
    said = f"{found.adversary} has an advantage of {_interval(known[found.adversary])}"
    if found.decision == "distinguishable":
        return f"distinguishable at {epsilon:g} from {reference}: {said}"
    enough = (
        "if that is the true one, no affordable number of prompts decides"
        if found.prompts is None
        else f"if that is the true one, about {found.prompts} prompts decide"
    )
    return f"inconclusive at {epsilon:g}: {said}; {enough}"


def _adversaries(measured: "Measured") -> Iterator[str]:
    for name in measured.run.judges:
        yield f"{name}: a model that is shown both answers in both orders, and three other answers"
    queries = headline(measured.pairs.curve(STUDENT))
    budget = _TOO_FEW if queries is None else f"{queries} pairs of other prompts"
    yield f"{TRAINED}: logistic regression on style and words, learns from {budget}"
    test = measured.pairs.test()
    if test is not None:
        size = f"{test.answers} answers to {test.prompts} prompts"
        yield f"{TWO_SAMPLE}: maximum mean discrepancy with a string kernel, {size}"


def _resample(measured: "Measured", reference: str) -> str:
    if measured.run.samples < 2:  # noqa: PLR2004 - the second answer
        return "undefined: it needs --distill-samples 2 or more"
    if not measured.pairs.of_arm(RESAMPLE):
        return f"undefined: {reference} gave no second answer to any prompt"
    found = measured.arm(measured.headline, RESAMPLE)["advantage"]
    if found.low is None or found.high is None:
        return "undefined: too few pairs"
    of_own = f"{reference} is told from itself with an advantage of {_interval(found)}"
    if found.low <= 0 <= found.high:
        return f"as it should be: {of_own}, which includes 0"
    return (
        f"not as it should be: {of_own}, which excludes 0; its answers changed during the run, or"
        " depend on each other, and the other numbers say less"
    )


def _base(measured: "Measured", reference: str, *, is_based: bool) -> str:
    found = measured.pairs.of_arm(BASE)
    if not found:
        return "undefined: it needs --base SPEC, or a second --reference that is unrelated"
    names = sorted({pair.models[BASE] for pair in found.values()})
    who = " and ".join(names)
    if is_based:
        return f"{who}, the model before it was distilled"
    return f"{who} stands for a model unrelated to {reference}, as there is no --base"


def _closed(measured: "Measured") -> str:
    found = measured.numbers["closed"]
    if found.value is not None:
        return (
            f"{_interval(found)} of the way from the base to the reference: 0 is as easy to tell as"
            " the base, 1 as hard as the reference's own answers"
        )
    lacking = [
        arm for arm in (BASE, RESAMPLE) if not measured.guesses(measured.headline, arm).guesses
    ]
    if lacking:
        return f"undefined: there is no number for {' and '.join(lacking)}"
    return "undefined: the base is not shown to be easier to tell than the reference's own answers"


def _two_sample(measured: "Measured", reference: str) -> str:
    test = measured.pairs.test()
    if test is None:
        return "undefined: it needs two answers of both to a prompt (--distill-samples 2 or more)"
    alpha = 1 - measured.run.level
    size = f"{test.answers} answers to {test.prompts} prompts"
    if test.p <= alpha:
        return f"they differ: so great a difference to {reference} has p = {test.p:.2g} ({size})"
    return (
        f"not shown to differ from {reference}: p = {test.p:.2g} ({size}); `pytest-distill plan`"
        " says what so many would find"
    )


def _interval(found: Estimate) -> str:
    if found.value is None:
        return "undefined"
    if found.low is None or found.high is None:
        return f"{found.value:.2f}"
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"
