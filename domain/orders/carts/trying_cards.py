"""Gift cards that are tried by their codes: nobody finds one by trying many."""

from typing import Final
from uuid import UUID

from domain.merchants.attempts import DAY, HOUR, MINUTE, by_address, count_tries, give_back
from domain.merchants.reception import Reception
from domain.orders.carts.carts import lock_open_cart
from domain.orders.carts.paying import add_card
from tenants.identify import Seen
from tenants.scope import TenantScope

ALLOWED: Final = ((MINUTE, 10), (HOUR, 30), (DAY, 100))
"""Codes that no card has, from one address at one shop."""


async def try_card(
    reception: Reception, scope: TenantScope, token: str, code: str, *, seen: Seen
) -> UUID:
    """Let the card of this code pay for the cart of this token; the cart's id.

    Raises TooManyTries, and as `lock_open_cart` and `add_card` do.
    """
    counting = await reception.past_tenants("gift card", seen)
    tries = [by_address(f"gift card {scope.tenant_id}", seen.address, *ALLOWED)]
    await count_tries(counting, tries)
    async with scope.writing("cartGiftCardAdd") as uow:
        cart = await lock_open_cart(uow, token)
        is_found = await add_card(uow, cart, code)
    if is_found:
        async with counting.writing() as unit:
            await give_back(unit, tries)
    cart_id: UUID = cart["id"]
    return cart_id
