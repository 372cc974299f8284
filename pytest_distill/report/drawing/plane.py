"""Drawings with two axes: scatters with error bars, and curves."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_distill.records import Axis, Estimate, NamedPoint, Scatter, Series
from pytest_distill.report.drawing.scale import Scale, fitting, reach, text_width, tick_text
from pytest_distill.report.drawing.svg import Drawing, Markup, element, joined, label, line
from pytest_distill.report.numbers import axis_value, with_interval
from pytest_distill.text import one_line

_WIDTH, _HEIGHT = 680.0, 420.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 24.0, 34.0, 52.0
_CURVE_HEIGHT = 260.0
_LINE = 14.0
_NAME_CHARACTERS = 28
_LABEL_CHARACTERS = 90


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "_Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def scatter(figure: Scatter) -> Drawing:
    """Return points with error bars in both directions; those that are undefined are left out."""
    points = [p for p in figure.points if None not in (p.x.value, p.y.value)]
    x = _across(figure.x, [p.x for p in points])
    y = _up(figure.y, [p.y for p in points], _HEIGHT)
    parts = [*_axes(figure.x, x, figure.y, y)]
    parts += [_cross(point, x, y) for point in points]
    parts += _names(points, x, y)
    what = f"{figure.y.label} against {figure.x.label}, {len(points)} points"
    shown = f"{figure.title or 'Scatter'}: {what}"
    return Drawing(_WIDTH, _HEIGHT, joined(*parts), shown)


def curve(series: Series) -> Drawing:
    """Return a curve with a band for the intervals; it is broken where a value is undefined."""
    is_numeric = all(not isinstance(point.x, str) for point in series.points)
    places = [float(p.x) if is_numeric else n for n, p in enumerate(series.points)]
    first, last = min(places, default=0.0), max(places, default=1.0)
    pad = (last - first) * 0.04 or 0.5
    x = Scale(first - pad, last + pad, _LEFT, _WIDTH - _RIGHT)
    axis = Axis(label=series.y)
    y = _up(axis, [p.y for p in series.points], _CURVE_HEIGHT)
    parts = [*_frame(axis, y), label(_WIDTH / 2, y.start + 40, series.x, anchor="middle")]
    drawn = [(x(at), p.y) for at, p in zip(places, series.points, strict=True)]
    parts += _ticks_below(series, x, places, y)
    for run in _runs(drawn):
        parts += _run(run, y)
    shown = f"{series.title}: {series.y} against {series.x}, {len(series.points)} points"
    return Drawing(_WIDTH, _CURVE_HEIGHT, joined(*parts), shown)


def _across(axis: Axis, values: Sequence[Estimate]) -> Scale:
    return fitting(reach(values), _LEFT, _WIDTH - _RIGHT, low=axis.low, high=axis.high)


def _up(axis: Axis, values: Sequence[Estimate], height: float) -> Scale:
    low = 0.0 if axis.low is None and min([0.0, *reach(values)]) >= 0 else axis.low
    return fitting(reach(values), height - _BOTTOM, _TOP, low=low, high=axis.high)


def _axes(x_axis: Axis, x: Scale, y_axis: Axis, y: Scale) -> Iterator[Markup]:
    yield from _frame(y_axis, y)
    for tick in x.ticks(8):
        yield line(x(tick), y.start, x(tick), y.end, "grid")
        yield label(x(tick), y.start + 14, tick_text(tick), css="muted small", anchor="middle")
    yield line(x.start, y.start, x.end, y.start, "axis")
    text = one_line(x_axis.label, _LABEL_CHARACTERS)
    yield label((x.start + x.end) / 2, y.start + 38, text, anchor="middle")
    for number, mark in enumerate(x_axis.marks):
        if x.low <= mark.at <= x.high:
            yield line(x(mark.at), y.start, x(mark.at), y.end, "mark")
            # Neighbouring marks on lines of their own.
            height = y.end + 10 + _LINE * (number % 2)
            is_left = x(mark.at) + text_width(mark.label) > x.end
            place, anchor = (-4.0, "end") if is_left else (4.0, "start")
            yield label(x(mark.at) + place, height, mark.label, css="muted small", anchor=anchor)


def _frame(axis: Axis, y: Scale) -> Iterator[Markup]:
    for tick in y.ticks():
        yield line(_LEFT, y(tick), _WIDTH - _RIGHT, y(tick), "grid")
        yield label(_LEFT - 8, y(tick), tick_text(tick), css="muted small", anchor="end")
    yield line(_LEFT, y.start, _LEFT, y.end, "axis")
    # Above the axis and not along it: nobody has to turn their head.
    yield label(8, 14, one_line(axis.label, _LABEL_CHARACTERS), css="ink")
    for mark in axis.marks:
        if y.low <= mark.at <= y.high:
            yield line(_LEFT, y(mark.at), _WIDTH - _RIGHT, y(mark.at), "mark")
            place = _WIDTH - _RIGHT - 4
            yield label(place, y(mark.at) - 8, mark.label, css="muted small", anchor="end")


def _cross(point: NamedPoint, x: Scale, y: Scale) -> Markup:
    """Return a point with its error bars; both numbers are known."""
    across, up = x(point.x.value or 0.0), y(point.y.value or 0.0)
    said = f"{point.name}: {with_interval(point.x)}; {with_interval(point.y)}"
    parts = [element("title", said)]
    if point.x.low is not None and point.x.high is not None:
        parts.append(line(x(point.x.low), up, x(point.x.high), up, "whisker"))
    if point.y.low is not None and point.y.high is not None:
        parts.append(line(across, y(point.y.low), across, y(point.y.high), "whisker"))
    parts.append(element("circle", cx=across, cy=up, r=4, class_="dot"))
    return element("g", *parts)


def _names(points: Sequence[NamedPoint], x: Scale, y: Scale) -> Iterator[Markup]:
    """Yield the names, each beside its point where no other stands."""
    taken: list[_Box] = []
    for point in points:
        name = one_line(point.name, _NAME_CHARACTERS)
        across, up, width = x(point.x.value or 0.0), y(point.y.value or 0.0), text_width(name)
        box = next(
            (box for box in _places(across, up, width) if _is_free(box, taken)),
            _Box(across + 7, up - 18, across + 7 + width, up - 4),
        )
        taken.append(box)
        yield label(box.left, (box.top + box.bottom) / 2, name)


def _places(across: float, up: float, width: float) -> Iterator[_Box]:
    """Yield where a name may stand, the best first: right, left, each above, below, farther."""
    for distance in range(8):
        for top in (up - 18 - _LINE * distance, up + 4 + _LINE * distance):
            for left in (across + 7, across - 7 - width):
                if left >= _LEFT and left + width <= _WIDTH:
                    yield _Box(left, top, left + width, top + _LINE)


def _is_free(box: _Box, taken: Sequence[_Box]) -> bool:
    return not any(box.overlaps(other) for other in taken)


def _ticks_below(series: Series, x: Scale, places: Sequence[float], y: Scale) -> Iterator[Markup]:
    texts = [one_line(axis_value(point.x), 12) for point in series.points]
    room = max((text_width(text) for text in texts), default=0.0) + 8
    last = -room
    for place, text in zip(places, texts, strict=True):
        if x(place) - last >= room:
            last = x(place)
            yield label(last, y.start + 16, text, css="muted small", anchor="middle")
    yield line(x.start, y.start, x.end, y.start, "axis")


def _runs(drawn: Sequence[tuple[float, Estimate]]) -> Iterator[list[tuple[float, Estimate]]]:
    """Yield the parts of a curve without an undefined value."""
    run: list[tuple[float, Estimate]] = []
    for at, estimate in drawn:
        if estimate.value is not None:
            run.append((at, estimate))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _run(run: Sequence[tuple[float, Estimate]], y: Scale) -> Iterator[Markup]:
    bounded = [(at, e.low, e.high) for at, e in run if e.low is not None and e.high is not None]
    if len(bounded) > 1:
        edge = [f"{at:.1f},{y(high):.1f}" for at, _, high in bounded]
        edge += [f"{at:.1f},{y(low):.1f}" for at, low, _ in reversed(bounded)]
        yield element("polygon", points=" ".join(edge), class_="band")
    path = " ".join(f"{at:.1f},{y(e.value or 0.0):.1f}" for at, e in run)
    yield element("polyline", points=path, class_="curve")
    for at, e in run:
        parts = [element("title", with_interval(e))]
        if e.low is not None and e.high is not None:
            parts.append(line(at, y(e.low), at, y(e.high), "whisker"))
        parts.append(element("circle", cx=at, cy=y(e.value or 0.0), r=3.5, class_="dot"))
        yield element("g", *parts)
