"""One sheet, whichever of the two it is: told by its first bytes, bounded in all directions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.stock.sheets.sheets import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    SheetRefusal,
    SheetRefused,
    SheetRow,
)
from integrations.sheets.csv_rows import csv_rows
from integrations.sheets.xlsx_rows import xlsx_rows

_ZIP = b"PK"


@contextmanager
def open_sheet(path: Path) -> Iterator[Iterator[SheetRow]]:
    """The rows that have anything in them, of a CSV or the first sheet of an XLSX: an OpenSheet."""
    with path.open("rb") as stream:
        is_zip = stream.read(2) == _ZIP
        stream.seek(0)
        yield _bounded(xlsx_rows(stream) if is_zip else csv_rows(stream))


def _bounded(rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    count = 0
    for row in rows:
        if not any(row.cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise SheetRefused(SheetRefusal.TOO_MANY_ROWS, f"more than {MOST_ROWS}", row.line)
        if len(row.cells) > MOST_COLUMNS:
            raise SheetRefused(SheetRefusal.TOO_MANY_COLUMNS, f"more than {MOST_COLUMNS}", row.line)
        if max(map(len, row.cells)) > LONGEST_CELL:
            raise SheetRefused(
                SheetRefusal.CELL_TOO_LONG, f"more than {LONGEST_CELL} letters", row.line
            )
        yield row
    if not count:
        raise SheetRefused(SheetRefusal.EMPTY, "there is nothing in it")
