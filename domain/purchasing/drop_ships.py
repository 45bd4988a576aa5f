"""What suppliers have of what they send straight to our buyers, passed on to those who hold stock.

Stock knows nothing of suppliers and their offers: it is told, whenever one of them changes, how
much can be had at which location, at which price and until when.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, any_, bindparam, cast, func, select

from domain.errors import Invalid
from domain.purchasing.tables import Supplier, SupplierOffer
from domain.references import Ref
from domain.row_sets import IDS, rows_by_id
from domain.stock.holds.supplier_shelves import Told, shelved, tell_shelves
from domain.stock.places.locations import reach_location
from domain.stock.tables import Location
from tenants.scope import Row, UnitOfWork

PATIENCE: Final = func.make_interval(0, 0, 0, cast(Supplier.patience_days, Integer))
"""How long a supplier's offers are believed; null: for ever."""

_SENT: Final = (
    select(
        SupplierOffer.variant_id,
        SupplierOffer.stock,
        SupplierOffer.price_minor,
        (SupplierOffer.updated_at + PATIENCE).label("stale_at"),
    )
    .join(Supplier, Supplier.id == SupplierOffer.supplier_id)
    .where(
        Supplier.id == bindparam("supplier"),
        Supplier.is_active,
        SupplierOffer.drop_ship,
        SupplierOffer.stock > 0,
    )
)
_SENT_OF: Final = _SENT.where(SupplierOffer.variant_id == any_(IDS))


async def reach_sending_location(uow: UnitOfWork, location: Ref | None) -> UUID | None:
    """The location that a supplier is to send from; it is of a supplier's kind. Raises NotFound,
    Invalid."""
    if location is None:
        return None
    location_id = await reach_location(uow, location, "locationId")
    found = (await rows_by_id(uow, Location, [location_id]))[location_id]
    if found["kind"] != "supplier":
        raise Invalid(
            "locationId", en="must be a supplier's location", ru="должен быть складом поставщика"
        )
    return location_id


async def pass_on(uow: UnitOfWork, supplier: Row, variant_ids: Sequence[UUID]) -> None:
    """Tell stock what a supplier offers of these variants now, if he sends any from somewhere."""
    if supplier["location_id"] is not None:
        rows = await uow.rows(_SENT_OF, supplier=supplier["id"], ids=list(variant_ids))
        await _tell(uow, supplier, variant_ids, rows, is_news=True)


async def pass_all_on(uow: UnitOfWork, before: Row, supplier: Row) -> None:
    """The same of all that he offers, once he himself is another than `before`."""
    old, new = before["location_id"], supplier["location_id"]
    if old is not None and old != new:
        await withdraw(uow, before)
    if new is not None:
        rows = await uow.rows(_SENT, supplier=supplier["id"])
        there = {*await shelved(uow, new), *(row["variant_id"] for row in rows)}
        await _tell(uow, supplier, sorted(there), rows, is_news=False)


async def withdraw(uow: UnitOfWork, supplier: Row) -> None:
    """Let nothing more be had from him."""
    if (location_id := supplier["location_id"]) is not None:
        told = dict.fromkeys(await shelved(uow, location_id))
        await tell_shelves(uow, location_id, told, is_news=False)


async def _tell(
    uow: UnitOfWork,
    supplier: Row,
    variant_ids: Sequence[UUID],
    rows: Sequence[Row],
    *,
    is_news: bool,
) -> None:
    told: dict[UUID, Told | None] = dict.fromkeys(variant_ids)
    for row in rows:
        told[row["variant_id"]] = Told(
            row["stock"], row["price_minor"], supplier["currency"], row["stale_at"]
        )
    await tell_shelves(uow, supplier["location_id"], told, is_news=is_news)
