"""Orders by the token of the cart or offer that they came of.

A token is enough for what it opened before: of a customer's own cart it was not, so of the order of
that cart it is not either. Who gave it to a browser before somebody signed in there would see where
that one lives. When a customer's order has outlived its cart it opens for him alone.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, not_, or_, select

from domain.orders.carts.carts import cart_digest
from domain.orders.carts.tables import Cart
from domain.orders.orders.tables import Order
from tenants.scope import Asking, Row, UnitOfWork

_by_anybodys_cart: Final = select(Cart.id).where(Cart.order_id == Order.id, not_(Cart.is_own))
_OF_TOKEN: Final = select(Order).where(
    Order.token_hash == bindparam("digest", type_=Order.token_hash.type),
    or_(
        not_(Order.by_account),
        Order.customer_id == bindparam("customer", type_=Order.customer_id.type),
        _by_anybodys_cart.exists(),
    ),
)
_LOCK: Final = _OF_TOKEN.with_for_update()


async def find_order(db: Asking, token: str, customer_id: UUID | None) -> Row | None:
    """The order that a token opens, if any, for the customer who is signed in, if one is."""
    return await _find(db, _OF_TOKEN, token, customer_id)


async def lock_by_token(uow: UnitOfWork, token: str) -> Row | None:
    """The same for the caller, locked."""
    return await _find(uow, _LOCK, token, uow.principal.customer_id)


async def _find(db: Asking, statement: Any, token: str, customer_id: UUID | None) -> Row | None:
    digest = cart_digest(token)
    return None if digest is None else await db.row(statement, digest=digest, customer=customer_id)
