"""Snapshots: who was in a segment at an instant, for good; what is sent, is sent to those."""

from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, func, insert, select, update

from domain.catalog.versions import lock_owner
from domain.customers.segments.rules import condition_of
from domain.customers.segments.segments import NEWEST, STANDING
from domain.customers.segments.tables import CustomerSegment, SegmentSnapshot, SnapshotMember
from domain.customers.tables import Customer
from domain.errors import NotFound
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.references import Ref
from domain.row_sets import delete_rows, lock_rows
from tenants.scope import Asking, UnitOfWork

_NEWEST_SNAPSHOT: Final = (Sort("id", SegmentSnapshot.id, descending=True),)
_SNAPSHOT: Final = bindparam("snapshot", type_=Uuid())
_OF: Final = select(SegmentSnapshot).where(
    SegmentSnapshot.segment_id == bindparam("segment", type_=Uuid())
)
_MEMBERS: Final = (
    select(Customer)
    .join(SnapshotMember, SnapshotMember.customer_id == Customer.id)
    .where(SnapshotMember.snapshot_id == _SNAPSHOT, STANDING)
)
_SIZE: Final = (
    update(SegmentSnapshot)
    .where(SegmentSnapshot.id == _SNAPSHOT)
    .values(size=bindparam("size", type_=BigInteger()))
)


async def take_snapshot(uow: UnitOfWork, ref: Ref) -> UUID:
    """Keep who is in a segment now; the snapshot's id.

    Raises NotFound, and as `condition_of` where the rule names what is gone.
    """
    segment = await lock_owner(
        uow, CustomerSegment, ref, "id", what="customer_segment", expected_version=None
    )
    told = select(Customer.tenant_id, func.uuidv7(), _SNAPSHOT, Customer.id).where(
        STANDING, await condition_of(uow, segment["rule"])
    )
    snapshot_id = await uow.add(
        SegmentSnapshot,
        segment_id=segment["id"],
        title=segment["title"],
        rule=segment["rule"],
        size=0,
        taken_at=uow.now,
        actor=uow.principal.actor.value,
        actor_id=uow.principal.id,
    )
    columns = ["tenant_id", "id", "snapshot_id", "customer_id"]
    keep = insert(SnapshotMember).from_select(columns, told)
    size = await uow.execute(keep, snapshot=snapshot_id)
    await uow.execute(_SIZE, snapshot=snapshot_id, size=size)
    uow.record(
        "customer_segment.snapshot_taken",
        segment["id"],
        snapshot_id=str(snapshot_id),
        size=size,
    )
    return snapshot_id


async def delete_snapshot(uow: UnitOfWork, snapshot_id: UUID) -> UUID:
    """Forget a snapshot; the id of its segment. Raises NotFound."""
    row = (await lock_rows(uow, SegmentSnapshot, [snapshot_id])).get(snapshot_id)
    if row is None:
        raise NotFound("id", what="customer_segment_snapshot")
    await delete_rows(uow, SegmentSnapshot, [snapshot_id])
    segment_id: UUID = row["segment_id"]
    uow.record("customer_segment.snapshot_deleted", segment_id, snapshot_id=str(snapshot_id))
    return segment_id


async def snapshots_page(db: Asking, segment_id: UUID, request: PageRequest) -> Page:
    """A page of a segment's snapshots, the newest first."""
    return await page_of(db, _OF, _NEWEST_SNAPSHOT, request, segment=segment_id)


async def count_snapshots(db: Asking, segment_id: UUID) -> int:
    """How many snapshots a segment has."""
    return await count_of(db, _OF, segment=segment_id)


async def snapshot_members(db: Asking, snapshot_id: UUID, request: PageRequest) -> Page:
    """A page of who was in a segment at that instant, of those whose cards still stand."""
    return await page_of(db, _MEMBERS, NEWEST, request, snapshot=snapshot_id)


async def count_snapshot_members(db: Asking, snapshot_id: UUID) -> int:
    """How many those are."""
    return await count_of(db, _MEMBERS, snapshot=snapshot_id)
