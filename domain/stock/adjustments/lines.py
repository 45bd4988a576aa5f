"""Lines of adjustments: what goes out of the shelves, what comes in, and what is asked of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select, update

from domain.amounts import HIGHEST_MINOR, amount_in
from domain.bulk import TooMany, refuse
from domain.catalog.tables import Variant
from domain.errors import DomainError, Invalid, NotFound
from domain.inputs import Cleaner, clean, whole
from domain.merchants.shop_facts import CURRENCY, shop_currency
from domain.references import Ref, resolve
from domain.row_sets import IDS, insert_rows, row_set, rows_by_id
from domain.stock.adjustments.tables import AdjustmentLine
from domain.stock.documents import MOST_LINES
from domain.stock.lot_facts import read_lot
from domain.stock.moves import MOST, NO_LOT
from domain.stock.tables import Lot
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.quantity import WHOLE


@dataclass(frozen=True, slots=True)
class Side:
    """A list of lines in the input of a kind of adjustment: its name, and which way goods go."""

    name: str
    is_coming: bool


SIDES: Final[Mapping[str, tuple[Side, ...]]] = {
    "write_off": (Side("lines", is_coming=False),),
    "surplus": (Side("lines", is_coming=True),),
    "conversion": (Side("sources", is_coming=False), Side("results", is_coming=True)),
}

_OF_ADJUSTMENTS: Final = (
    select(AdjustmentLine, CURRENCY)
    .where(AdjustmentLine.adjustment_id == any_(IDS))
    .order_by(AdjustmentLine.adjustment_id, AdjustmentLine.is_coming, AdjustmentLine.position)
)
_CLEAR: Final = delete(AdjustmentLine).where(
    AdjustmentLine.adjustment_id == bindparam("adjustment", type_=AdjustmentLine.id.type),
    AdjustmentLine.is_coming == bindparam("coming", type_=AdjustmentLine.is_coming.type),
)
_worth: Final = row_set(AdjustmentLine, ("id", "value_minor"))
_VALUE: Final = (
    update(AdjustmentLine)
    .where(AdjustmentLine.id == _worth.c.id)
    .values(value_minor=_worth.c.value_minor)
)


async def lines_of(db: Asking, adjustment_ids: Sequence[UUID]) -> list[Row]:
    """The lines of many adjustments, with the `currency` of their costs; of each, first what goes
    and then what comes, in order.
    """
    return await db.rows(_OF_ADJUSTMENTS, ids=list(adjustment_ids))


async def read_lines(
    uow: UnitOfWork, side: Side, given: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Lines of one side as columns: `{"variant", "quantity", "lot_id"}` and, of what comes,
    `"unit_cost"`, `"cost_share"`, `"lot"`. Raises what is wrong: Invalid, NotFound, TooMany.
    """
    if len(given) > MOST_LINES:
        raise TooMany(side.name, most=MOST_LINES)
    variants = await resolve(uow, Variant, [line["variant"] for line in given])
    lots = await rows_by_id(uow, Lot, [line["lot_id"] for line in given if line.get("lot_id")])
    cleaners: dict[str, Cleaner] = {"quantity": whole(1, MOST)}
    if side.is_coming:
        currency = await shop_currency(uow)
        cleaners |= {
            "unit_cost": amount_in(currency, required=False),
            "cost_share": whole(0, MOST, required=False),
        }
    rows: list[dict[str, Any]] = []
    wrong: list[DomainError] = []
    for at, line in enumerate(given):
        row, refused = _read(line, cleaners, variants, lots)
        wrong += [error.at(side.name, at) for error in refused]
        rows.append(row | {"is_coming": side.is_coming, "position": at})
    refuse(wrong)
    return rows


async def write_lines(
    uow: UnitOfWork, adjustment_id: UUID, side: Side, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Let these be all the lines of one side of a draft."""
    await uow.execute(_CLEAR, adjustment=adjustment_id, coming=side.is_coming)
    rows = [{"id": new_id(), "adjustment_id": adjustment_id, **line} for line in lines]
    await insert_rows(uow, AdjustmentLine, rows)


async def write_values(uow: UnitOfWork, values: Mapping[UUID, int]) -> None:
    """Note what the lines were worth when they were posted, minor units."""
    rows = [{"id": line_id, "value_minor": value} for line_id, value in values.items()]
    await uow.execute(_VALUE, rows=rows)


def _read(
    line: Mapping[str, Any],
    cleaners: Mapping[str, Cleaner],
    variants: Mapping[Ref, UUID],
    lots: Mapping[UUID, Row],
) -> tuple[dict[str, Any], list[DomainError]]:
    values, wrong = clean(cleaners, line)
    variant_id, lot_id = variants.get(line["variant"]), line.get("lot_id")
    facts = NO_LOT
    try:
        facts = read_lot(line.get("lot"))
    except DomainError as error:
        wrong.append(error)
    if variant_id is None:
        wrong.append(NotFound("variantId", what="variant"))
    elif lot_id and (lot_id not in lots or lots[lot_id]["variant_id"] != variant_id):
        wrong.append(NotFound("lotId", what="lot"))
    if lot_id and line.get("lot") is not None:
        wrong.append(Invalid("lot", en="is named by lotId already", ru="уже указана в lotId"))
    quantity, cost = values.get("quantity"), values.get("unit_cost")
    if quantity and cost and quantity * cost > HIGHEST_MINOR * WHOLE:
        wrong.append(Invalid("quantity", en="is worth too much", ru="стоит слишком много"))
    return {
        "variant_id": variant_id,
        "quantity": quantity,
        "lot_id": lot_id,
        "unit_cost_minor": cost,
        "cost_share": values.get("cost_share"),
        "lot_number": facts.number,
        "made_on": facts.made_on,
        "expires_on": facts.expires_on,
    }, wrong
