"""Carriers, as the merchant keeps them."""

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from domain.catalog.entities import Edit, Entity, Given, create_one, update_one
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.errors import Invalid
from domain.inputs import flag, line_or_none, text, whole, word
from domain.merchants.shop_facts import shop_currency
from domain.orders.delivery.zones import read_zones
from domain.orders.shipments.tables import KINDS, NUMBERS, Carrier
from tenants.scope import UnitOfWork


def _link(value: Any) -> str | None:
    """An address on the web with one {number}."""
    link: str | None = line_or_none(500)(value)
    if link is None:
        return None
    if not link.startswith(("https://", "http://")) or link.count("{number}") != 1:
        raise Invalid(
            en="must be an address of the web with {number} in it",
            ru="нужен веб-адрес, в котором есть {number}",
        )
    return link


CARRIER: Final = Entity(
    "carrier",
    Carrier,
    {
        "title": text(100),
        "kind": word(*KINDS),
        "is_active": flag,
        "numbers": word(*NUMBERS),
        "tariff": lambda value: value,
        "tracking_link": _link,
        "low_numbers": whole(0, 1_000_000),
    },
    required=("title", "kind"),
    fixed=("kind",),
)
CARRIERS: Final = ListOf(
    Carrier,
    {"id": Filter(Carrier.id), "isActive": Filter(Carrier.is_active)},
    {"title": Carrier.title_sort},
)


async def create_carrier(uow: UnitOfWork, given: Given) -> UUID:
    """Make a carrier; its id. Its `tariff` is as `read_zones` takes zones."""
    return await create_one(uow, CARRIER, await _read(uow, given))


async def update_carrier(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a carrier, or put it to rest; its id. What it carries already goes on."""
    changes = await _read(uow, edit.changes)
    return await update_one(uow, CARRIER, Edit(edit.ref, changes, edit.expected_version))


async def _read(uow: UnitOfWork, given: Given) -> Given:
    """What is given, its tariff as it is stored."""
    if given.get("tariff") is None:
        return {name: value for name, value in given.items() if name != "tariff"}
    currency = await shop_currency(uow)
    return {**given, "tariff": read_zones(given["tariff"], currency, "tariff")}


def link_to(template: str | None, number: str | None) -> str | None:
    """Where a buyer sees a parcel's way."""
    return template.replace("{number}", quote(number, safe="")) if template and number else None
