"""CSV: UTF-8 text, its cells parted by what parts the head's; anything else is refused."""

import csv
from collections.abc import Iterator
from typing import BinaryIO, Final

from domain.stock.sheets.sheets import SheetRefusal, SheetRefused, SheetRow

LONGEST_LINE: Final = 256 * 1024
PARTING: Final = (";", ",", "\t")
_BOM: Final = b"\xef\xbb\xbf"
_FORMULAS: Final = ("=", "+", "-", "@")


def csv_rows(stream: BinaryIO) -> Iterator[SheetRow]:
    """The rows. Raises SheetRefused, for bytes that are no UTF-8 with their line."""
    lines = _lines(stream)
    head = next(lines, "")
    reader = csv.reader(_again(head, lines), delimiter=max(PARTING, key=head.count), strict=True)
    line = 1
    try:
        for cells in reader:
            yield SheetRow(line, [_shown(cell) for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        raise SheetRefused(SheetRefusal.BROKEN, str(error), line) from error


def _lines(stream: BinaryIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise SheetRefused(
                SheetRefusal.CELL_TOO_LONG, f"more than {LONGEST_LINE} bytes in one line", number
            )
        if b"\0" in line:
            raise SheetRefused(SheetRefusal.NOT_A_SHEET, "this is no text", number)
        try:
            yield (line.removeprefix(_BOM) if number == 1 else line).decode()
        except UnicodeDecodeError as error:
            place = f"byte {error.start + 1} of the line"
            raise SheetRefused(SheetRefusal.WRONG_ENCODING, place, number) from error


def _again(head: str, rest: Iterator[str]) -> Iterator[str]:
    yield head
    yield from rest


def _shown(cell: str) -> str:
    """The cell without margins, and without the mark that keeps a formula from being one."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULAS) else cell
