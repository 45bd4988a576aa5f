"""Keeping goods at locked levels: what holds past their time had there is freed, and a demand is
met from what is free, from suppliers' shelves, and beyond that as far as backorders may go.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, exists, update

from domain.bulk import Rejected
from domain.row_sets import IDS, insert_rows
from domain.stock.freshness import Freshness, freshness_of
from domain.stock.holds.allocation import Offer, Strategy, allocate
from domain.stock.holds.backorders import cover_waiting
from domain.stock.holds.demand import Demand
from domain.stock.holds.rows import LINE, give_back
from domain.stock.holds.supplier_shelves import shelves_at
from domain.stock.levels import Level, Spot, lock_levels_of
from domain.stock.moves import InsufficientStock
from domain.stock.places.nearness import Nearness
from domain.stock.tables import StockHold, StockHoldLine
from tenants.ids import new_id
from tenants.scope import UnitOfWork

_CLOSE_PAST: Final = (
    update(StockHoldLine)
    .where(
        StockHoldLine.variant_id == any_(IDS),
        StockHoldLine.is_open,
        exists().where(
            StockHold.id == StockHoldLine.hold_id, StockHold.expires_at <= bindparam("now")
        ),
    )
    .values(is_open=False)
    .returning(*LINE)
)


async def lock_free_levels(uow: UnitOfWork, variant_ids: set[UUID]) -> dict[Spot, Level]:
    """All levels of these variants, locked: nobody keeps anything there past his time, and who
    waits for what is free has it.
    """
    levels = await lock_levels_of(uow, sorted(variant_ids))
    await _free_past(uow, levels)
    await cover_waiting(uow, levels)
    return levels


async def keep(
    uow: UnitOfWork,
    hold_id: UUID,
    demand: Demand,
    levels: Mapping[Spot, Level],
    strategy: Strategy,
    ways: Mapping[UUID, Nearness],
    first: UUID | None,
) -> None:
    """Keep a demand at locked levels, as new lines of a hold; the levels are told, not written.
    What there is at the place `first` goes before what is elsewhere.

    Raises InsufficientStock, Rejected.
    """
    there, later = await _allocated(uow, demand, levels, strategy, ways, first)
    await insert_rows(uow, StockHoldLine, _lines(hold_id, levels, there, later))


async def _free_past(uow: UnitOfWork, levels: Mapping[Spot, Level]) -> None:
    """Take back what holds past their time keep at these levels; the job says so of the holds."""
    ids = list({spot.variant_id for spot in levels})
    for line in await uow.rows(_CLOSE_PAST, ids=ids, now=uow.now) if ids else ():
        give_back(line, levels[Spot.of(line)])


async def _allocated(
    uow: UnitOfWork,
    demand: Demand,
    levels: Mapping[Spot, Level],
    strategy: Strategy,
    ways: Mapping[UUID, Nearness],
    first: UUID | None,
) -> tuple[dict[Spot, int], dict[Spot, int]]:
    """How much of the demand is kept where, at the places that `ways` lead to and the caller
    sees: of what is there, and of what is not ours yet.

    What is there goes first, wherever it is; then what suppliers have; then what may be on
    backorder. Raises InsufficientStock, Rejected.
    """
    fresh = await freshness_of(uow, demand.kept)
    shelves, rooms, suppliers = list[Offer](), list[Offer](), list[Offer]()
    for spot, level in levels.items():
        if level.is_active and spot.location_id in ways and _sees(uow, spot):
            spoilt, expires_on = fresh.get(spot, Freshness())
            way = ways[spot.location_id]
            shelves.append(Offer(spot, level.free - spoilt, level.priority, expires_on, way))
            beyond = suppliers if level.is_suppliers else rooms
            beyond.append(Offer(spot, level.room, level.priority, nearness=way))
    there = allocate(demand.kept, shelves, strategy, first)
    missing, later = _less(demand.kept, there), dict[Spot, int]()
    if missing and suppliers:
        told = await shelves_at(uow, [one.spot for one in suppliers], uow.now)
        offers = [one for one in suppliers if one.spot in told and told[one.spot]["is_believed"]]
        later |= allocate(missing, offers, strategy)
        missing = _less(missing, later)
    if missing:
        waiting = allocate(missing, rooms, strategy, first)
        later |= waiting
        missing = _less(missing, waiting)
    short = [
        InsufficientStock(
            *demand.places[variant_id],
            variant_id=variant_id,
            requested=demand.kept[variant_id],
            available=demand.kept[variant_id] - left,
        )
        for variant_id, left in missing.items()
    ]
    if short:
        raise short[0] if len(short) == 1 else Rejected(list(short))
    return there, later


def _sees(uow: UnitOfWork, spot: Spot) -> bool:
    return uow.principal.points is None or spot.location_id in uow.principal.points


def _lines(
    hold_id: UUID,
    levels: Mapping[Spot, Level],
    there: Mapping[Spot, int],
    later: Mapping[Spot, int],
) -> list[dict[str, Any]]:
    """The lines of a hold, whose levels are told of them; what a supplier sends is its own line."""
    lines: list[dict[str, Any]] = []
    for spot in dict.fromkeys((*there, *later)):
        level, here, waiting = levels[spot], there.get(spot, 0), later.get(spot, 0)
        level.more_reserved += here
        level.more_backordered += waiting
        parts = (
            [(here, 0), (waiting, waiting)] if level.is_suppliers else [(here + waiting, waiting)]
        )
        lines += [
            {
                "id": new_id(),
                "hold_id": hold_id,
                **spot._asdict(),
                "quantity": quantity,
                "backordered": backordered,
                "is_drop_shipped": level.is_suppliers and backordered > 0,
            }
            for quantity, backordered in parts
            if quantity
        ]
    return lines


def _less(wanted: Mapping[UUID, int], taken: Mapping[Spot, int]) -> dict[UUID, int]:
    """What is still wanted of each variant of which not all is taken."""
    left = dict(wanted)
    for spot, quantity in taken.items():
        left[spot.variant_id] -= quantity
    return {variant_id: quantity for variant_id, quantity in left.items() if quantity}
