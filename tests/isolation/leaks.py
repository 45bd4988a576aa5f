"""A door full of leaks, each a way in which a resolver can betray a neighbour, and honest fields.

The walk over the real doors proves something only if it would see these.
"""
# ruff: noqa: N805 (a mutation's first argument is its unit of work, not a self)

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import strawberry
from graphql import GraphQLSchema
from sqlalchemy import Executable, select, update

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.engine.errors import PublicError
from api.engine.fields import PUBLIC, batch, root
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.scalars import id_field, wanted_id
from api.schemas import build_schema
from domain.catalog.product_tables import Brand
from domain.errors import NotFound, Taken
from domain.paging import Cursors, Page
from tenants.platform import PlatformScope
from tenants.scope import Row, UnitOfWork

LEAKING: Final = {
    "anyonesBrand": "a loader reads through the platform's scope",
    "outsideBrand": "so it does, by what another system calls the thing",
    "brandCount": "a number counts everybody's rows",
    "brandShelf": "a batch below our own row forgets whose it reads",
    "brandPage": "a cursor brings its own tenant along",
    "brandForbidden": "a neighbour's id is forbidden, one that never was is not found",
    "brandName": "a unique constraint across tenants tells that a title is taken",
    "brandJoin": "the second id is looked up past the walls, after our own first one",
    "brandSpoil": "it says NOT_FOUND, and changes the neighbour's row",
}
"""The fields that the walk must name, and how each leaks; the others are honest."""

_ROWS: Final = select(Brand.id, Brand.title, Brand.external_id)


@strawberry.type
class Thing:
    """A brand, as little of it as will show a leak."""

    id: strawberry.ID = id_field("brd")
    title: str


async def _found(db: Any, ids: Sequence[UUID]) -> dict[UUID, Row]:
    return {row["id"]: row for row in await db.rows(_ROWS) if row["id"] in ids}


@strawberry.type
class ThingPayload(Payload):
    """What the mutations answer."""

    brand: Thing | None = entity("brand", _found)


async def _need(db: Any, id: strawberry.ID, path: str) -> UUID:
    brand_id = wanted_id(id, "brd")
    if not await _found(db, [brand_id]):
        raise NotFound(path, what="brand")
    return brand_id


async def _need_free(db: Any, title: str) -> None:
    if any(row["title"] == title for row in await db.rows(_ROWS)):
        raise Taken("title", value=title)


def leaking_schema(everyone: PlatformScope) -> GraphQLSchema:
    """The schema, with fields that go past tenants through `everyone`."""

    class Past:
        """Reads like a tenant's own connection, and sees all."""

        async def rows(self, statement: Executable) -> list[Row]:
            async with everyone.writing() as unit:
                return await unit.rows(statement)

    past = Past()

    async def shelved(parents: Sequence[Any], context: RequestContext) -> list[list[Row]]:
        rows = await past.rows(_ROWS)
        return [rows for _ in parents]

    @strawberry.type
    class Shelf:
        """A row of ours, over things that are not."""

        label: str
        things: list[Thing] = batch(shelved, items=10)

    @strawberry.type
    class Queries:
        @root(permission=PUBLIC)
        async def brand(self, info: Info, id: strawberry.ID) -> Thing | None:
            brand_id = wanted_id(id, "brd")
            return (await _found(info.context.reading, [brand_id])).get(brand_id)  # type: ignore[return-value]

        @root(permission=PUBLIC)
        async def anyones_brand(self, info: Info, id: strawberry.ID) -> Thing | None:
            brand_id = wanted_id(id, "brd")
            return (await _found(past, [brand_id])).get(brand_id)  # type: ignore[return-value]

        @root(permission=PUBLIC)
        async def outside_brand(self, info: Info, external_id: ExternalIdInput) -> bool:
            rows = await past.rows(_ROWS)
            return any(row["external_id"] == external_id.id for row in rows)

        @root(permission=PUBLIC)
        async def brand_count(self, info: Info) -> int:
            return len(await past.rows(_ROWS))

        @root(permission=PUBLIC)
        async def brand_shelf(self, info: Info) -> Shelf:
            return {"label": "ours"}  # type: ignore[return-value]

        @root(permission=PUBLIC, page_size="first")
        async def brand_page(
            self, info: Info, first: int = 20, after: str | None = None
        ) -> Connection[Thing]:
            # The cursor is an id, and the page is of whoever has it.
            known = {_cursor(row) for row in await past.rows(_ROWS)}
            rows = [] if after in known else await info.context.reading.rows(_ROWS)
            return connection(Page(rows, Cursors(_cursor, rows), False, False), _unknown)

    @strawberry.type
    class Mutations:
        @mutation(permission=PUBLIC, returns=ThingPayload)
        async def brand_create(uow: UnitOfWork, title: str) -> Outcome:
            await _need_free(uow, title)
            return {"brand": None}

        @mutation(permission=PUBLIC, returns=ThingPayload)
        async def brand_name(uow: UnitOfWork, title: str) -> Outcome:
            await _need_free(past, title)
            return {"brand": None}

        @mutation(permission=PUBLIC, returns=ThingPayload)
        async def brand_merge(uow: UnitOfWork, id: strawberry.ID, into: strawberry.ID) -> Outcome:
            await _need(uow, id, "id")
            return {"brand": await _need(uow, into, "into")}

        @mutation(permission=PUBLIC, returns=ThingPayload)
        async def brand_join(uow: UnitOfWork, id: strawberry.ID, into: strawberry.ID) -> Outcome:
            await _need(uow, id, "id")
            return {"brand": await _need(past, into, "into")}

        @mutation(permission=PUBLIC, returns=ThingPayload)
        async def brand_forbidden(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
            brand_id = wanted_id(id, "brd")
            if await _found(past, [brand_id]) and not await _found(uow, [brand_id]):
                raise PublicError("This is not yours.", code="FORBIDDEN")
            return {"brand": await _need(uow, id, "id")}

        @mutation(permission=PUBLIC, returns=ThingPayload)
        async def brand_spoil(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
            brand_id = wanted_id(id, "brd")
            async with everyone.writing() as unit:
                await unit.execute(update(Brand).where(Brand.id == brand_id).values(seo_title="!"))
            return {"brand": await _need(uow, id, "id")}

    return build_schema(queries=[Queries], mutations=[Mutations])


def _cursor(row: Row) -> str:
    return urlsafe_b64encode(str(row["id"]).encode()).decode()


async def _unknown() -> int:
    return 0
