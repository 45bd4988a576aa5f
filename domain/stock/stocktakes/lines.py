"""The lines of a stocktake: reckoned out of its counts and the ledger, and written down."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, and_, any_, bindparam, cast, delete, func, select

from domain.row_sets import IDS, insert_rows, row_set
from domain.stock.freshness import IS_SELLABLE
from domain.stock.levels import Spot
from domain.stock.stocktakes.sums import Count, Found, Moved, Seen, There
from domain.stock.stocktakes.tables import (
    StocktakeCount,
    StocktakeLine,
    StocktakeRecount,
    StocktakeVariant,
)
from domain.stock.tables import Lot, LotBalance, StockLevel, StockMovement
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

AT_ONCE: Final = 2_000
"""Variants whose counts and movements are in memory at a time."""

_STOCKTAKE: Final = bindparam("stocktake", type_=Uuid())
_LOCATION: Final = bindparam("location", type_=Uuid())
_COUNTED: Final = (
    select(StocktakeCount.variant_id).where(StocktakeCount.stocktake_id == _STOCKTAKE).distinct()
)
_ABOUT: Final = select(StocktakeVariant.variant_id).where(
    StocktakeVariant.stocktake_id == _STOCKTAKE
)
_STOCKED: Final = select(StockLevel.variant_id).where(
    StockLevel.location_id == _LOCATION, StockLevel.on_hand > 0
)
_COUNTS: Final = select(
    StocktakeCount.variant_id,
    StocktakeCount.lot_id,
    StocktakeCount.quantity,
    StocktakeCount.counted_at,
).where(StocktakeCount.stocktake_id == _STOCKTAKE, StocktakeCount.variant_id == any_(IDS))
_RECOUNTS: Final = (
    select(StocktakeRecount.variant_id, func.max(StocktakeRecount.at).label("at"))
    .where(StocktakeRecount.stocktake_id == _STOCKTAKE, StocktakeRecount.variant_id == any_(IDS))
    .group_by(StocktakeRecount.variant_id)
)
# Joined by variant and place: a long `= ANY` beside a place may be gone through for each row there.
_heaps: Final = row_set(LotBalance, ("variant_id", "location_id"))
_THERE: Final = (
    select(
        LotBalance.variant_id,
        LotBalance.lot_id,
        LotBalance.quantity,
        LotBalance.value_minor,
        IS_SELLABLE.label("is_sellable"),
    )
    .join(Lot, Lot.id == LotBalance.lot_id)
    .join(
        _heaps,
        and_(
            LotBalance.variant_id == _heaps.c.variant_id,
            LotBalance.location_id == _heaps.c.location_id,
        ),
    )
    .where(LotBalance.quantity > 0)
)
_spots: Final = row_set(StockMovement, ("variant_id", "location_id"))
# What comes and goes at once, damaged or lost on its way, never lay there.
_MOVED: Final = (
    select(
        StockMovement.variant_id,
        StockMovement.lot_id,
        StockMovement.at,
        cast(func.sum(StockMovement.quantity), BigInteger).label("quantity"),
    )
    .join(
        _spots,
        and_(
            StockMovement.variant_id == _spots.c.variant_id,
            StockMovement.location_id == _spots.c.location_id,
        ),
    )
    .where(
        StockMovement.at > bindparam("started", type_=StockMovement.at.type),
        StockMovement.kind != "stocktake",
    )
    .group_by(StockMovement.variant_id, StockMovement.lot_id, StockMovement.at)
    .having(func.sum(StockMovement.quantity) != 0)
)
_FORGET: Final = delete(StocktakeLine).where(StocktakeLine.stocktake_id == _STOCKTAKE)


async def reckon(
    uow: UnitOfWork, stocktake: Row, variant_ids: Sequence[UUID]
) -> dict[UUID, list[Found]]:
    """What was found of each of these variants, as of now: exact under their levels' locks."""
    ids = list(variant_ids)
    of = {"stocktake": stocktake["id"], "ids": ids}
    at = [Spot(variant_id, stocktake["location_id"])._asdict() for variant_id in ids]
    seen = {variant_id: Seen() for variant_id in ids}
    recounts = {row["variant_id"]: row["at"] for row in await uow.rows(_RECOUNTS, **of)}
    for row in await uow.rows(_COUNTS, **of):
        since = recounts.get(row["variant_id"])
        if since is None or row["counted_at"] > since:
            count = Count(row["lot_id"], row["quantity"], row["counted_at"])
            seen[row["variant_id"]].counts.append(count)
    for row in await uow.rows(_THERE, rows=at, now=uow.now):
        heap = There(row["lot_id"], row["quantity"], row["value_minor"], row["is_sellable"])
        seen[row["variant_id"]].there.append(heap)
    for row in await uow.rows(_MOVED, rows=at, started=stocktake["started_at"]):
        move = Moved(row["lot_id"], row["quantity"], row["at"])
        seen[row["variant_id"]].moved.append(move)
    return {variant_id: one.found() for variant_id, one in seen.items()}


async def write_lines(uow: UnitOfWork, stocktake: Row) -> None:
    """Write down all that was found, and what was not looked for."""
    for ids in _slices(await _variants(uow, stocktake)):
        found = await reckon(uow, stocktake, ids)
        rows = [
            line_row(new_id(), stocktake["id"], variant_id, one)
            for variant_id, lines in found.items()
            for one in lines
        ]
        await insert_rows(uow, StocktakeLine, rows)


async def forget_lines(uow: UnitOfWork, stocktake: Row) -> None:
    """Let what was written down go: it is counted on."""
    await uow.execute(_FORGET, stocktake=stocktake["id"])


def line_row(line_id: UUID, stocktake_id: UUID, variant_id: UUID, found: Found) -> dict[str, Any]:
    """A line as its table has it, before it is posted."""
    return {
        "id": line_id,
        "stocktake_id": stocktake_id,
        "variant_id": variant_id,
        "lot_id": found.lot_id,
        "counted": found.counted,
        "expected": found.expected,
        "difference": found.difference,
        "value_minor": found.value_minor,
        "is_unsure": found.is_unsure,
    }


async def _variants(uow: UnitOfWork, stocktake: Row) -> list[UUID]:
    """What was counted, and what lies there of what the stocktake is about."""
    of: Mapping[str, UUID] = {"stocktake": stocktake["id"]}
    counted = {row["variant_id"] for row in await uow.rows(_COUNTED, **of)}
    stocked = {
        row["variant_id"] for row in await uow.rows(_STOCKED, location=stocktake["location_id"])
    }
    if stocktake["scope"] != "location":
        stocked &= {row["variant_id"] for row in await uow.rows(_ABOUT, **of)}
    return sorted(counted | stocked)


def _slices(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
