"""Proposals: what to order of a supplier for a place today, each line with its sum."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select

from domain.errors import Invalid
from domain.inputs import located
from domain.merchants.points import check_sees_point
from domain.merchants.shop_facts import zone_of_shop
from domain.purchasing.amounts import worth
from domain.purchasing.expiry import Lot as LotLeft
from domain.purchasing.lead_times import LeadTime, lead_time_of
from domain.purchasing.needs import Arrival, Need, Stock, Terms, need_of
from domain.purchasing.offers import fresh_offers
from domain.purchasing.orders import create_order, reach_supplier
from domain.purchasing.reasons import reasons_of
from domain.purchasing.tables import PurchaseOrder, Supplier
from domain.references import Ref, get_id
from domain.row_sets import IDS, rows_by_id
from domain.stock.arrivals import arrivals_of
from domain.stock.daily import Days, days_of
from domain.stock.documents import MOST_LINES
from domain.stock.freshness import IS_SELLABLE
from domain.stock.locations import reach_location
from domain.stock.tables import Location, Lot, LotBalance, StockLevel
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.dates import business_day
from tenants.values.money import format_minor

HISTORY_DAYS: Final = 26 * 7
USUAL_SERVICE: Final = 950
MOST_DELIVERIES: Final = 20
"""Past deliveries that a supplier's lead time is learned from."""

