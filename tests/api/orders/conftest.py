"""Two shops that sell."""

import pytest

from tests.api.conftest import TwoDesks
from tests.api.orders.till import Till, TwoTills, make_tills


@pytest.fixture
async def tills(desks: TwoDesks) -> TwoTills:
    return await make_tills(desks)


@pytest.fixture
async def till(tills: TwoTills) -> Till:
    return tills.ours
