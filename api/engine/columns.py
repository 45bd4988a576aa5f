"""Columns: what one field gives for all objects of a level, and what of it failed.

The engine works on columns as a table does: a field's values for all parents stand in one list,
and go through each step together. What is odd among them (null, an error) is taken out, the rest
goes on, and its results come back to their places. So the usual column costs a few calls in all,
not a few a value.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, Final, NamedTuple

from graphql import FieldNode
from graphql.pyutils import Undefined

FAILED: Final = type("Failed", (), {"__repr__": lambda _: "FAILED"})()
"""Stands in a cell that an error has emptied, until a place is reached that may be null."""

_ODD: Final = (NoneType, type(Undefined), Exception)


class Fault(NamedTuple):
    """An error of one cell, or of what lay below it."""

    at: int
    """The cell's place in its column."""
    error: Exception
    path: tuple[str | int, ...] = ()
    """The way from the cell down to where the error happened."""
    nodes: Sequence[FieldNode] = ()
    """The field that it happened in, as the document has it."""


class Column(NamedTuple):
    """One completed value a parent, in the order of the parents."""

    cells: list[Any]
    faults: Sequence[Fault] = ()
    """In the order of the cells; each FAILED cell has one at least."""
    whole: bool = True
    """False where a cell is null or FAILED."""


class Sifted(NamedTuple):
    """The values that can be completed, apart from nulls and errors."""

    values: list[Any]
    places: Sequence[int] | None
    """Where they stood; None where all of them are here."""
    faults: Sequence[Fault] = ()


def is_regular(values: Iterable[Any]) -> bool:
    """Whether no value is null, undefined or an error: then none needs a look of its own."""
    return not any(issubclass(kind, _ODD) for kind in set(map(type, values)))


def sift(values: list[Any]) -> Sifted:
    """Take the odd ones out: an Exception becomes the fault of its place."""
    if is_regular(values):
        return Sifted(values, None)
    places = [at for at, value in enumerate(values) if not isinstance(value, _ODD)]
    faults = [Fault(at, value) for at, value in enumerate(values) if isinstance(value, Exception)]
    return Sifted([values[at] for at in places], places, faults)


def scatter(column: Column, sifted: Sifted, length: int) -> Column:
    """Bring a completed column back to the places where its values stood, of `length` in all."""
    if sifted.places is None:
        return column
    at = [fault.at for fault in sifted.faults]
    odd = failed([fault.error for fault in sifted.faults])
    return merge([(sifted.places, column), (at, odd)], length)


def failed(errors: Sequence[Exception]) -> Column:
    """A column of nothing but errors."""
    faults = [Fault(at, error) for at, error in enumerate(errors)]
    return Column([FAILED] * len(errors), faults, whole=not faults)


def merge(parts: Iterable[tuple[Sequence[int], Column]], length: int) -> Column:
    """One column of `length` out of several; each part comes with the places of its cells."""
    cells: list[Any] = [None] * length
    faults: list[Fault] = []
    for places, column in parts:
        for at, cell in zip(places, column.cells, strict=True):
            cells[at] = cell
        faults += [fault._replace(at=places[fault.at]) for fault in column.faults]
    return Column(cells, in_order(faults), is_regular(cells) and not faults)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Faults by their cells; those of one cell stay as they came."""
    return sorted(faults, key=lambda fault: fault.at)


def require(column: Column, words: str) -> Column:
    """The column of a place that may not be null: each null is a fault that says `words`."""
    if column.whole:
        return column
    missing = [Fault(at, TypeError(words)) for at, cell in enumerate(column.cells) if cell is None]
    if not missing:
        return column
    cells = [FAILED if cell is None else cell for cell in column.cells]
    return Column(cells, in_order([*column.faults, *missing]), whole=False)


def forgive(column: Column) -> Column:
    """The column of a place that may be null: what failed is null there, and goes no further."""
    if not column.faults:
        return column
    cells = [None if cell is FAILED else cell for cell in column.cells]
    return Column(cells, column.faults, whole=False)


def place(column: Column, key: str, nodes: Sequence[FieldNode]) -> Column:
    """Say of each fault by which field it was reached."""
    if not column.faults:
        return column
    return column._replace(
        faults=[
            Fault(fault.at, fault.error, (key, *fault.path), fault.nodes or nodes)
            for fault in column.faults
        ]
    )


def cut(items: Column, lists: Sequence[Sequence[Any]]) -> Column:
    """A column of lists out of the column of all their items.

    A list with a FAILED item is FAILED itself, and of its faults only those up to that item count:
    the ones behind it would not have been looked at.
    """
    cells: list[Any] = []
    start = 0
    for one in lists:
        cells.append(items.cells[start : (start := start + len(one))])
    if not items.faults:
        return Column(cells)
    places = [(at, index) for at, one in enumerate(lists) for index in range(len(one))]
    reached = [_until_failed(cell) for cell in cells]
    faults = [
        Fault(at, fault.error, (index, *fault.path), fault.nodes)
        for fault in items.faults
        for at, index in (places[fault.at],)
        if index <= reached[at]
    ]
    failed = [FAILED if reached[at] < len(cell) else cell for at, cell in enumerate(cells)]
    return Column(failed, faults, whole=False)


def objects_of(fields: Mapping[str, Column], count: int) -> Column:
    """A column of objects out of the columns of their fields by key, `count` of them.

    An object with a FAILED field is FAILED itself, and the faults of the fields behind that one do
    not count.
    """
    columns = list(fields.values())
    if not columns:
        return Column([{} for _ in range(count)])
    table = zip(*(column.cells for column in columns), strict=True)
    cells = [dict(zip(fields, row, strict=True)) for row in table]
    if not any(column.faults for column in columns):
        return Column(cells)
    reached = [_until_failed(row) for row in zip(*(one.cells for one in columns), strict=True)]
    faults = [
        fault
        for number, column in enumerate(columns)
        for fault in column.faults
        if number <= reached[fault.at]
    ]
    failed = [FAILED if reached[at] < len(columns) else cell for at, cell in enumerate(cells)]
    return Column(failed, in_order(faults), whole=False)


def _until_failed(cells: Sequence[Any]) -> int:
    """The place of the first FAILED cell; the number of cells where there is none."""
    return next((at for at, cell in enumerate(cells) if cell is FAILED), len(cells))
