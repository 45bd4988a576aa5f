"""What a new shop finds in place: a channel to show goods in, a price list, a warehouse."""

from typing import Final

from sqlalchemy import select

from domain.catalog.channels import create_channel
from domain.merchants.reception import Reception
from domain.merchants.tables import Shop
from domain.pricing.price_lists import create_price_list
from domain.stock.nights import plan_night
from domain.stock.places.locations import create_location
from tenants.database import Pool
from tenants.passwords import Passwords
from tenants.scope import UnitOfWork
from tenants.settings import Settings
from tenants.vault import parse_master_keys

_SHOP: Final = select(Shop.language, Shop.currency)
_TITLES: Final = {
    "ru": ("Интернет-магазин", "Розничные цены", "Основной склад"),
    "en": ("Web shop", "Retail prices", "Main warehouse"),
}


def reception_of(chosen: Settings, platform: Pool, passwords: Passwords | None = None) -> Reception:
    """The reception that these settings ask for; `platform` is a pool of the platform's role.

    Raises BadMasterKeys.
    """
    return Reception(
        platform=platform,
        passwords=passwords or Passwords(),
        masters=parse_master_keys(chosen.secret_keys.get_secret_value()),
        domain=chosen.platform_domain,
        window=chosen.public_url.rstrip("/"),
        starters=(open_shelves,),
        local_hosts=chosen.platform_domain == "localhost",
    )


async def open_shelves(uow: UnitOfWork) -> None:
    """Make the default channel, price list and location, named in the shop's language."""
    shop = await uow.row(_SHOP)
    assert shop is not None, "a shop opens its shelves after it has a row of its own"
    channel, price_list, location = _TITLES.get(shop["language"], _TITLES["en"])
    await create_channel(uow, {"title": channel, "code": "web"})
    await create_price_list(
        uow, {"title": price_list, "code": "retail", "currency": shop["currency"]}
    )
    await create_location(uow, {"title": location, "code": "main", "kind": "warehouse"})
    await plan_night(uow)
