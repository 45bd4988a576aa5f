"""What a buyer may know of the shop itself."""

from typing import Final, cast

import strawberry

from api.context import Info
from api.engine.fields import column, computed, root
from api.scalars import CurrencyCode
from domain.merchants.queries import find_shop

PERMISSION: Final = "storefront"


@strawberry.type
class ShopContact:
    """How to reach the shop."""

    email: str | None = column("contact_email")
    phone: str | None = column("contact_phone")
    address: str | None = column("contact_address")


@strawberry.type(name="Shop")
class StorefrontShop:
    """The shop that this key or host belongs to."""

    name: str
    currency_code: CurrencyCode = column(
        "currency", description="What its prices are in, unless a price says otherwise."
    )
    language: str = strawberry.field(description="What its texts are written in: ru.")
    languages: list[str] = strawberry.field(
        description="What @inContext(language:) may ask for, its own among them."
    )
    country: str = strawberry.field(description="As ISO 3166: RU.")
    time_zone: str = strawberry.field(description="Where its business days begin: Europe/Moscow.")
    contact: ShopContact = computed(lambda row: row)


@strawberry.type
class StorefrontShopQueries:
    """The shop itself."""

    @root(permission=PERMISSION)
    async def shop(self, info: Info) -> StorefrontShop:
        """What the shop is called, and what it speaks and counts in."""
        return cast(StorefrontShop, await find_shop(info.context.reading))
