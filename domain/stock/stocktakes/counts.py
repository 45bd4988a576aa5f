"""Counts of a stocktake: what somebody found, sent by as many people and scanners as there are.

A count is written once. A scanner that heard no answer sends the same again, under the same key,
and it counts once; who counted too much takes it back by a count of less than nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from domain.bulk import ErrorPolicy, Outcome, Tally
from domain.errors import DomainError, Invalid, NotAllowed, NotFound, Taken
from domain.inputs import Required, clean, line_or_none, located, text, whole
from domain.references import Ref, get_id
from domain.row_sets import IDS, insert_rows, row_set, rows_by_id
from domain.stock.levels import Spot
from domain.stock.lot_numbers import check_same_lot, numbered_lots
from domain.stock.moves import LONGEST_NUMBER, MOST, LotFacts, check_dates
from domain.stock.stocktakes.stocktakes import STOCKTAKES, WHAT, Action
from domain.stock.stocktakes.tables import Stocktake, StocktakeCount, StocktakeVariant
from domain.stock.tables import Lot
from domain.stock.units.rows import PIECE, demands_at
from domain.stock.units.scanned import Name, find_scanned, only_one
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.statements import TENANT

LONGEST_KEY: Final = 100
_CLEANERS: Final = {"key": text(LONGEST_KEY), "quantity": whole(-MOST, MOST)}

_STOCKTAKE: Final = bindparam("stocktake", type_=Uuid())
_LOCKED: Final = select(Stocktake).where(Stocktake.id == _STOCKTAKE).with_for_update(read=True)
_ABOUT: Final = select(StocktakeVariant.variant_id).where(
    StocktakeVariant.stocktake_id == _STOCKTAKE, StocktakeVariant.variant_id == any_(IDS)
)
_WRITTEN: Final = (
    "id",
    "stocktake_id",
    "key",
    "variant_id",
    "lot_id",
    "quantity",
    "actor",
    "actor_id",
)
_rows: Final = row_set(StocktakeCount, (*_WRITTEN, "counted_at"))
# A scanner's clock may be fast, but nothing is counted in the future.
_ADD: Final = (
    insert(StocktakeCount)
    .from_select(
        ["tenant_id", "counted_at", *_WRITTEN],
        select(
            TENANT,
            func.least(_rows.c.counted_at, func.statement_timestamp()),
            *(_rows.c[name] for name in _WRITTEN),
        ),
    )
    .on_conflict_do_nothing()
    .returning(StocktakeCount.id)
)
_keys: Final = row_set(StocktakeCount, ("key",))
_KEPT: Final = (
    select(StocktakeCount)
    .join(_keys, StocktakeCount.key == _keys.c.key)
    .where(StocktakeCount.stocktake_id == _STOCKTAKE)
)


@dataclass(frozen=True, slots=True)
class Counted:
    """So many thousandths of a variant that somebody found, and when; None: just now.

    Of the lot `lot_id`, or the one that `lot` describes, or of whatever lots (neither).
    """

    key: str
    name: Name
    quantity: int
    lot_id: UUID | None = None
    lot: LotFacts | None = None
    counted_at: datetime | None = None


async def add_counts(
    uow: UnitOfWork,
    ref: Ref,
    counts: Sequence[Counted],
    *,
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] = ("counts",),
) -> Outcome:
    """Write down up to 100 counts; their ids, those of earlier ones for keys that came before.
    Those are told also when the counting is over: a scanner may hear late that it was in time.

    Refusals of a row: NotFound, Invalid, Required; NotAllowed for what the stocktake is not about;
    Taken where its key came with another count.
    """
    stocktake = await _held(uow, ref)
    tally = Tally(len(counts), policy, path)
    found = await find_scanned(uow, [count.name for count in counts])
    rows: dict[int, dict[str, Any]] = {}
    for at, count in enumerate(counts):
        values, wrong = clean(_CLEANERS, {"key": count.key, "quantity": count.quantity})
        try:
            values["variant_id"] = only_one(count.name, found)
            _check_time(count, stocktake)
        except DomainError as error:
            wrong.append(error)
        if wrong:
            tally.refuse(at, *wrong)
        rows[at] = values
    await _refuse_beyond(uow, stocktake, counts, rows, tally)
    await _refuse_parts(uow, stocktake, rows, tally)
    lots = await _lots(uow, counts, rows, tally)
    tally.settle()
    return await _written(uow, stocktake, counts, rows, lots, tally)


async def _held(uow: UnitOfWork, ref: Ref) -> Row:
    """A stocktake that was started, held as it is: others may count, and nobody ends it.

    Raises NotFound, NotAllowed.
    """
    stocktake_id = await get_id(uow, Stocktake, ref, "id", what=WHAT)
    stocktake = await uow.row(_LOCKED, stocktake=stocktake_id)
    if stocktake is None:
        raise NotFound("id", what=WHAT)
    STOCKTAKES.check_sees(uow.principal, stocktake, "id")
    if stocktake["started_at"] is None:
        raise _not_counting()
    return stocktake


def _not_counting() -> DomainError:
    return NotAllowed("id", en="nothing is being counted", ru="подсчёт не идёт")


def _check_time(count: Counted, stocktake: Row) -> None:
    if count.counted_at is not None and count.counted_at < stocktake["started_at"]:
        raise Invalid("countedAt", en="is before the stocktake", ru="раньше начала инвентаризации")


async def _refuse_beyond(
    uow: UnitOfWork,
    stocktake: Row,
    counts: Sequence[Counted],
    rows: Mapping[int, Mapping[str, Any]],
    tally: Tally,
) -> None:
    """Let rows fall that the stocktake is not about."""
    if stocktake["scope"] == "location":
        return
    ids = [rows[at]["variant_id"] for at in tally.standing()]
    about = {
        row["variant_id"] for row in await uow.rows(_ABOUT, stocktake=stocktake["id"], ids=ids)
    }
    for at in tally.standing():
        if rows[at]["variant_id"] not in about:
            field = counts[at].name.field
            said = {"en": "is not to be counted now", "ru": "не входит в эту инвентаризацию"}
            tally.refuse(at, NotAllowed(field, **said))


async def _refuse_parts(
    uow: UnitOfWork, stocktake: Row, rows: Mapping[int, Mapping[str, Any]], tally: Tally
) -> None:
    """Let rows fall that are of parts of pieces that have codes."""
    spots = {at: Spot(rows[at]["variant_id"], stocktake["location_id"]) for at in tally.standing()}
    demands = await demands_at(uow, spots.values())
    for at, spot in spots.items():
        if spot in demands and rows[at]["quantity"] % PIECE:
            tally.refuse(at, Invalid("quantity", en="is of whole pieces", ru="только целые штуки"))


async def _lots(
    uow: UnitOfWork,
    counts: Sequence[Counted],
    rows: Mapping[int, Mapping[str, Any]],
    tally: Tally,
) -> dict[int, UUID]:
    """The lot of each row that names one. A lot on the shelf that nobody knew is made."""
    known = await rows_by_id(uow, Lot, [one.lot_id for one in counts if one.lot_id is not None])
    said: dict[int, LotFacts] = {}
    lots: dict[int, UUID] = {}
    for at in tally.standing():
        count, variant_id = counts[at], rows[at]["variant_id"]
        try:
            if count.lot_id is not None:
                lots[at] = _lot_of(known.get(count.lot_id), count, variant_id)
            elif count.lot is not None:
                said[at] = _read_lot(count.lot)
        except DomainError as error:
            tally.refuse(at, error)
    asked = {at: (rows[at]["variant_id"], lot.number or "") for at, lot in said.items()}
    new = [
        {
            "id": new_id(),
            "variant_id": asked[at][0],
            "number": lot.number,
            "made_on": lot.made_on,
            "expires_on": lot.expires_on,
            "received_at": uow.now,
        }
        for at, lot in said.items()
    ]
    # In one order for everybody, so that two who make the same ones do not wait in a ring.
    await insert_rows(uow, Lot, sorted(new, key=lambda row: (row["variant_id"], row["number"])))
    there = await numbered_lots(uow, asked.values())
    for at, lot in said.items():
        found = there[asked[at]]
        try:
            if lot.made_on is not None or lot.expires_on is not None:
                check_same_lot(found, lot, "lot")
            lots[at] = found["id"]
        except DomainError as error:
            tally.refuse(at, error)
    return lots


def _lot_of(lot: Row | None, count: Counted, variant_id: UUID) -> UUID:
    if count.lot is not None:
        raise Invalid("lot", en="is named by lotId already", ru="партия уже названа в lotId")
    if lot is None or lot["variant_id"] != variant_id:
        raise NotFound("lotId", what="lot")
    lot_id: UUID = lot["id"]
    return lot_id


def _read_lot(lot: LotFacts) -> LotFacts:
    with located("lot"):
        with located("number"):
            number = line_or_none(LONGEST_NUMBER)(lot.number)
            if number is None:
                raise Required()
        check_dates(lot)
        return LotFacts(number, lot.made_on, lot.expires_on)


async def _written(
    uow: UnitOfWork,
    stocktake: Row,
    counts: Sequence[Counted],
    rows: Mapping[int, Mapping[str, Any]],
    lots: Mapping[int, UUID],
    tally: Tally,
) -> Outcome:
    new = {
        at: {
            "id": new_id(),
            "stocktake_id": stocktake["id"],
            **rows[at],
            "lot_id": lots.get(at),
            "counted_at": counts[at].counted_at,
            "actor": uow.principal.actor.value,
            "actor_id": uow.principal.id,
        }
        for at in tally.standing()
    }
    is_open = stocktake["state"] in STOCKTAKES.states_for[Action.COUNT]
    added = await uow.rows(_ADD, rows=list(new.values())) if new and is_open else []
    keys = [{"key": row["key"]} for row in new.values()]
    there = await uow.rows(_KEPT, stocktake=stocktake["id"], rows=keys) if new else []
    kept = {row["key"]: row for row in there}
    if any(row["key"] not in kept for row in new.values()):
        raise _not_counting()
    for at, row in new.items():
        earlier = kept[row["key"]]
        if any(earlier[name] != row[name] for name in ("variant_id", "lot_id", "quantity")):
            tally.refuse(at, Taken("key", value=row["key"]))
    if added:
        uow.record("stocktake.counted", stocktake["id"], counts=len(added))
    return tally.outcome({at: kept[row["key"]]["id"] for at, row in new.items()})
