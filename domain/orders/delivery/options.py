"""What a cart may choose of: the ways that lead to its address, with their prices."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from domain.orders.delivery.methods import active_methods
from domain.orders.delivery.rates import Rate, rate_for
from tenants.scope import Asking


class Option(NamedTuple):
    """A way to the buyer, what it costs in minor units, and how many days it takes."""

    id: UUID
    title: str
    kind: str
    price_minor: int
    days_from: int | None
    days_to: int | None


async def options_to(
    db: Asking,
    address: Mapping[str, Any],
    *,
    grams: int,
    sum_minor: int,
    is_free: bool = False,
) -> list[Option] | None:
    """The ways to an address for goods of a weight and sum; None where the shop has named none,
    and sends goods as it is agreed. `is_free`: a promotion bears the price.
    """
    methods = await active_methods(db)
    if not methods:
        return None
    options = []
    for one in methods:
        rate = rate_for([Rate.of(stored) for stored in one["rates"]], address, grams, sum_minor)
        if rate is not None:
            price = 0 if is_free else rate.price_minor
            options.append(
                Option(one["id"], one["title"], one["kind"], price, rate.days_from, rate.days_to)
            )
    return options
