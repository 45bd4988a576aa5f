"""Columns that many rooms' tables share: counted edits, ids from outside, titles that sort."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Computed, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

NOW: Final = text("now()")


class Edited:
    """`version` grows by one with each edit, so that nobody overwrites what he has not seen."""

    version: Mapped[int] = mapped_column(server_default="1", sort_order=90)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW, sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, sort_order=92)


class FromOutside:
    """The name of a row in the system that made it: `external_id`, unique within its source."""

    external_source: Mapped[str | None] = mapped_column(sort_order=80)
    external_id: Mapped[str | None] = mapped_column(sort_order=81)


class Titled:
    """A title, and the key that titles are sorted and looked up by: small letters, no ё."""

    title: Mapped[str]
    title_sort: Mapped[str] = mapped_column(
        Computed("translate(lower(title), 'ё', 'е')", persisted=True)
    )


def external_once() -> tuple[UniqueConstraint, CheckConstraint]:
    """The constraints of FromOutside."""
    return (
        UniqueConstraint("tenant_id", "external_source", "external_id"),
        CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)", name="external_id_has_source"
        ),
    )
