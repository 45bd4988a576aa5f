"""Carts that nobody has touched for so long as the shop keeps them: they are forgotten, with what
they knew of their buyers. Orders that came of them stay."""

from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select

from domain.merchants.tables import Shop
from domain.orders.carts.tables import Cart
from tenants.scope import UnitOfWork

_KEPT: Final = select(Shop.cart_kept_days)
# One that was joined into another is only a way to that, and goes with it.
_FORGET: Final = delete(Cart).where(
    Cart.updated_at < bindparam("before"), Cart.joined_into_id.is_(None)
)


async def forget_old_carts(uow: UnitOfWork) -> int:
    """Forget them; how many they were."""
    days = await uow.value(_KEPT)
    if days is None:  # a space without a shop has no carts
        return 0
    return await uow.execute(_FORGET, before=uow.now - timedelta(days=days))
