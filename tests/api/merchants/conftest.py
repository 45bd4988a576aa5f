"""Merchants who sign up at the admin's door, and the windows through which their people look."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.types import ASGIApp

from domain.merchants.reception import Reception
from domain.opening import reception_of
from tenants.database import Pool
from tenants.ids import decode_id
from tenants.passwords import Passwords
from tenants.roles import RoleUrls
from tests.api.client import settings_for
from tests.conftest import Servers
from tests.domain.merchants.merchants import (
    PASSWORD,
    deliver,
    new_address,
    new_email,
    token_in,
)

SIGN_UP = """
mutation SignUp($input: MerchantSignUpInput!) {
  done: merchantSignUp(input: $input) {
    handle host keys { kind mode prefix key } userErrors { code path message }
  }
}
"""
CONFIRM = (
    "mutation($input: EmailConfirmInput!) { done: emailConfirm(input: $input) { done userErrors "
    "{ code path } } }"
)
SIGN_IN = """
mutation SignIn($input: SessionCreateInput!) {
  done: sessionCreate(input: $input) { token expiresAt userErrors { code path message } }
}
"""


@dataclass
class Visitor:
    """Somebody at the admin's door, from an address of his own; with a token or without."""

    app: ASGIApp
    token: str | None = None
    address: str = field(default_factory=new_address)
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, query: str, **variables: Any) -> httpx.Response:
        """POST a document."""
        credential = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=(self.address, 1234)),
            base_url="http://api.test",
            headers={**credential, **self.headers},
        ) as http:
            return await http.post("/admin/graphql", json={"query": query, "variables": variables})

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        body = (await self.send(query, **variables)).json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def code(self, query: str, **variables: Any) -> str:
        """The code of an answer's first error."""
        body = (await self.send(query, **variables)).json()
        assert body.get("errors"), body
        return str(body["errors"][0]["extensions"]["code"])

    async def do(self, mutation: str, **variables: Any) -> dict[str, Any]:
        """The payload of a mutation under `done`, without refusals."""
        payload: dict[str, Any] = (await self.ask(mutation, **variables))["done"]
        assert payload["userErrors"] == [], payload
        return payload

    async def refused(self, mutation: str, **variables: Any) -> dict[str, Any]:
        """The one refusal of a mutation under `done`."""
        [refusal] = (await self.ask(mutation, **variables))["done"]["userErrors"]
        refused: dict[str, Any] = refusal
        return refused


@dataclass
class Office:
    """A merchant who signed up, with the owner's session and a full secret key."""

    handle: str
    email: str
    keys: dict[tuple[str, str], str]
    owner: Visitor
    program: Visitor
    tenant_id: UUID

    def keyed(self, kind: str, mode: str) -> Visitor:
        return Visitor(self.owner.app, self.keys[kind, mode])


@pytest.fixture(scope="session")
async def reception(database: RoleUrls, servers: Servers, platform_pool: Pool) -> Reception:
    """As the application's own: for the letters' jobs, which a worker would do."""
    chosen = settings_for(database, servers.redis_url)
    return reception_of(chosen, platform_pool, Passwords())


async def open_office(
    app: ASGIApp, reception: Reception, pool: Pool, platform_pool: Pool
) -> Office:
    """Sign up, read the letter, confirm, sign in."""
    email = new_email()
    visitor = Visitor(app)
    new = await visitor.do(
        SIGN_UP,
        input={
            "shopName": "Чайная лавка",
            "handle": f"tea-{secrets.token_hex(5)}",
            "ownerName": "Анна Чайкина",
            "ownerEmail": email,
            "ownerPassword": PASSWORD,
        },
    )
    async with platform_pool.acquire() as connection:
        tenant_id = await connection.fetchval(
            "SELECT id FROM platform.tenant WHERE handle = $1 AND mode = 'live'", new["handle"]
        )
    [letter] = (await deliver(reception, pool, tenant_id)).to(email)
    await visitor.do(CONFIRM, input={"token": token_in(letter.text), "password": PASSWORD})
    session = await visitor.do(SIGN_IN, input={"email": email, "password": PASSWORD})
    keys = {(key["kind"], key["mode"]): key["key"] for key in new["keys"]}
    return Office(
        new["handle"],
        email,
        keys,
        Visitor(app, session["token"]),
        Visitor(app, keys["secret", "live"]),
        tenant_id,
    )


@pytest.fixture
async def office(app: ASGIApp, reception: Reception, pool: Pool, platform_pool: Pool) -> Office:
    return await open_office(app, reception, pool, platform_pool)


@pytest.fixture
async def neighbour(app: ASGIApp, reception: Reception, pool: Pool, platform_pool: Pool) -> Office:
    return await open_office(app, reception, pool, platform_pool)


def uuid_of(text: str, kind: str) -> UUID:
    return decode_id(text, kind)
