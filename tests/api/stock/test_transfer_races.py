"""Many transfers of the same goods at once: none waits for another in a ring, nothing is lost."""

import asyncio
from typing import Any

import pytest

from tenants.ids import new_id
from tests.api.conftest import TwoDesks
from tests.api.stock.document_desk import Keeper, make_keepers
from tests.api.stock.test_transfers import RECEIVE, draft, step

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ours(desks: TwoDesks) -> Keeper:
    return (await make_keepers(desks)).ours


async def test_two_fleets_that_go_opposite_ways_do_not_wait_for_each_other(ours: Keeper) -> None:
    """Eight transfers there and eight back, of the same goods in opposite orders, all at once."""
    for sku in ("CUP", "SET", "BOX"):
        await ours.receive(sku, 20_000, 10_007)
        await ours.receive(sku, 20_000, 3_333, place="shop")
    skus = ["CUP", "SET", "BOX"]
    papers = []
    for at in range(16):
        order = skus if at % 3 else skus[::-1]
        ends = (ours.at("main"), ours.at("shop"))
        start, end = ends if at % 2 else ends[::-1]
        lines = [ours.line(sku, "1") for sku in order]
        papers.append(await draft(ours, *lines, fromLocation=start, toLocation=end))

    async def drive(paper: Any) -> list[str]:
        wrong = []
        for text in (step("Send"), RECEIVE):
            payload = await patiently(ours, text, paper)
            wrong += [error["code"] for error in payload["userErrors"]]
        return wrong

    assert await asyncio.gather(*map(drive, papers)) == [[]] * 16
    for sku in skus:
        assert await ours.stock(sku) == {"main": ("20", "20"), "shop": ("20", "20")}
    assert await ours.value() == 3 * (10_007 + 3_333)
    await ours.check()


async def patiently(keeper: Keeper, text: str, paper: Any) -> Any:
    """The payload; a door that is too busy is asked again under the same key, as it says itself."""
    client = keeper.desk.keyed(str(new_id()))
    while True:
        body = (await client.send(text, id=paper["id"])).json()
        if "errors" not in body:
            (payload,) = body["data"].values()
            return payload
        (error,) = body["errors"]
        assert error["extensions"]["code"] == "TIMEOUT", error
