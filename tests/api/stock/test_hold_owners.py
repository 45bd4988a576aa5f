"""The key of an owner's hold, where others are at work on the same hold in the same instant."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.stock.holds import holds
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import extend_hold, release_hold
from domain.stock.integrity import find_differences
from domain.stock.tables import StockHold
from tenants.ids import decode_id
from tenants.scope import UnitOfWork
from tests.api.conftest import Desk, TwoDesks
from tests.api.stock.test_holds import hold, levels, line
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    await add_products(desks.ours.shop, P("Чай", [V("A", stock=5_000), V("B", stock=5_000)]))
    return desks.ours


async def test_what_is_kept_longer_while_its_owner_asks_again_is_not_lost(desk: Desk) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    first = await hold(desk, "cart", line(desk, "A", "2"), expiresAt=soon.isoformat())
    held = decode_id(first["stockHold"]["id"], "hld")
    async with desk.shop.scope.writing("test") as uow:
        await extend_hold(uow, held, soon + timedelta(hours=1))
        await asyncio.sleep((soon - datetime.now(UTC)).total_seconds() + 0.1)
        # By its clock the hold is past its time; it waits for the level.
        asked = asyncio.create_task(hold(desk, "cart", line(desk, "A", "2")))
        await asyncio.sleep(0.5)
        assert not asked.done()
    again = await asked
    assert again["userErrors"] == []
    assert again["stockHold"]["id"] == first["stockHold"]["id"]
    assert again["stockHold"]["state"] == "HELD"
    assert (await levels(desk))["A"] == (5_000, 2_000)
    assert await find_differences(desk.shop.scope.reading) == []


async def test_a_hold_of_the_same_owner_that_comes_and_goes_meanwhile_is_in_nobodys_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, begin = desk.shop.scope, holds._begin

    async def hold_of(sku: str) -> UUID:
        async with scope.writing("test") as uow:
            lines = [Line(desk.shop.variants[sku], 1_000)]
            return await holds.hold_stock(uow, owner="cart", lines=lines)

    async def overtaken(uow: UnitOfWork, begun: Any) -> UUID | None:
        """Another unit makes the owner's hold just before, and lets it go just after."""
        monkeypatch.setattr(holds, "_begin", begin)
        other = await hold_of("B")
        refused = await begin(uow, begun)
        assert refused is None
        async with scope.writing("test") as another:
            await release_hold(another, other)
        return refused

    monkeypatch.setattr(holds, "_begin", overtaken)
    held = await hold_of("A")
    states = {row["id"]: row["state"] for row in await scope.reading.rows(select(StockHold))}
    assert states.pop(held) == "held"
    assert list(states.values()) == ["released"]
    assert await levels(desk) == {"A": (5_000, 1_000), "B": (5_000, 0)}
    assert await find_differences(scope.reading) == []
