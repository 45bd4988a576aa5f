"""Root fields of lists and of single things, as an area declares them:

@strawberry.type
class ShelfQueries:
    brand: Brand | None = named(
        tables.Brand, kinds.BRAND, slugs="brand", permission=READ, description="One brand …"
    )
    brands: Connection[Brand] = listing(
        BRANDS, where=BrandWhere, order_by=TitledOrder, permission=READ, description="Brands …"
    )

    @paged(permission="keys:read")
    async def api_keys(
        self, info: Info, page: PageRequest, revoked: bool = False
    ) -> Connection[ApiKey]: ...
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import GenericAlias
from typing import Any, Final
from uuid import UUID

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.filters import read_order, read_where
from api.references import ExternalIdInput, only_one, read_external_id
from api.refusals import told
from api.rows import ById, Seen
from api.scalars import wanted_id
from api.signatures import optional, sign
from domain.catalog.queries import ListOf, OrderBy, count_rows, list_page
from domain.catalog.slugs import find_by_slug
from domain.paging import Page, PageRequest
from domain.references import resolve
from domain.row_sets import rows_by_id
from tenants.scope import Asking, Row

PAGING: Final[Mapping[str, Any]] = {"first": int, "after": str, "last": int, "before": str}
"""What every list takes, after its own arguments."""


def paged(
    *, permission: str, cost: int | None = None
) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Declare a list on a function of `(self, info, page, …)` that returns a connection.

    Clients give `page` by the four arguments of PAGING. What the domain refuses (a cursor of
    another list) is BAD_USER_INPUT.
    """

    def declare(function: Callable[..., Awaitable[Any]]) -> Any:
        written = inspect.signature(function)
        own = list(written.parameters.values())[3:]
        answer = _answer(function, own, written.return_annotation)
        return _declared(answer, permission, inspect.getdoc(function), cost)

    return declare


def listing(
    rows: ListOf,
    *,
    permission: str,
    description: str,
    where: Any = None,
    order_by: Any = None,
    usual: OrderBy = (),
) -> Any:
    """A list that is filtered by the input class `where` and ordered by levels of `order_by`.

    `usual` is its order where none is asked for; without one, the newest come first.
    """

    async def page(
        self: None, info: Info, page: PageRequest, where: Any = None, order_by: Any = None
    ) -> Connection[Any]:
        db = info.context.reading
        asked = read_where(where)
        order = read_order(order_by) or usual
        found = await list_page(db, rows, page, where=asked, order_by=order)
        return connection(found, partial(count_rows, db, rows, where=asked))

    levels = None if order_by is None else GenericAlias(list, (order_by,))
    answer = _answer(page, optional(where=where, order_by=levels), inspect.Signature.empty)
    return _declared(answer, permission, description)


def seen_listing(
    page_of: Callable[..., Awaitable[Page]],
    count_of: Callable[..., Awaitable[int]],
    *,
    where: Any,
    permission: str,
    description: str,
    order_by: Any = None,
) -> Any:
    """A list of what the caller may see, filtered by the input `where`; in an order of its own,
    unless levels of `order_by` are asked for.

    `page_of(db, principal, page, where=)`, with `order_by=` where that is given, and
    `count_of(db, principal, where=)` are the domain's.
    """

    async def page(
        self: None, info: Info, page: PageRequest, where: Any = None, order_by: Any = None
    ) -> Connection[Any]:
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        order = {"order_by": read_order(order_by)} if order_by else {}
        found = await page_of(db, principal, page, where=asked, **order)
        return connection(found, partial(count_of, db, principal, where=asked))

    levels = None if order_by is None else GenericAlias(list, (order_by,))
    answer = _answer(page, optional(where=where, order_by=levels), inspect.Signature.empty)
    return _declared(answer, permission, description)


def named(
    table: Any,
    kind: str,
    *,
    permission: str,
    description: str,
    slugs: str | None = None,
    seen: Seen | None = None,
) -> Any:
    """One thing, by exactly one of its id, its external id and, where it has any, its slugs.

    `slugs` says whose they are; old ones lead to it too. `seen` keeps to what the caller may see.
    """

    async def find(
        self: None,
        info: Info,
        id: str | None = None,
        slug: str | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Any:
        if slugs is None:
            only_one(id=id, externalId=external_id)
        else:
            only_one(id=id, slug=slug, externalId=external_id)
        db = info.context.reading
        if slug is None or slugs is None:
            row = await found(db, table, kind, id=id, external_id=external_id)
            if row is None or seen is None:
                return row
            return (await seen(db, info.context.principal, [row["id"]])).get(row["id"])
        there = await find_by_slug(db, slugs, slug)
        return (await rows_by_id(db, table, [there.id])).get(there.id) if there else None

    slug_kind = None if slugs is None else str
    names = optional(id=strawberry.ID, slug=slug_kind, external_id=ExternalIdInput)
    sign(find, like=find, arguments=names)
    return root(permission=permission, description=description)(find)


async def found(
    db: Asking, table: Any, kind: str, *, id: str | None, external_id: ExternalIdInput | None
) -> Row | None:
    """The row that one of the names leads to, if any. Raises BadInput for an id of another kind."""
    if external_id is None:
        row_id: UUID | None = wanted_id(str(id), kind)
    else:
        outside = read_external_id(external_id)
        row_id = (await resolve(db, table, [outside])).get(outside)
    return (await rows_by_id(db, table, [row_id])).get(row_id) if row_id else None


def by_id(load: ById, kind: str, *, permission: str, description: str) -> Any:
    """One thing, by its id alone."""

    async def find(self: None, info: Info, id: strawberry.ID) -> Any:
        row_id = wanted_id(id, kind)
        return (await load(info.context.reading, [row_id])).get(row_id)

    return root(permission=permission, description=description)(find)


def _answer(
    function: Callable[..., Awaitable[Any]], own: Sequence[inspect.Parameter], returns: Any
) -> Callable[..., Awaitable[Any]]:
    """A resolver that takes a list's own arguments and those of PAGING, and asks `function`."""

    async def answer(self: None, info: Info, **arguments: Any) -> Any:
        with told(info.context):
            page = PageRequest(*(arguments.pop(name, None) for name in PAGING))
            return await function(self, info, page, **arguments)

    sign(answer, like=function, arguments=[*own, *optional(**PAGING)], returns=returns)
    return answer


def _declared(
    answer: Callable[..., Any], permission: str, description: str | None, cost: int | None = None
) -> Any:
    sizes = ("first", "last")
    declare = root(permission=permission, cost=cost, page_size=sizes, description=description)
    return declare(answer)
