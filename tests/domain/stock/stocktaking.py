"""A stocktake of a room, as its tests go through it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.stock.stocktakes.counts import Counted, add_counts
from domain.stock.stocktakes.posting import approve_stocktake
from domain.stock.stocktakes.stocktakes import (
    create_stocktake,
    finish_counting,
    recount,
    start_stocktake,
)
from domain.stock.tables import Stocktake, StocktakeLine
from domain.stock.units.scanned import Name
from tests.domain.stock.conftest import Room


@dataclass
class Taking:
    """A stocktake under way; `keys` counts the scans."""

    room: Room
    id: UUID
    keys: int = 0
    skus: dict[UUID, str] = field(default_factory=dict)

    async def count(self, sku: str, quantity: int, **more: Any) -> UUID | None:
        """One scan; its id."""
        self.keys += 1
        name = Name(variant=self.room.variants[sku])
        one = Counted(**{"key": f"k{self.keys}", "name": name, "quantity": quantity, **more})
        async with self.room.scope.writing("test") as uow:
            return (await add_counts(uow, self.id, [one])).ids[0]

    async def finish(self) -> None:
        async with self.room.scope.writing("test") as uow:
            await finish_counting(uow, self.id)

    async def recount(self, *skus: str) -> None:
        async with self.room.scope.writing("test") as uow:
            await recount(uow, self.id, [self.room.variants[sku] for sku in skus])

    async def approve(self, **how: Any) -> None:
        async with self.room.scope.writing("test") as uow:
            await approve_stocktake(uow, self.id, **how)

    async def state(self) -> str:
        asked = select(Stocktake.state).where(Stocktake.id == self.id)
        return str(await self.room.scope.reading.value(asked))

    async def lines(self, *columns: str) -> dict[str, Any]:
        """These columns of the lines by sku; lots of one sku as a list."""
        skus = {variant: sku for sku, variant in self.room.variants.items()}
        asked = select(StocktakeLine).where(StocktakeLine.stocktake_id == self.id)
        found: dict[str, Any] = {}
        for row in await self.room.scope.reading.rows(asked.order_by(StocktakeLine.lot_id)):
            found.setdefault(skus[row["variant_id"]], []).append(tuple(row[it] for it in columns))
        return {sku: rows[0] if len(rows) == 1 else rows for sku, rows in found.items()}


async def take_stock(
    room: Room, skus: Sequence[str] | None = None, place: UUID | None = None
) -> Taking:
    """A stocktake that counting has begun of: of the whole place, or of some variants."""
    given: dict[str, Any] = {"location": place or room.main}
    if skus is not None:
        given["variants"] = [room.variants[sku] for sku in skus]
    async with room.scope.writing("test") as uow:
        taking = Taking(room, await create_stocktake(uow, given))
        await start_stocktake(uow, taking.id)
    return taking
