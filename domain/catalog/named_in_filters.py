"""What filters that were kept name by id, and whether it is still there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select, union_all

from domain.catalog.filters import Where
from domain.errors import NotFound
from tenants.scope import Asking

Tables: TypeAlias = Mapping[str, Any]
"""The tables of what fields of a filter name."""
_WITHIN: Final = ("not", "orders")
"""Fields with a filter of their own."""


class _Named(NamedTuple):
    """A thing that a filter names, and where."""

    path: tuple[str | int, ...]
    field: str
    id: UUID


async def gone_in(db: Asking, filters: Sequence[Where], tables: Tables) -> list[NotFound | None]:
    """Of each filter, whose shape must be right, what it names first that is gone: a NotFound with
    its path in `where`. One statement, where any name something.
    """
    named = [list(_named(one, tables)) for one in filters]
    there = await _there(db, [one for many in named for one in many], tables)
    found: list[NotFound | None] = []
    for many in named:
        gone = next((one for one in many if (one.field, one.id) not in there), None)
        found.append(gone and NotFound("where", *gone.path, what=tables[gone.field].__tablename__))
    return found


def _named(where: Where, tables: Tables, *path: str | int) -> Iterator[_Named]:
    for name, asked in where.items():
        if name in ("and", "or"):
            for at, one in enumerate(asked or ()):
                yield from _named(one, tables, *path, name, at)
        elif name in _WITHIN:
            yield from _named(asked or {}, tables, *path, name)
        elif name in tables and asked is not None:
            for operator, value in asked.items():
                many = value if isinstance(value, list) else [value]
                for one in many if operator in ("eq", "in") else ():
                    id = one if isinstance(one, UUID) else UUID(one)
                    yield _Named((*path, name, operator), name, id)


async def _there(db: Asking, named: Sequence[_Named], tables: Tables) -> set[tuple[str, UUID]]:
    """Which of these things are there."""
    wanted: dict[str, list[UUID]] = {}
    for one in named:
        wanted.setdefault(one.field, []).append(one.id)
    if not wanted:
        return set()
    asked = [
        select(literal(field).label("field"), tables[field].id).where(
            tables[field].id == any_(literal(ids, ARRAY(Uuid())))
        )
        for field, ids in sorted(wanted.items())
    ]
    return {(row["field"], row["id"]) for row in await db.rows(union_all(*asked))}
