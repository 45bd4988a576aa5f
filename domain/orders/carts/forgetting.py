"""Carts that nobody has touched for so long as the shop keeps them, and drafts that came to nothing
so long ago: they are forgotten, with what they knew of their buyers. Orders stay."""

from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, delete, or_, select

from domain.merchants.tables import Shop
from domain.orders.carts.tables import Cart
from domain.orders.drafts.tables import OrderDraft
from tenants.scope import UnitOfWork

_KEPT: Final = select(Shop.cart_kept_days)
# One that was joined into another is only a way to that, and goes with it.
_FORGET: Final = delete(Cart).where(
    Cart.updated_at < bindparam("before"), Cart.joined_into_id.is_(None)
)

_FORGET_DRAFTS: Final = delete(OrderDraft).where(
    or_(OrderDraft.state == "cancelled", OrderDraft.state == "expired"),
    OrderDraft.updated_at < bindparam("before"),
)


async def forget_old_carts(uow: UnitOfWork) -> int:
    """Forget them; how many carts they were."""
    days = await uow.value(_KEPT)
    if days is None:  # a space without a shop has no carts
        return 0
    before = uow.now - timedelta(days=days)
    await uow.execute(_FORGET_DRAFTS, before=before)
    return await uow.execute(_FORGET, before=before)
