"""Carts joined at log-in: what a guest chose, and what the customer had left in a cart of his own.

All his tokens open the one cart from then on, on each of his devices, while he is signed in.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.bulk import TooMany
from domain.customers.finding import one_by_one
from domain.orders.carts.carts import MOST_CODES, begin_cart, lock_open_cart
from domain.orders.carts.lines import join_lines
from domain.orders.carts.paying import MOST_CARDS
from domain.orders.carts.tables import Cart
from domain.pricing.promotions.codes import key_of
from domain.row_sets import lock_rows, update_rows
from tenants.scope import Row, UnitOfWork

SAID: Final = ("name", "email", "phone", "payment_method", "note", "visitor")
WAY: Final = ("address", "location_id", "delivery_method_id", "delivery_window")
"""Where the goods go: all of it is one cart's or the other's."""
NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys((*SAID, *WAY)),
    "codes": [],
    "gift_cards": [],
    "points": 0,
}

_OWN: Final = (
    select(Cart.id)
    .where(
        Cart.customer_id == bindparam("customer", type_=Cart.customer_id.type),
        Cart.is_own,
        Cart.order_id.is_(None),
    )
    .order_by(Cart.updated_at.desc())
    .limit(1)
)


async def join_cart(uow: UnitOfWork, token: str | None) -> tuple[UUID, str | None]:
    """Make what is in the cart of this token the signed-in customer's, with what he had in another
    one; the cart's id. Without a token, a new one to his cart is made and told. Twice is once.

    What was said last is kept, lines of the same goods are summed. Raises NotFound, AlreadyOrdered;
    TooMany where both together are more than one cart takes, and then nothing is joined.
    """
    customer_id = uow.principal.customer_id
    assert customer_id is not None
    await one_by_one(uow, [f"cart {customer_id}"])
    told = None
    if token is None:
        _, token = _, told = await begin_cart(uow, {})
    cart = await lock_open_cart(uow, token)
    cart_id: UUID = cart["id"]
    if cart["is_own"]:
        return cart_id, told
    own = await _lock_own(uow, customer_id)
    if own is None:
        own_now = {"id": cart_id, "customer_id": customer_id, "is_own": True}
        await update_rows(uow, Cart, [own_now])
        return cart_id, told
    await join_lines(uow, own["id"], cart_id)
    await update_rows(uow, Cart, [{"id": own["id"], **_together(own, cart)}])
    await update_rows(uow, Cart, [{"id": cart_id, **NOTHING, "joined_into_id": own["id"]}])
    return own["id"], told


async def _lock_own(uow: UnitOfWork, customer_id: UUID) -> Row | None:
    """The customer's own cart, unless it was ordered this moment."""
    found: UUID | None = await uow.value(_OWN, customer=customer_id)
    if found is None:
        return None
    own = (await lock_rows(uow, Cart, [found]))[found]
    return own if own["order_id"] is None else None


def _together(own: Row, joined: Row) -> dict[str, Any]:
    """What two carts say, the joined one last."""
    said = {name: own[name] if joined[name] is None else joined[name] for name in SAID}
    goes = joined if joined["address"] or joined["location_id"] else own
    codes = {key_of(code): code for code in [*own["codes"], *joined["codes"]]}
    if len(codes) > MOST_CODES:
        raise TooMany("codes", most=MOST_CODES)
    cards = [
        *own["gift_cards"],
        *(one for one in joined["gift_cards"] if one not in own["gift_cards"]),
    ]
    if len(cards) > MOST_CARDS:
        raise TooMany("giftCards", most=MOST_CARDS)
    return {
        **said,
        **{name: goes[name] for name in WAY},
        "codes": list(codes.values()),
        "gift_cards": cards,
        "points": own["points"] if joined["points"] == 0 else joined["points"],
    }
