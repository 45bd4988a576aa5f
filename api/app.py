"""The ASGI application: both doors and plain HTTP; here the API picks its adapters."""

import gc
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api import admin, storefront
from api.context import Services
from api.credentials import admin_context, storefront_context
from api.documents.trusted import TrustedInTable
from api.engine.limits import Limits
from api.explorer import Explorer
from api.files.routes import file_routes
from api.origins import storefront_origin
from api.refusals import explained
from api.stock.notices.unsubscribing import unsubscribe_routes
from api.telemetry import Spans, missing_packages
from api.throttle import CostBuckets
from api.transport import graphql_endpoint
from api.valkey import Valkey
from domain.files.ports import FileStore
from domain.merchants.reception import Reception
from domain.opening import reception_of
from integrations.files.stores import file_store
from integrations.messages.page import messages_page
from integrations.showcase.pictures import NoSuchPicture, picture
from tenants.database import open_pool
from tenants.settings import Settings, settings

log = logging.getLogger(__name__)

SHOWCASE_PIXELS = 400
ADMIN_LIMITS = Limits(body_bytes=1024 * 1024, variables_bytes=1024 * 1024)
"""A hundred products with their descriptions come in one request."""


@dataclass
class Running:
    """What exists from start-up to shut-down."""

    settings: Settings
    services: Services | None = None
    storefront: ASGIApp | None = None
    admin: ASGIApp | None = None


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Connections and adapters, closed when the block ends."""
    async with AsyncExitStack() as ending:
        pool = await ending.enter_async_context(
            open_pool(
                settings.database_url.get_secret_value(),
                size=settings.pool_size,
                name="ryad api",
                setting=settings.tenant_setting,
            )
        )
        platform_pool = await ending.enter_async_context(
            open_pool(
                settings.database_platform_url.get_secret_value(),
                size=4,
                name="ryad api",
                setting=settings.tenant_setting,
            )
        )
        valkey = Valkey(settings.redis_url.get_secret_value())
        ending.callback(valkey.close)
        yield Services(
            pool,
            platform_pool,
            settings,
            CostBuckets(valkey),
            {Reception: reception_of(settings, platform_pool), FileStore: file_store(settings)},
        )


@contextmanager
def open_spans(settings: Settings) -> Iterator[Spans | None]:
    """Spans of this process, on their way until the block ends; None where they cannot be sent."""
    if not settings.otel_exporter_otlp_endpoint or missing_packages(settings):
        yield None
        return
    from integrations.telemetry.spans import exporting  # its packages are an extra

    with exporting(settings.otel_exporter_otlp_endpoint) as spans:
        yield spans


def create_app(settings: Settings) -> Starlette:
    """The application of one process; connections are made as it starts."""
    running = Running(settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as ending:
            spans = ending.enter_context(open_spans(settings))
            services = await ending.enter_async_context(open_services(settings))
            running.services = services
            running.storefront = graphql_endpoint(
                storefront.SCHEMA,
                open_context=storefront_context(services),
                deadline=timedelta(seconds=settings.storefront_seconds),
                trusted=TrustedInTable(services.pool, services.settings.tenant_setting),
                allowed_origin=storefront_origin(services),
                explorer=Explorer("Storefront", storefront.EXAMPLES),
                explain=explained,
                spans=spans,
            )
            running.admin = graphql_endpoint(
                admin.SCHEMA,
                open_context=admin_context(services),
                limits=ADMIN_LIMITS,
                deadline=timedelta(seconds=settings.admin_seconds),
                explorer=Explorer("Admin", admin.EXAMPLES),
                explain=explained,
                spans=spans,
            )
            yield

    return Starlette(
        routes=[
            Route("/", lambda request: RedirectResponse("/storefront/graphql")),
            Route("/storefront/graphql", _Door(running, "storefront")),
            Route("/admin/graphql", _Door(running, "admin")),
            *file_routes(lambda: running.services),
            *unsubscribe_routes(lambda: running.services),
            *([Route("/showcase/pictures/{name:path}", _showcase)] if settings.showcase else []),
            *(
                [Route("/showcase/messages", _messages(settings))]
                if settings.shown_messages
                else []
            ),
            Route("/healthz", _alive),
            Route("/readyz", _ready(running)),
            Route("/metrics", _metrics),
        ],
        lifespan=lifespan,
    )


@dataclass
class _Door:
    """A door that exists once the application has started."""

    running: Running
    name: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint: ASGIApp = getattr(self.running, self.name)
        await endpoint(scope, receive, send)


def _showcase(request: Request) -> Response:
    """A picture of the demo's suppliers; drawn in a thread, for it is work."""
    try:
        drawn = picture(request.path_params["name"], SHOWCASE_PIXELS)
    except NoSuchPicture:
        return PlainTextResponse("no such picture", 404)
    return Response(drawn, media_type="image/png", headers={"Cache-Control": "max-age=86400"})


def _messages(settings: Settings) -> Any:
    def messages(request: Request) -> Response:
        """What the demo's shops have sent to buyers; read in a thread, for it is files."""
        policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
        return HTMLResponse(
            messages_page(Path(settings.shown_messages)),
            headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"},
        )

    return messages


async def _alive(request: Request) -> Response:
    return PlainTextResponse("ok")


def _ready(running: Running) -> Any:
    async def ready(request: Request) -> Response:
        """Whether this process can serve: its database answers. Redis may be away."""
        assert running.services is not None
        try:
            async with running.services.pool.acquire(timeout=1) as connection:
                await connection.fetchval("SELECT 1")
        except Exception as error:
            log.warning("not ready: %s", error)
            return JSONResponse({"database": "unreachable"}, 503)
        return JSONResponse({"database": "ok"})

    return ready


async def _metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def app() -> Starlette:
    """The application with this process's settings, for a server to call."""
    made = create_app(settings())
    # Schemas and modules stay for good. Looked through in each full collection, they would hold up
    # everybody for a tenth of a second, whenever many new documents bring one about.
    gc.collect()
    gc.freeze()
    return made
