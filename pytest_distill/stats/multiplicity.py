"""Corrections for multiple tests."""

from collections.abc import Callable, Sequence


def step_down(
    count: int, is_shown: Callable[[int, float], bool], *, alpha: float
) -> tuple[frozenset[int], float]:
    """Return which of `count` claims are shown, with a family-wise error of at most `alpha`.

    Holm's procedure in terms of bounds: with m claims left, each is tested at ``alpha / m``; each
    claim that is shown leaves a larger alpha for the others. Valid for any dependence.

    Args:
        count: number of claims.
        is_shown: whether a claim, by its index, is shown at a given alpha.
        alpha: for all claims together.

    Returns:
        The claims that are shown, and the alpha at which the others were not.

    References:
        Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    shown: frozenset[int] = frozenset()
    while len(shown) < count:
        each = alpha / (count - len(shown))
        news = {index for index in range(count) if index not in shown and is_shown(index, each)}
        if not news:
            return shown, each
        shown |= news
    return shown, alpha


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's method, which controls the family-wise error.

    Valid for any dependence of the hypotheses.

    Args:
        p_values: in [0, 1], one for each hypothesis.

    Returns:
        In the order of `p_values`, each at least as large, at most 1.

    Raises:
        ValueError: a value outside [0, 1].

    References:
        Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    if any(not 0 <= p <= 1 for p in p_values):
        message = f"p-values must be in [0, 1], not {list(p_values)}"
        raise ValueError(message)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted
