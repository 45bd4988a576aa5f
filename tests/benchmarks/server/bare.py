"""The bare limit as a server of its own: Starlette, asyncpg and orjson, pages written by hand.

Its settings come from the environment: DATABASE_URL, and BARE_STATEMENTS, the file with what was
listened to (pickled: arguments are UUIDs, lists, dates).
"""

import os
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tenants.database import Pool, open_pool
from tests.benchmarks.server.hand import Listing, Product, Search
from tests.benchmarks.server.statements import Page

NAME: Final = "bare limit"
"""What PostgreSQL knows its connections by."""
PAGES: Final[dict[str, type[Page]]] = {"listing": Listing, "product": Product, "search": Search}


def endpoint(page: Page, pools: list[Pool]) -> Any:
    """One page over HTTP; what the request brings stands in its query string."""

    async def respond(request: Request) -> Response:
        async with pools[0].acquire() as connection:
            data = await page.answer(connection, **request.query_params)
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    return respond


def app() -> Starlette:
    """The application, for a server to call."""
    statements = pickle.loads(Path(os.environ["BARE_STATEMENTS"]).read_bytes())
    pools: list[Pool] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_pool(os.environ["DATABASE_URL"], name=NAME) as pool:
            pools.append(pool)
            yield

    return Starlette(
        routes=[
            Route(f"/{name}", endpoint(page(*statements[name]), pools))
            for name, page in PAGES.items()
        ],
        lifespan=lifespan,
    )
