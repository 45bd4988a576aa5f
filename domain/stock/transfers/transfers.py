"""Transfers: made as drafts, numbered without gaps; what may be done with them in which state.

    draft -> sent -> (partly received ->) received
    draft, sent -> cancelled: what was sent lies again where it came from

Who may see one of the two places sees the transfer. Its sender (who makes, changes, sends and
cancels it) acts at the first, its receiver at the second.
"""

from collections.abc import Mapping
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
from domain.errors import Invalid, NotAllowed, NotFound
from domain.inputs import day, line_or_none
from domain.references import get_id
from domain.stock.arrivals import postpone_arrivals
from domain.stock.documents import Stated
from domain.stock.numbering import next_number
from domain.stock.places.locations import reach_location
from domain.stock.tables import Location
from domain.stock.transfers.lines import read_transfer_lines, write_transfer_lines
from domain.stock.transfers.tables import ON_THE_WAY, Transfer
from tenants.principal import Principal
from tenants.scope import Row, UnitOfWork

WHAT: Final = "transfer"


class Action(StrEnum):
    """What may be done with a transfer."""

    CHANGE_LINES = "change_lines"
    SEND = "send"
    RECEIVE = "receive"
    CLOSE = "close"
    CANCEL = "cancel"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.CHANGE_LINES: ("draft",),
    Action.SEND: ("draft",),
    Action.RECEIVE: ON_THE_WAY,
    Action.CLOSE: ON_THE_WAY,
    Action.CANCEL: ("draft", "sent"),
}
TRANSFER: Final = Entity(
    WHAT, Transfer, {"expected_on": day, "note": line_or_none(2_000)}, required=()
)


def sees_transfer(principal: Principal, row: Row) -> bool:
    """Whether the caller sees one of its two places."""
    places = {row["from_location_id"], row["to_location_id"]}
    return principal.points is None or not places.isdisjoint(principal.points)


def check_sees_transfer(principal: Principal, row: Row, *path: str) -> None:
    """One between places beyond the caller's own is to him as if it were not there."""
    if not sees_transfer(principal, row):
        raise NotFound(*path, what=WHAT)


def check_acts_at(principal: Principal, location_id: UUID, *path: str) -> None:
    """Who sees the other end alone cannot act at this one. Raises NotAllowed."""
    if principal.points is not None and location_id not in principal.points:
        raise NotAllowed(*path, en="is done at the other place", ru="это делают на другом складе")


TRANSFERS: Final = Stated(WHAT, Transfer, STATES_FOR, check_sees_transfer)


async def create_transfer(uow: UnitOfWork, given: Given) -> UUID:
    """Make a draft from `from_location` to `to_location`; its id.

    `lines` are as `read_transfer_lines` takes them. Raises NotFound, Invalid, Required.
    """
    places = {
        "from_location_id": await reach_location(uow, given["from_location"], "fromLocationId"),
        "to_location_id": await get_id(
            uow, Location, given["to_location"], "toLocationId", what="location"
        ),
    }
    _check_goes_elsewhere(places)
    tally = Tally(1)
    rows = cleaned_rows(TRANSFER, [given], tally, making=True)
    tally.settle()
    lines = await read_transfer_lines(uow, given.get("lines") or ())
    rows[0] |= {**places, "number": await next_number(uow, WHAT)}
    transfer_id = (await insert_entities(uow, TRANSFER, rows, tally))[0]
    await write_transfer_lines(uow, transfer_id, lines)
    return transfer_id


async def update_transfer(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a transfer; its id. Lines and places change in drafts, its day until all has come.

    Raises NotAllowed beside what `create_transfer` does.
    """
    tally = Tally(1)
    current = await lock_for_edit(uow, TRANSFER, [edit], tally)
    transfer = current[0]
    check_sees_transfer(uow.principal, transfer, "id")
    check_acts_at(uow.principal, transfer["from_location_id"], "id")
    _check_may_change(transfer, edit.changes)
    rows = cleaned_rows(TRANSFER, [edit.changes], tally, making=False)
    tally.settle()
    if (ref := edit.changes.get("from_location")) is not None:
        rows[0]["from_location_id"] = await reach_location(uow, ref, "fromLocationId")
    if (ref := edit.changes.get("to_location")) is not None:
        path = "toLocationId"
        rows[0]["to_location_id"] = await get_id(uow, Location, ref, path, what="location")
    _check_goes_elsewhere({**transfer, **rows[0]})
    lines = None
    if "lines" in edit.changes:
        lines = await read_transfer_lines(uow, edit.changes["lines"] or ())
    changed = await write_entities(uow, TRANSFER, current, rows, tally)
    transfer_id: UUID = transfer["id"]
    if lines is not None:
        await write_transfer_lines(uow, transfer_id, lines)
        await edited(uow, Transfer, [transfer_id], what=WHAT, changed=["lines"])
    if "expected_on" in changed.get(0, ()):
        await postpone_arrivals(uow, transfer_id, rows[0]["expected_on"])
    return transfer_id


def _check_goes_elsewhere(places: Mapping[str, UUID]) -> None:
    if places["from_location_id"] == places["to_location_id"]:
        raise Invalid("toLocationId", en="is where it comes from", ru="совпадает с отправителем")


def _check_may_change(transfer: Row, changes: Given) -> None:
    state = transfer["state"]
    for name in ("lines", "from_location", "to_location"):
        if name in changes and state != "draft":
            raise NotAllowed(name, en="changes only in a draft", ru="меняется только в черновике")
    if "expected_on" in changes and state not in ("draft", *ON_THE_WAY):
        raise NotAllowed(
            "expectedOn", en="nothing is expected any more", ru="больше ничего не ожидается"
        )
