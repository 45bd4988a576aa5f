"""Statuses, colleagues and comments, as staff see them with an order."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.merchants.kinds import STAFF
from api.merchants.named_ids import actor_id
from api.merchants.words import ActorKind
from api.nodes import Node
from api.orders import kinds
from api.orders.words import OrderState
from api.rows import Edited, one
from api.scalars import DateTime, id_field
from domain.orders.desk.colleagues import colleagues_by_ids
from domain.orders.desk.sorting import tags_of


@strawberry.type
class Colleague:
    """A member of staff, by name alone."""

    id: strawberry.ID = id_field(STAFF)
    name: str


@strawberry.type
class OrderStatus(Node, Edited):
    """A word of the shop's own for a part of a state."""

    id: strawberry.ID = id_field(kinds.STATUS)
    title: str
    state: OrderState
    colour: str = strawberry.field(description="As #ff8800.")
    position: int
    is_default: bool = strawberry.field(
        description="Whether orders get it that enter its state; one of each state may be."
    )


@strawberry.type
class OrderCommentText:
    """What a comment said from an instant on."""

    text: str
    written_at: DateTime


async def _mentioned(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = {one for parent in parents for one in parent["mentions"]}
    found = await colleagues_by_ids(context.reading, list(ids)) if ids else {}
    return [[found[one] for one in parent["mentions"] if one in found] for parent in parents]


@strawberry.type
class OrderComment:
    """What somebody said of an order to his colleagues."""

    id: strawberry.ID = id_field(kinds.COMMENT)
    text: str | None = strawberry.field(description="Null: it was removed.")
    actor: ActorKind
    actor_id: strawberry.ID | None = computed(actor_id)
    author: Colleague | None = one(
        colleagues_by_ids, by="actor_id", description="Null: it was no member of staff."
    )
    mentions: list[Colleague] = batch(_mentioned, items=2)
    texts: list[OrderCommentText] = strawberry.field(
        description="What it has said, the newest first."
    )
    created_at: DateTime
    removed_at: DateTime | None


async def _tags(parents: Sequence[Any], context: RequestContext) -> list[list[str]]:
    found = await tags_of(context.reading, [parent["id"] for parent in parents])
    return [found.get(parent["id"], []) for parent in parents]


def order_tags() -> Any:
    """The tags of each order."""
    return batch(_tags, description="In the order of letters.")
