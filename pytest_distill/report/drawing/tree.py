"""Trees: a search with the leak rate of each node, and a clustering with distances."""

from collections.abc import Iterator
from typing import NamedTuple

from pytest_distill.records import Branch, Tree
from pytest_distill.report.drawing.scale import Scale, fitting, text_width, tick_text
from pytest_distill.report.drawing.svg import Drawing, Markup, element, joined, label, line
from pytest_distill.text import one_line

_WIDTH = 680.0
_ROW = 22.0
_INDENT = 22.0
_TOP = 12.0
_RADIUS = (4.0, 5.0)
"""Of a node, and what is added to it for a share of 1."""
_NAME_CHARACTERS = 90
_LEAF_CHARACTERS = 34


class _Placed(NamedTuple):
    """A node of a clustering: its drawing, and where it is joined to others."""

    parts: tuple[Markup, ...]
    x: float
    y: float
    rows: int


def tree(figure: Tree) -> Drawing:
    """Return the tree: distances grow to the left, or each node stands below its parent."""
    return _clustering(figure) if figure.is_clustering else _outline(figure)


def _outline(figure: Tree) -> Drawing:
    twigs: list[Markup] = []
    nodes: list[Markup] = []

    def place(branch: Branch, depth: int, parent: float | None) -> None:
        x, y = 12 + depth * _INDENT, _TOP + len(nodes) * _ROW + _ROW / 2
        nodes.append(_node(branch, x, y))
        if parent is not None:
            path = f"M{x - _INDENT:.1f} {parent:.1f}V{y:.1f}H{x:.1f}"
            twigs.append(element("path", d=path, class_="twig"))
        for each in branch.branches:
            place(each, depth + 1, y)

    for root in figure.roots:
        place(root, 0, None)
    shown = f"{figure.title or 'Tree'}: {len(nodes)} nodes, with {figure.value}"
    # Nodes cover the ends of the lines to them.
    return Drawing(_WIDTH, _TOP * 2 + len(nodes) * _ROW, joined(*twigs, *nodes), shown)


def _node(branch: Branch, x: float, y: float) -> Markup:
    value = branch.value or 0.0
    css = "leaking" if value > 0 else "leaf"
    radius = _RADIUS[0] + _RADIUS[1] * min(1.0, value)
    name = one_line(branch.name, _LEAF_CHARACTERS)
    note = one_line(branch.note, _NAME_CHARACTERS - len(name))
    parts = [
        element("circle", cx=x, cy=y, r=radius, class_=css),
        label(x + 14, y, name, css="ink"),
        label(x + 22 + text_width(name), y, note, css="muted small"),
    ]
    return element("g", *parts)


def _clustering(figure: Tree) -> Drawing:
    names = [name for root in figure.roots for name in _leaves(root)]
    room = max((text_width(one_line(n, _LEAF_CHARACTERS)) for n in names), default=0.0) + 16
    heights = [value for root in figure.roots for value in _values(root)]
    scale = fitting(heights, _WIDTH - room, 30.0, low=0.0, high=None)
    parts: list[Markup] = []
    rows = 0
    bottom = _TOP + len(names) * _ROW
    for tick in scale.ticks():
        parts.append(line(scale(tick), _TOP, scale(tick), bottom, "grid"))
        middle = {"css": "muted small", "anchor": "middle"}
        parts.append(label(scale(tick), bottom + 12, tick_text(tick), **middle))
    for root in figure.roots:
        placed = _joined(root, scale, rows)
        parts += placed.parts
        rows += placed.rows
    parts.append(label((scale.start + scale.end) / 2, bottom + 30, figure.value, anchor="middle"))
    shown = f"{figure.title or 'Tree'}: {', '.join(names)}, joined by {figure.value}"
    return Drawing(_WIDTH, bottom + 44, joined(*parts), shown)


def _joined(branch: Branch, scale: Scale, row: int) -> _Placed:
    if not branch.branches:
        y = _TOP + row * _ROW + _ROW / 2
        name = label(scale.start + 6, y, one_line(branch.name, _LEAF_CHARACTERS))
        return _Placed((name,), scale.start, y, 1)
    below: list[_Placed] = []
    for each in branch.branches:
        below.append(_joined(each, scale, row + sum(placed.rows for placed in below)))
    x = scale(branch.value or 0.0)
    first, last = below[0].y, below[-1].y
    paths = [f"M{x:.1f} {first:.1f}V{last:.1f}", *(f"M{x:.1f} {p.y:.1f}H{p.x:.1f}" for p in below)]
    twig = element("path", d="".join(paths), class_="twig")
    said = element("title", f"{branch.value or 0.0:.2f}")
    parts = (*(part for p in below for part in p.parts), element("g", said, twig))
    return _Placed(parts, x, (first + last) / 2, sum(p.rows for p in below))


def _leaves(branch: Branch) -> Iterator[str]:
    if not branch.branches:
        yield branch.name
    for each in branch.branches:
        yield from _leaves(each)


def _values(branch: Branch) -> Iterator[float]:
    if branch.value is not None:
        yield branch.value
    for each in branch.branches:
        yield from _values(each)
