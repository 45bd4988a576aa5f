"""A shop with two places and a few variants, and a neighbour's that looks the same."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.catalog.tables import Variant
from domain.stock.holds.demand import Line
from domain.stock.holds.holds import hold_stock
from domain.stock.integrity import find_differences
from domain.stock.ledger import post
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Document, Move
from domain.stock.tables import Location, StockLevel
from tenants.database import Pool
from tenants.scope import TenantScope
from tests.conftest import TwoTenants
from tests.factories_catalog import P, Shop, V, add_products, make_window


@dataclass
class Room:
    """A shop's stock: `main` comes before `second`; variants A, B, C (kept by weight) and D."""

    shop: Shop
    main: UUID
    second: UUID
    variants: dict[str, UUID] = field(default_factory=dict)

    @property
    def scope(self) -> TenantScope:
        return self.shop.scope

    def at(self, sku: str, place: UUID | None = None) -> Spot:
        return Spot(self.variants[sku], place or self.main)

    async def post(self, *moves: Move) -> list[int]:
        """Post these moves as one document."""
        async with self.scope.writing("test") as uow:
            levels = await open_levels(uow, [move.spot for move in moves])
            return await post(uow, Document("change"), moves, levels)

    async def hold(self, owner: str, lines: dict[str, int], **how: Any) -> UUID:
        """Keep thousandths by variant for an owner."""
        asked = [Line(self.variants[sku], quantity) for sku, quantity in lines.items()]
        async with self.scope.writing("test") as uow:
            return await hold_stock(uow, owner=owner, lines=asked, **how)

    async def levels(self) -> dict[tuple[str, str], tuple[int, int]]:
        """`(on hand, reserved)` by sku and place, where there is any."""
        skus = {variant: sku for sku, variant in self.variants.items()}
        names = {self.main: "main", self.second: "second"}
        return {
            (skus[row["variant_id"]], names[row["location_id"]]): (row["on_hand"], row["reserved"])
            for row in await self.scope.reading.rows(select(StockLevel))
            if row["on_hand"]
        }

    async def check(self) -> None:
        """Nothing differs from the ledger."""
        assert await find_differences(self.scope.reading) == []


async def make_room(pool: Pool, tenant_id: UUID, **stock: int) -> Room:
    """A room with so many thousandths of each variant at its main place."""
    shop = await make_window(pool, tenant_id)
    variants = [V(sku, stock=stock.get(sku, 0)) for sku in "ABCD"]
    await add_products(shop, *(P(f"Товар {one.sku}", [one]) for one in variants))
    async with shop.scope.writing("test") as uow:
        await uow.execute(
            update(Variant).where(Variant.sku == "C").values(is_weighed=True, quantity_step=1)
        )
        second = await uow.add(Location, title="Лавка", code="shop", priority=-1)
    return Room(shop, shop.location, second, dict(shop.variants))


@pytest.fixture
async def room(pool: Pool, tenants: TwoTenants) -> Room:
    """Ours, with 10 of A and 4 of B."""
    await make_room(pool, tenants.neighbour, A=10_000, B=4_000)
    return await make_room(pool, tenants.ours, A=10_000, B=4_000)
