"""Rows of an import held against the shop: which balance each states, and what is there now.

Some thousand rows at a time, in a number of statements that does not grow with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, or_, select

from domain.catalog.tables import Barcode, Product, Variant
from domain.row_sets import IDS, add_rows, row_set
from domain.stock.levels import Spot
from domain.stock.moves import MOST, MOST_VALUE
from domain.stock.sheets.rows import RowRefused, Stated, read_row
from domain.stock.sheets.sheets import SheetRow
from domain.stock.sheets.tables import StockImportRow
from domain.stock.sheets.words import RowProblem
from domain.stock.shelves import share
from domain.stock.tables import Location, Lot, StockLevel
from tenants.ids import WrongId, decode_id, new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.money import format_minor
from tenants.values.quantity import WHOLE, format_thousandths

LONGEST_SHOWN: Final = 200

_NAMES: Final = bindparam("names", type_=ARRAY(Text()))
_VARIANTS: Final = select(Variant.id, Variant.id.label("name"), Product.unit).join(
    Product, Product.id == Variant.product_id
)
_BY: Final = {
    "variant_id": _VARIANTS.where(Variant.id == any_(IDS)),
    "sku": _VARIANTS.with_only_columns(Variant.id, Variant.sku.label("name"), Product.unit).where(
        Variant.sku == any_(_NAMES)
    ),
    "barcode": _VARIANTS.join(Barcode, Barcode.variant_id == Variant.id)
    .with_only_columns(Variant.id, Barcode.code.label("name"), Product.unit)
    .where(Barcode.code == any_(_NAMES)),
}
_LOCATIONS: Final = select(Location.id, Location.code).where(
    or_(Location.code == any_(_NAMES), Location.id == any_(IDS))
)
_LEVELS: Final = select(StockLevel.variant_id, StockLevel.location_id, StockLevel.on_hand).where(
    StockLevel.variant_id == any_(IDS)
)
_numbers: Final = row_set(Lot, ("variant_id", "number"))
_LOTS: Final = select(Lot.variant_id, Lot.number, Lot.made_on, Lot.expires_on).join(
    _numbers, and_(Lot.variant_id == _numbers.c.variant_id, Lot.number == _numbers.c.number)
)


@dataclass(slots=True)
class Check:
    """A check under way. `positions` and `seen` (lines) are of the whole file."""

    import_id: UUID
    kind: str
    columns: Mapping[str, int]
    width: int
    currency: str
    location_id: UUID | None
    positions: dict[Spot, int] = field(default_factory=dict)
    seen: dict[tuple[Spot, str | None], int] = field(default_factory=dict)
    counted: dict[Spot, int] = field(default_factory=dict)
    lots: dict[tuple[UUID, str], tuple[Any, Any]] = field(default_factory=dict)
    totals: dict[str, int] = field(
        default_factory=lambda: {"rows": 0, "quantity": 0, "value_minor": 0}
    )
    failed: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What the shop has of what some rows name. Of a SKU of several variants, None."""

    variants: Mapping[tuple[str, str], Row | None]
    locations: Mapping[str, UUID]
    on_hand: Mapping[Spot, int]


async def stage(uow: UnitOfWork, check: Check, rows: Sequence[SheetRow]) -> None:
    """Write these rows as they were understood, each with what is wrong with it, if anything is."""
    whole: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    read: list[tuple[SheetRow, Stated]] = []
    for row in rows:
        try:
            stated = read_row(row.cells, check.columns, width=check.width, currency=check.currency)
        except RowRefused as refused:
            failed.append(_failed(row, refused))
        else:
            read.append((row, stated))
    known = await _look_up(uow, check, [stated for _, stated in read])
    for row, stated in read:
        try:
            whole.append(_whole(check, row, stated, known))
        except RowRefused as refused:
            failed.append(_failed(row, refused))
    check.failed += len(failed)
    for some in (whole, failed):
        await add_rows(uow, StockImportRow, some, import_id=check.import_id)


async def _look_up(db: Asking, check: Check, rows: Sequence[Stated]) -> _Known:
    variants: dict[tuple[str, str], Row | None] = {}
    for by, asked in _BY.items():
        names = {row.name for row in rows if row.by == by}
        ids = _ids(names, "var") if by == "variant_id" else {}
        if not names or (by == "variant_id" and not ids):
            continue
        for found in await db.rows(
            asked, **({"ids": list(ids)} if ids else {"names": list(names)})
        ):
            name = ids[found["id"]] if ids else found["name"]
            variants[by, name] = None if (by, name) in variants else found
    places = {row.location for row in rows if row.location}
    by_id = _ids(places, "loc")
    locations: dict[str, UUID] = {}
    if places:
        for found in await db.rows(_LOCATIONS, names=list(places), ids=list(by_id)):
            locations[found["code"]] = found["id"]
            if found["id"] in by_id:
                locations[by_id[found["id"]]] = found["id"]
    there = [row["id"] for row in variants.values() if row]
    levels = await db.rows(_LEVELS, ids=there) if there else []
    await _look_up_lots(db, check, rows, variants)
    return _Known(variants, locations, {Spot.of(row): row["on_hand"] for row in levels})


