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
from domain.orders.delivery.rates import read_rates
from domain.orders.delivery.tables import KINDS, DeliveryMethod
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
        "rates": lambda value: value,
    },
    required=("title", "kind"),
)
METHODS: Final = ListOf(
    DeliveryMethod,
    {"id": Filter(DeliveryMethod.id), "isActive": Filter(DeliveryMethod.is_active)},
    {"position": DeliveryMethod.position},
)
_UNCHOOSE: Final = (
    update(Cart)
    .where(Cart.delivery_method_id == bindparam("method_id"))
    .values(delivery_method_id=None)
)
_ACTIVE: Final = (
    select(DeliveryMethod.id, DeliveryMethod.title, DeliveryMethod.kind, DeliveryMethod.rates)
    .where(DeliveryMethod.is_active)
    .order_by(DeliveryMethod.position, DeliveryMethod.id)
)


async def create_method(uow: UnitOfWork, given: Given) -> UUID:
    """Make a way of delivery; its id. `rates` are as `read_rates` takes them."""
    return await create_one(uow, METHOD, await _with_rates(uow, given))


async def update_method(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a way of delivery; its id. `rates` are all of them."""
    changes = await _with_rates(uow, edit.changes)
    return await update_one(uow, METHOD, Edit(edit.ref, changes, edit.expected_version))


async def delete_method(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a way of delivery; carts that had chosen it choose anew. Its id."""
    method_id = await get_id(uow, DeliveryMethod, ref, "id", what="delivery_method")
    await uow.execute(_UNCHOOSE, method_id=method_id)
    gone = await delete_one(uow, METHOD, ref, expected_version)
    return UUID(str(gone["id"]))


async def active_methods(db: Asking) -> list[Row]:
    """The ways that buyers may choose, in the merchant's order."""
    return await db.rows(_ACTIVE)


async def _with_rates(uow: UnitOfWork, given: Given) -> Given:
    if given.get("rates") is None:
        return {name: value for name, value in given.items() if name != "rates"}
    return {**given, "rates": read_rates(given["rates"], await shop_currency(uow))}
