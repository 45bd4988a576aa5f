"""Which pages may read a shop's answers from a browser: its own, and those that it named."""

import pytest

from tests.api.client import Client
from tests.api.merchants.conftest import Office

pytestmark = pytest.mark.anyio

NAME = """
mutation { done: shopUpdate(input: {storefrontOrigins: ["https://window.example"]}) {
  userErrors { code path }
} }
"""


async def may_read(office: Office, mode: str, origin: str) -> bool:
    """Whether a page of `origin` is let see the answer to the shop's publishable key."""
    page = Client(office.owner.app, office.keys["publishable", mode], headers={"Origin": origin})
    answer = await page.send("{ __typename }")
    assert answer.status_code == 200
    return bool(answer.headers.get("access-control-allow-origin") == origin)


@pytest.mark.parametrize("mode", ["live", "test"])
async def test_answers_are_read_by_pages_of_the_shop_and_those_it_named(
    office: Office, neighbour: Office, mode: str
) -> None:
    await office.owner.do(NAME)
    own = f"https://{office.handle}.localhost"
    assert await may_read(office, mode, own)
    assert await may_read(office, mode, "https://window.example")
    for foreign in (
        own.replace("https", "http"),
        f"https://{neighbour.handle}.localhost",
        "https://evil.example",
        "null",
    ):
        assert not await may_read(office, mode, foreign)
    assert not await may_read(neighbour, mode, "https://window.example")
