"""Two shops that sell, and a carrier for the parcels of one."""

from collections.abc import AsyncIterator

import httpx
import pytest

from integrations.carriers.trial_server import running_carrier
from integrations.carriers.ways import KnownCarriers
from tests.api.conftest import TwoDesks
from tests.api.orders.road import CARRIER, Road
from tests.api.orders.till import Till, TwoTills, make_tills


@pytest.fixture
async def tills(desks: TwoDesks) -> TwoTills:
    return await make_tills(desks)


@pytest.fixture
async def till(tills: TwoTills) -> Till:
    return tills.ours


@pytest.fixture
async def road(till: Till) -> AsyncIterator[Road]:
    given = {"title": "Пони", "kind": "TEST", "trackingLink": "https://pony.test/{number}"}
    made_of = await till.do(CARRIER, input=given)
    assert made_of["userErrors"] == []
    async with httpx.AsyncClient() as http:
        with running_carrier(pace=1_000) as (url, depot):
            yield Road(till, KnownCarriers(http, url), depot, made_of["carrier"]["id"])
