"""Sheets: tables as people keep them, CSV and XLSX; the ports that read and write one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypeAlias

SheetFormat: TypeAlias = Literal["csv", "xlsx"]

MOST_ROWS = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000
"""Letters of one cell."""


class SheetRefusal(StrEnum):
    """All that can make a whole file unreadable, and all else that can keep one from its end."""

    EMPTY = "sheet.empty"
    NOT_A_SHEET = "sheet.not_a_sheet"
    WRONG_ENCODING = "sheet.wrong_encoding"
    BROKEN = "sheet.broken"
    TOO_LARGE = "sheet.too_large"
    TOO_MANY_ROWS = "sheet.too_many_rows"
    TOO_MANY_COLUMNS = "sheet.too_many_columns"
    CELL_TOO_LONG = "sheet.cell_too_long"
    COLUMN_MISSING = "sheet.column_missing"
    FILE_GONE = "import.file_gone"
    STOPPED = "import.broken"


class SheetRefused(Exception):
    """The file cannot be trusted as a whole: nothing of it may be kept. `line` counts from 1."""

    def __init__(self, code: SheetRefusal, detail: str, line: int | None = None) -> None:
        place = "" if line is None else f"line {line}: "
        super().__init__(f"{code}: {place}{detail}")
        self.code = code
        self.detail = detail
        self.line = line


class SheetRow(NamedTuple):
    """A row with anything in it: its line in the file, and its cells as text without margins."""

    line: int
    cells: list[str]


OpenSheet: TypeAlias = Callable[[Path], AbstractContextManager[Iterator[SheetRow]]]
"""Reads a file from its first row with anything in it on, the head. Raises SheetRefused, also in
the middle."""


class WriteSheet(Protocol):
    """Writes one."""

    def __call__(self, format: SheetFormat, rows: Iterable[Sequence[str]], to: Path, /) -> None: ...
