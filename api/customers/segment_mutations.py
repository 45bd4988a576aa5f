"""Changing segments, and taking snapshots of them."""

from typing import Any

import strawberry

from api.customers import kinds
from api.customers.mutations import WRITE
from api.customers.segment_types import (
    CustomerSegment,
    CustomerSegmentCreateInput,
    CustomerSegmentSnapshot,
    CustomerSegmentUpdateInput,
)
from api.filters import read_where
from api.mutation import Outcome, Payload, entity, mutation
from api.rows import in_table
from api.scalars import wanted_id
from domain.catalog.entities import Edit
from domain.customers import tables
from domain.customers.filters import check_may_ask
from domain.customers.segments.segments import create_segment, delete_segment, update_segment
from domain.customers.segments.snapshots import delete_snapshot, take_snapshot
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

SNAPSHOT_COST = 200
"""It may write a row for each customer."""


@strawberry.type
class CustomerSegmentPayload(Payload):
    """The segment as it is now."""

    customer_segment: CustomerSegment | None = entity(
        "customer_segment", in_table(tables.CustomerSegment)
    )


@strawberry.type
class CustomerSegmentDeletePayload(Payload):
    """The id of what is gone."""

    customer_segment_id: strawberry.ID | None


@strawberry.type
class CustomerSegmentSnapshotPayload(Payload):
    """The snapshot."""

    snapshot: CustomerSegmentSnapshot | None = entity("snapshot", in_table(tables.SegmentSnapshot))


@strawberry.type
class SegmentMutations:
    """Root fields of segments."""

    @mutation(permission=WRITE, returns=CustomerSegmentPayload)
    async def customer_segment_create(
        uow: UnitOfWork, input: CustomerSegmentCreateInput
    ) -> Outcome:
        """Keep a rule under a title. `customerSegmentPreview` shows before whom it tells."""
        return {"customer_segment": await create_segment(uow, _given(uow, input))}

    @mutation(permission=WRITE, returns=CustomerSegmentPayload)
    async def customer_segment_update(
        uow: UnitOfWork, id: strawberry.ID, input: CustomerSegmentUpdateInput
    ) -> Outcome:
        """Change a segment. Snapshots that were taken stay as they are."""
        edit = Edit(wanted_id(id, kinds.SEGMENT), _given(uow, input), input.expected_version)
        return {"customer_segment": await update_segment(uow, edit)}

    @mutation(permission=WRITE, returns=CustomerSegmentDeletePayload)
    async def customer_segment_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Delete a segment that has no snapshots and that no promotion names."""
        gone = await delete_segment(
            uow, wanted_id(id, kinds.SEGMENT), expected_version=expected_version
        )
        return {"customer_segment_id": encode_id(kinds.SEGMENT, gone)}

    @mutation(permission=WRITE, returns=CustomerSegmentSnapshotPayload, cost=SNAPSHOT_COST)
    async def customer_segment_snapshot_take(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Keep who is in a segment now, so that something can be sent to exactly those."""
        return {"snapshot": await take_snapshot(uow, wanted_id(id, kinds.SEGMENT))}

    @mutation(permission=WRITE, returns=CustomerSegmentPayload)
    async def customer_segment_snapshot_delete(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Forget a snapshot, with who was in it."""
        return {"customer_segment": await delete_snapshot(uow, wanted_id(id, kinds.SNAPSHOT))}


def _given(
    uow: UnitOfWork, input: CustomerSegmentCreateInput | CustomerSegmentUpdateInput
) -> dict[str, Any]:
    """The input as the domain takes it, its `where` as lists take theirs. Raises NotAllowed."""
    given = {
        name: getattr(input, name)
        for name in ("title", "note", "where")
        if getattr(input, name) is not strawberry.UNSET
    }
    if given.get("where") is not None:
        given["where"] = read_where(given["where"])
        check_may_ask(uow.principal, given["where"])
    return given
