"""What OpenTelemetry is told of a page: one span, one below it for each step, and no words."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from api import storefront
from api.app import open_services
from api.credentials import storefront_context
from api.engine.tracing import current_listeners, tracing
from api.transport import graphql_endpoint
from integrations.telemetry.spans import Spans
from tenants.roles import RoleUrls
from tests.api.catalog.conftest import TwoStalls
from tests.api.catalog.counting import stock
from tests.api.client import Client, settings_for
from tests.conftest import Servers

LISTING = """query Window($first: Int, $where: ProductWhere) {
  products(first: $first, where: $where) { totalCount nodes {
    title image { url(width: 320) } variants { sku price { amount } options { name value } } } } }
"""
STEPS = {
    "products": 1,
    "products.totalCount": 1,
    "products.nodes.image": 24,
    "products.nodes.image.url": 24,
    "products.nodes.variants": 24,
    "products.nodes.variants.options": 120,
}
"""Of what a batch or a resolver gives: how many parents there are."""


@dataclass
class Traced:
    """A buyer whose operations leave spans."""

    buyer: Client
    exporter: InMemorySpanExporter

    def spans(self) -> tuple[ReadableSpan, dict[str, ReadableSpan]]:
        """The span of the only operation, and those of its steps."""
        *steps, operation = self.exporter.get_finished_spans()
        return operation, {one.name: one for one in steps}


@pytest.fixture
async def listening(
    database: RoleUrls, servers: Servers, stalls: TwoStalls
) -> AsyncIterator[Traced]:
    await stock(stalls.shop)
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    async with open_services(settings_for(database, servers.redis_url)) as services:
        door = graphql_endpoint(
            storefront.SCHEMA,
            open_context=storefront_context(services),
            spans=Spans(provider.get_tracer("test")),
        )
        yield Traced(replace(stalls.buyer, app=door), exporter)


async def test_a_page_is_one_span_with_one_for_each_step(listening: Traced) -> None:
    await listening.buyer.ask(LISTING, first=24)
    operation, steps = listening.spans()

    assert (operation.name, operation.kind) == ("query Window", SpanKind.SERVER)
    attributes = dict(operation.attributes or {})
    assert attributes.pop("graphql.document.hash") == sha256(LISTING.encode()).hexdigest()
    assert isinstance(attributes.pop("graphql.operation.cost"), int)
    assert attributes == {"graphql.operation.type": "query", "graphql.operation.name": "Window"}
    assert operation.status.status_code is StatusCode.UNSET
    assert {
        name: (one.attributes or {})["graphql.field.parents"] for name, one in steps.items()
    } == STEPS
    assert operation.context
    assert {one.parent.span_id for one in steps.values() if one.parent} == {
        operation.context.span_id
    }


async def test_more_products_are_no_more_spans(listening: Traced) -> None:
    await listening.buyer.ask(LISTING, first=2)
    _, few = listening.spans()
    assert few.keys() == STEPS.keys()


async def test_spans_hold_no_words_of_variables_documents_or_errors(listening: Traced) -> None:
    secret = "xyz_secret"
    document = f'query ($id: ID!) {{ node(id: $id) {{ id }} nodes(ids: ["{secret}"]) {{ id }} }}'
    answer = (await listening.buyer.send(document, id=secret)).json()
    operation, steps = listening.spans()

    assert operation.status.status_code is StatusCode.ERROR
    assert (operation.attributes or {})["graphql.errors"] == len(answer["errors"]) > 0
    assert steps.keys() == {"node", "nodes"}
    for span in (operation, *steps.values()):
        assert secret not in span.to_json()
        assert listening.buyer.key not in span.to_json()


def test_an_operation_that_the_sampler_leaves_out_is_not_listened_to() -> None:
    tracer = TracerProvider(sampler=ALWAYS_OFF).get_tracer("test")
    with Spans(tracer).operation("query", None, "0", 1) as span, tracing(span):
        assert span is None
        assert current_listeners() == ()
