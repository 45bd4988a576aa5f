"""Points at the real doors: who sends one document after another has to wait, also for refusals."""

import secrets

import httpx
import pytest

from api.throttle import BURST_SECONDS, USUAL_RATE
from api.transport import READING_POINTS
from tenants.roles import RoleUrls
from tests.api.client import open_app, settings_for
from tests.api.toy_door import codes
from tests.conftest import Servers

pytestmark = pytest.mark.anyio

DOOR = "/admin/graphql"


async def test_refused_documents_without_end_are_throttled_by_address(
    database: RoleUrls, servers: Servers
) -> None:
    settings = settings_for(database, servers.redis_url, trusted_proxies=1)
    sent = USUAL_RATE * BURST_SECONDS // READING_POINTS
    sender, other = [{"X-Forwarded-For": f"2001:db8::{secrets.token_hex(2)}"} for _ in range(2)]
    async with (
        open_app(settings) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as http,
    ):
        for number in range(sent * 4):
            last = await http.post(DOOR, json={"query": f"{{ refused{number}"}, headers=sender)
            if last.status_code != 200:
                break
        known = await http.post(DOOR, json={"query": "{ refused0"}, headers=sender)
        others = await http.post(DOOR, json={"query": "{ unknown }"}, headers=other)
    assert number >= sent
    assert (last.status_code, codes(last)) == (429, ["THROTTLED"])
    assert int(last.headers["retry-after"]) >= 1
    assert 0 < last.json()["errors"][0]["extensions"]["retryAfter"] <= READING_POINTS / USUAL_RATE
    assert codes(known) == ["GRAPHQL_PARSE_FAILED"]
    assert codes(others) == ["GRAPHQL_VALIDATION_FAILED"]
