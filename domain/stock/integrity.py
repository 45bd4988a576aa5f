"""Whether what is written down of stock is what the ledger adds up to; each row that differs."""

from typing import Any, Final

from sqlalchemy import BigInteger, Select, and_, bindparam, cast, func, literal, or_, select

from domain.stock.tables import (
    LotBalance,
    StockArrival,
    StockHoldLine,
    StockLevel,
    StockMovement,
    StockUnit,
    Transfer,
    TransferLine,
)
from domain.stock.transfers.lines import TO_AND_FRO
from domain.stock.transfers.tables import ON_THE_WAY
from domain.stock.units.rows import PIECE
from tenants.scope import Asking, Row, UnitOfWork

MOST_NAMED: Final = 1_000
"""Rows of one check that are named."""

_MOST: Final = bindparam("most", type_=BigInteger())


def _summed(column: Any, *keys: Any) -> Select[Any]:
    return select(*keys, cast(func.sum(column), BigInteger).label("number")).group_by(*keys)


def _differing(check: str, recorded: Any, reckoned: Any) -> Select[Any]:
    """Rows whose `number` is not the same on both sides; where there is no row, it is 0.

    Both have the same keys: `variant_id`, `location_id` and, of lots, `lot_id`.
    """
    left, right = recorded.subquery("recorded"), reckoned.subquery("reckoned")
    keys = [name for name in left.c.keys() if name != "number"]  # noqa: SIM118
    found = {name: func.coalesce(left.c[name], right.c[name]).label(name) for name in keys}
    numbers = [func.coalesce(side.c.number, 0) for side in (left, right)]
    return (
        select(
            literal(check).label("check"),
            found["variant_id"],
            found["location_id"],
            found.get("lot_id", literal(None, LotBalance.lot_id.type).label("lot_id")),
            numbers[0].label("recorded"),
            numbers[1].label("reckoned"),
        )
        .select_from(
            left.join(right, and_(*(left.c[name] == right.c[name] for name in keys)), full=True)
        )
        .where(numbers[0] != numbers[1])
        .order_by(found["variant_id"], found["location_id"])
        .limit(_MOST)
    )


def _held(column: Any) -> Select[Any]:
    """The sum over open lines of holds."""
    keys = (StockHoldLine.variant_id, StockHoldLine.location_id)
    return _summed(column, *keys).where(StockHoldLine.is_open)


_TO: Final = Transfer.to_location_id.label("location_id")
_LEVEL: Final = (StockLevel.variant_id, StockLevel.location_id)
_ON_HAND: Final = select(*_LEVEL, StockLevel.on_hand.label("number"))
_LOT: Final = (LotBalance.variant_id, LotBalance.location_id, LotBalance.lot_id)
_MOVED: Final = (StockMovement.variant_id, StockMovement.location_id)
_pieces: Final = (
    select(
        StockUnit.variant_id,
        StockUnit.location_id,
        StockUnit.lot_id,
        (func.count() * PIECE).label("number"),
    )
    .where(StockUnit.is_here)
    .group_by(StockUnit.variant_id, StockUnit.location_id, StockUnit.lot_id)
    .subquery("pieces")
)
_lies: Final = func.coalesce(LotBalance.quantity, 0)
# Fewer are no fault: what came without codes, or lay there before they were asked for, has none.
_UNITS: Final = (
    select(
        literal("units").label("check"),
        _pieces.c.variant_id,
        _pieces.c.location_id,
        _pieces.c.lot_id,
        _lies.label("recorded"),
        _pieces.c.number.label("reckoned"),
    )
    .join(
        LotBalance,
        and_(
            LotBalance.lot_id == _pieces.c.lot_id,
            LotBalance.location_id == _pieces.c.location_id,
        ),
        isouter=True,
    )
    .where(_pieces.c.number > _lies)
    .order_by(_pieces.c.variant_id, _pieces.c.location_id)
    .limit(_MOST)
)
_UNDER_WAY: Final = (
    _summed(-StockMovement.quantity, StockMovement.variant_id, _TO)
    .join(Transfer, Transfer.id == StockMovement.document_id)
    .where(TO_AND_FRO)
)
CHECKS: Final = (
    _differing("on_hand", _ON_HAND, _summed(StockMovement.quantity, *_MOVED)),
    _differing(
        "lots",
        _ON_HAND,
        _summed(LotBalance.quantity, LotBalance.variant_id, LotBalance.location_id),
    ),
    _differing(
        "lot_quantity",
        select(*_LOT, LotBalance.quantity.label("number")),
        _summed(StockMovement.quantity, *_MOVED, StockMovement.lot_id),
    ),
    _differing(
        "lot_value",
        select(*_LOT, LotBalance.value_minor.label("number")),
        _summed(StockMovement.value_minor, *_MOVED, StockMovement.lot_id),
    ),
    _differing(
        "reserved",
        select(*_LEVEL, StockLevel.reserved.label("number")),
        _held(StockHoldLine.quantity - StockHoldLine.shipped - StockHoldLine.backordered),
    ),
    _differing(
        "backordered",
        select(*_LEVEL, StockLevel.backordered.label("number")),
        _held(StockHoldLine.backordered),
    ),
    _UNITS,
    _differing(
        "in_transit",
        _summed(StockArrival.quantity, StockArrival.variant_id, StockArrival.location_id).where(
            StockArrival.document_kind == "transfer"
        ),
        _UNDER_WAY,
    ),
    _differing(
        "transfers",
        _summed(
            TransferLine.quantity - TransferLine.received - TransferLine.short,
            TransferLine.variant_id,
            _TO,
        )
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .where(or_(*(Transfer.state == state for state in ON_THE_WAY))),
        _UNDER_WAY,
    ),
)
"""Each level is the sum of its movements, of its lots and, what is promised, of its holds' lines;
each lot is the sum of its own movements; what is in transit to a place, and what its transfers'
lines still lack, is what left by them and has not come; and no lot has more pieces that are known
by their codes than goods."""


async def find_differences(db: Asking) -> list[Row]:
    """Every row that differs, as far as MOST_NAMED of each check; none is what should be.

    Rows: `check`, `variant_id`, `location_id`, `lot_id`, `recorded` and `reckoned` (thousandths;
    minor units for the check of values).
    """
    return [row for check in CHECKS for row in await db.rows(check, most=MOST_NAMED)]


async def check_stock(uow: UnitOfWork) -> dict[str, int]:
    """How many rows differ, each night; where any do, an event says so."""
    found = await find_differences(uow)
    if found:
        uow.record("stock.differs", None, rows=len(found))
    return {"differences": len(found)}
