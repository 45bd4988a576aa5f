"""Proposals: what to order of a supplier for a place today, each line with its sum.

To think takes half a second of a thousand offers, so it is done before a unit of work, by reads.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select

from domain.inputs import located
from domain.merchants.points import check_sees_point
from domain.merchants.service_levels import read_service_level
from domain.merchants.shop_facts import zone_of_shop
from domain.merchants.tables import Shop
from domain.purchasing.offers import fresh_offers
from domain.purchasing.orders.orders import reach_supplier
from domain.purchasing.planning.expiry import Lot as LotLeft
from domain.purchasing.planning.forecasts import BackTest, Forecast
from domain.purchasing.planning.lead_times import LeadTime, lead_time_of
from domain.purchasing.planning.needs import Arrival, Need, Stock, Terms, need_of
from domain.purchasing.tables import PurchaseOrder
from domain.references import Ref, get_id
from domain.row_sets import IDS
from domain.stock.arrivals import arrivals_of
from domain.stock.daily import Days, days_of
from domain.stock.freshness import IS_SELLABLE
from domain.stock.tables import Location, Lot, LotBalance, StockLevel
from tenants.principal import Principal
from tenants.scope import Asking, Row
from tenants.values.dates import business_day

HISTORY_DAYS: Final = 26 * 7
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
_LEVELS: Final = select(
    StockLevel.variant_id,
    (StockLevel.reserved + StockLevel.backordered).label("promised"),
    func.coalesce(StockLevel.minimum, 0).label("minimum"),
).where(StockLevel.variant_id == any_(IDS), StockLevel.location_id == _HERE)
_OF_SHOP: Final = select(Shop.service_level)
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
    """A line to order: so much, at the price of the supplier's `offer`, and why.

    `tested` is how well its demand would have been foreseen in the past weeks.
    """

    offer: Row
    quantity: int
    need: Need
    tested: BackTest


class SaidBy(StrEnum):
    """Whose word a service level is, the nearest first."""

    CALLER = "CALLER"
    SUPPLIER = "SUPPLIER"
    SHOP = "SHOP"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to order of a supplier for a location on a day, what lasts the fewest days first; the
    service level that it is for was `said_by` so."""

    supplier: Row
    location_id: UUID
    today: date
    said_by: SaidBy
    lines: Sequence[Proposed]


async def propose(
    db: Asking,
    principal: Principal,
    *,
    supplier: Ref,
    location: Ref,
    service_level: int | None,
    now: datetime,
) -> Proposal:
    """What to order of a supplier's fresh offers for a location.

    `service_level`: ten-thousandths; None: the supplier's, or else the shop's. No more is proposed
    than the supplier says that it has. Lines of nothing are left out. Raises NotFound, Invalid.
    """
    buys_of = await reach_supplier(db, supplier)
    location_id = await get_id(db, Location, location, "locationId", what="location")
    check_sees_point(principal, location_id, "locationId")
    with located("serviceLevel"):
        asked = read_service_level(service_level)
    share, said_by = await _service_share(db, buys_of, asked)
    offers = await fresh_offers(db, buys_of["id"])
    ids = [offer["variant_id"] for offer in offers]
    zone = await zone_of_shop(db)
    today = business_day(now, zone)
    lead_time = await lead_time_at(db, buys_of)
    days = await days_of(
        db,
        location_id,
        ids,
        first_on=today - timedelta(days=HISTORY_DAYS),
        today=today,
        zone=zone,
    )
    stock = await _stock(db, location_id, ids, today, now)
    series = [days.get(one) or Days() for one in ids]
    forecasts = await _forecasts(series, lead_time.days + buys_of["review_days"])
    wanted: dict[int, tuple[int, Need]] = {}
    for at, (offer, forecast) in enumerate(zip(offers, forecasts, strict=True)):
        terms = Terms(
            lead_time,
            buys_of["review_days"],
            share,
            minimum=offer["minimum"],
            pack=offer["pack"],
        )
        need = need_of(forecast, stock[offer["variant_id"]], terms, today=today)
        if quantity := _available(need.quantity, offer):
            wanted[at] = quantity, need
    tests = await _back_tests([series[at] for at in wanted])
    lines = [
        Proposed(offers[at], quantity, need, tested)
        for (at, (quantity, need)), tested in zip(wanted.items(), tests, strict=True)
    ]
    return Proposal(buys_of, location_id, today, said_by, sorted(lines, key=_urgency))


async def _service_share(db: Asking, supplier: Row, asked: int | None) -> tuple[int, SaidBy]:
    """The service level to buy by, and who said so."""
    if asked is not None:
        return asked, SaidBy.CALLER
    if supplier["service_level"] is not None:
        return supplier["service_level"], SaidBy.SUPPLIER
    return int(await db.value(_OF_SHOP)), SaidBy.SHOP


async def lead_time_at(db: Asking, supplier: Row) -> LeadTime:
    """How long a supplier takes, by its promise and its last deliveries."""
    found = await db.rows(_DELIVERIES, supplier=supplier["id"])
    taken = [(row["received_at"] - row["sent_at"]).days for row in found]
    return lead_time_of(supplier["lead_days"], taken)


# The statistics need numpy, which a process that is never asked for them does without.


async def _forecasts(series: Sequence[Days], cover: int) -> list[Forecast]:
    from domain.purchasing.planning.demand import DailySales
    from domain.purchasing.planning.forecasting import forecast

    sales = [DailySales(one.sold, one.out_of_stock) for one in series]
    return await asyncio.to_thread(forecast, sales, days=cover)


async def _back_tests(series: Sequence[Days]) -> list[BackTest]:
    from domain.purchasing.planning.back_tests import back_test
    from domain.purchasing.planning.demand import DailySales

    sales = [DailySales(one.sold, one.out_of_stock) for one in series]
    return await asyncio.to_thread(back_test, sales)


async def _stock(
    db: Asking, location_id: UUID, variant_ids: Sequence[UUID], today: date, now: datetime
) -> Mapping[UUID, Stock]:
    """What there is of each variant at a location, what is promised of it, and what will come."""
    here = {"ids": list(variant_ids), "location": location_id}
    lots: defaultdict[UUID, list[LotLeft]] = defaultdict(list)
    for row in await db.rows(_LOTS, **here, now=now):
        lots[row["variant_id"]].append(LotLeft(row["quantity"], row["expires_on"]))
    levels = {row["variant_id"]: row for row in await db.rows(_LEVELS, **here)}
    coming: defaultdict[UUID, list[Arrival]] = defaultdict(list)
    for row in await arrivals_of(db, variant_ids):
        if row["location_id"] == location_id:
            arrival = Arrival(row["quantity"], row["due_on"] or today)
            coming[row["variant_id"]].append(arrival)

    def stock_of(variant_id: UUID) -> Stock:
        level = levels.get(variant_id) or {"promised": 0, "minimum": 0}
        there, arrivals = lots[variant_id], coming[variant_id]
        return Stock(there, level["promised"], arrivals, minimum_level=level["minimum"])

    return {one: stock_of(one) for one in variant_ids}


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
