"""Fields of the admin over whole rows: what a thing points to, what belongs to it, how it is kept.

Each is read for all parents at once by a function of the domain.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.scalars import DateTime
from domain.row_sets import rows_by_id
from tenants.principal import Principal
from tenants.scope import Asking, Row

ById: TypeAlias = Callable[[Asking, Sequence[UUID]], Awaitable[Mapping[UUID, Row]]]
Seen: TypeAlias = Callable[[Asking, Principal, Sequence[UUID]], Awaitable[Mapping[UUID, Row]]]
"""Rows by their ids, those alone that the caller may see."""
ManyRows: TypeAlias = Callable[[Asking, Sequence[UUID]], Awaitable[Sequence[Any]]]


@strawberry.type
class ExternalId:
    """What another system calls a thing: unique within that system (`source`)."""

    source: str = column("external_source")
    id: str = column("external_id")


@strawberry.type
class Edited:
    """Every edit makes the version one higher; send it back as `expectedVersion`."""

    version: int
    created_at: DateTime
    updated_at: DateTime


def external_id() -> Any:
    """The field `externalId` over the row's two columns."""
    return computed(lambda row: row if row["external_id"] is not None else None)


def in_table(table: Any) -> ById:
    """Whole rows of a table by their ids."""

    async def load(db: Asking, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
        return await rows_by_id(db, table, ids)

    return load


def one(load: ById, *, by: str = "id", **declaration: Any) -> Any:
    """The thing that the item `by` of each parent names, or null."""

    async def rows(parents: Sequence[Any], context: RequestContext) -> list[Any]:
        ids = list({parent[by] for parent in parents if parent[by] is not None})
        found = await load(context.reading, ids) if ids else {}
        return [found.get(parent[by]) for parent in parents]

    return batch(rows, **declaration)


def many(load: ManyRows, *, of: str, by: str = "id", **declaration: Any) -> Any:
    """What belongs to each parent; `of` is the item of the loaded rows that names the parent."""

    async def lists(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
        rows = await load(context.reading, [parent[by] for parent in parents])
        return lists_by(rows, of, [parent[by] for parent in parents])

    return batch(lists, **declaration)


def lists_by(rows: Sequence[Any], of: str, parents: Sequence[Any]) -> list[list[Any]]:
    """Rows put together by their item `of`, a list for each parent."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row[of], []).append(row)
    return [found.get(parent, []) for parent in parents]
