"""Spans on their way to a real collector: who sends them, when, and what is said where none can."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.doctor_settings import of_settings
from api.telemetry import missing_packages
from tenants.database import Pool
from tenants.roles import RoleUrls
from tests.api.client import Client, make_key, open_app, settings_for
from tests.conftest import Servers, TwoTenants


@contextmanager
def collector(received: list[ExportTraceServiceRequest]) -> Iterator[str]:
    """A collector that keeps what it is sent; its address."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(ExportTraceServiceRequest.FromString(sent))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def test_a_service_sends_spans_to_the_collector_it_is_told_of(
    database: RoleUrls, servers: Servers, platform_pool: Pool, tenants: TwoTenants
) -> None:
    received: list[ExportTraceServiceRequest] = []
    key = await make_key(platform_pool, tenants.ours, "publishable")
    with collector(received) as address:
        settings = settings_for(database, servers.redis_url, otel_exporter_otlp_endpoint=address)
        async with open_app(settings) as app:
            await Client(app, key).ask("query Shelves { categories { title } }")
    [request] = received  # sent as the service ended, at the latest
    [resource] = request.resource_spans
    named = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert named["service.name"] == "ryad"
    spans = {span.name: span for scope in resource.scope_spans for span in scope.spans}
    assert spans.keys() == {"query Shelves", "categories"}
    assert spans["categories"].parent_span_id == spans["query Shelves"].span_id


async def test_a_collector_that_is_away_harms_nobody(
    database: RoleUrls,
    servers: Servers,
    platform_pool: Pool,
    tenants: TwoTenants,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")  # else it is tried again for ten
    key = await make_key(platform_pool, tenants.ours, "publishable")
    with collector([]) as address:
        pass
    settings = settings_for(database, servers.redis_url, otel_exporter_otlp_endpoint=address)
    async with open_app(settings) as app:
        assert await Client(app, key).ask("{ categories { title } }") == {"categories": []}


async def test_without_its_packages_a_service_runs_and_the_doctor_says_what_is_missing(
    database: RoleUrls, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.startswith("opentelemetry.exporter")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter", None)
    address = "http://127.0.0.1:4318"
    settings = settings_for(database, servers.redis_url, otel_exporter_otlp_endpoint=address)

    assert missing_packages(settings) == ["opentelemetry-exporter-otlp-proto-http"]
    assert (
        "BAD",
        "OTEL_EXPORTER_OTLP_ENDPOINT is set, but opentelemetry-exporter-otlp-proto-http is not"
        " installed: no spans are sent",
    ) in of_settings(settings)
    async with open_app(settings):
        pass
    assert missing_packages(settings_for(database, servers.redis_url)) == []
