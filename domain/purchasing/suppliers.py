"""Suppliers: who sells to us, in which currency, how soon and how much at least."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, select

from domain.amounts import amount_in
from domain.bulk import Tally
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    cleaned_rows,
    delete_one,
    insert_entities,
    lock_for_edit,
    write_entities,
)
from domain.errors import InUse
from domain.inputs import clean, flag, line_or_none, text, whole
from domain.merchants.service_levels import read_service_level
from domain.merchants.shop_facts import shop_currency
from domain.purchasing.drop_ships import pass_all_on, reach_sending_location, withdraw
from domain.purchasing.tables import GoodsReceipt, PurchaseOrder, Supplier
from domain.references import Ref, get_id
from domain.row_sets import rows_by_id
from tenants.scope import UnitOfWork
from tenants.values.currencies import parse_currency
from tenants.values.emails import parse_email
from tenants.values.phones import parse_phone

LONGEST_DAYS: Final = 730
SENDING: Final = {"is_active", "patience_days", "location_id"}
"""What decides, of the supplier himself, whether what he offers can be sold from his shelf."""


def _email(value: Any) -> str | None:
    return parse_email(value).address if value else None


def _phone(value: Any) -> str | None:
    return parse_phone(value) if value else None


SUPPLIER: Final = Entity(
    "supplier",
    Supplier,
    {
        "title": text(200),
        "currency": parse_currency,
        "is_active": flag,
        "contact_name": line_or_none(200),
        "email": _email,
        "phone": _phone,
        "address": line_or_none(500),
        "note": line_or_none(2_000),
        "lead_days": whole(0, LONGEST_DAYS),
        "review_days": whole(1, LONGEST_DAYS),
        "patience_days": whole(1, LONGEST_DAYS, required=False),
        "service_level": read_service_level,
    },
    fixed=("currency",),
)

_ORDERS: Final = select(func.count()).where(PurchaseOrder.supplier_id == bindparam("supplier"))
_RECEIPTS: Final = select(func.count()).where(GoodsReceipt.supplier_id == bindparam("supplier"))


async def create_supplier(uow: UnitOfWork, given: Given) -> UUID:
    """Make a supplier, whose currency is the shop's unless it is given; its id."""
    given = {**given, "currency": given.get("currency") or await shop_currency(uow)}
    tally = Tally(1)
    rows = cleaned_rows(SUPPLIER, [given], tally, making=True)
    tally.settle()
    rows[0] |= _minimum(given, rows[0]["currency"], tally)
    rows[0] |= await _location(uow, given)
    tally.settle()
    return (await insert_entities(uow, SUPPLIER, rows, tally))[0]


async def update_supplier(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a supplier; its currency is for good. Its id.

    What it sends to our buyers can be had from its new location, as long as it is active.
    """
    tally = Tally(1)
    current = await lock_for_edit(uow, SUPPLIER, [edit], tally)
    rows = cleaned_rows(SUPPLIER, [edit.changes], tally, making=False)
    rows[0] |= _minimum(edit.changes, current[0]["currency"], tally)
    rows[0] |= await _location(uow, edit.changes)
    tally.settle()
    changed = await write_entities(uow, SUPPLIER, current, rows, tally)
    if SENDING.intersection(changed.get(0, ())):
        now = await rows_by_id(uow, Supplier, [current[0]["id"]])
        await pass_all_on(uow, current[0], now[current[0]["id"]])
    supplier_id: UUID = current[0]["id"]
    return supplier_id


async def delete_supplier(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete a supplier and what it offers; its id. Raises InUse once something was ordered of it,
    or came from it."""
    supplier_id = await get_id(uow, Supplier, ref, "id", what="supplier")
    for what, counted in (("purchase orders", _ORDERS), ("goods receipts", _RECEIPTS)):
        if count := await uow.value(counted, supplier=supplier_id):
            raise InUse("id", what=what, count=count)
    await withdraw(uow, (await rows_by_id(uow, Supplier, [supplier_id]))[supplier_id])
    await delete_one(uow, SUPPLIER, supplier_id, expected_version)
    return supplier_id


async def _location(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """Where it sends goods to our buyers from; None: it sends none."""
    if "location" not in given:
        return {}
    return {"location_id": await reach_sending_location(uow, given["location"])}


def _minimum(given: Given, currency: str, tally: Tally) -> dict[str, Any]:
    """The least that it takes an order for; None is no minimum."""
    cleaners = {"minimum_order": amount_in(currency, required=False)}
    values, wrong = clean(cleaners, given)
    if wrong:
        tally.refuse(0, *wrong)
    if "minimum_order" not in values:
        return {}
    return {"minimum_order_minor": values["minimum_order"] or 0}
