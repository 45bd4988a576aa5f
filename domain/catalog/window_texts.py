"""One look through the shop window, and its texts in the language that the buyer reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from domain.catalog.fact_tables import Translation
from domain.row_sets import IDS
from tenants.scope import Asking

Shown: TypeAlias = Any
"""A row: as the database gave it, or a dict where some texts are in another language."""


KEYS: Final = frozenset({"id", "parent_id", "owner_id", "slug", "is_main"})
"""What rows are found again by, and chosen."""


@dataclass(frozen=True, slots=True)
class ShownText:
    """An item of a row that may be shown translated: the text `field` of the thing `owner`."""

    item: str
    owner: str = "id"
    """The item that holds the thing's id; where it is None there is nothing to translate."""
    of: str = ""
    """The translated field's name, where the item is called otherwise."""

    @property
    def field(self) -> str:
        return self.of or self.item


@dataclass(frozen=True, slots=True)
class Window:
    """One look: whose rows, and in which language texts are wanted (None: the shop's own)."""

    db: Asking
    language: str | None = None
    columns: frozenset[str] | None = None
    """Those that will be read of the rows, beside the ids by which they are put together."""

    def narrowed(self, statement: Any, texts: Sequence[ShownText] = ()) -> Any:
        """A statement without the columns that nobody will read."""
        if self.columns is None:
            return statement
        owners = {text.owner for text in texts} if self.language else ()
        return _with_columns(statement, self.columns.union(KEYS, owners))


@lru_cache(maxsize=1_000)
def _with_columns(statement: Any, kept: frozenset[str]) -> Any:
    columns = [one for one in statement.selected_columns if one.key in kept]
    return statement.with_only_columns(*columns)


_TRANSLATIONS: Final = select(
    Translation.entity_id, Translation.language, Translation.field, Translation.value
).where(
    Translation.entity_id == any_(IDS),
    Translation.language == any_(bindparam("languages", type_=ARRAY(Text()))),
)


async def translated(
    window: Window, rows: Sequence[Any], texts: Sequence[ShownText]
) -> Sequence[Shown]:
    """The rows with `texts` in the window's language; where one is missing, as the shop wrote it.

    "en-GB" falls back to "en". Without a language nothing is read, and the rows stay as they are.
    """
    if window.language is None or not rows:
        return rows
    texts = [text for text in texts if text.item in rows[0]]
    if not texts:
        return rows
    exact = window.language
    owners = {text.owner for text in texts}
    ids = {row[owner] for row in rows for owner in owners} - {None}
    found = await window.db.rows(
        _TRANSLATIONS, ids=list(ids), languages=[exact, exact.partition("-")[0]]
    )
    values: dict[tuple[UUID, str], str] = {}
    for one in sorted(found, key=lambda one: bool(one["language"] == exact)):
        values[one["entity_id"], one["field"]] = one["value"]
    if not values:
        return rows
    return [
        {
            **row,
            **{
                text.item: values[row[text.owner], text.field]
                for text in texts
                if (row[text.owner], text.field) in values
            },
        }
        for row in rows
    ]
