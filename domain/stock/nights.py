"""Every night, as a day begins: what has expired, and what suppliers told too long ago, is sold no
more; what soon will expire is told of, and what is back; sums are checked; points that are over go,
and visitors' offers of long ago.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.courses import Course
from domain.merchants.shop_facts import zone_of_shop
from domain.pricing.point_expiry import expire_points
from domain.pricing.promotions.visitors import forget_old_offers
from domain.stock.holds.supplier_shelves import forget_stale
from domain.stock.integrity import check_stock
from domain.stock.lots import spoil
from domain.stock.markdowns.ends import end_some
from domain.stock.notices.expiring import tell_expiring
from domain.stock.notices.waiting import forget_told, tell_all_waiting
from domain.stock.tables import Location
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork
from tenants.values.timezones import zone_of

NIGHT: Final = "stock.night"
"""The kind of the job."""
CLOCKS_APART: Final = timedelta(seconds=5)
_ZONES: Final = (
    select(Location.time_zone).where(Location.time_zone.is_not(None), Location.is_active).distinct()
)


async def plan_night(uow: UnitOfWork) -> None:
    """Have the next night's work done as the next day begins at the shop, or at a place of it that
    has another time zone; once, however often this is asked."""
    names = [await zone_of_shop(uow), *(row["time_zone"] for row in await uow.rows(_ZONES))]
    due = min(_next_midnight(uow.now, zone_of(name)) for name in names) + CLOCKS_APART
    await enqueue(uow, NIGHT, key=due.isoformat(), run_at=due)


async def begin_night(uow: UnitOfWork) -> None:
    """Have it done as soon as this unit is kept: where the day is another now."""
    await enqueue(uow, NIGHT, key="now")


def _next_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the next day begins there, in UTC."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)


async def work_at_night(course: Course) -> dict[str, int]:
    """Job `stock.night`: at how many levels something expired, and at how many what a supplier told
    is stale; of how many lots it was told that they soon expire; how many prices are what they were
    again, since what they were lower for is gone; how many rows differ."""
    # First of all: were this night's to fail, there would be none to come.
    async with course.writing(NIGHT) as uow:
        await plan_night(uow)
    expired = await _each(course, spoil)
    stale = await _each(course, forget_stale)
    told = await _each(course, tell_expiring)
    marked = await _each(course, end_some)
    await _each(course, expire_points)
    await _each(course, forget_old_offers)
    async with course.writing(NIGHT) as uow:
        await tell_all_waiting(uow)
        await forget_told(uow)
        found = await check_stock(uow)
    return {"expired": expired, "stale": stale, "expiring": told, "unmarked": marked, **found}


async def _each(course: Course, work: Callable[[UnitOfWork], Awaitable[int]]) -> int:
    """Do it, some at once, until there is nothing left to do; to how many it was done."""
    done = 0
    while True:
        async with course.writing(NIGHT) as uow:
            found = await work(uow)
        done += found
        if not found:
            return done
