"""Offers that count down for one visitor, begun at the shop window."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.pricing.buyers import Buyer
from domain.pricing.promotions.codes import visitor_key
from domain.pricing.promotions.facts import Reason
from domain.pricing.promotions.tables import PromotionCode
from domain.pricing.promotions.visitors import KEPT
from domain.stock.nights import work_at_night
from tenants.ids import encode_id
from tests.api.client import Client, make_key
from tests.api.conftest import Desk, TwoDesks
from tests.domain.pricing.shops import add_promotion, quoted
from tests.factories_catalog import P, V, add_products
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

START = """mutation ($input: OfferStartInput!) { offerStart(input: $input) {
  offer { code endsAt } userErrors { code path } } }"""
ANNA, BORIS = "a" * 16, "b" * 16


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    await add_products(desks.ours.shop, P("Чай", [V("A", 100_00)]), P("Чашка", [V("B", 50_00)]))
    return desks.ours


@pytest.fixture
async def window(desk: Desk) -> Client:
    key = await make_key(desk.platform_pool, desk.shop.scope.tenant_id, "publishable")
    return Client(desk.admin.app, key)


async def start(window: Client, promotion_id: Any, visitor: str) -> dict[str, Any]:
    given = {"promotionId": encode_id("prm", promotion_id), "visitor": visitor}
    said: dict[str, Any] = (await window.ask(START, input=given))["offerStart"]
    return said


async def test_each_visitor_has_his_own_clock(desk: Desk, window: Client) -> None:
    promotion_id = await add_promotion(desk.shop, needs_code=True, offer_minutes=30)
    begun = await asyncio.gather(*(start(window, promotion_id, ANNA) for _ in range(5)))
    assert all(one == begun[0] for one in begun)
    code = begun[0]["offer"]["code"]
    assert code != (await start(window, promotion_id, BORIS))["offer"]["code"]
    ends_at = datetime.fromisoformat(begun[0]["offer"]["endsAt"])
    left = ends_at - datetime.now(UTC)
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)

    async def reason(visitor: str | None, at: datetime | None = None) -> Reason | None:
        (answer,) = (await quoted(desk.shop, code, buyer=Buyer(visitor=visitor), on=at)).codes
        return answer.reason

    assert await reason(ANNA) is None
    assert await reason(BORIS) is Reason.OTHER_VISITOR
    assert await reason(None) is Reason.OTHER_VISITOR
    assert await reason(ANNA, ends_at - timedelta(seconds=1)) is None
    assert await reason(ANNA, ends_at) is Reason.ENDED


async def test_an_offer_ends_with_its_promotion(desk: Desk, window: Client) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    promotion_id = await add_promotion(desk.shop, needs_code=True, offer_minutes=30, ends_at=soon)
    offer = (await start(window, promotion_id, ANNA))["offer"]
    assert datetime.fromisoformat(offer["endsAt"]) == soon


async def test_what_runs_not_cannot_be_begun(desk: Desk, desks: TwoDesks, window: Client) -> None:
    plain = await add_promotion(desk.shop)
    over = datetime(2020, 1, 1, tzinfo=UTC)
    ended = await add_promotion(desk.shop, needs_code=True, offer_minutes=30, ends_at=over)
    theirs = await add_promotion(desks.neighbour.shop, needs_code=True, offer_minutes=30)
    for promotion_id in (plain, ended, theirs):
        said = await start(window, promotion_id, ANNA)
        assert said["userErrors"] == [{"code": "NOT_FOUND", "path": ["promotionId"]}]
    running = await add_promotion(desk.shop, needs_code=True, offer_minutes=30)
    for visitor in ("short", "x" * 101, "a" * 15 + "\x01"):
        said = await start(window, running, visitor)
        assert said["userErrors"] == [{"code": "INVALID", "path": ["visitor"]}]


async def test_offers_of_long_ago_are_forgotten_by_night(desk: Desk, window: Client) -> None:
    promotion_id = await add_promotion(desk.shop, needs_code=True, offer_minutes=30)
    for visitor in (ANNA, BORIS):
        await start(window, promotion_id, visitor)
    anna, boris = PromotionCode.visitor_key == visitor_key(ANNA), visitor_key(BORIS)
    async with desk.shop.scope.writing("test") as uow:
        long_ago = uow.now - KEPT - timedelta(seconds=1)
        await uow.execute(update(PromotionCode).where(anna).values(ends_at=long_ago))
        lately = uow.now - KEPT + timedelta(hours=1)
        await uow.execute(update(PromotionCode).where(~anna).values(ends_at=lately))
    await work_at_night(PlainCourse(desk.shop.scope))
    left = await desk.shop.scope.reading.rows(select(PromotionCode.visitor_key))
    assert [row["visitor_key"] for row in left] == [boris]
