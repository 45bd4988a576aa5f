"""A door to the toy schema, and a caller whose rights a test can choose."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.types import ASGIApp

from api.door import Operation
from api.engine.errors import PublicError
from api.transport import graphql_endpoint
from tests.api.engine.toy import Toybox, toy_schema


@dataclass
class ToyCaller(Toybox):
    tenant: str = "tea"
    may_introspect: bool = True
    may_trace: bool = False
    trusted_only: bool = False
    cache_tag: str | None = None
    permissions: frozenset[str] = frozenset({"orders:read", "products:write"})
    points: int = 10_000
    operations: list[Operation] = field(default_factory=list)
    charged: list[int] = field(default_factory=list)

    def holds(self, permission: str) -> bool:
        return permission in self.permissions

    async def charge(self, points: int) -> None:
        self.charged.append(points)
        if sum(self.charged) > self.points:
            raise PublicError("Too many requests.", code="THROTTLED", retryAfter=1.2)

    @asynccontextmanager
    async def running(self, operation: Operation) -> AsyncIterator[Mapping[str, Any]]:
        self.operations.append(operation)
        if operation.cost > self.points:
            raise PublicError("Too many requests.", code="THROTTLED", retryAfter=1.2)
        yield {"available": self.points - operation.cost, "restoreRate": 50}


SCHEMA = toy_schema()


def toy_door(caller: ToyCaller | None = None, **settings: Any) -> ASGIApp:
    """The door, always open to the same caller; the key "wrong" is refused."""

    async def open_context(request: Request) -> ToyCaller:
        if request.headers.get("authorization") == "Bearer wrong":
            raise PublicError("This key is not known.", code="UNAUTHENTICATED")
        return caller or ToyCaller()

    return graphql_endpoint(SCHEMA, open_context=open_context, **settings)


def client(door: ASGIApp) -> httpx.AsyncClient:
    """Speaks GraphQL's own media type, unless a test says otherwise."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(door),
        base_url="http://shop.test",
        headers={"Accept": "application/graphql-response+json"},
    )


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json().get("errors", [])]
