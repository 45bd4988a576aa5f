"""Arrivals: what documents let expect at a location, line by line, until it has come.

They are no stock yet: what is expected of a variant at a place is the sum of its arrivals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select, update

from domain.row_sets import IDS, insert_rows, row_set
from domain.stock.levels import Spot
from domain.stock.moves import Document
from domain.stock.tables import StockArrival
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Arrival:
    """So many thousandths will come for a line of a document, on a day or some day."""

    line_id: UUID
    spot: Spot
    quantity: int
    due_on: date | None = None


_come: Final = row_set(StockArrival, ("line_id", "quantity"))
_WHOLLY: Final = delete(StockArrival).where(
    StockArrival.line_id == _come.c.line_id, StockArrival.quantity <= _come.c.quantity
)
_PARTLY: Final = (
    update(StockArrival)
    .where(StockArrival.line_id == _come.c.line_id)
    .values(quantity=StockArrival.quantity - _come.c.quantity)
)
_OF_DOCUMENT: Final = StockArrival.document_id == bindparam("document")
_FORGET: Final = delete(StockArrival).where(_OF_DOCUMENT)
_POSTPONE: Final = update(StockArrival).where(_OF_DOCUMENT).values(due_on=bindparam("day"))
_OF_VARIANTS: Final = (
    select(
        StockArrival.variant_id,
        StockArrival.location_id,
        StockArrival.quantity,
        StockArrival.due_on,
        StockArrival.document_kind,
        StockArrival.document_id,
    )
    .where(StockArrival.variant_id == any_(IDS))
    .order_by(StockArrival.variant_id, StockArrival.due_on.asc().nulls_last(), StockArrival.id)
)


async def expect(uow: UnitOfWork, document: Document, arrivals: Sequence[Arrival]) -> None:
    """Let goods be expected by a document, at levels that are open; each of its lines once."""
    rows = [
        {
            "id": new_id(),
            "document_kind": document.kind,
            "document_id": document.id,
            "line_id": arrival.line_id,
            **arrival.spot._asdict(),
            "quantity": arrival.quantity,
            "due_on": arrival.due_on,
        }
        for arrival in arrivals
    ]
    await insert_rows(uow, StockArrival, rows)


async def take_arrived(uow: UnitOfWork, quantities: Mapping[UUID, int]) -> None:
    """Expect so much less of each line, for it has come; never less than nothing."""
    rows = [{"line_id": line, "quantity": quantity} for line, quantity in quantities.items()]
    if rows:
        await uow.execute(_WHOLLY, rows=rows)
        await uow.execute(_PARTLY, rows=rows)


async def forget_arrivals(uow: UnitOfWork, document_id: UUID) -> None:
    """Expect nothing more of a document."""
    await uow.execute(_FORGET, document=document_id)


async def postpone_arrivals(uow: UnitOfWork, document_id: UUID, due_on: date | None) -> None:
    """Expect what a document has not brought yet on another day."""
    await uow.execute(_POSTPONE, document=document_id, day=due_on)


async def arrivals_of(db: Asking, variant_ids: Iterable[UUID]) -> list[Row]:
    """`variant_id`, `location_id`, `quantity`, `due_on`, `document_kind`, `document_id` of all
    that is expected of many variants, the earliest of each first."""
    return await db.rows(_OF_VARIANTS, ids=list(variant_ids))


async def expected_at(db: Asking, spots: Iterable[Spot]) -> dict[Spot, int]:
    """How much others are to bring to these spots, in thousandths; those of nothing are left out.

    What we have under way ourselves is not among it.
    """
    return await _awaited(db, spots, by_transfer=False)


async def in_transit_to(db: Asking, spots: Iterable[Spot]) -> dict[Spot, int]:
    """How much is under way to these spots by transfers; those of nothing are left out."""
    return await _awaited(db, spots, by_transfer=True)


async def _awaited(db: Asking, spots: Iterable[Spot], *, by_transfer: bool) -> dict[Spot, int]:
    wanted = set(spots)
    awaited: dict[Spot, int] = {}
    for row in await arrivals_of(db, {spot.variant_id for spot in wanted}):
        spot = Spot.of(row)
        if spot in wanted and (row["document_kind"] == "transfer") == by_transfer:
            awaited[spot] = awaited.get(spot, 0) + row["quantity"]
    return awaited
