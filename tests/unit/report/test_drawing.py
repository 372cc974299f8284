"""Drawings: where things are, and that no text gets out of its place."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_distill.records import (
    Axis,
    Branch,
    Lines,
    Mark,
    NamedPoint,
    Point,
    Scatter,
    Section,
    Series,
    Table,
    Tree,
    Verdict,
)
from pytest_distill.report.drawing.bars import bars
from pytest_distill.report.drawing.figures import figures, files
from pytest_distill.report.drawing.gate import gate
from pytest_distill.report.drawing.heat import heat, steps
from pytest_distill.report.drawing.plane import curve, scatter
from pytest_distill.report.drawing.scale import Scale, fitting, tick_text
from pytest_distill.report.drawing.style import STEPS, STYLE
from pytest_distill.report.drawing.svg import Drawing, document, element
from pytest_distill.report.drawing.tree import tree
from tests.support.pages import HOSTILE, estimate, hostile_sections
from tests.support.runs import empty_report

NAMESPACE = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "title", "style", "g", "rect", "line", "path", "circle", "text"}
HARMLESS |= {"polyline", "polygon"}
TEXTS = st.text() | st.sampled_from(HOSTILE[:-1])

TABLE = Table(
    title="by group",
    columns=("", "rate", "of", "n"),
    rows=(("team", estimate(0.25), "x", 9), ("industry", estimate(None), "y", None)),
    drawn="bars",
)


def parsed(drawing: Drawing) -> ET.Element:
    """Return the file of a drawing as any reader of SVG takes it apart."""
    return ET.fromstring(document(drawing))  # noqa: S314 - of our own making


def texts(drawing: Drawing) -> list[str]:
    """Return the texts that a drawing shows."""
    return [found.text or "" for found in parsed(drawing).iter(f"{NAMESPACE}text")]


def number(found: ET.Element, name: str) -> float:
    """Return an attribute of an element."""
    return float(found.attrib[name])


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (1.0, 5.0, ["1", "2", "3", "4", "5"]),
        (-0.1, 0.1, ["-0.1", "-0.05", "0", "0.05", "0.1"]),
        (0.0, 20000.0, ["0", "5000", "10000", "15000", "20000"]),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[str]) -> None:
    """Multiples of 1, 2 or 5 times a power of ten."""
    assert [tick_text(tick) for tick in Scale(low, high, 0, 1).ticks()] == ticks


NUMBERS = st.floats(-1e4, 1e4).map(lambda value: round(value, 4))


@given(st.lists(NUMBERS, max_size=9), st.none() | NUMBERS, st.none() | NUMBERS)
def test_every_value_has_a_place(
    values: list[float], low: float | None, high: float | None
) -> None:
    """Between the ends of the axis, whatever the values and the ends that are asked for."""
    scale = fitting(values, 10, 110, low=low, high=high)

    assert all(10 <= scale(value) <= 110 for value in values)
    assert all(scale.low <= tick <= scale.high + 1e-9 for tick in scale.ticks())
    assert len(scale.ticks()) <= 12


def test_bars_end_at_their_values_and_say_what_is_undefined() -> None:
    """One panel for the column with measured numbers; counts and texts are for the table."""
    drawing = bars([TABLE])

    (bar,) = parsed(drawing).iter(f"{NAMESPACE}rect")
    (dot,) = parsed(drawing).iter(f"{NAMESPACE}circle")
    assert number(bar, "x") + number(bar, "width") == pytest.approx(number(dot, "cx"))
    assert {"team", "industry", "rate", "undefined"} <= set(texts(drawing))
    assert not {"of", "n"} & set(texts(drawing))
    said = [title.text for title in parsed(drawing).iter(f"{NAMESPACE}title")]
    assert "team: 0.250 [0.150, 0.350]" in said


def test_bars_of_differences_go_both_ways_from_zero() -> None:
    """The axis stands at 0."""
    rows = (("rose", estimate(0.3)), ("fell", estimate(-0.3)))
    table = Table(columns=("", "difference"), rows=rows, drawn="bars")

    rose, fell = parsed(bars([table])).iter(f"{NAMESPACE}rect")

    assert number(rose, "x") == pytest.approx(number(fell, "x") + number(fell, "width"), abs=0.02)


def test_marks_before_names_are_shown_with_them() -> None:
    """As of candidates that are in a set."""
    rows = (("*", "gpt", estimate()), ("", "claude", estimate()))
    table = Table(columns=("", "candidate", "score"), rows=rows, drawn="bars")

    assert {"* gpt", "claude"} <= {text.strip() for text in texts(bars([table]))}


def test_a_table_without_rows_is_drawn_empty() -> None:
    """It is no error."""
    empty = Table(columns=("", "rate"), rows=(), drawn="bars")

    assert parsed(bars([empty])).tag == f"{NAMESPACE}svg"
    assert parsed(heat(empty)).tag == f"{NAMESPACE}svg"


def test_heat_reaches_from_the_least_to_the_greatest_value() -> None:
    """Other cells have no colour; equal values have one."""
    row = ("m", estimate(0.0), estimate(0.5), estimate(1.0), "own", None, estimate(None))
    table = Table(columns=("", *"abcdef"), rows=(row,), drawn="heat", has_intervals=False)
    flat = table.model_copy(update={"rows": (("m", estimate(0.0), estimate(0.0)),)})

    step = steps(table)
    colours = [step(cell) for cell in row]

    assert colours == [None, 0, STEPS // 2, STEPS - 1, None, None, None]
    assert steps(flat)(estimate(0.0)) == 0
    assert {"0.00", "0.50", "1.00", "own", "-"} <= set(texts(heat(table)))


def test_text_on_every_colour_can_be_read() -> None:
    """WCAG 2: a contrast of 4.5 to 1 at least."""
    found = re.findall(r"\.h\d+\{background:(#\w+);color:(#\w+)\}", STYLE)

    assert len(found) == STEPS
    for ground, ink in found:
        lighter, darker = sorted((luminance(ground), luminance(ink)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


SCATTER = Scatter(
    title="both",
    x=Axis(label="likeness", low=1, high=5, marks=(Mark(at=2, label="strangers"),)),
    y=Axis(label="leaks", marks=(Mark(at=0.2, label="limit"), Mark(at=9, label="far away"))),
    points=(
        NamedPoint(name="qwen", x=estimate(3.1), y=estimate(0.2)),
        NamedPoint(name="unknown", x=estimate(None), y=estimate(0.1)),
    ),
)


def test_a_scatter_shows_names_axes_and_marks() -> None:
    """A model with an undefined number has no place; a mark beyond the axis neither."""
    shown = set(texts(scatter(SCATTER)))

    assert {"qwen", "likeness", "leaks", "strangers", "limit"} <= shown
    assert not {"unknown", "far away"} & shown


def test_error_bars_cross_at_their_point() -> None:
    """As wide and as high as the intervals."""
    root = parsed(scatter(SCATTER))

    (dot,) = root.iter(f"{NAMESPACE}circle")
    across, up = [e for e in root.iter(f"{NAMESPACE}line") if e.get("class") == "whisker"]
    middle = (number(across, "x1") + number(across, "x2")) / 2
    assert middle == pytest.approx(number(dot, "cx"), abs=0.02)
    assert number(up, "x1") == number(up, "x2") == number(dot, "cx")
    assert number(up, "y1") > number(dot, "cy") > number(up, "y2")


def test_names_of_near_points_do_not_cover_each_other() -> None:
    """Seven models at one place; letters are 12 px high."""
    near = tuple(NamedPoint(name=f"model-{n}", x=estimate(3), y=estimate(0.2)) for n in range(7))
    root = parsed(scatter(SCATTER.model_copy(update={"points": near})))

    names = [e for e in root.iter(f"{NAMESPACE}text") if str(e.text).startswith("model-")]

    places = [(number(e, "x"), number(e, "y")) for e in names]
    assert len(places) == 7
    for (x, y), (other_x, other_y) in combinations(places, 2):
        assert abs(y - other_y) >= 12 or abs(x - other_x) >= 50


def test_a_curve_is_broken_where_a_value_is_undefined() -> None:
    """Nothing is drawn through what was not measured."""
    points = tuple(Point(x=x, y=estimate(None if x == 3 else 0.1 * x)) for x in range(1, 6))
    root = parsed(curve(Series(title="t", x="release", y="rate", points=points)))

    assert len(list(root.iter(f"{NAMESPACE}polyline"))) == 2
    assert len(list(root.iter(f"{NAMESPACE}circle"))) == 4
    assert len(list(root.iter(f"{NAMESPACE}polygon"))) == 2


def test_a_curve_over_names_has_equal_steps() -> None:
    """As over versions."""
    points = tuple(Point(x=name, y=estimate(0.5)) for name in ("1.0", "1.1", "2.0"))
    drawing = curve(Series(title="t", x="version", y="rate", points=points))

    places = [number(e, "cx") for e in parsed(drawing).iter(f"{NAMESPACE}circle")]

    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.02)
    assert {"1.0", "1.1", "2.0", "version", "rate"} <= set(texts(drawing))


def test_a_series_without_points_is_drawn_empty() -> None:
    """It is no error."""
    drawing = curve(Series(title="t", x="x", y="y", points=()))

    assert {"x", "y"} <= set(texts(drawing))


CLUSTERS = Tree(
    value="distance",
    is_clustering=True,
    roots=(
        Branch(
            name="",
            value=0.4,
            branches=(
                Branch(name="gpt"),
                Branch(name="", value=0.1, branches=(Branch(name="a"), Branch(name="b"))),
            ),
        ),
    ),
)


def test_a_clustering_joins_at_distances() -> None:
    """Leaves at 0, one below the other; what is nearer is joined farther to the right."""
    drawing = tree(CLUSTERS)

    twigs = [e.attrib["d"] for e in parsed(drawing).iter(f"{NAMESPACE}path")]
    near, far = sorted((float(re.findall(r"M([\d.]+)", twig)[0]) for twig in twigs), reverse=True)
    assert near > far
    names = [e for e in parsed(drawing).iter(f"{NAMESPACE}text") if e.text in {"gpt", "a", "b"}]
    assert [e.text for e in names] == ["gpt", "a", "b"]
    assert len({number(e, "x") for e in names}) == 1
    assert "distance" in texts(drawing)


def test_a_search_tree_shows_what_leaks() -> None:
    """The larger, the more; each below what it was bred from."""
    root = Branch(
        name="seed",
        branches=(
            Branch(name="mut001", value=0.2, note="1 of 5"),
            Branch(name="mut002", value=1.0),
        ),
    )
    drawing = tree(Tree(value="share", roots=(root,)))

    seed, small, large = parsed(drawing).iter(f"{NAMESPACE}circle")

    assert [e.get("class") for e in (seed, small, large)] == ["leaf", "leaking", "leaking"]
    assert number(seed, "cx") < number(small, "cx") == number(large, "cx")
    assert number(small, "r") < number(large, "r")
    assert "1 of 5" in texts(drawing)


@pytest.mark.parametrize(("low", "high"), [(0.4, None), (None, 0.6), (0.4, 0.6)])
def test_a_gate_shows_its_limit_beside_the_interval(low: float | None, high: float | None) -> None:
    """Also where only one bound was compared with it."""
    verdict = Verdict(
        expression="ice.strict<=0.1",
        model="m",
        verdict="fail",
        value=0.5,
        low=low,
        high=high,
        limit=0.1,
        why="",
    )

    drawing = gate(verdict)

    assert drawing is not None
    (limit,) = [e for e in parsed(drawing).iter() if e.get("class") == "limit"]
    (dot,) = parsed(drawing).iter(f"{NAMESPACE}circle")
    assert number(limit, "x1") < number(dot, "cx")
    assert gate(verdict.model_copy(update={"value": None})) is None


def test_tables_of_bars_with_the_same_columns_are_one_figure() -> None:
    """Unless the next has a title of its own; what is no figure is kept in its place."""
    more = TABLE.model_copy(update={"title": ""})
    lines = Lines(lines=("x",))
    plain = TABLE.model_copy(update={"drawn": None})

    found = list(figures((TABLE, more, TABLE, lines, plain, more)))

    assert [len(each.blocks) for each in found] == [2, 1, 1, 1, 1]
    assert [each.drawing is None for each in found] == [False, False, True, True, False]
    assert found[0].title == "by group"


def test_a_single_row_is_not_drawn() -> None:
    """Its number stands in the table."""
    single = TABLE.model_copy(update={"rows": TABLE.rows[:1]})

    (figure,) = figures((single,))

    assert figure.drawing is None


def test_files_are_named_alike_in_every_run() -> None:
    """By section, model and title, without the counts that differ; equal ones are numbered."""
    sections = [
        Section(title=f"ice · qwen · {count} judged", blocks=(TABLE, TABLE)) for count in (162, 163)
    ]

    first, second = (list(files(empty_report(), [section])) for section in sections)

    assert first == second == ["ice-qwen-by-group.svg", "ice-qwen-by-group-2.svg"]


@settings(max_examples=60)
@given(TEXTS)
def test_any_text_stays_a_text(text: str) -> None:
    """In each figure of a paper: well-formed, without a script, an event, or an address."""
    made = files(empty_report(), hostile_sections(text))

    assert len(made) == 5
    for name, content in made.items():
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*\.svg", name)
        content.encode()
        for found in ET.fromstring(content).iter():  # noqa: S314 - the point of the test
            assert found.tag.removeprefix(NAMESPACE) in HARMLESS
            assert not [key for key in found.attrib if key.startswith("on") or "href" in key]
        assert "url(" not in content.partition("</style>")[0]


def test_a_figure_as_a_file_has_no_variables() -> None:
    """Converters to PDF know none."""
    assert "var(" not in document(bars([TABLE]))


def test_attributes_are_escaped_and_left_out() -> None:
    """A quotation mark ends no attribute."""
    assert element("g", "a<b", class_='"><script>', text_anchor=None) == (
        """<g class='"&gt;&lt;script&gt;'>a&lt;b</g>"""
    )
