"""Operations as OpenTelemetry spans: one for each, and one below it for each step that waits.

A step is one field for all objects of its level, so a page of 24 products has some ten of them.
Needs the packages of the extra `telemetry`.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer


@dataclass(frozen=True, slots=True)
class OperationSpan:
    """The span of one running operation."""

    tracer: Tracer
    span: Span
    every_step: bool = False

    def timed(self, path: str, objects: int) -> AbstractContextManager[Any]:
        """A span of one step that fetches."""
        told: dict[str, str | int] = {"graphql.field.path": path, "graphql.field.parents": objects}
        return self.tracer.start_as_current_span(path, attributes=told, record_exception=False)

    def ended(self, errors: int) -> None:
        """Mark an operation whose answer has errors; their words may hold what a buyer typed."""
        if errors:
            self.span.set_attribute("graphql.errors", errors)
            self.span.set_status(StatusCode.ERROR)


@dataclass(frozen=True, slots=True)
class Spans:
    """Makes spans of operations."""

    tracer: Tracer

    @contextmanager
    def operation(
        self, kind: str, name: str | None, document_id: str, cost: int
    ) -> Iterator[OperationSpan | None]:
        """The span of one operation; None where the sampler leaves this one out."""
        told: dict[str, str | int] = {
            "graphql.operation.type": kind,
            "graphql.operation.cost": cost,
            "graphql.document.hash": document_id,
        }
        if name:
            told["graphql.operation.name"] = name
        title = f"{kind} {name}" if name else kind
        with self.tracer.start_as_current_span(
            title, kind=SpanKind.SERVER, attributes=told, record_exception=False
        ) as span:
            yield OperationSpan(self.tracer, span) if span.is_recording() else None


@contextmanager
def exporting(endpoint: str) -> Iterator[Spans]:
    """Spans that go to the collector at `endpoint`, in the background; the last as the block ends.

    Whatever OTEL_… variables say of samplers, headers and limits holds. A collector that is away
    costs spans, and a line in the log.
    """
    name = os.environ.get("OTEL_SERVICE_NAME", "ryad")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield Spans(provider.get_tracer("ryad"))
    finally:
        provider.shutdown()
