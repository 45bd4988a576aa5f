"""Reading segments, who is in them, and who was."""

from functools import partial
from typing import Any, Final

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.customers import kinds
from api.customers.segment_types import (
    CustomerSegment,
    CustomerSegmentSnapshot,
    CustomerSegmentWhere,
)
from api.customers.types import CUSTOMER_READ, Customer
from api.customers.where_inputs import CustomerWhere
from api.filters import read_where
from api.lists import by_id, listing, paged
from api.nodes import NodeKind
from api.rows import in_table
from api.scalars import wanted_id
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.customers import tables
from domain.customers.filters import check_may_ask
from domain.customers.segments.segments import count_members, get_rule, members_page
from domain.customers.segments.snapshots import (
    count_snapshot_members,
    count_snapshots,
    snapshot_members,
    snapshots_page,
)
from domain.paging import PageRequest

MEMBERS_COST: Final = 20

SEGMENTS: Final = ListOf(
    tables.CustomerSegment,
    {
        "id": Filter(tables.CustomerSegment.id),
        "title": Filter(tables.CustomerSegment.title_sort, folded=True),
        "createdAt": Filter(tables.CustomerSegment.created_at),
        "updatedAt": Filter(tables.CustomerSegment.updated_at),
    },
    {
        "title": tables.CustomerSegment.title_sort,
        "createdAt": tables.CustomerSegment.created_at,
        "updatedAt": tables.CustomerSegment.updated_at,
    },
)


@strawberry.type
class SegmentQueries:
    """Root fields of segments."""

    customer_segment: CustomerSegment | None = by_id(
        in_table(tables.CustomerSegment),
        kinds.SEGMENT,
        permission=CUSTOMER_READ,
        description="One segment.",
    )

    customer_segments: Connection[CustomerSegment] = listing(
        SEGMENTS,
        where=CustomerSegmentWhere,
        permission=CUSTOMER_READ,
        description="Segments, the newest first.",
    )

    @paged(permission=CUSTOMER_READ, cost=MEMBERS_COST)
    async def customer_segment_preview(
        self, info: Info, page: PageRequest, where: CustomerWhere
    ) -> Connection[Customer]:
        """Whom a rule would tell, before it is kept: the newest first, and how many in all."""
        asked = read_where(where) or {}
        check_may_ask(info.context.principal, asked)
        db = info.context.reading
        found = await members_page(db, asked, page)
        return connection(found, partial(count_members, db, asked))

    @paged(permission=CUSTOMER_READ, cost=MEMBERS_COST)
    async def customer_segment_members(
        self, info: Info, page: PageRequest, segment_id: strawberry.ID
    ) -> Connection[Customer]:
        """Who is in a segment now, the newest cards first. Refused where its rule has a problem."""
        db = info.context.reading
        rule = await get_rule(db, wanted_id(segment_id, kinds.SEGMENT), "segmentId")
        return connection(await members_page(db, rule, page), partial(count_members, db, rule))

    @paged(permission=CUSTOMER_READ)
    async def customer_segment_snapshots(
        self, info: Info, page: PageRequest, segment_id: strawberry.ID
    ) -> Connection[CustomerSegmentSnapshot]:
        """The snapshots of a segment, the newest first."""
        db, id = info.context.reading, wanted_id(segment_id, kinds.SEGMENT)
        return connection(await snapshots_page(db, id, page), partial(count_snapshots, db, id))

    customer_segment_snapshot: CustomerSegmentSnapshot | None = by_id(
        in_table(tables.SegmentSnapshot),
        kinds.SNAPSHOT,
        permission=CUSTOMER_READ,
        description="One snapshot.",
    )

    @paged(permission=CUSTOMER_READ)
    async def customer_segment_snapshot_members(
        self, info: Info, page: PageRequest, snapshot_id: strawberry.ID
    ) -> Connection[Customer]:
        """Who was in a segment when the snapshot was taken, of those whose cards still stand."""
        db, id = info.context.reading, wanted_id(snapshot_id, kinds.SNAPSHOT)
        found = await snapshot_members(db, id, page)
        return connection(found, partial(count_snapshot_members, db, id))


def _node(prefix: str, name: str, table: Any) -> NodeKind:
    load = in_table(table)
    return NodeKind(prefix, name, lambda context, ids: load(context.reading, ids), CUSTOMER_READ)


SEGMENT_NODES: Final = [
    _node(kinds.SEGMENT, "CustomerSegment", tables.CustomerSegment),
    _node(kinds.SNAPSHOT, "CustomerSegmentSnapshot", tables.SegmentSnapshot),
]
