"""The figures of a section, and all figures of a report as files."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pytest_distill.records import Block, Report, Scatter, Section, Series, Table, Tree
from pytest_distill.report.drawing.bars import bars
from pytest_distill.report.drawing.heat import heat
from pytest_distill.report.drawing.plane import curve, scatter
from pytest_distill.report.drawing.svg import Drawing, document
from pytest_distill.report.drawing.tree import tree
from pytest_distill.text import one_line

_FILE_NAME = 80


class Figure(NamedTuple):
    """Blocks of a section that are drawn together: one, or tables with the same columns."""

    blocks: tuple[Block, ...]
    drawing: Drawing | None
    """None for what is not drawn."""

    @property
    def title(self) -> str:
        """The first title of its blocks."""
        return next(filter(None, (getattr(block, "title", "") for block in self.blocks)), "")


def figures(blocks: Sequence[Block]) -> Iterator[Figure]:
    """Yield all blocks in their order; tables of bars with the same columns together."""
    together: list[Table] = []
    for block in blocks:
        is_bars = isinstance(block, Table) and block.drawn == "bars"
        if together and not (is_bars and _continues(together[-1], block)):
            yield Figure(tuple(together), bars(together))
            together = []
        if isinstance(block, Table) and is_bars:
            together.append(block)
        else:
            yield Figure((block,), _drawn(block))
    if together:
        yield Figure(tuple(together), bars(together))


def files(report: Report, sections: Iterable[Section]) -> Mapping[str, str]:
    """Return each figure as an SVG file, by its name: number, section and title."""
    del report
    drawn = [
        (section, figure)
        for section in sections
        for figure in figures(section.blocks)
        if figure.drawing is not None
    ]
    return {
        f"{number:02}-{_slug(f'{section.title} {figure.title}')}.svg": document(figure.drawing)
        for number, (section, figure) in enumerate(drawn, start=1)
        if figure.drawing is not None
    }


def _continues(table: Table, block: Block) -> bool:
    return isinstance(block, Table) and not block.title and block.columns == table.columns


def _drawn(block: Block) -> Drawing | None:
    match block:
        case Table(drawn="heat") if block.rows:
            return heat(block)
        case Scatter():
            return scatter(block)
        case Series():
            return curve(block)
        case Tree():
            return tree(block)
        case _:
            return None


def _slug(text: str) -> str:
    """Return a name for a file that every system takes."""
    words = re.sub(r"[^a-z0-9.]+", "-", one_line(text).lower())
    return words.strip("-.")[:_FILE_NAME].strip("-.") or "figure"
