"""Gates on the number of the nearest of several references, which is about all of them.

That no reference is too near is shown by each of them; that one is, by the nearest alone.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from pytest_distill.records import Estimate, Gate

# Suites whose numbers are the smaller, the nearer a reference is.
_OF_DIFFERENCE: Final = frozenset({"bbi"})


def is_of_one(number: str, references: Collection[str]) -> bool:
    """Say whether a number is about one reference, not about the nearest of several."""
    return any(
        number.startswith(f"references.{name}.") or number.endswith(f".{name}")
        for name in references
    )


def of_each(
    gate: Gate, references: Collection[str], number_of: Callable[[str], Estimate]
) -> Mapping[str, Estimate]:
    """Return the number of a gate for each of several references; empty if there is none.

    So it is if the gate is about one of them, and where a suite does not tell them apart.

    Args:
        gate: on an absolute number.
        references: their labels.
        number_of: returns the estimate with a name.
    """
    if gate.is_relative or len(references) < 2 or is_of_one(gate.number, references):  # noqa: PLR2004 - of one there is no nearest
        return {}
    kind, _, group = gate.number.rpartition(".")
    each = {}
    for name in references:
        inside = f"by_domain.{group}.{kind}" if kind else gate.number
        inner = (f"references.{name}.{gate.number}", f"references.{name}.{inside}")
        names = (*inner, f"{gate.number}.{name}")
        each[name] = max(map(number_of, names), key=lambda one: one.value is not None)
    return {} if all(one.value is None for one in each.values()) else each


def is_about_all(gate: Gate) -> bool:
    """Say whether the number of the nearest meets a gate only if those of all references do.

    So it is with a ceiling on likeness, and with a floor on what can be told apart.
    """
    return gate.is_ceiling != (gate.suite in _OF_DIFFERENCE)


def silent(references: Mapping[str, tuple[int, int]], most: float) -> Iterator[str]:
    """Yield which references did not answer, so that a gate about the nearest cannot pass.

    One that did not answer is never the nearest, and of it nothing is known.

    Args:
        references: by label, how many cases are missing, and how many there are.
        most: greatest share of missing cases.
    """
    for reference, (lost, cases) in references.items():
        if lost > most * cases:
            yield (
                f"{lost} of {cases} cases with the reference {reference} are missing:"
                f" {100 * lost / cases:.0f} % > {100 * most:.0f} %"
            )


def undecided(gate: Gate, each: Mapping[str, Estimate]) -> Iterator[str]:
    """Yield which references may be beyond the limit, though the nearest seems not to be.

    Args:
        gate: that all of them have to meet.
        each: the number of each, with the bounds that let a gate pass.
    """
    for reference, number in each.items():
        far = number.high if gate.is_ceiling else number.low
        sign = 1 if gate.is_ceiling else -1
        if number.value is None or far is None:
            yield f"with the reference {reference} there are too few cases for an interval"
        elif sign * far > sign * gate.limit:
            end = "up to" if gate.is_ceiling else "down to"
            yield f"with the reference {reference} it may be {end} {far:.3g}, limit {gate.limit:g}"
