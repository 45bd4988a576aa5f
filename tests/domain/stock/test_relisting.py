"""What is listed anew when stock is kept or let go: what begins or ends by it, and nothing else."""

import random
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.catalog.listing import find_stale
from domain.catalog.tables import Listing
from domain.errors import DomainError
from domain.stock.holds.ends import release_hold
from domain.stock.moves import Coming
from tenants.jobs import Job
from tests.domain.stock.conftest import Room
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sets(room: Room) -> Room:
    """Ten of A and four of B as before, three more of A elsewhere; sets of them, of two sizes."""
    three = Coming(kind="receipt", spot=room.at("A", room.second), quantity=3_000, value_minor=0)
    await room.post(three)
    pair = V("PAIR", stock=0, parts={"A": 2_000, "B": 1_000})
    box = V("BOX", stock=0, parts={"A": 6_000})
    await add_products(room.shop, P("Пара", [pair], kind="bundle"), P("Ящик", [box], kind="bundle"))
    return room


async def available(room: Room) -> dict[str, bool]:
    """Of each product whether its listing says that there is any."""
    titles = {product: title for title, product in room.shop.products.items()}
    rows = await room.scope.reading.rows(select(Listing.product_id, Listing.is_available))
    return {titles[row["product_id"]]: row["is_available"] for row in rows}


async def is_listed_anew(room: Room) -> bool:
    """Whether anything was listed since this was asked last."""
    async with room.scope.writing("test") as uow:
        asked = update(Job).where(Job.kind == "listing.settle", Job.state == "queued")
        return bool(await uow.execute(asked.values(state="done")))


async def test_a_part_is_listed_with_its_bundles_where_one_of_them_ends(sets: Room) -> None:
    assert (await available(sets))["Ящик"]
    await sets.hold("one", {"B": 1_000})
    assert not await is_listed_anew(sets)  # three are left, and a pair takes one
    eight = await sets.hold("eight", {"A": 8_000})
    assert await is_listed_anew(sets)
    now = await available(sets)
    assert (now["Ящик"], now["Пара"], now["Товар A"]) == (False, True, True)
    async with sets.scope.writing("test") as uow:
        await release_hold(uow, eight)
    assert (await available(sets))["Ящик"]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_kept_and_let_go_the_listing_is_right(sets: Room, seed: int) -> None:
    chance = random.Random(seed)
    products = list(sets.shop.products.values())
    kept: list[UUID] = []
    seen: set[bool] = set()
    for step in range(40):
        if kept and chance.random() < 0.4:
            async with sets.scope.writing("test") as uow:
                await release_hold(uow, kept.pop(chance.randrange(len(kept))))
        else:
            sku, most = chance.choice([("A", 9), ("B", 3)])
            try:
                wanted = {sku: 1_000 * chance.randint(1, most)}
                kept.append(await sets.hold(f"cart {step}", wanted))
            except DomainError:
                continue
        assert await find_stale(sets.scope.reading, products) == set(), (seed, step)
        seen.add((await available(sets))["Ящик"])
    assert seen == {True, False}
    await sets.check()
