"""Every argument of every field of both doors, tried with another tenant's ids, words and cursors.

No word or id of his may appear, no row of his may change, and what we see without naming him is
what we saw before he came. The slots come from the schemas, so a new field is tried without a word
here; a new kind of id must be named in `walk`, or the test says so.
"""

from typing import Any

import asyncpg
import pytest
from starlette.types import ASGIApp

from api import admin, storefront
from tenants.database import Pool
from tests.api.conftest import app as app
from tests.conftest import TwoTenants
from tests.factories import make_tenant
from tests.isolation.walk import walk

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("whose", ["neighbour", "test space"])
@pytest.mark.parametrize("door", ["storefront", "admin"])
async def test_anothers_things_are_as_if_they_had_never_been(
    door: str,
    whose: str,
    app: ASGIApp,
    superuser: "asyncpg.Connection[Any]",
    platform_pool: Pool,
    tenants: TwoTenants,
) -> None:
    other = tenants.neighbour
    if whose == "test space":
        other = await make_tenant(platform_pool, twin_of=tenants.ours)
    intruder = await walk(
        app,
        storefront.SCHEMA if door == "storefront" else admin.SCHEMA,
        f"/{door}/graphql",
        "publishable" if door == "storefront" else "secret",
        ours=tenants.ours,
        other=other,
        superuser=superuser,
        platform_pool=platform_pool,
    )
    print(f"{door}, {whose}: {intruder.tried} comparisons, {intruder.telling} see our own id")
    assert not intruder.faults, "\n".join(one for each in intruder.faults.values() for one in each)
    assert intruder.tried > 40
