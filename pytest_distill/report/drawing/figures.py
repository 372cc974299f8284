"""The figures of a section, and all figures of a report as files."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from pytest_distill.records import Block, Report, Scatter, Section, Series, Table, Tree
from pytest_distill.report.drawing.bars import bars
from pytest_distill.report.drawing.heat import heat
from pytest_distill.report.drawing.plane import curve, scatter
from pytest_distill.report.drawing.svg import Drawing, document
from pytest_distill.report.drawing.tree import tree
from pytest_distill.text import one_line

_FILE_NAME = 80
_SEPARATOR = " · "


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
            yield _of_bars(together)
            together = []
        if isinstance(block, Table) and is_bars:
            together.append(block)
        else:
            yield Figure((block,), _drawn(block))
    if together:
        yield _of_bars(together)


def files(report: Report, sections: Iterable[Section]) -> Mapping[str, str]:
    """Return each figure as an SVG file, by its name: section, model, and title."""
    del report
    found: dict[str, str] = {}
    for section in sections:
        for figure in figures(section.blocks):
            if figure.drawing is not None:
                found[_file(section, figure, found)] = document(figure.drawing)
    return found


def _file(section: Section, figure: Figure, taken: Container[str]) -> str:
    """Return a name that is the same in the next run, so that its figure replaces this one."""
    parts = section.title.split(_SEPARATOR)[:2]
    name = _slug(" ".join([*parts, figure.title]))
    numbered = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(f"{each}.svg" for each in numbered if f"{each}.svg" not in taken)


def _of_bars(tables: Sequence[Table]) -> Figure:
    """Return the figure; a single row has nothing to be compared with, and is not drawn."""
    is_drawn = sum(len(table.rows) for table in tables) > 1
    return Figure(tuple(tables), bars(tables) if is_drawn else None)


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
