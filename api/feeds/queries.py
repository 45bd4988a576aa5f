"""Reading sources of price lists, imports and their problems."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry
from sqlalchemy import select

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.engine.fields import root
from api.feeds.mutations import RUN
from api.feeds.types import IMPORT, SOURCE, ImportProblem, PriceListImport, PriceListSource
from api.lists import found, listed
from api.nodes import NodeKind
from api.refusals import told
from api.scalars import wanted_id
from domain.catalog.queries import ListOf
from domain.feeds import tables
from domain.feeds.runs import list_problems, list_runs, runs_by_ids
from domain.paging import PageRequest, count_of
from domain.row_sets import rows_by_id

SOURCES: Final = ListOf(tables.PriceListSource, {}, {"title": tables.PriceListSource.title_sort})


@strawberry.type
class FeedQueries:
    """Root fields of the area."""

    @root(permission=RUN)
    async def price_list_source(self, info: Info, id: strawberry.ID) -> PriceListSource | None:
        """One source of price lists."""
        return await found(info, tables.PriceListSource, SOURCE, id=id)  # type: ignore[no-any-return]

    @root(permission=RUN, page_size=("first", "last"))
    async def price_list_sources(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[PriceListSource]:
        """All sources of price lists, by title."""
        return await listed(  # type: ignore[no-any-return]
            info,
            SOURCES,
            first=first,
            after=after,
            last=last,
            before=before,
            usual=[("title", False)],
        )

    @root(permission=RUN)
    async def price_list_import(self, info: Info, id: strawberry.ID) -> PriceListImport | None:
        """One import: how far it is, what it wrote, what was wrong."""
        return await found(info, tables.ImportRun, IMPORT, id=id)  # type: ignore[no-any-return]

    @root(permission=RUN, page_size=("first", "last"))
    async def price_list_imports(
        self,
        info: Info,
        source_id: strawberry.ID,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[PriceListImport]:
        """The imports of a source, the newest first."""
        source = wanted_id(source_id, SOURCE)
        db = info.context.reading
        with told(info.context):
            page = await list_runs(db, source, PageRequest(first, after, last, before))
        every = select(tables.ImportRun.id).where(tables.ImportRun.source_id == source)
        counted: Any = connection(page, partial(count_of, db, every))
        return counted  # type: ignore[no-any-return]

    @root(permission=RUN, page_size=("first", "last"))
    async def price_list_import_problems(
        self,
        info: Info,
        import_id: strawberry.ID,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[ImportProblem]:
        """What was wrong in an import, row by row; the first 10,000 are kept."""
        run = wanted_id(import_id, IMPORT)
        db = info.context.reading
        with told(info.context):
            page = await list_problems(db, run, PageRequest(first, after, last, before))
        every = select(tables.ImportProblem.id).where(tables.ImportProblem.run_id == run)
        counted: Any = connection(page, partial(count_of, db, every))
        return counted  # type: ignore[no-any-return]


async def _sources(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await rows_by_id(context.reading, tables.PriceListSource, ids)


async def _imports(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await runs_by_ids(context.reading, ids)


FEED_NODES: Final = [
    NodeKind(SOURCE, "PriceListSource", _sources, RUN),
    NodeKind(IMPORT, "PriceListImport", _imports, RUN),
]
