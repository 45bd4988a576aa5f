"""Goods receipts: what came, by an order or without one, put into stock at what it cost.

A receipt is written once, with its movements, in one unit of work. What came too much, or wrong,
goes out again by another document.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import update

from domain.amounts import HIGHEST_MINOR
from domain.bulk import Tally
from domain.catalog.entities import Entity, Given, cleaned_rows, insert_entities
from domain.catalog.tables import Variant
from domain.errors import Invalid
from domain.inputs import Required, line_or_none, located
from domain.merchants.shop_facts import shop_currency
from domain.purchasing.amounts import converted, rate, worth
from domain.purchasing.offers import fresh_offers
from domain.purchasing.orders.lines import lines_of
from domain.purchasing.orders.orders import reach_supplier
from domain.purchasing.orders.states import ORDERS, Action
from domain.purchasing.receipts.extra_costs import ExtraCost, read_costs, spread
from domain.purchasing.receipts.lines import Come, all_outstanding, read_come
from domain.purchasing.tables import (
    GoodsReceipt,
    GoodsReceiptCost,
    GoodsReceiptLine,
    PurchaseOrderLine,
)
from domain.row_sets import insert_rows, row_set, rows_by_id
from domain.stock.arrivals import take_arrived
from domain.stock.documents import enter_state, lock_document
from domain.stock.ledger import post, tell
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Coming, Document, scans
from domain.stock.numbering import next_number
from domain.stock.places.locations import find_default_location, reach_location
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

WHAT: Final = "goods_receipt"
RECEIPT: Final = Entity(
    WHAT,
    GoodsReceipt,
    {"supplier_number": line_or_none(200), "note": line_or_none(2_000)},
    required=(),
)
_come: Final = row_set(PurchaseOrderLine, ("id", "received"))
_RECEIVE: Final = (
    update(PurchaseOrderLine)
    .where(PurchaseOrderLine.id == _come.c.id)
    .values(received=PurchaseOrderLine.received + _come.c.received)
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Where goods come to, from whom, by which order; and what prices are in, at which rate."""

    location_id: UUID
    supplier_id: UUID | None
    order: Row | None
    currency: str
    shop_currency: str
    rate: int | None

    def value_of(self, line: Come) -> int:
        """What a line costs, in the shop's minor units."""
        value = worth(line.price_minor, line.quantity)
        if self.rate is None:
            return value
        return converted(value, self.currency, self.shop_currency, self.rate)


async def receive_goods(uow: UnitOfWork, given: Given) -> UUID:
    """Put what came into stock; the receipt's id.

    By an `order`: all that it lets expect, or `lines` of it. Without one: `lines`, at `location`
    (the default one unless given), from a `supplier` or nobody in particular. Raises NotFound,
    Invalid, NotAllowed, MoreThanOrdered, Taken; then nothing has come.
    """
    terms = await _terms(uow, given)
    tally = Tally(1)
    rows = cleaned_rows(RECEIPT, [given], tally, making=True)
    tally.settle()
    costs = read_costs(given.get("extra_costs") or (), terms.shop_currency)
    came = await _came(uow, given, terms)
    values, extras = await _costed(uow, terms, came, costs)
    receipt_id, line_ids = new_id(), [new_id() for _ in came]
    spots = [Spot(line.variant_id, terms.location_id) for line in came]
    moves = [
        Coming(
            kind="receipt",
            spot=spots[at],
            quantity=line.quantity,
            value_minor=values[at] + extras[at],
            lot=line.lot,
            codes=scans(line.codes, "lines", at),
            line_id=line_ids[at],
            path=("lines", at, "quantity"),
        )
        for at, line in enumerate(came)
    ]
    levels = await open_levels(uow, spots)
    await post(uow, Document(WHAT, receipt_id), moves, levels)
    if terms.order is not None:
        await _receive_order(uow, terms.order, came)
    await tell(uow, spots)
    rows[0] |= {
        "id": receipt_id,
        "number": await next_number(uow, WHAT),
        "order_id": terms.order and terms.order["id"],
        "supplier_id": terms.supplier_id,
        "location_id": terms.location_id,
        "currency": terms.currency,
        "rate": terms.rate,
        "received_at": uow.now,
    }
    await insert_entities(uow, RECEIPT, rows, tally)
    await _write_lines(uow, receipt_id, line_ids, came, values, extras)
    await _write_costs(uow, receipt_id, costs)
    return receipt_id


