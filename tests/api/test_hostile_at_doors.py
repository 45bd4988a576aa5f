"""The hostile documents and bodies at the real doors: refused with the same codes."""

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tenants.database import Pool
from tenants.tokens import KeyKind
from tests.api.client import make_key
from tests.api.hostile_documents import at_real_doors, megabytes_of
from tests.api.test_hostile_requests import BODIES
from tests.api.toy_door import codes
from tests.conftest import TwoTenants

DOORS: list[tuple[str, KeyKind]] = [("storefront", "publishable"), ("admin", "secret")]
JSON = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}


@pytest.fixture(params=DOORS, ids=lambda door: door[0])
async def http(
    request: pytest.FixtureRequest, app: ASGIApp, platform_pool: Pool, tenants: TwoTenants
) -> httpx.AsyncClient:
    """A client with a key at one of the doors, which is at its /."""
    door, kind = request.param
    key = await make_key(platform_pool, tenants.ours, kind, "*")

    async def at_door(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": f"/{door}/graphql"}, receive, send)

    return httpx.AsyncClient(
        transport=httpx.ASGITransport(at_door),
        base_url="http://api.test",
        headers={"Authorization": f"Bearer {key}", **JSON},
    )


async def test_hostile_documents_are_refused(http: httpx.AsyncClient) -> None:
    wrong = {}
    for name, (text, code) in at_real_doors().items():
        answer = await http.post("/", json={"query": text})
        said = {"413"} if answer.status_code == 413 else set(codes(answer))
        if said != {code}:
            wrong[name] = answer.text[:300]
    assert wrong == {}
    assert len(at_real_doors()) > 60


async def test_documents_of_megabytes_are_refused_unread(http: httpx.AsyncClient) -> None:
    for name, text in megabytes_of(1_000_000).items():
        answer = await http.post("/", json={"query": text})
        assert answer.status_code == 413, name


async def test_hostile_bodies_are_refused(http: httpx.AsyncClient) -> None:
    for name, (content, status) in BODIES.items():
        answer = await http.post("/", content=content)
        # The admin's door takes longer bodies than the storefront's: those are refused as GraphQL.
        assert answer.status_code == status or (status == 413 and answer.status_code == 400), name
        assert set(codes(answer)) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, name
        assert codes(answer), name
