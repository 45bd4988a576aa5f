"""Ways of delivery, as the merchant keeps them."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select, update

from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.inputs import flag, text, whole, word
from domain.merchants.shop_facts import shop_currency
from domain.orders.carts.tables import Cart
from domain.orders.delivery.tables import KINDS, DeliveryMethod
from domain.orders.delivery.windows import read_windows
from domain.orders.delivery.zones import read_zones
from domain.orders.drafts.tables import OrderDraft
from domain.orders.orders.tables import Order
from domain.orders.shipments.tables import Carrier
from domain.references import Ref, get_id
from tenants.scope import Asking, Row, UnitOfWork

METHOD: Final = Entity(
    "delivery_method",
    DeliveryMethod,
    {
        "title": text(200),
        "kind": word(*KINDS),
        "is_active": flag,
        "position": whole(0, 10_000),
        "carrier_id": lambda value: value,
        "zones": lambda value: value,
        "windows": lambda value: value,
    },
    required=("title", "kind"),
)
METHODS: Final = ListOf(
    DeliveryMethod,
    {"id": Filter(DeliveryMethod.id), "isActive": Filter(DeliveryMethod.is_active)},
    {"position": DeliveryMethod.position},
)
_UNCHOOSE: Final = [
    update(table)
    .where(table.delivery_method_id == bindparam("method_id"))
    .values(delivery_method_id=None)
    for table in (Cart, OrderDraft, Order)
]
_READ: Final = ("carrier", "zones", "windows")
_ACTIVE: Final = (
    select(
        DeliveryMethod.id,
        DeliveryMethod.title,
        DeliveryMethod.kind,
        DeliveryMethod.zones,
        DeliveryMethod.windows,
    )
    .where(DeliveryMethod.is_active)
    .order_by(DeliveryMethod.position, DeliveryMethod.id)
)


async def create_method(uow: UnitOfWork, given: Given) -> UUID:
    """Make a way of delivery; its id. Its `zones` and `windows` are as their readers take them."""
    return await create_one(uow, METHOD, await _read(uow, given))


async def update_method(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a way of delivery; its id. `zones` are all of them, and so are `windows`."""
    changes = await _read(uow, edit.changes)
    return await update_one(uow, METHOD, Edit(edit.ref, changes, edit.expected_version))


async def delete_method(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a way of delivery; carts and drafts that had chosen it choose anew, orders forget it.
    Its id.
    """
    method_id = await get_id(uow, DeliveryMethod, ref, "id", what="delivery_method")
    for unchoose in _UNCHOOSE:
        await uow.execute(unchoose, method_id=method_id)
    gone = await delete_one(uow, METHOD, ref, expected_version)
    return UUID(str(gone["id"]))


async def active_methods(db: Asking) -> list[Row]:
    """The ways that buyers may choose, in the merchant's order."""
    return await db.rows(_ACTIVE)


async def _read(uow: UnitOfWork, given: Given) -> Given:
    """What is given, as it is stored; of zones and windows None leaves them as they are."""
    values = {name: value for name, value in given.items() if name not in _READ}
    if "carrier" in given:
        carrier = given["carrier"]
        values["carrier_id"] = carrier and await get_id(
            uow, Carrier, carrier, "carrier", what="carrier"
        )
    if given.get("zones") is not None:
        values["zones"] = read_zones(given["zones"], await shop_currency(uow))
    if given.get("windows") is not None:
        values["windows"] = read_windows(given["windows"])
    return values
