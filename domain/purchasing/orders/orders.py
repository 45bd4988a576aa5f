"""Purchase orders: made as drafts, numbered without gaps; only drafts change their lines."""

from typing import Final
from uuid import UUID

from domain.bulk import Tally
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    cleaned_rows,
    insert_entities,
    lock_for_edit,
    write_entities,
)
from domain.catalog.versions import edited
from domain.errors import NotAllowed, NotFound
from domain.inputs import Required, day, line_or_none
from domain.purchasing.orders.lines import read_lines, write_lines
from domain.purchasing.orders.overdue import watch_for
from domain.purchasing.tables import UNDER_WAY, PurchaseOrder, Supplier
from domain.references import Ref, get_id
from domain.row_sets import rows_by_id
from domain.stock.arrivals import postpone_arrivals
from domain.stock.numbering import next_number
from domain.stock.places.locations import find_default_location, reach_location
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork

WHAT: Final = "purchase_order"


ORDER: Final = Entity(
    WHAT, PurchaseOrder, {"expected_on": day, "note": line_or_none(2_000)}, required=()
)


async def create_order(uow: UnitOfWork, given: Given) -> UUID:
    """Make a draft for `supplier` to `location` (the default one unless given); its id.

    `lines` are as `read_lines` takes them. Raises NotFound, Invalid, NotAllowed.
    """
    supplier = await reach_supplier(uow, given["supplier"])
    if not supplier["is_active"]:
        raise NotAllowed("supplierId", en="we buy of it no more", ru="у него больше не закупают")
    location = given.get("location") or await find_default_location(uow)
    if location is None:
        raise Required("locationId")
    location_id = await reach_location(uow, location, "locationId")
    tally = Tally(1)
    rows = cleaned_rows(ORDER, [given], tally, making=True)
    tally.settle()
    lines = await read_lines(uow, given.get("lines") or (), supplier)
    rows[0] |= {
        "supplier_id": supplier["id"],
        "location_id": location_id,
        "currency": supplier["currency"],
        "number": await next_number(uow, WHAT),
    }
    order_id = (await insert_entities(uow, ORDER, rows, tally))[0]
    await write_lines(uow, order_id, lines)
    return order_id


async def update_order(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change an order; its id. Lines and location change in drafts, its day until all has come.

    Raises NotAllowed beside what `create_order` does.
    """
    tally = Tally(1)
    current = await lock_for_edit(uow, ORDER, [edit], tally)
    order = current[0]
    check_sees_order(uow.principal, order, "id")
    _check_may_change(order, edit.changes)
    rows = cleaned_rows(ORDER, [edit.changes], tally, making=False)
    tally.settle()
    if edit.changes.get("location") is not None:
        location_id = await reach_location(uow, edit.changes["location"], "locationId")
        rows[0] |= {"location_id": location_id}
    lines = edit.changes.get("lines")
    if lines is not None:
        supplier = await rows_by_id(uow, Supplier, [order["supplier_id"]])
        lines = await read_lines(uow, lines, supplier[order["supplier_id"]])
    changed = await write_entities(uow, ORDER, current, rows, tally)
    if lines is not None:
        await write_lines(uow, order["id"], lines)
        await edited(uow, PurchaseOrder, [order["id"]], what=WHAT, changed=["lines"])
    if "expected_on" in changed.get(0, ()):
        due_on = rows[0]["expected_on"]
        await postpone_arrivals(uow, order["id"], due_on)
        if due_on is not None and order["state"] in UNDER_WAY:
            await watch_for(uow, order["id"], due_on)
    order_id: UUID = order["id"]
    return order_id


async def reach_supplier(db: Asking, ref: Ref) -> Row:
    """The supplier that is meant. Raises NotFound at `supplierId`."""
    supplier_id = await get_id(db, Supplier, ref, "supplierId", what="supplier")
    supplier = (await rows_by_id(db, Supplier, [supplier_id])).get(supplier_id)
    if supplier is None:  # deleted since
        raise NotFound("supplierId", what="supplier")
    return supplier


def check_sees_order(principal: Principal, order: Row, *path: str) -> None:
    """An order for a location beyond the caller's own is to him as if it were not there."""
    if principal.points is not None and order["location_id"] not in principal.points:
        raise NotFound(*path, what=WHAT)


def _check_may_change(order: Row, changes: Given) -> None:
    state = order["state"]
    for name in ("lines", "location"):
        if name in changes and state != "draft":
            raise NotAllowed(name, en="changes only in a draft", ru="меняется только в черновике")
    if "expected_on" in changes and state not in ("draft", *UNDER_WAY):
        raise NotAllowed(
            "expectedOn", en="nothing is expected any more", ru="больше ничего не ожидается"
        )
