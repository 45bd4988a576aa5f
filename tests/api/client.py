"""Clients that come in at the real doors: the whole application over HTTP, with keys of a shop."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
from sqlalchemy import insert
from starlette.types import ASGIApp

from api.app import create_app
from tenants.database import Connection, Pool
from tenants.ids import new_id
from tenants.platform import platform_scope
from tenants.platform_tables import ApiKey
from tenants.roles import RoleUrls
from tenants.settings import Settings
from tenants.tokens import KeyKind, issue_key
from tests.master_keys import MASTER_KEYS


def settings_for(database: RoleUrls, redis_url: str, **more: Any) -> Settings:
    """Settings of a service on the servers of the tests.

    Its storefront waits longer than a shop's: what is asked here for the first time has to be
    compiled and planned, perhaps on a machine that is busy; how fast it is, benchmarks tell.
    """
    return Settings(
        database_url=database.app,
        database_platform_url=database.platform,
        redis_url=redis_url,
        secret_keys=MASTER_KEYS,
        _env_file=None,
        **{
            "link_keys": secrets.token_hex(32),
            "storefront_seconds": 20,
            "admin_seconds": 30,
            **more,
        },
    )


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[ASGIApp]:
    """The application, started; ended when the block ends."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


async def make_key(platform_pool: Pool, tenant_id: UUID, kind: KeyKind, *scopes: str) -> str:
    """A key of a live tenant, as the client has it; a secret one with these permissions."""
    key = issue_key(kind, "live")
    scope = await platform_scope(platform_pool, reason="test factory")
    async with scope.writing() as unit:
        await unit.execute(
            insert(ApiKey).values(
                id=new_id(),
                tenant_id=tenant_id,
                kind=kind,
                mode="live",
                name="test",
                prefix=key.parsed.prefix,
                last_four=key.parsed.last_four,
                hash=key.parsed.digest,
                scopes=list(scopes),
                created_at=datetime.now(UTC),
            )
        )
    return key.text


@dataclass
class Client:
    """One caller at one door. `ask` expects data, `refused` expects errors."""

    app: ASGIApp
    key: str
    path: str = "/storefront/graphql"
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, query: str, /, **variables: Any) -> httpx.Response:
        """POST a document."""
        async with self._http() as http:
            return await http.post(self.path, json={"query": query, "variables": variables})

    async def ask(self, query: str, /, **variables: Any) -> Any:
        """The data of an answer without errors."""
        body = (await self.send(query, **variables)).json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def refused(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The first error of an answer: `message` and `code`."""
        body = (await self.send(query, **variables)).json()
        assert body.get("errors"), body
        error = body["errors"][0]
        return {"message": error["message"], "code": error["extensions"]["code"]}

    async def get_persisted(
        self,
        query: str,
        variables: dict[str, Any],
        *,
        with_text: bool = False,
        etag: str | None = None,
    ) -> httpx.Response:
        """GET by the document's hash, as a browser or a CDN does; at first with its text."""
        digest = hashlib.sha256(query.encode()).hexdigest()
        extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
        params = {
            "extensions": orjson.dumps(extensions).decode(),
            "variables": orjson.dumps(variables).decode(),
        } | ({"query": query} if with_text else {})
        headers = {"If-None-Match": etag} if etag else {}
        async with self._http() as http:
            return await http.get(self.path, params=params, headers=headers)

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://api.test",
            headers={"Authorization": f"Bearer {self.key}", **self.headers},
        )


@dataclass(eq=False)
class CountingPool:
    """A pool that notes each read of a tenant's rows.

    Finding out who calls, and learning a new connection's types, does not count. It stands for its
    pool wherever pools are told apart.
    """

    pool: Pool
    statements: list[str] = field(default_factory=list)

    def __hash__(self) -> int:
        return hash(self.pool)

    def __eq__(self, other: object) -> bool:
        return other is self.pool

    async def acquire(self) -> Connection:
        connection = await self.pool.acquire()
        connection.add_query_logger(self._note)
        return connection

    async def release(self, connection: Connection) -> None:
        connection.remove_query_logger(self._note)
        await self.pool.release(connection)

    def _note(self, query: Any) -> None:
        if query.query.startswith("WITH tenant AS"):
            self.statements.append(query.query)
