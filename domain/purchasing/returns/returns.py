"""Returns to suppliers: goods that go back, the expired and the recalled among them.

    draft -> approved -> shipped
    draft, approved -> cancelled

Goods leave the stock when they are shipped, by a kind of movement of their own: they are no loss,
and no sale. Until then they may be sold, if they may be sold at all.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
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
from domain.inputs import Required, line_or_none
from domain.purchasing.orders.orders import reach_supplier
from domain.purchasing.returns.lines import (
    read_lines,
    return_lines_of,
    supplier_of_lots,
    write_lines,
    write_values,
)
from domain.purchasing.tables import Supplier, SupplierReturn
from domain.references import Ref
from domain.row_sets import rows_by_id
from domain.stock.documents import Stated, enter_state, lock_document
from domain.stock.ledger import post, tell
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Document, Going
from domain.stock.numbering import next_number
from domain.stock.places.locations import find_default_location, reach_location
from domain.stock.units.naming import codes_by_line
from tenants.principal import Principal
from tenants.scope import Row, UnitOfWork

WHAT: Final = "supplier_return"
RETURN: Final = Entity(
    WHAT,
    SupplierReturn,
    {"supplier_number": line_or_none(200), "note": line_or_none(2_000)},
    required=(),
)


class Action(StrEnum):
    """What may be done with a return."""

    CHANGE_LINES = "change_lines"
    APPROVE = "approve"
    SHIP = "ship"
    CANCEL = "cancel"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.CHANGE_LINES: ("draft",),
    Action.APPROVE: ("draft",),
    Action.SHIP: ("approved",),
    Action.CANCEL: ("draft", "approved"),
}


def check_sees_return(principal: Principal, row: Row, *path: str) -> None:
    """One from a location beyond the caller's own is to him as if it were not there."""
    if principal.points is not None and row["location_id"] not in principal.points:
        raise NotFound(*path, what=WHAT)


RETURNS: Final = Stated(WHAT, SupplierReturn, STATES_FOR, check_sees_return)


async def create_return(uow: UnitOfWork, given: Given) -> UUID:
    """Make a draft to `supplier` from `location` (the default one unless given); its id.

    `lines` are as `read_lines` takes them. The supplier may be left out where all lots of the lines
    came from one. Raises NotFound, Invalid, Required.
    """
    lines = given.get("lines") or ()
    ref = given.get("supplier") or await supplier_of_lots(uow, lines)
    supplier = await reach_supplier(uow, ref)
    location = given.get("location") or await find_default_location(uow)
    if location is None:
        raise Required("locationId")
    location_id = await reach_location(uow, location, "locationId")
    tally = Tally(1)
    rows = cleaned_rows(RETURN, [given], tally, making=True)
    tally.settle()
    read = await read_lines(uow, lines, supplier, location_id)
    rows[0] |= {
        "supplier_id": supplier["id"],
        "location_id": location_id,
        "currency": supplier["currency"],
        "number": await next_number(uow, WHAT),
    }
    return_id = (await insert_entities(uow, RETURN, rows, tally))[0]
    await write_lines(uow, return_id, read)
    return return_id


async def update_return(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a return: its lines in a draft alone, its note and the supplier's number ever; its id.

    Raises NotAllowed, and what `create_return` does.
    """
    tally = Tally(1)
    current = await lock_for_edit(uow, RETURN, [edit], tally)
    row = current[0]
    check_sees_return(uow.principal, row, "id")
    lines = edit.changes.get("lines")
    if lines is not None and row["state"] not in STATES_FOR[Action.CHANGE_LINES]:
        raise NotAllowed("lines", en="changes only in a draft", ru="меняется только в черновике")
    rows = cleaned_rows(RETURN, [edit.changes], tally, making=False)
    tally.settle()
    await write_entities(uow, RETURN, current, rows, tally)
    return_id: UUID = row["id"]
    if lines is not None:
        supplier = (await rows_by_id(uow, Supplier, [row["supplier_id"]]))[row["supplier_id"]]
        read = await read_lines(uow, lines, supplier, row["location_id"])
        await write_lines(uow, return_id, read)
        await edited(uow, SupplierReturn, [return_id], what=WHAT, changed=["lines"])
    return return_id


async def approve_return(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Approve a draft: it may be packed; its id. Raises Required without lines."""
    row = await lock_document(
        uow, RETURNS, ref, Action.APPROVE, "id", expected_version=expected_version
    )
    if not await return_lines_of(uow, [row["id"]]):
        raise Required("id")
    return await enter_state(uow, RETURNS, row, "approved", approved_at=uow.now)


async def ship_return(
    uow: UnitOfWork,
    ref: Ref,
    *,
    codes: Sequence[tuple[UUID, Sequence[bytes]]] = (),
    expected_version: int | None = None,
) -> UUID:
    """Let the goods of an approved return leave the stock, all of them or none; its id.

    `codes`: of pieces that are known by their codes, by line. Raises InsufficientStock where less
    is free, NotFound for codes of no line, Invalid for a line that comes twice, and what the ledger
    says of codes.
    """
    row = await lock_document(
        uow, RETURNS, ref, Action.SHIP, "id", expected_version=expected_version
    )
    lines = await return_lines_of(uow, [row["id"]])
    named = codes_by_line(codes, [line["id"] for line in lines], "codes")
    # Lots that are named go first: else what no lot is named for might be taken from them.
    lines.sort(key=lambda line: line["lot_id"] is None)
    moves = [
        Going(
            kind=WHAT,
            spot=Spot(line["variant_id"], row["location_id"]),
            quantity=line["quantity"],
            lot_id=line["lot_id"],
            codes=named.get(line["id"], ()),
            line_id=line["id"],
            path=("lines", line["position"], "quantity"),
        )
        for line in lines
    ]
    levels = await open_levels(uow, [move.spot for move in moves])
    values = await post(uow, Document(WHAT, row["id"]), moves, levels)
    await write_values(uow, {line["id"]: value for line, value in zip(lines, values, strict=True)})
    await tell(uow, levels)
    return await enter_state(uow, RETURNS, row, "shipped", shipped_at=uow.now, ended_at=uow.now)


async def cancel_return(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Give up a return of which nothing has left; its number stays its own. Its id."""
    row = await lock_document(
        uow, RETURNS, ref, Action.CANCEL, "id", expected_version=expected_version
    )
    return await enter_state(uow, RETURNS, row, "cancelled", ended_at=uow.now)
