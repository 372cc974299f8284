"""SVG elements as text; every text in them is escaped."""

import re
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from pytest_distill.report.drawing.style import STYLE
from pytest_distill.text import one_line

_LABEL = 300


class Markup(str):
    """SVG; any other text is escaped where it is put into an element."""

    __slots__ = ()


class Drawing(NamedTuple):
    """A drawing in user units, which are pixels on a screen."""

    width: float
    height: float
    content: Markup
    description: str
    """What it shows, in a sentence, for those who do not see it."""


def element(name: str, *children: str, **attributes: float | str | None) -> Markup:
    """Return an element.

    Args:
        name: of the element.
        children: texts, and elements as `Markup`.
        attributes: an underscore stands for a hyphen, one at the end for nothing; None: left out.
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_value(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(
        child if isinstance(child, Markup) else escape(one_line(child, _LABEL))
        for child in children
    )
    return Markup(f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>")


def joined(*parts: Markup) -> Markup:
    """Return elements one after the other."""
    return Markup("".join(parts))


def label(x: float, y: float, text: str, *, css: str = "ink", anchor: str = "start") -> Markup:
    """Return a line of text, vertically centred at `y`."""
    # A third of the height of the letters; `dominant-baseline` is unknown to many converters.
    return element("text", text, x=x, y=y + 4, class_=css, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=css)


def inline(drawing: Drawing, identity: str) -> Markup:
    """Return an element for an HTML page, which brings the style.

    Args:
        drawing: to show.
        identity: unique in the page.
    """
    return _root(drawing, identity, role="img", aria_labelledby=f"{identity}-t")


def document(drawing: Drawing) -> str:
    """Return the text of an SVG file, with its style, in the colours of printed paper."""
    style = element("style", Markup(_without_variables(STYLE)))
    root = _root(drawing, "figure", style, xmlns="http://www.w3.org/2000/svg")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def _root(drawing: Drawing, identity: str, *more: Markup, **attributes: str) -> Markup:
    width, height = drawing.width, drawing.height
    return element(
        "svg",
        element("title", drawing.description, id=f"{identity}-t"),
        *more,
        drawing.content,
        class_="drawing",
        width=width,
        height=height,
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        **attributes,
    )


def _without_variables(style: str) -> str:
    """Return a style with the values that its variables have on paper."""
    return re.sub(r"var\(--[\w-]+, *([^()]+)\)", r"\1", style)


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return one_line(value, _LABEL)
    return f"{value:.2f}".rstrip("0").rstrip(".")
