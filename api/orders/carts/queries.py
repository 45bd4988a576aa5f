"""Looking at one's cart, and at the order that it became."""

from typing import Any, cast

import strawberry

from api.context import Info
from api.engine.errors import PublicError
from api.engine.fields import root
from api.orders.carts.types import Cart, cart_of
from api.orders.orders.storefront_types import Order
from domain.orders.carts.carts import find_cart
from domain.orders.orders.of_tokens import find_order

PERMISSION = "storefront"


@strawberry.type
class CartQueries:
    """Root fields of carts and their orders."""

    @root(permission=PERMISSION, cost=20, items=5)
    async def cart(self, info: Info, token: str) -> Cart | None:
        """The cart that a token opens, priced anew; null where it opens none. Not by GET.

        A customer's own opens for him alone, while he is signed in.
        """
        check_is_posted(info)
        found = await find_cart(info.context.reading, token, info.context.principal.customer_id)
        shown: Any = found and await cart_of(info.context, found)
        return cast(Cart | None, shown)

    @root(permission=PERMISSION, cost=10, items=5)
    async def order(self, info: Info, token: str) -> Order | None:
        """The order that the cart of this token has become; null where it is none. Not by GET.

        That of a customer's own cart opens for him alone, while he is signed in.
        """
        check_is_posted(info)
        found: Any = await find_order(
            info.context.reading, token, info.context.principal.customer_id
        )
        return cast(Order | None, found)


def check_is_posted(info: Info) -> None:
    """Addresses are written into logs, and answers to GET are kept: a token is for neither, whoever
    sends it."""
    if not info.context.is_posted:
        raise PublicError("A token is not for an address; send this by POST.")
