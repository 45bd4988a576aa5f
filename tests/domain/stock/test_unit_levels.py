"""What others say is there of goods that are known one by one: it never hides a known piece."""

from uuid import UUID

import pytest
from sqlalchemy import update

from domain.catalog.tables import Product
from domain.stock.ledger import tell
from domain.stock.levels import Spot
from domain.stock.moves import Coming, Document, Scan
from domain.stock.stock import StockSet, set_stock, write_levels
from domain.stock.units.errors import CodesWanted
from domain.stock.units.rows import known_at
from tests.domain.stock.conftest import Room

pytestmark = pytest.mark.anyio


@pytest.fixture
async def spot(room: Room) -> Spot:
    """Five pieces of D, of which three are known."""
    async with room.scope.writing("test") as uow:
        named = update(Product).where(Product.title == "Товар D")
        await uow.execute(named.values(unit_codes="serial"))
    spot = room.at("D")
    codes = tuple(Scan(code) for code in (b"1", b"2", b"3"))
    await room.post(Coming(kind="receipt", spot=spot, quantity=5_000, codes=codes))
    return spot


async def told(room: Room, variant: UUID, thousandths: int) -> int:
    """What is on hand after a supplier's list has said that so much is."""
    async with room.scope.writing("test") as uow:
        changed = await write_levels(uow, Document("price_list"), room.main, {variant: thousandths})
        await tell(uow, [Spot(one, room.main) for one in changed])
    return (await room.levels())["D", "main"][0]


async def test_a_suppliers_list_goes_no_lower_than_the_pieces_that_are_known(
    room: Room, spot: Spot
) -> None:
    assert await told(room, spot.variant_id, 9_000) == 9_000
    assert await told(room, spot.variant_id, 6_700) == 6_000
    assert await told(room, spot.variant_id, 0) == 3_000
    assert await known_at(room.scope.reading, [spot]) == {spot: 3_000}


async def test_a_count_goes_no_lower_than_the_pieces_that_are_known(room: Room, spot: Spot) -> None:
    async with room.scope.writing("test") as uow:
        await set_stock(uow, location=room.main, levels=[StockSet(spot.variant_id, 3_000)])
    with pytest.raises(CodesWanted):
        async with room.scope.writing("test") as uow:
            await set_stock(uow, location=room.main, levels=[StockSet(spot.variant_id, 2_000)])
    await room.check()