_HERE: Final[Any] = bindparam("location")
_LOTS: Final = (
    select(LotBalance.variant_id, LotBalance.quantity, Lot.expires_on)
    .join(Lot, Lot.id == LotBalance.lot_id)
    .where(
        LotBalance.variant_id == any_(IDS),
        LotBalance.location_id == _HERE,
        LotBalance.quantity > 0,
        IS_SELLABLE,
    )
)
_RESERVED: Final = select(StockLevel.variant_id, StockLevel.reserved).where(
    StockLevel.variant_id == any_(IDS), StockLevel.location_id == _HERE
)
_DELIVERIES: Final = (
    select(PurchaseOrder.sent_at, PurchaseOrder.received_at)
    .where(
        PurchaseOrder.supplier_id == bindparam("supplier"),
        PurchaseOrder.received_at.is_not(None),
        PurchaseOrder.sent_at.is_not(None),
    )
    .order_by(PurchaseOrder.id.desc())
    .limit(MOST_DELIVERIES)
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A line to order: so much, at the price of the supplier's `offer`, and why."""

    offer: Row
    quantity: int
    need: Need


async def propose(
    db: Asking, *, supplier_id: UUID, location_id: UUID, service_level: int, now: datetime
) -> list[Proposed]:
    """What to order of a supplier's fresh offers for a location, the greatest lack of days first.

    `service_level`: thousandths of orders that are to last until the next has come, 500 to 999. No
    more is proposed than the supplier says that it has. Lines of nothing are left out.
    """
    supplier = (await rows_by_id(db, Supplier, [supplier_id]))[supplier_id]
    offers = await fresh_offers(db, supplier_id)
    ids = [offer["variant_id"] for offer in offers]
    zone = await zone_of_shop(db)
    today = business_day(now, zone)
    lead_time = await lead_time_at(db, supplier)
    days = await days_of(
        db,
        location_id,
        ids,
        first_on=today - timedelta(days=HISTORY_DAYS),
        today=today,
        zone=zone,
    )
    stock = await _stock(db, location_id, ids, today, now)
    cover = lead_time.days + supplier["review_days"]
    forecasts = await _forecasts([days.get(one) or Days() for one in ids], cover)
    proposed: list[Proposed] = []
    for offer, forecast in zip(offers, forecasts, strict=True):
        terms = Terms(
            lead_time,
            supplier["review_days"],
            service_level,
            minimum=offer["minimum"],
            pack=offer["pack"],
        )
        need = need_of(forecast, stock[offer["variant_id"]], terms, today=today)
        if quantity := _available(need.quantity, offer):
            proposed.append(Proposed(offer, quantity, need))
    return sorted(proposed, key=_urgency)


async def read_proposal(
    db: Asking,
    principal: Principal,
    *,
    supplier_id: UUID,
    location_id: UUID,
    service_level: int,
    now: datetime,
) -> dict[str, Any]:
    """A proposal as a row, with its `lines`. Raises NotFound, Invalid."""
    await get_id(db, Supplier, supplier_id, "supplierId", what="supplier")
    await get_id(db, Location, location_id, "locationId", what="location")
    check_sees_point(principal, location_id, "locationId")
    proposed = await propose(
        db,
        supplier_id=supplier_id,
        location_id=location_id,
        service_level=_read_service(service_level),
        now=now,
    )
    supplier = (await rows_by_id(db, Supplier, [supplier_id]))[supplier_id]
    lines = [
        {
            "variant_id": line.offer["variant_id"],
            "offer_id": line.offer["id"],
            "quantity": line.quantity,
            "price_minor": line.offer["price_minor"],
            "total_minor": worth(line.offer["price_minor"], line.quantity),
            "currency": supplier["currency"],
            "reasons": reasons_of(line.need, line.offer["stock"]),
        }
        for line in proposed
    ]
    total = sum(line["total_minor"] for line in lines)
    return {
        "supplier_id": supplier_id,
        "location_id": location_id,
        "lines": lines,
        "total_minor": total,
        "currency": supplier["currency"],
        "is_below_minimum": total < supplier["minimum_order_minor"],
    }


async def order_proposed(
    uow: UnitOfWork, *, supplier: Ref, location: Ref, service_level: int
) -> UUID:
    """Make a draft of what is proposed now, the most urgent 250 lines of it; its id.

    A draft without lines says that nothing is lacking. Raises NotFound, NotAllowed, Invalid.
    """
    supplier_id = (await reach_supplier(uow, supplier))["id"]
    location_id = await reach_location(uow, location, "locationId")
    proposed = await propose(
        uow,
        supplier_id=supplier_id,
        location_id=location_id,
        service_level=_read_service(service_level),
        now=uow.now,
    )
    lines = [
        {
            "variant": line.offer["variant_id"],
            "quantity": line.quantity,
            "price": {
                "amount": format_minor(line.offer["price_minor"], line.offer["currency"]),
                "currency_code": line.offer["currency"],
            },
            "reasons": reasons_of(line.need, line.offer["stock"]),
        }
        for line in proposed[:MOST_LINES]
    ]
    return await create_order(
        uow, {"supplier": supplier_id, "location": location_id, "lines": lines}
    )


def _read_service(level: int) -> int:
    with located("serviceLevel"):
        if not 500 <= level <= 999:
            raise Invalid(en="must be from 0.5 to 0.999", ru="должно быть от 0.5 до 0.999")
    return level


async def lead_time_at(db: Asking, supplier: Row) -> LeadTime:
    """How long a supplier takes, by its promise and its last deliveries."""
    found = await db.rows(_DELIVERIES, supplier=supplier["id"])
    taken = [(row["received_at"] - row["sent_at"]).days for row in found]
    return lead_time_of(supplier["lead_days"], taken)


async def _forecasts(days: Sequence[Days], cover: int) -> list[Any]:
    # The statistics need numpy, which a process that is never asked for them does without.
    from domain.purchasing.demand import DailySales
    from domain.purchasing.forecasting import forecast

    series = [DailySales(one.sold, one.out_of_stock) for one in days]
    return await asyncio.to_thread(forecast, series, days=cover) if series else []


async def _stock(
    db: Asking, location_id: UUID, variant_ids: Sequence[UUID], today: date, now: datetime
) -> Mapping[UUID, Stock]:
    """What there is of each variant at a location, what is promised of it, and what will come."""
    here = {"ids": list(variant_ids), "location": location_id}
    lots: defaultdict[UUID, list[LotLeft]] = defaultdict(list)
    for row in await db.rows(_LOTS, **here, now=now):
        lots[row["variant_id"]].append(LotLeft(row["quantity"], row["expires_on"]))
    promised = {row["variant_id"]: row["reserved"] for row in await db.rows(_RESERVED, **here)}
    coming: defaultdict[UUID, list[Arrival]] = defaultdict(list)
    for row in await arrivals_of(db, variant_ids):
        if row["location_id"] == location_id:
            arrival = Arrival(row["quantity"], row["due_on"] or today)
            coming[row["variant_id"]].append(arrival)
    return {one: Stock(lots[one], promised.get(one, 0), coming[one]) for one in variant_ids}


def _available(quantity: int, offer: Row) -> int:
    """As much of it as the supplier has, in whole packs; nothing where that is too little."""
    if offer["stock"] is None or offer["stock"] >= quantity:
        return quantity
    most: int = offer["stock"] // offer["pack"] * offer["pack"]
    return most if most >= offer["minimum"] else 0


def _urgency(line: Proposed) -> tuple[float, Any]:
    """What lasts the fewest days comes first."""
    per_day = max(line.need.safety.demand_per_day, 1)
    left = line.need.on_shelf - line.need.wasted - line.need.promised + line.need.expected
    return left / per_day, line.offer["variant_id"]
