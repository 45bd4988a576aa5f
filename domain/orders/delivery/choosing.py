"""The way that staff choose for goods, with what it costs to an address now."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.errors import NotAllowed
from domain.merchants.shop_facts import zone_of_shop
from domain.orders.delivery.methods import active_methods
from domain.orders.delivery.options import Option, options_to
from tenants.scope import UnitOfWork


async def chosen_way(
    uow: UnitOfWork,
    method_id: UUID,
    address: Mapping[str, Any],
    *,
    grams: int,
    sum_minor: int,
    is_free: bool = False,
) -> Option:
    """The way to an address for goods of a weight and sum. Raises NotAllowed where it does not lead
    there.
    """
    options = options_to(
        await active_methods(uow),
        address,
        grams=grams,
        sum_minor=sum_minor,
        now=uow.now.astimezone(ZoneInfo(await zone_of_shop(uow))),
        is_free=is_free,
    )
    option = next((one for one in options.served if one.id == method_id), None)
    if option is None:
        raise NotAllowed(
            "deliveryMethodId", en="does not lead to this address", ru="по этому адресу не доставит"
        )
    return option
