"""Who a cart's buyer is: the customer who is signed in, or whoever his contacts lead to by guess.

What is merely typed is good for counting: so often a customer may use a promotion. Prices of
groups, what is for segments and the discount for a first order are for who has shown who he is.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import bindparam, func, select

from domain.customers.customers import LONGEST_NAME
from domain.customers.finding import find_card, find_or_make
from domain.customers.parts import refuse_ended
from domain.customers.segments.membership import PROMOTED, segments_of
from domain.customers.tables import Customer, CustomerGroupMember
from domain.errors import NotFound
from domain.orders.orders.of_customers import STANDS
from domain.orders.orders.tables import Order
from domain.pricing.buyers import Buyer
from domain.row_sets import lock_rows
from tenants.scope import Asking, Row, UnitOfWork

Cart: TypeAlias = Row | Mapping[str, Any]
"""What a cart or a draft says of who buys: `id`, `name`, `phone`, `email`, `visitor`."""
_CUSTOMER: Any = bindparam("customer", type_=Order.customer_id.type)
_BUT: Any = bindparam("but", type_=Order.id.type)
_FACTS: Final = select(
    select(func.array_agg(CustomerGroupMember.group_id))
    .where(CustomerGroupMember.customer_id == _CUSTOMER)
    .scalar_subquery()
    .label("group_ids"),
    select(Order.id)
    .where(Order.customer_id == _CUSTOMER, STANDS, Order.id.is_distinct_from(_BUT))
    .exists()
    .label("has_ordered"),
    PROMOTED,
)


class CartBuyer(NamedTuple):
    """Whom a cart is priced for. `card_id` is None while nobody knows of him."""

    card_id: UUID | None
    is_signed_in: bool
    buyer: Buyer


async def buyer_of(db: Asking, cart: Cart, customer_id: UUID | None) -> CartBuyer:
    """The buyer of a cart that is looked at, by the customer who is signed in, if one is."""
    if customer_id is not None:
        return await _signed_in(db, cart, customer_id)
    found = await find_card(db, phone=cart["phone"], email=cart["email"]) if _says(cart) else None
    return _guest(cart, found)


async def lock_buyer(uow: UnitOfWork, cart: Cart) -> CartBuyer:
    """The buyer of a cart that is being ordered, his card made if there was none, and locked.

    Raises NotAllowed where it was merged or erased this very moment.
    """
    customer_id = uow.principal.customer_id
    card_id = await lock_card(uow, cart, customer_id)
    if customer_id is not None:
        return await _signed_in(uow, cart, customer_id)
    return _guest(cart, card_id)


async def lock_card(uow: UnitOfWork, cart: Cart, customer_id: UUID | None) -> UUID | None:
    """The card of who orders, locked: this customer's, or else the one that his contacts lead to,
    made if there was none; None where he gave none. So it is neither merged nor erased before its
    order is written, and two carts at once are not both his first. Raises as `lock_buyer` does.
    """
    if customer_id is None:
        if not _says(cart):
            return None
        customer_id = await find_or_make(
            uow,
            phone=cart["phone"],
            email=cart["email"],
            name=(cart["name"] or "")[:LONGEST_NAME],
        )
    card = (await lock_rows(uow, Customer, [customer_id])).get(customer_id)
    if card is None:
        raise NotFound(what="customer")
    refuse_ended(card)
    return customer_id


async def buyer_of_order(db: Asking, order: Row) -> Buyer:
    """Whom an order that stands is priced for: what it uses of promotions is its own."""
    buyer = Buyer(customer_id=order["customer_id"] or order["id"])
    if order["by_account"]:
        buyer = await _account(db, order["customer_id"], but=order["id"])
    return replace(buyer, currency=order["currency"], order_id=order["id"])


def _says(cart: Cart) -> bool:
    return bool(cart["phone"] or cart["email"])


async def _signed_in(db: Asking, cart: Cart, customer_id: UUID) -> CartBuyer:
    buyer = await _account(db, customer_id)
    return CartBuyer(customer_id, True, replace(buyer, visitor=cart["visitor"]))


async def _account(db: Asking, customer_id: UUID, but: UUID | None = None) -> Buyer:
    """A customer who has shown who he is; an order of his that stands counts, `but` this one."""
    facts = await db.row(_FACTS, customer=customer_id, but=but)
    assert facts is not None
    return Buyer(
        group_ids=frozenset(facts["group_ids"] or ()),
        segment_ids=await segments_of(db, customer_id, facts["promoted"]),
        customer_id=customer_id,
        is_first_order=not facts["has_ordered"],
    )


def _guest(cart: Cart, card_id: UUID | None) -> CartBuyer:
    # Where his card is still to be made, he has used nothing: nor has the cart, in its stead.
    stand_in = cart["id"] if _says(cart) else None
    return CartBuyer(
        card_id, False, Buyer(customer_id=card_id or stand_in, visitor=cart["visitor"])
    )
