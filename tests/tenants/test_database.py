"""The pool: whoever waits for a connection has it in the order of asking."""

import asyncio

import pytest

from tenants.database import open_pool, taken
from tenants.roles import RoleUrls

pytestmark = pytest.mark.anyio

ASKERS = 20


async def test_nobody_who_waits_is_overtaken(database: RoleUrls) -> None:
    served: list[int] = []

    async with open_pool(database.app, size=1) as pool:

        async def ask(number: int) -> None:
            for turn in range(3):  # whoever has had his turn asks again at once
                async with taken(pool) as connection:
                    served.append(turn * ASKERS + number)
                    await connection.fetchval("SELECT 1")

        await asyncio.gather(*(ask(number) for number in range(ASKERS)))
    assert served == sorted(served)


async def test_who_gives_up_leaves_his_place_to_the_next(
    database: RoleUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_pool(database.app, size=1) as pool:
        async with taken(pool):
            with monkeypatch.context() as hasty:
                hasty.setattr("tenants.database.WAIT_FOR_CONNECTION_SECONDS", 0.05)
                with pytest.raises(TimeoutError):
                    async with taken(pool):
                        pass
        async with taken(pool) as connection:
            assert await connection.fetchval("SELECT 1") == 1
