"""A window's key and the host that it is shown at: one shop's both, or there is no shop."""

import httpx
import pytest

from tests.api.merchants.conftest import Office

pytestmark = pytest.mark.anyio

KEYS = "{ apiKeys(mode: LIVE, first: 50) { nodes { id kind } } }"
REVOKE = "mutation($id: ID!) { done: apiKeyRevoke(id: $id) { userErrors { code path message } } }"


async def answer(office: Office, host: str, key: str | None) -> tuple[int, str]:
    """What a window at `host` gets: the status, and its shop's name or an error's code."""
    credential = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(office.owner.app), base_url=f"http://{host}"
    ) as http:
        response = await http.post(
            "/storefront/graphql",
            json={"query": "{ shop { name } }"},
            headers={"Accept": "application/graphql-response+json", **credential},
        )
    body = response.json()
    found = body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]["shop"]
    return response.status_code, found if isinstance(found, str) else found["name"]


@pytest.mark.parametrize("mode", ["live", "test"])
async def test_a_key_opens_its_own_shop_at_its_host_and_where_there_is_none(
    office: Office, neighbour: Office, mode: str
) -> None:
    key, own = office.keys["publishable", mode], f"{office.handle}.localhost"
    for host in (own, f"{own}:8000", own.upper(), f"{own}.", "api.test", "127.0.0.1:8000", "[::1]"):
        assert await answer(office, host, key) == (200, "Чайная лавка")
    assert await answer(office, f"{neighbour.handle}.localhost", key) == (404, "NOT_FOUND")


async def test_nobody_comes_in_by_a_shops_host_alone(office: Office) -> None:
    assert await answer(office, f"{office.handle}.localhost", None) == (200, "Чайная лавка")
    for host in ("api.test", "127.0.0.1", f"none-{office.handle}.localhost"):
        assert await answer(office, host, None) == (404, "NOT_FOUND")


async def test_a_revoked_key_is_refused_at_once_wherever_it_is_shown(
    office: Office, neighbour: Office
) -> None:
    key, own = office.keys["publishable", "live"], f"{office.handle}.localhost"
    assert (await answer(office, own, key))[0] == 200
    listed = (await office.owner.ask(KEYS))["apiKeys"]["nodes"]
    [id] = [one["id"] for one in listed if one["kind"] == "PUBLISHABLE"]
    await office.owner.do(REVOKE, id=id)
    for host in (own, "api.test", f"{neighbour.handle}.localhost"):
        assert await answer(office, host, key) == (401, "UNAUTHENTICATED")
