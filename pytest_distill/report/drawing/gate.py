"""The number of a gate with its interval, beside its limit."""

from pytest_distill.records import Verdict
from pytest_distill.report.drawing.bars import interval
from pytest_distill.report.drawing.scale import fitting, tick_text
from pytest_distill.report.drawing.svg import Drawing, element, joined, label, line

_WIDTH, _HEIGHT = 260.0, 46.0
_LEFT, _RIGHT = 12.0, 18.0
_Y = 14.0
_FLOOR = 30.0


def gate(verdict: Verdict) -> Drawing | None:
    """Return the drawing; None for a number that is undefined."""
    if verdict.value is None:
        return None
    ends = [end for end in (verdict.low, verdict.value, verdict.high) if end is not None]
    values = [*ends, verdict.limit, 0.0]
    scale = fitting(values, _LEFT, _WIDTH - _RIGHT, low=None, high=None)
    parts = [line(scale.start, _FLOOR, scale.end, _FLOOR, "axis")]
    for tick in scale.ticks(4):
        parts.append(line(scale(tick), _FLOOR, scale(tick), _FLOOR + 4, "axis"))
        middle = {"css": "muted small", "anchor": "middle"}
        parts.append(label(scale(tick), _FLOOR + 11, tick_text(tick), **middle))
    low = verdict.value if verdict.low is None else verdict.low
    high = verdict.value if verdict.high is None else verdict.high
    parts.append(interval(scale(low), scale(high), _Y))
    parts.append(element("circle", cx=scale(verdict.value), cy=_Y, r=4, class_="dot"))
    limit = scale(verdict.limit)
    parts.append(line(limit, 2, limit, _FLOOR, "limit"))
    shown = (
        f"{verdict.expression} of {verdict.model}: {verdict.value:.4g},"
        f" from {low:.4g} to {high:.4g}; the red line is the limit, {verdict.limit:g}"
    )
    return Drawing(_WIDTH, _HEIGHT, joined(*parts), shown)
