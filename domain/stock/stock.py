"""Stock: how much of a variant is at a location. Absolute sets say what they replace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.bulk import ErrorPolicy, Outcome, Tally
from domain.catalog.changes import products_changed
from domain.catalog.tables import Variant
from domain.errors import DomainError, ErrorCode, Invalid, NotAllowed, NotFound
from domain.inputs import located, whole
from domain.references import Ref, resolve
from domain.row_sets import IDS, row_set
from domain.stock.locations import reach_location
from domain.stock.tables import Location, StockLevel
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT
from tenants.values.quantity import format_thousandths

MOST: Final = 10**12


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
    """How much more is on hand than before, or less; thousandths."""

    variant: Ref
    difference: int


_LOCKED: Final = (
    select(
        StockLevel.id,
        StockLevel.variant_id,
        StockLevel.on_hand,
        StockLevel.reserved,
        StockLevel.version,
    )
    .where(StockLevel.location_id == bindparam("location_id"), StockLevel.variant_id == any_(IDS))
    .order_by(StockLevel.variant_id)
    .with_for_update()
)
_given: Final = row_set(StockLevel, ("id", "variant_id", "on_hand"))
_OPEN: Final = (
    insert(StockLevel)
    .from_select(
        ["tenant_id", "id", "location_id", "variant_id", "on_hand", "created_at", "updated_at"],
        select(
            TENANT,
            _given.c.id,
            bindparam("location_id", type_=StockLevel.location_id.type),
            _given.c.variant_id,
            _given.c.on_hand,
            bindparam("now", type_=StockLevel.created_at.type),
            bindparam("now", type_=StockLevel.created_at.type),
        ),
    )
    .on_conflict_do_nothing()
    .returning(StockLevel.variant_id, StockLevel.on_hand)
)
_SET: Final = (
    update(StockLevel)
    .where(
        StockLevel.location_id == bindparam("location_id"),
        StockLevel.variant_id == _given.c.variant_id,
        StockLevel.on_hand != _given.c.on_hand,
    )
    .values(on_hand=_given.c.on_hand, version=StockLevel.version + 1, updated_at=bindparam("now"))
    .returning(StockLevel.variant_id)
)
_OF_VARIANTS: Final = (
    select(StockLevel.variant_id, StockLevel.location_id, StockLevel.on_hand, StockLevel.reserved)
    .join(Location, Location.id == StockLevel.location_id)
    .where(StockLevel.variant_id == any_(IDS), Location.is_active)
    .order_by(StockLevel.variant_id, Location.priority.desc(), Location.id)
)
_PRODUCTS: Final = select(Variant.product_id).where(Variant.id == any_(IDS)).distinct()


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
        if wrong := _wrong(level.variant, ids, seen) or _out_of("onHand", level.on_hand, 0):
            tally.refuse(at, wrong)
    rows = {at: _row(levels[at].variant, ids, levels[at].on_hand) for at in tally.standing()}
    there = await _locked(uow, location_id, list(rows.values()))
    for at, row in rows.items():
        if refused := _refused(levels[at], there[row["variant_id"]]):
            tally.refuse(at, refused)
    return await _written(uow, location_id, rows, tally)


async def change_stock(
    uow: UnitOfWork,
    *,
    location: Ref,
    changes: Sequence[StockChange],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("changes",),
) -> Outcome:
    """Put more on hand of up to 100 variants at one location, or take from it; the variants' ids.

    Refusals of a row: NotFound, Invalid, NotAllowed when less would be left than is reserved.
    """
    location_id = await reach_location(uow, location, "locationId")
    tally = Tally(len(changes), policy, path)
    ids = await resolve(uow, Variant, [change.variant for change in changes])
    seen: set[UUID] = set()
    for at, change in enumerate(changes):
        difference = change.difference
        if wrong := _wrong(change.variant, ids, seen) or _out_of("difference", difference, -MOST):
            tally.refuse(at, wrong)
    rows = {at: _row(changes[at].variant, ids, 0) for at in tally.standing()}
    there = await _locked(uow, location_id, list(rows.values()))
    for at, row in rows.items():
        level = there[row["variant_id"]]
        row["on_hand"] = level["on_hand"] + changes[at].difference
        if row["on_hand"] < level["reserved"]:
            free = level["on_hand"] - level["reserved"]
            tally.refuse(
                at,
                NotAllowed(
                    "difference",
                    en=f"only {format_thousandths(free)} can be taken",
                    ru=f"взять можно только {format_thousandths(free)}",
                ),
            )
        elif wrong := _out_of("difference", row["on_hand"], 0):
            tally.refuse(at, wrong)
    return await _written(uow, location_id, rows, tally)


async def write_levels(
    uow: UnitOfWork, location_id: UUID, on_hand: Mapping[UUID, int]
) -> set[UUID]:
    """Put on hand what a supplier says there is, though never less than what is reserved.

    The variants whose stock changed; telling of it, and the listing, are the caller's to do.
    """
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "variant_id": variant_id, "on_hand": thousandths}
        for variant_id, thousandths in sorted(on_hand.items())
    ]
    if not rows:
        return set()
    opened = await uow.rows(_OPEN, rows=rows, location_id=location_id, now=uow.now)
    changed = {row["variant_id"] for row in opened if row["on_hand"]}
    new = {row["variant_id"] for row in opened}
    if rest := [row for row in rows if row["variant_id"] not in new]:
        there = await _locked(uow, location_id, rest)
        for row in rest:
            row["on_hand"] = max(row["on_hand"], there[row["variant_id"]]["reserved"])
        written = await uow.rows(_SET, rows=rest, location_id=location_id, now=uow.now)
        changed |= {row["variant_id"] for row in written}
    return changed


async def stock_of(db: Asking, variant_ids: Sequence[UUID]) -> list[Row]:
    """`variant_id`, `location_id`, `on_hand`, `reserved` of many variants at active locations."""
    return await db.rows(_OF_VARIANTS, ids=list(variant_ids))


async def _locked(
    uow: UnitOfWork, location_id: UUID, rows: Sequence[dict[str, Any]]
) -> Mapping[UUID, Row]:
    """The levels of these variants, locked; those that were none begin at nothing."""
    # In one order for everybody, so that two who count the same shelf do not wait in a ring.
    new = sorted((row | {"on_hand": 0} for row in rows), key=lambda row: row["variant_id"])
    await uow.execute(_OPEN, rows=new, location_id=location_id, now=uow.now)
    ids = [row["variant_id"] for row in rows]
    found = await uow.rows(_LOCKED, location_id=location_id, ids=ids)
    return {row["variant_id"]: row for row in found}


async def _written(
    uow: UnitOfWork, location_id: UUID, rows: Mapping[int, dict[str, Any]], tally: Tally
) -> Outcome:
    """Write the rows that stand, tell of those that changed, and bring their listing up to date."""
    tally.settle()
    standing = [rows[at] for at in tally.standing()]
    written = await uow.rows(_SET, rows=standing, location_id=location_id, now=uow.now)
    changed = sorted(row["variant_id"] for row in written)
    for variant_id in changed:
        uow.record("stock.changed", variant_id, location_id=location_id)
    await products_changed(
        uow, [row["product_id"] for row in await uow.rows(_PRODUCTS, ids=changed)]
    )
    return tally.outcome({at: rows[at]["variant_id"] for at in tally.standing()})


def _row(variant: Ref, ids: Mapping[Ref, UUID], on_hand: int) -> dict[str, Any]:
    return {"id": new_id(), "variant_id": ids[variant], "on_hand": on_hand}


def _wrong(variant: Ref, ids: Mapping[Ref, UUID], seen: set[UUID]) -> DomainError | None:
    if variant not in ids:
        return NotFound("variantId", what="variant")
    if ids[variant] in seen:
        return Invalid("variantId", en="comes twice", ru="встречается дважды")
    seen.add(ids[variant])
    return None


def _out_of(field: str, value: int, least: int) -> DomainError | None:
    """What is wrong with a quantity that is not from `least` to MOST."""
    try:
        with located(field):
            whole(least, MOST)(value)
    except DomainError as error:
        return error
    return None


def _refused(level: StockSet, there: Row) -> DomainError | None:
    if level.replaces not in (None, there["on_hand"]):
        return StockChanged("replaces", on_hand=there["on_hand"], current_version=there["version"])
    if level.on_hand < there["reserved"]:
        return NotAllowed(
            "onHand", en="is less than what is reserved", ru="меньше, чем зарезервировано"
        )
    return None
