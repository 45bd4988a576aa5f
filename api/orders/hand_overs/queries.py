"""Reading hand-overs."""

import strawberry

from api.connections import Connection
from api.lists import seen_listing
from api.nodes import seen_kind
from api.orders import kinds
from api.orders.hand_overs.inputs import HandOverWhere
from api.orders.hand_overs.types import HandOver
from api.orders.orders.queries import READ
from domain.orders.hand_overs.lists import count_hand_overs, hand_overs_seen, list_hand_overs

HAND_OVER_NODES = [seen_kind(kinds.HAND_OVER, "HandOver", hand_overs_seen, READ)]


@strawberry.type
class HandOverQueries:
    """Root fields of hand-overs."""

    hand_overs: Connection[HandOver] = seen_listing(
        list_hand_overs,
        count_hand_overs,
        where=HandOverWhere,
        permission=READ,
        description="Hand-overs of all orders, the newest first.",
    )
