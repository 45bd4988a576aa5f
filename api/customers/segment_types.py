"""Segments and their snapshots, as the merchant sees them."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry import UNSET

from api.context import RequestContext
from api.customers import kinds
from api.customers.where_inputs import CustomerWhere
from api.engine.fields import batch, computed
from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import version_of
from api.kept_filters import shown
from api.merchants.named_ids import actor_id
from api.merchants.words import ActorKind
from api.nodes import Node
from api.rows import Edited, in_table, one
from api.scalars import JSON, DateTime, id_field
from domain.customers import tables
from domain.customers.segments.segments import look_at

COUNT_COST = 20
_WHERE = "Which customers it tells: as `CustomerWhere` was given."


def _where() -> Any:
    return computed(lambda row: shown(CustomerWhere, row["rule"]), description=_WHERE)


@strawberry.type
class SegmentProblem:
    """What a rule names, and is gone: `path` is its place in `where`."""

    message: str
    path: list[str]


@strawberry.type
class SegmentMembership:
    """Who is in a segment now."""

    count: int | None = strawberry.field(description="Null where there is a problem.")
    problem: SegmentProblem | None = strawberry.field(
        description="What is gone that the rule names; until it is mended, nobody is in it."
    )


async def _membership(parents: Sequence[Any], context: RequestContext) -> list[dict[str, Any]]:
    found = await look_at(context.reading, parents)
    return [
        {
            "count": one.members,
            "problem": one.problem
            and {"message": one.problem.message(context.language), "path": one.problem.path},
        }
        for one in found
    ]


@strawberry.type
class CustomerSegment(Node, Edited):
    """Customers told by a rule, as they are now."""

    id: strawberry.ID = id_field(kinds.SEGMENT)
    title: str
    note: str | None
    where: JSON = _where()
    membership: SegmentMembership = batch(_membership, reads=["rule"], cost=COUNT_COST)


@strawberry.type
class CustomerSegmentSnapshot(Node):
    """Who was in a segment at an instant, for good, and by which rule."""

    id: strawberry.ID = id_field(kinds.SNAPSHOT)
    segment: CustomerSegment = one(in_table(tables.CustomerSegment), by="segment_id")
    title: str = strawberry.field(description="The segment's, at that instant.")
    where: JSON = _where()
    size: int = strawberry.field(description="How many were in it; some may be erased since.")
    taken_at: DateTime
    actor: ActorKind
    actor_id: strawberry.ID | None = computed(actor_id)


@strawberry.input
class CustomerSegmentCreateInput:
    """A new segment."""

    title: str
    where: CustomerWhere
    note: str | None = UNSET


@strawberry.input
class CustomerSegmentUpdateInput:
    """Changes of a segment: what is left out is kept. `where` takes the place of the whole rule."""

    expected_version: int | None = version_of("segment")
    title: str | None = UNSET
    where: CustomerWhere | None = UNSET
    note: str | None = UNSET


@strawberry.input
class CustomerSegmentWhere:
    """Which segments are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.SEGMENT)
    title: TextFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[CustomerSegmentWhere] | None" = combined("and")
    or_: "list[CustomerSegmentWhere] | None" = combined("or")
    not_: "CustomerSegmentWhere | None" = combined("not")
