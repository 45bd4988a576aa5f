"""Pieces that are looked at where they lie: their codes scanned late, or taken back into stock."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.bulk import refuse
from domain.catalog.tables import Variant
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.inputs import Required
from domain.merchants.points import check_sees_point
from domain.references import Ref, get_id
from domain.stock.levels import Spot, lock_levels
from domain.stock.moves import Coming, scans
from domain.stock.places.locations import reach_location
from domain.stock.tables import LotBalance
from domain.stock.units.errors import UnitElsewhere
from domain.stock.units.rows import (
    PIECE,
    Became,
    change_units,
    identities_of,
    known_units,
    tell_of_units,
    units_at,
)
from domain.stock.units.units import read_units, write_units
from tenants.scope import UnitOfWork

SCAN: Final = "scan"
_LYING: Final = (
    select(LotBalance.lot_id, LotBalance.quantity)
    .where(
        LotBalance.variant_id == bindparam("variant_id"),
        LotBalance.location_id == bindparam("location_id"),
        LotBalance.quantity > 0,
    )
    .order_by(LotBalance.lot_id)
)


async def scan_units(
    uow: UnitOfWork,
    *,
    variant: Ref,
    location: Ref,
    codes: Sequence[bytes],
    lot_id: UUID | None = None,
) -> list[UUID]:
    """Let pieces that lie at a location be known by these codes; the units' ids, in that order.

    They are of the lot `lot_id`, or of the only one there of which some have no code yet. Raises
    NotFound, Required, NotAllowed where fewer have none, and what is wrong with a code.
    """
    location_id = await reach_location(uow, location, "locationId")
    spot = Spot(await get_id(uow, Variant, variant, "variantId", what="variant"), location_id)
    if not codes:
        raise Required("codes")
    await lock_levels(uow, [spot])
    scanned = scans(codes)
    move = Coming(
        kind=SCAN, spot=spot, quantity=len(codes) * PIECE, codes=scanned, path=("variantId",)
    )
    units = await read_units(uow, [move])
    lot_id = await _lot_of(uow, spot, lot_id, len(codes))
    return await write_units(uow, units, [move], {0: lot_id}, [[]])


async def accept_units(uow: UnitOfWork, codes: Sequence[bytes]) -> list[UUID]:
    """Put pieces that buyers brought back among those that may be sold; the units' ids.

    Raises NotFound, Invalid for one that comes twice, UnitElsewhere for one that is not returned.
    """
    if not codes:
        raise Required("codes")
    known = await known_units(
        uow, (one for code in codes for one in identities_of(code)), locked=True
    )
    found: dict[UUID, Became] = {}
    wrong: list[DomainError] = []
    for at, code in enumerate(codes):
        try:
            unit = next((known[one] for one in identities_of(code) if one in known), None)
            if unit is None:
                raise NotFound("codes", at, what="unit")
            check_sees_point(uow.principal, unit["location_id"], "codes", str(at))
            if unit["id"] in found:
                raise Invalid("codes", at, en="comes twice", ru="встречается дважды")
            if unit["state"] != "returned":
                raise UnitElsewhere("codes", at, state=unit["state"])
        except DomainError as error:
            wrong.append(error)
            continue
        found[unit["id"]] = Became(unit["id"], "in_stock", unit["lot_id"], unit["location_id"])
    refuse(wrong)
    await change_units(uow, list(found.values()))
    await tell_of_units(uow, list(found.values()))
    return list(found)


async def _lot_of(uow: UnitOfWork, spot: Spot, lot_id: UUID | None, pieces: int) -> UUID:
    """The lot of so many pieces at a locked spot that have no code yet."""
    here = await units_at(uow, [spot])
    bare = {
        row["lot_id"]: (row["quantity"] - here.get((spot, row["lot_id"]), 0)) // PIECE
        for row in await uow.rows(_LYING, **spot._asdict())
    }
    if lot_id is None:
        open_lots = [lot for lot, rest in bare.items() if rest > 0]
        if len(open_lots) > 1:
            raise Required("lotId")
        lot_id = open_lots[0] if open_lots else None
    rest = bare.get(lot_id, 0) if lot_id else 0
    if lot_id is None or rest < pieces:
        raise NotAllowed(
            "codes",
            rest,
            en=f"{rest} pieces have no code yet",
            ru=f"без кода ещё {rest} шт.",
        )
    return lot_id