async def _terms(uow: UnitOfWork, given: Given) -> Terms:
    order: Row | None = None
    supplier_id: UUID | None = None
    shops = currency = await shop_currency(uow)
    if given.get("order") is not None:
        for name in ("supplier", "location"):
            if given.get(name) is not None:
                raise Invalid(name, en="is that of the order", ru="берётся из заказа")
        order = await lock_document(uow, ORDERS, given["order"], Action.RECEIVE, "orderId")
        supplier_id, location_id = order["supplier_id"], order["location_id"]
        currency = order["currency"]
    else:
        location = given.get("location") or await find_default_location(uow)
        if location is None:
            raise Required("locationId")
        location_id = await reach_location(uow, location, "locationId")
        if given.get("supplier") is not None:
            supplier = await reach_supplier(uow, given["supplier"])
            supplier_id, currency = supplier["id"], supplier["currency"]
    with located("exchangeRate"):
        millionths = rate(given.get("exchange_rate"))
        if currency != shops and millionths is None:
            raise Required()
        if currency == shops and millionths is not None:
            raise Invalid(en=f"prices are in {shops} already", ru=f"цены уже в {shops}")
    return Terms(location_id, supplier_id, order, currency, shops, millionths)


async def _came(uow: UnitOfWork, given: Given, terms: Terms) -> list[Come]:
    ordered = None if terms.order is None else await lines_of(uow, [terms.order["id"]])
    lines: Sequence[Mapping[str, Any]] | None = given.get("lines")
    if lines is None and ordered is not None:
        return all_outstanding(ordered)
    if not lines:
        raise Required("lines")
    offered: dict[UUID, int] = {}
    if ordered is None and terms.supplier_id is not None:
        offers = await fresh_offers(uow, terms.supplier_id)
        offered = {offer["variant_id"]: offer["price_minor"] for offer in offers}
    return await read_come(
        uow,
        lines,
        currency=terms.currency,
        ordered=ordered,
        offered=offered,
        allow_over=bool(given.get("allow_over")),
    )


async def _costed(
    uow: UnitOfWork, terms: Terms, came: Sequence[Come], costs: Sequence[ExtraCost]
) -> tuple[list[int], list[int]]:
    """What each line costs by its price, and of the extra costs; the shop's minor units."""
    values = [terms.value_of(line) for line in came]
    variants = await rows_by_id(uow, Variant, list({line.variant_id for line in came}))
    grams = [variants[line.variant_id]["weight_grams"] for line in came]
    weights = [
        None if weight is None else weight * line.quantity
        for weight, line in zip(grams, came, strict=True)
    ]
    extras = spread(costs, values, weights)
    for at, (value, extra) in enumerate(zip(values, extras, strict=True)):
        if value + extra > HIGHEST_MINOR:
            raise Invalid("lines", at, en="is worth too much", ru="стоит слишком много")
    return values, extras


async def _receive_order(uow: UnitOfWork, order: Row, came: Sequence[Come]) -> None:
    """Note what came of a locked order, and let so much less be expected."""
    quantities: defaultdict[UUID, int] = defaultdict(int)
    for line in came:
        assert line.ordered is not None
        quantities[line.ordered["id"]] += line.quantity
    rows = [{"id": id, "received": quantity} for id, quantity in quantities.items()]
    await uow.execute(_RECEIVE, rows=rows)
    await take_arrived(uow, quantities)
    lines = await lines_of(uow, [order["id"]])
    if all(line["received"] >= line["quantity"] for line in lines):
        await enter_state(uow, ORDERS, order, "received", received_at=uow.now)
    else:
        await enter_state(uow, ORDERS, order, "partly_received")


async def _write_lines(
    uow: UnitOfWork,
    receipt_id: UUID,
    ids: Sequence[UUID],
    came: Sequence[Come],
    values: Sequence[int],
    extras: Sequence[int],
) -> None:
    rows = [
        {
            "id": ids[at],
            "receipt_id": receipt_id,
            "position": at,
            "order_line_id": line.ordered and line.ordered["id"],
            "variant_id": line.variant_id,
            "quantity": line.quantity,
            "price_minor": line.price_minor,
            "extra_minor": extras[at],
            "value_minor": values[at] + extras[at],
            "lot_number": line.lot.number,
            "made_on": line.lot.made_on,
            "expires_on": line.lot.expires_on,
        }
        for at, line in enumerate(came)
    ]
    await insert_rows(uow, GoodsReceiptLine, rows)


async def _write_costs(uow: UnitOfWork, receipt_id: UUID, costs: Sequence[ExtraCost]) -> None:
    rows = [
        {
            "id": new_id(),
            "receipt_id": receipt_id,
            "position": at,
            "title": cost.title,
            "amount_minor": cost.amount_minor,
            "spread_by": cost.spread_by,
        }
        for at, cost in enumerate(costs)
    ]
    await insert_rows(uow, GoodsReceiptCost, rows)
