"""What changes by its date alone, or for all goods at once: lists, pages and tags follow."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.catalog.changes import relist
from domain.catalog.channels import create_channel
from domain.catalog.entities import Edit
from domain.catalog.facets import Filters
from domain.catalog.listing import find_stale
from domain.catalog.publications import publish_products
from domain.catalog.search import Order, search_products
from domain.paging import PageRequest
from domain.pricing.price_lists import create_price_list, update_price_list
from domain.stock.places.locations import update_location
from tenants.jobs import Job
from tests.api.catalog.conftest import TwoStalls
from tests.factories_catalog import P, Shop, V, add_products
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

PAGE = """{ products(first: 5) { nodes { title available priceRange { min { amount } }
  variants { price { amount } available } } } }"""
SENCHA = P("Сенча", [V("S-1", 50_000, stock=4_000)])


def seen(price: str | None, *, available: bool = True) -> dict[str, object]:
    """What the page tells of the one product, in its listing and in its variant."""
    amount = {"amount": price} if price else None
    return {
        "title": "Сенча",
        "available": available,
        "priceRange": {"min": amount} if price else None,
        "variants": [{"price": amount, "available": available}],
    }


async def test_a_tag_holds_until_a_date_is_reached(stalls: TwoStalls) -> None:
    [product_id] = await add_products(stalls.shop, SENCHA)
    turn = datetime.now(UTC) + timedelta(seconds=1.5)
    async with stalls.shop.scope.writing("test") as uow:
        await publish_products(
            uow, products=[product_id], channel=stalls.shop.channel, published_from=turn
        )
    before = await stalls.buyer.get_persisted(PAGE, {}, with_text=True)
    tag = before.headers["etag"]
    kept = await stalls.buyer.get_persisted(PAGE, {}, etag=tag)
    await asyncio.sleep((turn - datetime.now(UTC)).total_seconds() + 0.2)
    after = await stalls.buyer.get_persisted(PAGE, {}, etag=tag)

    assert before.json()["data"]["products"]["nodes"] == []
    assert kept.status_code == 304
    assert after.status_code == 200
    assert after.json()["data"]["products"]["nodes"] == [seen("500.00")]


async def test_a_price_list_is_shown_in_its_dates_alone(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, SENCHA)
    now = datetime.now(UTC)
    for dates, price in (
        ({"valid_until": now - timedelta(seconds=1)}, None),
        ({"valid_until": now + timedelta(days=1)}, "500.00"),
        ({"valid_from": now + timedelta(hours=1)}, None),
        ({"valid_from": None, "valid_until": None}, "500.00"),
    ):
        await change_list(stalls.shop, **dates)
        data = await stalls.buyer.ask(PAGE)
        assert data["products"]["nodes"] == [seen(price)], dates


async def test_the_dates_of_a_list_are_jobs_to_come(stalls: TwoStalls) -> None:
    until = datetime.now(UTC) + timedelta(days=3)
    await change_list(stalls.shop, valid_until=until)
    asked = select(Job.run_at).where(Job.kind == "listing.relist")
    jobs = await stalls.shop.scope.reading.rows(asked)
    assert sum(until < job["run_at"] < until + timedelta(minutes=1) for job in jobs) == 1
    assert len(jobs) == 2


async def test_another_default_list_gives_its_own_prices(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, SENCHA)
    tag = (await stalls.buyer.get_persisted(PAGE, {}, with_text=True)).headers["etag"]
    async with stalls.shop.scope.writing("test") as uow:
        await create_price_list(
            uow, {"title": "Новая", "code": "new", "currency": "RUB", "is_default": True}
        )
    await relist(PlainCourse(stalls.shop.scope))
    answer = await stalls.buyer.get_persisted(PAGE, {}, etag=tag)
    assert answer.status_code == 200
    assert answer.json()["data"]["products"]["nodes"] == [seen(None)]


async def test_staff_find_goods_in_a_channel_that_shows_none_of_them(stalls: TwoStalls) -> None:
    [product_id] = await add_products(stalls.shop, SENCHA)
    reading = stalls.shop.scope.reading
    async with stalls.shop.scope.writing("test") as uow:
        market = await create_channel(uow, {"title": "Рынок", "code": "market"})
    await relist(PlainCourse(stalls.shop.scope))
    for hidden_too, found in ((True, [product_id]), (False, [])):
        page = await search_products(
            reading, "сенча", Filters(), Order.RELEVANCE, PageRequest(first=5),
            channel=market, hidden_too=hidden_too,
        )  # fmt: skip
        assert page.ids == found


async def test_what_a_closed_location_holds_cannot_be_had(stalls: TwoStalls) -> None:
    [product_id] = await add_products(stalls.shop, SENCHA)
    async with stalls.shop.scope.writing("test") as uow:
        await update_location(uow, Edit(stalls.shop.location, {"is_active": False}))
    assert await find_stale(stalls.shop.scope.reading, [product_id]) == {product_id}
    await relist(PlainCourse(stalls.shop.scope))
    data = await stalls.buyer.ask(PAGE)
    assert data["products"]["nodes"] == [seen("500.00", available=False)]


async def change_list(shop: Shop, **dates: datetime | None) -> None:
    async with shop.scope.writing("test") as uow:
        await update_price_list(uow, Edit(shop.price_list, dates))
    await relist(PlainCourse(shop.scope))
