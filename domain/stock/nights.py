"""Every night, as the shop's day begins: what has expired is sold no more, sums are checked."""

from datetime import datetime, time, timedelta
from typing import Final

from domain.courses import Course
from domain.merchants.shop_facts import zone_of_shop
from domain.stock.integrity import check_stock
from domain.stock.lots import spoil
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork
from tenants.values.timezones import zone_of

NIGHT: Final = "stock.night"
"""The kind of the job."""
CLOCKS_APART: Final = timedelta(seconds=5)


async def plan_night(uow: UnitOfWork) -> None:
    """Have the next night's work done at midnight; once, however often this is asked."""
    zone = zone_of(await zone_of_shop(uow))
    tomorrow = uow.now.astimezone(zone).date() + timedelta(days=1)
    due = datetime.combine(tomorrow, time(), zone) + CLOCKS_APART
    await enqueue(uow, NIGHT, key=f"{tomorrow}", run_at=due)


async def work_at_night(course: Course) -> dict[str, int]:
    """Job `stock.night`: at how many levels something expired, how many rows differ."""
    # First of all: were this night's to fail, there would be none to come.
    async with course.writing(NIGHT) as uow:
        await plan_night(uow)
    expired = 0
    while True:
        async with course.writing(NIGHT) as uow:
            found = await spoil(uow)
        expired += found
        if not found:
            break
    async with course.writing(NIGHT) as uow:
        return {"expired": expired, **await check_stock(uow)}
