"""A reception as a process has it, at a cost of passwords that tests can bear."""

from collections.abc import Iterator

import pytest

from domain.merchants.reception import Reception
from tenants.database import Pool
from tenants.passwords import Cost, Passwords
from tenants.vault import parse_master_keys
from tests.domain.merchants.merchants import Merchant, open_merchant
from tests.master_keys import MASTER_KEYS


@pytest.fixture(scope="session")
def passwords() -> Iterator[Passwords]:
    hasher = Passwords(Cost(memory_kib=64, passes=1))
    yield hasher
    hasher.close()


# One for the whole run: what is the platform's own (NOBODYS) is sealed once, by whoever is first.
@pytest.fixture(scope="session")
def reception(platform_pool: Pool, passwords: Passwords) -> Reception:
    return Reception(
        platform=platform_pool,
        passwords=passwords,
        masters=parse_master_keys(MASTER_KEYS),
        domain="shops.test",
        window="https://window.test",
        local_hosts=True,
    )


@pytest.fixture
async def merchant(reception: Reception, pool: Pool) -> Merchant:
    return await open_merchant(reception, pool)


@pytest.fixture
async def neighbour(reception: Reception, pool: Pool) -> Merchant:
    return await open_merchant(reception, pool)
