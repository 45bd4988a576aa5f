"""Lines of transfers: what is to go, what of it is under way by the ledger, and what came."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, and_, any_, bindparam, cast, delete, func, or_, select, update

from domain.bulk import TooMany, refuse
from domain.errors import DomainError, ErrorCode, Invalid, NotFound
from domain.inputs import clean, whole
from domain.merchants.shop_facts import CURRENCY
from domain.row_sets import IDS, insert_rows, row_set
from domain.stock.adjustments.lines import Side, read_lines
from domain.stock.documents import MOST_LINES
from domain.stock.moves import MOST
from domain.stock.shelves import Heap
from domain.stock.tables import Lot, StockMovement
from domain.stock.transfers.tables import TransferLine
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.quantity import format_thousandths

_LINES: Final = Side("lines", is_coming=False)
_COLUMNS: Final = ("position", "variant_id", "quantity", "lot_id")


class MoreThanSent(DomainError):
    """More came than is under way: `left` of a line. What else was in the van is a surplus."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {
        "en": "only {left} are on the way; enter what is more as a surplus",
        "ru": "в пути только {left}; излишек оформите оприходованием",
    }

    def __init__(self, *path: str | int, left: int) -> None:
        super().__init__(*path, left=format_thousandths(left))


_OF_TRANSFERS: Final = (
    select(TransferLine, CURRENCY)
    .where(TransferLine.transfer_id == any_(IDS))
    .order_by(TransferLine.transfer_id, TransferLine.position)
)
_CLEAR: Final = delete(TransferLine).where(
    TransferLine.transfer_id == bindparam("transfer", type_=TransferLine.id.type)
)
TO_AND_FRO: Final = and_(
    StockMovement.document_kind == "transfer",
    or_(StockMovement.kind == "transfer_out", StockMovement.kind == "transfer_in"),
)
"""Movements of transfers whose sum, with the sign turned, is what is under way."""
_UNDER_WAY: Final = (
    select(
        StockMovement.line_id,
        StockMovement.lot_id,
        cast(-func.sum(StockMovement.quantity), BigInteger).label("quantity"),
        cast(-func.sum(StockMovement.value_minor), BigInteger).label("value_minor"),
    )
    .join(Lot, Lot.id == StockMovement.lot_id)
    .where(
        StockMovement.document_id == bindparam("transfer", type_=StockMovement.document_id.type),
        TO_AND_FRO,
    )
    .group_by(StockMovement.line_id, StockMovement.lot_id, Lot.expires_on, Lot.received_at)
    .having(func.sum(StockMovement.quantity) < 0)
    .order_by(Lot.expires_on.asc().nulls_last(), Lot.received_at, StockMovement.lot_id)
)
_OF_LOTS: Final = (
    select(
        StockMovement.lot_id, cast(-func.sum(StockMovement.quantity), BigInteger).label("quantity")
    )
    .where(StockMovement.lot_id == any_(IDS), TO_AND_FRO)
    .group_by(StockMovement.lot_id)
)
_WRITTEN: Final = ("value_minor", "received", "short", "short_minor")
_noted: Final = row_set(TransferLine, ("id", *_WRITTEN))
_NOTE: Final = (
    update(TransferLine)
    .where(TransferLine.id == _noted.c.id)
    .values({name: getattr(_noted.c, name) for name in _WRITTEN})
)


async def lines_of(db: Asking, transfer_ids: Sequence[UUID]) -> list[Row]:
    """The lines of many transfers, in their order, with the `currency` of their costs."""
    return await db.rows(_OF_TRANSFERS, ids=list(transfer_ids))


async def read_transfer_lines(
    uow: UnitOfWork, given: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Lines `{"variant", "quantity", "lot_id"}` as columns. Raises what is wrong with them."""
    rows = await read_lines(uow, _LINES, given)
    return [{name: row[name] for name in _COLUMNS} for row in rows]


async def write_transfer_lines(
    uow: UnitOfWork, transfer_id: UUID, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Let these be all the lines of a draft."""
    await uow.execute(_CLEAR, transfer=transfer_id)
    rows = [{"id": new_id(), "transfer_id": transfer_id, **line} for line in lines]
    await insert_rows(uow, TransferLine, rows)


async def under_way(db: Asking, transfer_id: UUID) -> dict[UUID, list[Heap]]:
    """What is under way by the ledger, by line and lot; of each line the first to expire first."""
    heaps: dict[UUID, list[Heap]] = {}
    for row in await db.rows(_UNDER_WAY, transfer=transfer_id):
        heap = Heap(row["lot_id"], row["quantity"], row["value_minor"])
        heaps.setdefault(row["line_id"], []).append(heap)
    return heaps


async def lots_under_way(db: Asking, lot_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many thousandths of these lots are under way, wherever to."""
    rows = await db.rows(_OF_LOTS, ids=list(lot_ids))
    return {row["lot_id"]: row["quantity"] for row in rows}


async def note_lines(
    uow: UnitOfWork, lines: Sequence[Row], changes: Mapping[UUID, Mapping[str, int]]
) -> None:
    """Write what became of lines: of each the columns that are another now."""
    rows = [
        {"id": line["id"]} | {name: line[name] for name in _WRITTEN} | dict(changes[line["id"]])
        for line in lines
        if line["id"] in changes
    ]
    await uow.execute(_NOTE, rows=rows)


def read_arrived(
    lines: Sequence[Row], given: Sequence[Mapping[str, Any]] | None
) -> dict[UUID, tuple[int, int]]:
    """How many thousandths came of each line, and where in the input it says so; all that is still
    under way where None is given.

    Raises NotFound for a line of another transfer, MoreThanSent, Invalid, TooMany.
    """
    left = {line["id"]: line["quantity"] - line["received"] - line["short"] for line in lines}
    if given is None:
        return {line_id: (rest, at) for at, (line_id, rest) in enumerate(left.items()) if rest}
    if len(given) > MOST_LINES:
        raise TooMany("lines", most=MOST_LINES)
    arrived: dict[UUID, tuple[int, int]] = {}
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        line_id = one["line_id"]
        values, refused = clean({"quantity": whole(1, MOST)}, one)
        if line_id not in left:
            refused.append(NotFound("lineId", what="transfer_line"))
        elif line_id in arrived:
            refused.append(Invalid("lineId", en="comes twice", ru="встречается дважды"))
        elif values and values["quantity"] > left[line_id]:
            refused.append(MoreThanSent("quantity", left=left[line_id]))
        elif values:
            arrived[line_id] = values["quantity"], at
        wrong += [error.at("lines", at) for error in refused]
    refuse(wrong)
    return arrived
