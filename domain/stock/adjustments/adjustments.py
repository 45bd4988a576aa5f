"""Adjustments: write-offs, surpluses and conversions, made as drafts and posted at once.

    draft -> posted
    draft -> cancelled

They differ in their sides: what goes (a write-off's lines, a conversion's sources) and what comes
(a surplus's lines, a conversion's results). What is posted stays; another document corrects it.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import Any, Final
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
from domain.inputs import Required, line_or_none, word
from domain.references import Ref
from domain.stock.adjustments.lines import SIDES, lines_of, read_lines, write_lines, write_values
from domain.stock.adjustments.posting import post_lines
from domain.stock.adjustments.tables import ADJUSTMENT_KINDS, WRITE_OFF_REASONS, Adjustment
from domain.stock.documents import Stated, enter_state, lock_document
from domain.stock.numbering import next_number
from domain.stock.places.locations import find_default_location, reach_location
from domain.stock.units.naming import codes_by_line
from tenants.principal import Principal
from tenants.scope import Row, UnitOfWork


class Action(StrEnum):
    """What may be done with an adjustment."""

    CHANGE_LINES = "change_lines"
    POST = "post"
    CANCEL = "cancel"


def check_sees_adjustment(principal: Principal, row: Row, *path: str, kind: str) -> None:
    """One of another kind, or beyond the caller's own places, is to him as if it were not there."""
    sees = principal.points is None or row["location_id"] in principal.points
    if row["kind"] != kind or not sees:
        raise NotFound(*path, what=kind)


def _entity(kind: str) -> Entity:
    fields: dict[str, Any] = {"note": line_or_none(2_000)}
    if kind == "write_off":
        fields["reason"] = word(*WRITE_OFF_REASONS)
    return Entity(kind, Adjustment, fields, required=tuple(fields.keys() & {"reason"}))


ENTITIES: Final = {kind: _entity(kind) for kind in ADJUSTMENT_KINDS}
ADJUSTMENTS: Final = {
    kind: Stated(
        kind,
        Adjustment,
        dict.fromkeys(Action, ("draft",)),
        partial(check_sees_adjustment, kind=kind),
    )
    for kind in ADJUSTMENT_KINDS
}


async def create_adjustment(uow: UnitOfWork, kind: str, given: Given) -> UUID:
    """Make a draft at `location` (the default one unless given); its id.

    Its sides are lists of lines as `read_lines` takes them. Raises NotFound, Invalid, Required.
    """
    location = given.get("location") or await find_default_location(uow)
    if location is None:
        raise Required("locationId")
    location_id = await reach_location(uow, location, "locationId")
    tally = Tally(1)
    rows = cleaned_rows(ENTITIES[kind], [given], tally, making=True)
    tally.settle()
    sides = {side: await read_lines(uow, side, given.get(side.name) or ()) for side in SIDES[kind]}
    rows[0] |= {
        "kind": kind,
        "location_id": location_id,
        "number": await next_number(uow, kind),
    }
    adjustment_id = (await insert_entities(uow, ENTITIES[kind], rows, tally))[0]
    for side, lines in sides.items():
        await write_lines(uow, adjustment_id, side, lines)
    return adjustment_id


async def update_adjustment(uow: UnitOfWork, kind: str, edit: Edit) -> UUID:
    """Change a draft; of one that is posted or cancelled, its note alone. Its id.

    A side that is given takes the place of what it was. Raises NotAllowed, and what
    `create_adjustment` does.
    """
    tally = Tally(1)
    current = await lock_for_edit(uow, ENTITIES[kind], [edit], tally)
    adjustment = current[0]
    ADJUSTMENTS[kind].check_sees(uow.principal, adjustment, "id")
    given = {
        side: edit.changes[side.name] or () for side in SIDES[kind] if side.name in edit.changes
    }
    if adjustment["state"] != "draft":
        for name in ("location", "reason", *(side.name for side in SIDES[kind])):
            if name in edit.changes:
                raise NotAllowed(
                    name, en="changes only in a draft", ru="меняется только в черновике"
                )
    rows = cleaned_rows(ENTITIES[kind], [edit.changes], tally, making=False)
    tally.settle()
    if edit.changes.get("location") is not None:
        rows[0]["location_id"] = await reach_location(uow, edit.changes["location"], "locationId")
    sides = {side: await read_lines(uow, side, lines) for side, lines in given.items()}
    await write_entities(uow, ENTITIES[kind], current, rows, tally)
    adjustment_id: UUID = adjustment["id"]
    for side, lines in sides.items():
        await write_lines(uow, adjustment_id, side, lines)
    if sides:
        changed = [side.name for side in sides]
        await edited(uow, Adjustment, [adjustment_id], what=kind, changed=changed)
    return adjustment_id


async def post_adjustment(
    uow: UnitOfWork,
    kind: str,
    ref: Ref,
    *,
    codes: Sequence[bytes] = (),
    coming_codes: Sequence[tuple[UUID, Sequence[bytes]]] = (),
    expected_version: int | None = None,
) -> UUID:
    """Let what goes go and what comes come, all of it or nothing; its id.

    Where pieces are known one by one, `codes` are of those that go, and `coming_codes`, by line, of
    those that come; what comes without waits to be scanned. Raises Required for a side without
    lines; InsufficientStock where less is free (what is reserved is not), Invalid for a lot with
    other dates, each at its line; and what is wrong with codes.
    """
    stated = ADJUSTMENTS[kind]
    adjustment = await lock_document(
        uow, stated, ref, Action.POST, "id", expected_version=expected_version
    )
    lines = await lines_of(uow, [adjustment["id"]])
    for side in SIDES[kind]:
        if not any(line["is_coming"] == side.is_coming for line in lines):
            raise Required(side.name)
    coming = [line["id"] for line in lines if line["is_coming"]]
    named = codes_by_line(coming_codes, coming, "codes" if kind == "surplus" else "resultCodes")
    values = await post_lines(uow, adjustment, lines, codes, named)
    await write_values(uow, values)
    return await enter_state(uow, stated, adjustment, "posted", posted_at=uow.now)


async def cancel_adjustment(
    uow: UnitOfWork, kind: str, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Give up a draft; its number stays its own. Its id."""
    stated = ADJUSTMENTS[kind]
    adjustment = await lock_document(
        uow, stated, ref, Action.CANCEL, "id", expected_version=expected_version
    )
    return await enter_state(uow, stated, adjustment, "cancelled", cancelled_at=uow.now)
