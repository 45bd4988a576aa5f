"""The admin's lists and look-ups: a page of a noun's rows, or one row by any of its names."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from api.connections import connection
from api.context import Info
from api.filters import read_order, read_where
from api.references import ExternalIdInput, only_one, read_external_id
from api.refusals import told
from api.scalars import wanted_id
from domain.catalog.queries import ListOf, OrderBy, count_rows, list_page
from domain.catalog.slugs import find_by_slug
from domain.paging import PageRequest
from domain.references import resolve
from domain.row_sets import rows_by_id


async def listed(
    info: Info,
    rows: ListOf,
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    where: Any = None,
    order_by: Sequence[Any] | None = None,
    usual: OrderBy = (),
) -> Any:
    """A page of a list as its connection; `usual` is its order where none is asked for.

    Raises BadInput for what the list cannot do.
    """
    db = info.context.reading
    with told(info.context):
        asked = read_where(where)
        request = PageRequest(first, after, last, before)
        page = await list_page(
            db, rows, request, where=asked, order_by=read_order(order_by) or usual
        )
    return connection(page, partial(count_rows, db, rows, where=asked))


async def found(
    info: Info,
    table: Any,
    kind: str,
    *,
    id: str | None = None,
    external_id: ExternalIdInput | None = None,
    slug: str | None = None,
    slug_of: str | None = None,
) -> Any:
    """The row that exactly one of the names leads to, or None. Old slugs lead there too."""
    db = info.context.reading
    if slug_of is None:
        only_one(id=id, externalId=external_id)
    else:
        only_one(id=id, slug=slug, externalId=external_id)
    row_id = None
    if id is not None:
        row_id = wanted_id(id, kind)
    elif slug is not None and slug_of is not None:
        there = await find_by_slug(db, slug_of, slug)
        row_id = there.id if there else None
    elif external_id is not None:
        outside = read_external_id(external_id)
        row_id = (await resolve(db, table, [outside])).get(outside)
    return (await rows_by_id(db, table, [row_id])).get(row_id) if row_id else None
