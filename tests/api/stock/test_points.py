"""Who sees some points of sale alone: what lies or is counted at others is to him not there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.errors import NotFound
from domain.paging import PageRequest
from domain.stock.stocktakes.counts import Counted, add_counts
from domain.stock.stocktakes.lists import list_stocktakes, stocktakes_seen
from domain.stock.stocktakes.posting import approve_stocktake
from domain.stock.stocktakes.stocktakes import (
    create_stocktake,
    finish_counting,
    recount,
    start_stocktake,
)
from domain.stock.units.lists import count_units, find_unit, list_units
from domain.stock.units.scanned import Name
from domain.stock.units.scans import accept_units, scan_units
from tenants.ids import new_id
from tenants.principal import Actor, Principal
from tenants.scope import UnitOfWork
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import Bench, make_bench, mark, texts

pytestmark = pytest.mark.anyio

ELSEWHERE = Principal(Actor.STAFF, new_id(), points=(new_id(),))


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    bench = await make_bench(desks.ours)
    assert (await bench.change("BOOT", "1", *texts("A1")))["userErrors"] == []
    return bench


async def refuses(bench: Bench, act: Callable[[UnitOfWork], Awaitable[Any]]) -> None:
    scope = replace(bench.desk.shop.scope, principal=ELSEWHERE)
    with pytest.raises(NotFound):
        async with scope.writing("test") as uow:
            await act(uow)


async def test_stocktakes_of_other_points(bench: Bench) -> None:
    scope, boot = bench.desk.shop.scope, bench.desk.shop.variants["BOOT"]
    async with scope.writing("test") as uow:
        stocktake_id = await create_stocktake(uow, {})
        await start_stocktake(uow, stocktake_id)
    assert (await list_stocktakes(scope.reading, ELSEWHERE, PageRequest())).rows == []
    assert await stocktakes_seen(scope.reading, ELSEWHERE, [stocktake_id]) == {}
    counts = [Counted("1", Name(boot), 1_000)]
    await refuses(bench, lambda uow: create_stocktake(uow, {}))
    await refuses(bench, lambda uow: add_counts(uow, stocktake_id, counts))
    await refuses(bench, lambda uow: recount(uow, stocktake_id, []))
    await refuses(bench, lambda uow: finish_counting(uow, stocktake_id))
    await refuses(bench, lambda uow: approve_stocktake(uow, stocktake_id))


async def test_pieces_at_other_points(bench: Bench) -> None:
    db, here = bench.desk.shop.scope.reading, bench.desk.shop.location
    boot, code = bench.desk.shop.variants["BOOT"], mark("A1").encode()
    found = []
    for who in (Principal(Actor.STAFF, new_id(), points=(here,)), ELSEWHERE):
        page = await list_units(db, who, PageRequest())
        unit = await find_unit(db, who, code)
        found.append((unit is not None, len(page.rows), await count_units(db, who)))
    assert found == [(True, 1, 1), (False, 0, 0)]
    new = [mark("A2").encode()]
    await refuses(bench, lambda uow: scan_units(uow, variant=boot, location=here, codes=new))
    await refuses(bench, lambda uow: accept_units(uow, [code]))
