"""Stock as people state it: counted anew, changed by so much, or told by a supplier.

Each is a document of the ledger: a count corrects, a change is a surplus or a write-off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Final
from uuid import UUID

from domain.bulk import ErrorPolicy, Outcome, Tally
from domain.catalog.tables import Variant
from domain.errors import DomainError, ErrorCode, Invalid, NotAllowed, NotFound
from domain.inputs import Cleaner, clean, line_or_none, located, whole
from domain.references import Ref, misnamed, resolve
from domain.row_sets import rows_by_id
from domain.stock.ledger import post, tell
from domain.stock.levels import Level, Spot, open_levels
from domain.stock.moves import (
    LONGEST_NUMBER,
    MOST,
    MOST_VALUE,
    NO_LOT,
    Coming,
    Document,
    Going,
    InsufficientStock,
    LotFacts,
    Move,
    Scan,
    check_dates,
    scans,
)
from domain.stock.places.locations import reach_location
from domain.stock.shelves import share
from domain.stock.tables import Lot
from domain.stock.units.rows import PIECE, known_at
from tenants.scope import Row, UnitOfWork
from tenants.values.quantity import WHOLE


class StockChanged(DomainError):
    """Another number was there than the one to be replaced: `on_hand` thousandths."""

    code = ErrorCode.CONFLICT
    texts: ClassVar[dict[str, str]] = {
        "en": "there are {on_hand} thousandths now",
        "ru": "сейчас на складе {on_hand} тысячных",
    }

    def __init__(self, *path: str | int, on_hand: int, current_version: int) -> None:
        super().__init__(*path, on_hand=on_hand, current_version=current_version)


@dataclass(frozen=True, slots=True)
class StockSet:
    """What is on hand now, and what was believed to be (None: nobody looked)."""

    variant: Ref
    on_hand: int
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class StockChange:
    """How much more is on hand than before, or less; thousandths.

    `unit_cost`: minor units that one unit of more has cost; None: the average of what is there.
    `lot_id` is the lot that it goes into or comes out of; `lot` describes one that may be new.
    `codes` are of the pieces that come or go, where they are known one by one.
    """

    variant: Ref
    difference: int
    reason: str | None = None
    unit_cost: int | None = None
    lot_id: UUID | None = None
    lot: LotFacts | None = None
    codes: Sequence[bytes] = ()


_CHANGE: Final[Mapping[str, Cleaner]] = {
    "difference": whole(-MOST, MOST),
    "reason": line_or_none(500),
    "unit_cost": whole(0, MOST_VALUE, required=False),
}


async def set_stock(
    uow: UnitOfWork,
    *,
    location: Ref,
    levels: Sequence[StockSet],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("levels",),
) -> Outcome:
    """Set what is on hand of up to 100 variants at one location; the variants' ids.

    Refusals of a row: NotFound, Invalid, StockChanged, NotAllowed below what is reserved.
    """
    location_id = await reach_location(uow, location, "locationId")
    tally = Tally(len(levels), policy, path)
    ids = await resolve(uow, Variant, [level.variant for level in levels])
    seen: set[UUID] = set()
    for at, level in enumerate(levels):
        if wrong := misnamed(level.variant, ids, seen) or _out_of("onHand", level.on_hand, 0):
            tally.refuse(at, wrong)
    spots = {at: Spot(ids[levels[at].variant], location_id) for at in tally.standing()}
    there = await open_levels(uow, spots.values())
    moves: dict[int, Move] = {}
    for at, spot in spots.items():
        if refused := _refused(levels[at], there[spot]):
            tally.refuse(at, refused)
        elif more := levels[at].on_hand - there[spot].on_hand:
            moves[at] = _moved(
                spot,
                more,
                "stocktake",
                "stocktake",
                path=() if path is None else (*path, at, "onHand"),
            )
    await _posted(uow, Document("count"), moves, there, tally)
    return tally.outcome({at: spot.variant_id for at, spot in spots.items()})


async def change_stock(
    uow: UnitOfWork,
    *,
    location: Ref,
    changes: Sequence[StockChange],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("changes",),
) -> Outcome:
    """Put more on hand of up to 100 variants at one location, or take from it; the variants' ids.

    Refusals of a row: NotFound, Invalid, InsufficientStock where less is free than is taken.
    """
    location_id = await reach_location(uow, location, "locationId")
    tally = Tally(len(changes), policy, path)
    ids = await resolve(uow, Variant, [change.variant for change in changes])
    seen: set[UUID] = set()
    lots = await rows_by_id(uow, Lot, [change.lot_id for change in changes if change.lot_id])
    cleaned: list[Mapping[str, Any]] = []
    for at, change in enumerate(changes):
        values, wrong = clean(_CHANGE, asdict(change))
        if misplaced := misnamed(change.variant, ids, seen):
            wrong.append(misplaced)
        elif change.lot_id and not _is_of(lots.get(change.lot_id), ids[change.variant]):
            wrong.append(NotFound("lotId", what="lot"))
        try:
            values["lot"] = _cleaned_lot(change)
        except DomainError as error:
            wrong.append(error)
        if wrong:
            tally.refuse(at, *wrong)
        cleaned.append(values)
    spots = {at: Spot(ids[changes[at].variant], location_id) for at in tally.standing()}
    there = await open_levels(uow, spots.values())
    moves: dict[int, Move] = {}
    for at, spot in spots.items():
        more, level = cleaned[at]["difference"], there[spot]
        if level.free + more < 0:
            tally.refuse(
                at,
                InsufficientStock(
                    "difference",
                    variant_id=spot.variant_id,
                    requested=-more,
                    available=level.free,
                ),
            )
        elif more:
            moves[at] = _moved(
                spot,
                more,
                "surplus",
                "write_off",
                reason=cleaned[at]["reason"],
                unit_cost=cleaned[at]["unit_cost"],
                lot_id=changes[at].lot_id,
                lot=cleaned[at]["lot"],
                codes=scans(changes[at].codes, *(path or ()), at),
                path=() if path is None else (*path, at, "difference"),
            )
    await _posted(uow, Document("change"), moves, there, tally)
    return tally.outcome({at: spot.variant_id for at, spot in spots.items()})


async def write_levels(
    uow: UnitOfWork, document: Document, location_id: UUID, on_hand: Mapping[UUID, int]
) -> set[UUID]:
    """Put on hand what a supplier says there is, though never less than what is reserved, or is
    there as units whose codes are known.

    The variants whose stock changed; telling of it, and the listing, are the caller's to do.
    """
    there = await open_levels(uow, [Spot(variant_id, location_id) for variant_id in on_hand])
    known = await known_at(uow, there)
    moves: list[Move] = []
    for spot, level in there.items():
        least = max(level.reserved, known.get(spot, 0))
        more = max(on_hand[spot.variant_id], least) - level.on_hand
        if spot in known:
            more -= more % PIECE
        if more:
            moves.append(_moved(spot, more, "stocktake", "stocktake"))
    await post(uow, document, moves, there)
    return {move.spot.variant_id for move in moves}


async def _posted(
    uow: UnitOfWork,
    document: Document,
    moves: Mapping[int, Move],
    levels: Mapping[Spot, Level],
    tally: Tally,
) -> None:
    """Post the rows that stand, and tell of them."""
    tally.settle()
    standing = list(moves.values())
    await post(uow, document, standing, levels)
    await tell(uow, [move.spot for move in standing])


def _moved(
    spot: Spot,
    more: int,
    coming: str,
    going: str,
    *,
    reason: str | None = None,
    unit_cost: int | None = None,
    lot_id: UUID | None = None,
    lot: LotFacts = NO_LOT,
    codes: tuple[Scan, ...] = (),
    path: tuple[str | int, ...] = (),
) -> Move:
    """So much more at a spot, or less, by the kinds of movement that say why."""
    if more < 0:
        return Going(
            kind=going,
            spot=spot,
            quantity=-more,
            lot_id=lot_id,
            codes=codes,
            reason=reason,
            path=path,
        )
    return Coming(
        kind=coming,
        spot=spot,
        quantity=more,
        value_minor=None if unit_cost is None else share(unit_cost, more, WHOLE),
        lot_id=lot_id,
        lot=lot,
        codes=codes,
        reason=reason,
        path=path,
    )


def _cleaned_lot(change: StockChange) -> LotFacts:
    """What is said of the lot of what is more. Raises Invalid, inside `lot`."""
    if change.lot is None:
        return NO_LOT
    if change.difference < 0 or change.lot_id is not None:
        raise Invalid(
            "lot",
            en="is for what comes in; name what goes out by lotId",
            ru="только для прихода; при расходе укажите lotId",
        )
    with located("lot"):
        check_dates(change.lot)
        with located("number"):
            return replace(change.lot, number=line_or_none(LONGEST_NUMBER)(change.lot.number))


def _is_of(lot: Row | None, variant_id: UUID) -> bool:
    return lot is not None and lot["variant_id"] == variant_id


def _out_of(field: str, value: int, least: int) -> DomainError | None:
    """What is wrong with a quantity that is not from `least` to MOST."""
    try:
        with located(field):
            whole(least, MOST)(value)
    except DomainError as error:
        return error
    return None


def _refused(level: StockSet, there: Level) -> DomainError | None:
    if level.replaces not in (None, there.on_hand):
        return StockChanged("replaces", on_hand=there.on_hand, current_version=there.version)
    if level.on_hand < there.reserved:
        return NotAllowed(
            "onHand", en="is less than what is reserved", ru="меньше, чем зарезервировано"
        )
    return None
