"""Reading sources of price lists, imports and their problems."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry
from sqlalchemy import select

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.feeds.mutations import RUN
from api.feeds.types import IMPORT, SOURCE, ImportProblem, PriceListImport, PriceListSource
from api.lists import by_id, listing, paged
from api.nodes import NodeKind
from api.rows import in_table
from api.scalars import wanted_id
from domain.catalog.queries import ListOf
from domain.feeds import tables
from domain.feeds.report import list_problems
from domain.feeds.runs import list_runs, runs_by_ids
from domain.paging import PageRequest, count_of
from domain.row_sets import rows_by_id

SOURCES: Final = ListOf(tables.PriceListSource, {}, {"title": tables.PriceListSource.title_sort})


@strawberry.type
class FeedQueries:
    """Root fields of the area."""

    price_list_source: PriceListSource | None = by_id(
        in_table(tables.PriceListSource),
        SOURCE,
        permission=RUN,
        description="One source of price lists.",
    )

    price_list_sources: Connection[PriceListSource] = listing(
        SOURCES,
        usual=[("title", False)],
        permission=RUN,
        description="All sources of price lists, by title.",
    )

    price_list_import: PriceListImport | None = by_id(
        in_table(tables.ImportRun),
        IMPORT,
        permission=RUN,
        description="One import: how far it is, what it wrote, what was wrong.",
    )

    @paged(permission=RUN)
    async def price_list_imports(
        self, info: Info, page: PageRequest, source_id: strawberry.ID
    ) -> Connection[PriceListImport]:
        """The imports of a source, the newest first."""
        source, db = wanted_id(source_id, SOURCE), info.context.reading
        every = select(tables.ImportRun.id).where(tables.ImportRun.source_id == source)
        return connection(await list_runs(db, source, page), partial(count_of, db, every))

    @paged(permission=RUN)
    async def price_list_import_problems(
        self, info: Info, page: PageRequest, import_id: strawberry.ID
    ) -> Connection[ImportProblem]:
        """What was wrong in an import, row by row; the first 10,000 are kept."""
        run, db = wanted_id(import_id, IMPORT), info.context.reading
        every = select(tables.ImportProblem.id).where(tables.ImportProblem.run_id == run)
        return connection(await list_problems(db, run, page), partial(count_of, db, every))


async def _sources(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await rows_by_id(context.reading, tables.PriceListSource, ids)


async def _imports(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await runs_by_ids(context.reading, ids)


FEED_NODES: Final = [
    NodeKind(SOURCE, "PriceListSource", _sources, RUN),
    NodeKind(IMPORT, "PriceListImport", _imports, RUN),
]