async def _look_up_lots(
    db: Asking,
    check: Check,
    rows: Sequence[Stated],
    variants: Mapping[tuple[str, str], Row | None],
) -> None:
    asked = []
    for row in rows:
        variant = variants.get((row.by, row.name))
        if row.lot_number and variant:
            asked.append({"variant_id": variant["id"], "number": row.lot_number})
    for lot in await db.rows(_LOTS, rows=asked) if asked else []:
        check.lots[lot["variant_id"], lot["number"]] = lot["made_on"], lot["expires_on"]


def _whole(check: Check, row: SheetRow, stated: Stated, known: _Known) -> dict[str, Any]:
    """The row that states a balance. Raises RowRefused."""
    spot = _spot(check, stated, known)
    is_opening = check.kind == "opening"
    there = known.on_hand.get(spot, 0)
    if is_opening and there:
        raise RowRefused(RowProblem.NOT_EMPTY, "quantity", str(stated.quantity))
    dates = stated.made_on, stated.expires_on
    if stated.lot_number and check.lots.get((spot.variant_id, stated.lot_number), dates) != dates:
        raise RowRefused(RowProblem.OTHER_LOT_DATES, "lot", stated.lot_number)
    of = spot, stated.lot_number if is_opening else None
    if of in check.seen:
        raise RowRefused(RowProblem.TWICE, stated.by, str(check.seen[of]))
    counted = check.counted.get(spot, 0) + stated.quantity
    value = share(stated.unit_cost_minor or 0, stated.quantity, WHOLE)
    # The ledger would refuse these too, but all of a slice for each of them.
    if counted > MOST:
        raise RowRefused(RowProblem.TOO_MUCH, "quantity", format_thousandths(counted))
    if value > MOST_VALUE:
        raise RowRefused(RowProblem.TOO_MUCH, "unit_cost", format_minor(value, check.currency))
    check.seen[of] = row.line
    check.counted[spot] = counted
    if stated.lot_number:
        check.lots[spot.variant_id, stated.lot_number] = dates
    check.totals["rows"] += 1
    check.totals["quantity"] += stated.quantity
    check.totals["value_minor"] += value
    check.changed += stated.quantity != there
    return {
        "id": new_id(),
        "line": row.line,
        "position": check.positions.setdefault(spot, len(check.positions) + 1),
        "variant_id": spot.variant_id,
        "location_id": spot.location_id,
        "quantity": stated.quantity,
        "replaces": there,
        "unit_cost_minor": stated.unit_cost_minor,
        "lot_number": stated.lot_number,
        "made_on": stated.made_on,
        "expires_on": stated.expires_on,
        "cells": tuple(row.cells),
    }


def _spot(check: Check, stated: Stated, known: _Known) -> Spot:
    named = stated.by, stated.name
    if named not in known.variants:
        raise RowRefused(RowProblem.UNKNOWN_VARIANT, stated.by, stated.name)
    variant = known.variants[named]
    if variant is None:
        raise RowRefused(RowProblem.AMBIGUOUS_VARIANT, stated.by, stated.name)
    if stated.unit and stated.unit != variant["unit"]:
        raise RowRefused(RowProblem.OTHER_UNIT, "unit", stated.unit)
    location_id = known.locations.get(stated.location) if stated.location else check.location_id
    if location_id is None:
        raise RowRefused(RowProblem.UNKNOWN_LOCATION, "location", stated.location)
    return Spot(variant["id"], location_id)


def _failed(row: SheetRow, refused: RowRefused) -> dict[str, Any]:
    return {
        "id": new_id(),
        "line": row.line,
        "problem": refused.problem.value,
        "field": refused.field,
        "value": refused.value[:LONGEST_SHOWN],
        "cells": tuple(row.cells),
    }


def _ids(names: Iterable[str], kind: str) -> dict[UUID, str]:
    """Those of the names that are ids of this kind."""
    found: dict[UUID, str] = {}
    for name in names:
        try:
            found[decode_id(name, kind)] = name
        except WrongId:
            continue
    return found
