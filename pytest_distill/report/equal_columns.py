"""Columns of numbers that are equal in every row are shown once, under all of their heads."""

from collections.abc import Iterable, Iterator, Sequence

from pytest_distill.records import Cell, Estimate, Lines, Table


def shown_once(blocks: Iterable[Table | Lines]) -> Iterator[Table | Lines]:
    """Yield blocks without repeated columns; tables with the same heads keep the same heads."""
    found = list(blocks)
    for block in found:
        if isinstance(block, Lines):
            yield block
        else:
            alike = [b for b in found if isinstance(b, Table) and b.columns == block.columns]
            yield _joined(block, _equal([row for table in alike for row in table.rows]))


def _equal(rows: Sequence[Sequence[Cell]]) -> list[list[int]]:
    """Return the columns in groups, of which each has the same numbers."""
    groups: list[list[int]] = []
    columns = list(zip(*rows, strict=True))
    for at, column in enumerate(columns):
        is_measured = all(isinstance(cell, Estimate) for cell in column)
        same = (group for group in groups if is_measured and columns[group[0]] == column)
        if (group := next(same, None)) is None:
            groups.append([at])
        else:
            group.append(at)
    return groups


def _joined(table: Table, groups: Sequence[Sequence[int]]) -> Table:
    if len(groups) in {0, len(table.columns)}:
        return table
    return table.model_copy(
        update={
            "columns": tuple(" = ".join(table.columns[at] for at in group) for group in groups),
            "rows": tuple(tuple(row[group[0]] for group in groups) for row in table.rows),
        }
    )
