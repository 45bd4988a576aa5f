"""The register of personal data: each column that holds any says what for, and how long.

    email: Mapped[str] = mapped_column(info=personal("to write to the buyer"))

The register is the tables' own description, so it cannot fall behind them. A house rule asks each
column whose name sounds like a person's, and every text of a table about people, to be in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypedDict

from sqlalchemy import Column, Table

Erased = Literal["row", "clear", "blank", "empty", "keep"]
"""What erasing a customer does: the row goes; the column is null, an object or a text with nothing
in it; or it stays (by law, or because it is not a customer's)."""
_KEY: Final = "personal"


@dataclass(frozen=True, slots=True)
class Personal:
    """Why a column holds a person's data, how long, and what becomes of it with the person."""

    purpose: str
    retention: str
    erased: Erased


class Kept(TypedDict):
    """The second half of an entry, for columns that are kept alike."""

    retention: str
    erased: Erased


def personal(
    purpose: str, *, retention: str = "until the person is erased", erased: Erased = "clear"
) -> dict[str, Any]:
    """The `info` of a column that holds personal data."""
    return {_KEY: Personal(purpose, retention, erased)}


def impersonal(why: str) -> dict[str, Any]:
    """The `info` of a column of people's tables that tells nothing of a person."""
    return {_KEY: why}


def said_of(column: Column[Any]) -> Personal | str | None:
    """What the register says: personal, why it is not, or nothing at all."""
    found: Personal | str | None = column.info.get(_KEY)
    return found


def personal_columns(table: Table) -> Iterator[tuple[Column[Any], Personal]]:
    """The columns of a table that hold personal data."""
    for column in table.columns:
        if isinstance(said := said_of(column), Personal):
            yield column, said
