"""Two shops that look alike, for documents of stock: two places each, goods in lots and loose."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from domain.stock.integrity import find_differences
from domain.stock.ledger import post
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Coming, Document, LotFacts
from domain.stock.tables import Location, Lot, StockMovement
from tenants.ids import encode_id, new_id
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.days import today
from tests.factories_catalog import P, V, add_products

SKUS: Final = ("BOX", "PIECE", "CUP", "SET")


@dataclass
class Keeper:
    """A desk, and its two places by name."""

    desk: Desk
    places: dict[str, UUID]

    def of(self, sku: str) -> dict[str, str]:
        return {"id": encode_id("var", self.desk.shop.variants[sku])}

    def at(self, place: str) -> dict[str, str]:
        return {"id": encode_id("loc", self.places[place])}

    def line(self, sku: str, quantity: str, **more: Any) -> dict[str, Any]:
        return {"variant": self.of(sku), "quantity": quantity, **more}

    async def ask(self, text: str, *, key: str | None = None, **variables: Any) -> Any:
        """The payload of a document's only field; each time under a key of its own."""
        client = self.desk.keyed(key or str(new_id()))
        (payload,) = (await client.ask(text, **variables)).values()
        return payload

    async def receive(
        self,
        sku: str,
        thousandths: int,
        minor: int,
        lot: str | None = None,
        days: int | None = None,
        place: str = "main",
    ) -> str | None:
        """Put goods on a shelf, in a lot that expires in so many days; the lot's id."""
        spot = Spot(self.desk.shop.variants[sku], self.places[place])
        expires_on = None if days is None else today() + timedelta(days=days)
        facts = LotFacts(lot, expires_on=expires_on)
        coming = Coming(
            kind="receipt", spot=spot, quantity=thousandths, value_minor=minor, lot=facts
        )
        async with self.desk.shop.scope.writing("test") as uow:
            await post(uow, Document("change"), [coming], await open_levels(uow, [spot]))
        found = select(Lot.id).where(Lot.number == lot, Lot.variant_id == spot.variant_id)
        lot_id = await self.desk.shop.scope.reading.value(found)
        return encode_id("lot", lot_id) if lot_id else None

    async def stock(self, sku: str) -> dict[str, tuple[str, str]]:
        """On hand and available, by place."""
        text = """query ($id: ID!) { variant(id: $id) {
          stock { onHand available location { code } } } }"""
        found = await self.ask(text, id=self.of(sku)["id"])
        return {
            level["location"]["code"]: (level["onHand"], level["available"])
            for level in found["stock"]
        }

    async def value(self) -> int:
        """What all that came is worth, less what went: minor units."""
        rows = await self.desk.shop.scope.reading.rows(select(StockMovement.value_minor))
        return sum(row["value_minor"] for row in rows)

    async def rows(self) -> Any:
        """All that is written of this shop."""
        return await everything(self.desk.shop)

    async def check(self) -> None:
        """Nothing differs from the ledger."""
        assert await find_differences(self.desk.shop.scope.reading) == []


@dataclass
class TwoKeepers:
    ours: Keeper
    neighbour: Keeper


def roubles(amount: str, currency: str = "RUB") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


async def make_keepers(desks: TwoDesks) -> TwoKeepers:
    async def keeper(desk: Desk) -> Keeper:
        await add_products(desk.shop, *(P(f"Товар {sku}", [V(sku, stock=0)]) for sku in SKUS))
        async with desk.shop.scope.writing("test") as uow:
            second = await uow.add(Location, title="Лавка", code="shop", priority=-1)
        return Keeper(desk, {"main": desk.shop.location, "shop": second})

    return TwoKeepers(await keeper(desks.ours), await keeper(desks.neighbour))
