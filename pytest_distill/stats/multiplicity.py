"""Corrections for multiple tests."""

from collections.abc import Callable


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
