"""Lines of purchase orders: what is ordered, at which price, and how much of it came."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.amounts import HIGHEST_MINOR, amount_in
from domain.bulk import TooMany, refuse
from domain.catalog.tables import Variant
from domain.errors import DomainError, Invalid, NotFound
from domain.inputs import Required, clean, whole
from domain.purchasing.amounts import worth
from domain.purchasing.offers import fresh_offers
from domain.purchasing.tables import PurchaseOrderLine
from domain.references import Ref, resolve
from domain.row_sets import IDS, insert_rows
from domain.stock.documents import MOST_LINES
from domain.stock.moves import MOST
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

_OF_ORDERS: Final = (
    select(PurchaseOrderLine)
    .where(PurchaseOrderLine.order_id == any_(IDS))
    .order_by(PurchaseOrderLine.order_id, PurchaseOrderLine.position)
)
_CLEAR: Final = delete(PurchaseOrderLine).where(
    PurchaseOrderLine.order_id == bindparam("order", type_=PurchaseOrderLine.order_id.type)
)


async def lines_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The lines of many orders, in their order."""
    return await db.rows(_OF_ORDERS, ids=list(order_ids))


def total_of(lines: Sequence[Row]) -> int:
    """What lines cost together, minor units: each is rounded for itself."""
    return sum(worth(line["price_minor"], line["quantity"]) for line in lines)


async def read_lines(
    uow: UnitOfWork, given: Sequence[Mapping[str, Any]], supplier: Row
) -> list[dict[str, Any]]:
    """Lines `{"variant", "quantity", "price"}` as columns; a price left out is the offer's.

    `reasons` are kept as they are. Raises Invalid, NotFound, Required for what is wrong, TooMany.
    """
    if len(given) > MOST_LINES:
        raise TooMany("lines", most=MOST_LINES)
    ids = await resolve(uow, Variant, [line["variant"] for line in given])
    offered: dict[UUID, int] = {}
    if any(line.get("price") is None for line in given):
        offers = await fresh_offers(uow, supplier["id"])
        offered = {offer["variant_id"]: offer["price_minor"] for offer in offers}
    rows: list[dict[str, Any]] = []
    wrong: list[DomainError] = []
    seen: set[UUID] = set()
    for at, line in enumerate(given):
        row, refused = _read(line, ids, offered, supplier["currency"], seen)
        rows.append(row | {"position": at, "reasons": line.get("reasons")})
        wrong += [error.at("lines", at) for error in refused]
    refuse(wrong)
    return rows


async def write_lines(uow: UnitOfWork, order_id: UUID, lines: Sequence[Mapping[str, Any]]) -> None:
    """Let these be all the lines of a draft."""
    await uow.execute(_CLEAR, order=order_id)
    rows = [{"id": new_id(), "order_id": order_id, **line} for line in lines]
    await insert_rows(uow, PurchaseOrderLine, rows)


def too_much(price_minor: int, quantity: int) -> DomainError | None:
    """The refusal of a line that is worth more than can be counted."""
    if worth(price_minor, quantity) <= HIGHEST_MINOR:
        return None
    return Invalid("quantity", en="is worth too much", ru="стоит слишком много")


def _read(
    line: Mapping[str, Any],
    ids: Mapping[Ref, UUID],
    offered: Mapping[UUID, int],
    currency: str,
    seen: set[UUID],
) -> tuple[dict[str, Any], list[DomainError]]:
    cleaners = {"quantity": whole(1, MOST), "price": amount_in(currency, required=False)}
    values, wrong = clean(cleaners, line)
    variant_id = ids.get(line["variant"])
    if variant_id is None:
        return {}, [*wrong, NotFound("variantId", what="variant")]
    if variant_id in seen:
        wrong.append(Invalid("variantId", en="comes twice", ru="встречается дважды"))
    seen.add(variant_id)
    price = values.get("price")
    price = offered.get(variant_id) if price is None else price
    if wrong:
        return {}, wrong
    if price is None:
        return {}, [Required("price")]
    if refused := too_much(price, values["quantity"]):
        return {}, [refused]
    return {"variant_id": variant_id, "quantity": values["quantity"], "price_minor": price}, []
