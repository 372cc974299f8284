"""Scales from values to places in a drawing, with round ticks."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pytest_distill.records import Estimate
from pytest_distill.text import columns_of

_CHARACTER = 7.4
"""Width of a character at 12 px in a wide font; twice that for those of two columns."""

_FLAT = 1e-9


class Scale(NamedTuple):
    """Maps ``low..high`` to ``start..end``; what is outside is drawn at the end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 6) -> Sequence[float]:
        """Return round values within the scale, `most` at most."""
        step = _step(self.high - self.low, most)
        first = math.ceil(self.low / step - _FLAT)
        last = math.floor(self.high / step + _FLAT)
        return [number * step for number in range(first, last + 1)]


def fitting(
    values: Iterable[float], start: float, end: float, *, low: float | None, high: float | None
) -> Scale:
    """Return a scale on which all values have room, between round ends.

    Args:
        values: to be drawn.
        start: place of the least value.
        end: place of the greatest.
        low: where the scale begins; None: at a round value below all.
        high: where it ends; likewise.
    """
    known = list(values) or [0.0, 1.0]
    least = min(known) if low is None else low
    most = max(known) if high is None else high
    if most - least < _FLAT:
        most = least + 1.0
    step = _step(most - least, 5)
    return Scale(
        math.floor(least / step + _FLAT) * step if low is None else low,
        math.ceil(most / step - _FLAT) * step if high is None else most,
        start,
        end,
    )


def reach(estimates: Iterable[Estimate]) -> Iterator[float]:
    """Yield values and bounds of the estimates that have them."""
    for each in estimates:
        yield from (end for end in (each.value, each.low, each.high) if end is not None)


def tick_text(value: float) -> str:
    """Return a round value without superfluous digits."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text_width(text: str) -> float:
    """Return about how many pixels a text is wide."""
    return _CHARACTER * columns_of(text)


def _step(span: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten: the least with `most` steps in `span` at most."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - _FLAT))
