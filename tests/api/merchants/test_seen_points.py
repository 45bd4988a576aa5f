"""A member with a list of points: stock elsewhere is neither shown to him nor his to count."""

from typing import Any

import pytest

from tenants.database import Pool
from tests.api.merchants.conftest import Office, uuid_of

pytestmark = pytest.mark.anyio

ERRORS = "userErrors { code path }"
PRODUCT = f"""
mutation {{
  done: productCreate(input: {{title: "Чай", variants: [{{sku: "A"}}]}}) {{
    product {{ id variants {{ id }} }} {ERRORS}
  }}
}}
"""
LOCATION = f"""
mutation($code: String!) {{
  done: locationCreate(input: {{title: $code, code: $code}}) {{ location {{ id }} {ERRORS} }}
}}
"""
CHANGE = f"""
mutation($location: ID!, $variant: ID!) {{
  done: stockChange(input: {{
    location: {{id: $location}}, changes: [{{variant: {{id: $variant}}, difference: "5"}}]
  }}) {{ variants {{ id }} {ERRORS} }}
}}
"""
STOCK = "query($id: ID!) { product(id: $id) { variants { stock { location { id } onHand } } } }"


async def test_stock_is_shown_and_counted_where_the_member_may_be(
    office: Office, platform_pool: Pool
) -> None:
    mine = (await office.program.do(LOCATION, code="a"))["location"]["id"]
    places = (await office.program.ask("{ locations { nodes { id } } }"))["locations"]["nodes"]
    [other] = [place["id"] for place in places if place["id"] != mine]
    product = (await office.program.do(PRODUCT))["product"]
    variant = product["variants"][0]["id"]
    for place in (mine, other):
        office.program.headers["Idempotency-Key"] = place
        await office.program.do(CHANGE, location=place, variant=variant)

    async def seen() -> list[str]:
        found: Any = await office.owner.ask(STOCK, id=product["id"])
        return [level["location"]["id"] for level in found["product"]["variants"][0]["stock"]]

    assert sorted(await seen()) == sorted([mine, other])
    async with platform_pool.acquire() as connection:
        await connection.execute(
            "UPDATE staff_member SET points = $1::jsonb WHERE tenant_id = $2",
            [str(uuid_of(mine, "loc"))],
            office.tenant_id,
        )
    assert await seen() == [mine]
    office.owner.headers["Idempotency-Key"] = "elsewhere"
    refusal = await office.owner.refused(CHANGE, location=other, variant=variant)
    assert (refusal["code"], refusal["path"]) == ("NOT_FOUND", ["location"])
    await office.owner.do(CHANGE, location=mine, variant=variant)
