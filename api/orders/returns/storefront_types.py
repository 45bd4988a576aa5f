"""Returns as their buyers see them."""

import strawberry

from api.orders.returns.types import ReturnFields


@strawberry.type
class OrderReturn(ReturnFields):
    """What the buyer gives back of an order, or wants to."""
