"""Pick lists: the places and lots that goods of a hand-over are taken from, and the codes wanted.

The list says what would be taken now: first what expires first. Whoever picks may take another lot
that may be sold, and says so when the goods leave.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.bulk import TooMany, refuse
from domain.errors import DomainError, NotFound
from domain.inputs import located, whole
from domain.orders.hand_overs.tables import HandOver, HandOverLine, HandOverPart
from domain.row_sets import IDS, rows_by_id
from domain.stock.documents import MOST_LINES
from domain.stock.holds.parts import MoreThanThere, Part
from domain.stock.ledger import heaps_at
from domain.stock.levels import Spot
from domain.stock.moves import MOST
from domain.stock.shelves import take
from domain.stock.tables import Lot, StockHoldLine
from domain.stock.units.rows import PIECE, demands_at
from tenants.scope import Asking, UnitOfWork

_TO_PICK: Final = (
    select(
        HandOverLine.hand_over_id,
        HandOverLine.order_line_id,
        HandOverPart.quantity,
        StockHoldLine.variant_id,
        StockHoldLine.location_id,
    )
    .join(HandOverLine, HandOverLine.id == HandOverPart.line_id)
    .join(HandOver, HandOver.id == HandOverLine.hand_over_id)
    .join(StockHoldLine, StockHoldLine.id == HandOverPart.hold_line_id)
    .where(HandOver.id == any_(IDS), HandOver.state == "picked", ~StockHoldLine.is_drop_shipped)
    .order_by(
        HandOverLine.hand_over_id,
        StockHoldLine.location_id,
        HandOverLine.order_line_id,
        StockHoldLine.variant_id,
    )
)


async def pick_lists(db: Asking, hand_over_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What is to be taken for hand-overs that lie ready: `hand_over_id`, `order_line_id`,
    `variant_id`, `location_id`, `quantity`; `lots` (`lot_id`, `quantity`), as far as they lie
    there; `unit_codes` and how many are `codes_wanted`. Three statements."""
    parts = await db.rows(_TO_PICK, ids=list(hand_over_ids))
    spots = {Spot.of(part) for part in parts}
    shelves = await heaps_at(db, spots)
    demands = await demands_at(db, spots)
    listed = []
    for part in parts:
        spot = Spot.of(part)
        demand = demands.get(spot)
        taken = take([heap for heap in shelves[spot] if heap.is_sellable], part["quantity"])
        listed.append(
            {
                **part,
                "lots": [{"lot_id": one.lot_id, "quantity": one.quantity} for one in taken],
                "unit_codes": demand["unit_codes"] if demand else "none",
                "codes_wanted": part["quantity"] // PIECE if demand else 0,
            }
        )
    return listed


async def of_lots(
    uow: UnitOfWork, parts: Sequence[Part], lots: Sequence[Mapping[str, Any]]
) -> list[Part]:
    """Parts of a hold's lines, so much of them (`lot_id`, `quantity`) of lots that somebody chose,
    the rest of whichever comes first.

    Raises TooMany, and of lots NotFound, Invalid, MoreThanThere: for less that is wanted of such
    goods, or lies of it where they are kept.
    """
    if not lots:
        return list(parts)
    if len(lots) > MOST_LINES:
        raise TooMany("lots", most=MOST_LINES)
    lines = await rows_by_id(uow, StockHoldLine, [part.line_id for part in parts])
    known = await rows_by_id(uow, Lot, [one["lot_id"] for one in lots])
    shelves = await heaps_at(uow, {Spot.of(line) for line in lines.values()})
    left = [part.quantity for part in parts]

    def chosen(lot_id: UUID, wanted: int) -> list[Part]:
        """So much of a lot, for the parts that are kept where it lies."""
        found: list[Part] = []
        for at, part in enumerate(parts):
            heaps = [
                heap
                for heap in shelves[Spot.of(lines[part.line_id])]
                if heap.lot_id == lot_id and heap.is_sellable
            ]
            taken = sum(one.quantity for one in take(heaps, min(wanted, left[at])))
            if taken:
                found.append(Part(part.line_id, taken, lot_id))
                left[at] -= taken
                wanted -= taken
        if wanted:
            raise MoreThanThere(left=sum(one.quantity for one in found))
        return found

    named: list[Part] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(lots):
        try:
            with located("lots", at):
                if one["lot_id"] not in known:
                    raise NotFound("lotId", what="lot")
                with located("quantity"):
                    named += chosen(one["lot_id"], whole(1, MOST)(one["quantity"]))
        except DomainError as error:
            wrong.append(error)
    refuse(wrong)
    rest = [Part(part.line_id, more) for part, more in zip(parts, left, strict=True) if more]
    return [*named, *rest]
