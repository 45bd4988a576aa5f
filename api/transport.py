"""GraphQL over HTTP for one door: in which order a request is checked, and when it runs.

Each check comes before anything dearer than itself: method, content type, bytes, caller, JSON,
tokens, size, validation, permissions, cost; then the operation runs under the door's deadline.
Reading a document that is not known here has a price, or refused ones would be free work for us.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from graphql import GraphQLSchema, OperationDefinitionNode, OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.answers import (
    GRAPHQL_JSON,
    PLAIN_JSON,
    Answer,
    entity_tag,
    executed,
    media_type,
    not_run,
    refusal,
    unchanged,
)
from api.bodies import GraphQLRequest, HttpRefusal, read_get, read_post, receive_body
from api.door import DoorContext, Operation, directives_of, request_id_of
from api.engine.cost import Appraisal, CostExceeded
from api.engine.documents import (
    Document,
    Documents,
    Named,
    NoTrustedDocuments,
    PersistedInMemory,
    PersistedQueries,
    TrustedDocuments,
    text_of,
)
from api.engine.errors import (
    INTERNAL,
    Explain,
    PublicError,
    document_errors,
    public_error,
    unexplained,
)
from api.engine.execute import execute
from api.engine.limits import Limits
from api.engine.tracing import Trace, tracing
from api.explorer import Explorer
from api.telemetry import NoSpans, Spans

log = logging.getLogger(__name__)

METHODS: Final = "GET, HEAD, POST, OPTIONS"
READING_POINTS: Final = 10
"""For a new document, whatever comes of it: at worst it takes as much time as a listing."""
REQUEST_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, X-Customer-Token, X-Trace"
RESPONSE_HEADERS: Final = "ETag, Retry-After, Server-Timing, X-Request-Id"

OpenContext = Callable[[Request], Awaitable[DoorContext]]
AllowedOrigin = Callable[[Request, DoorContext | None], Awaitable[str | None]]


async def no_origin(request: Request, context: DoorContext | None) -> str | None:
    """A door that no page of another site may use."""
    return None


def graphql_endpoint(
    schema: GraphQLSchema,
    *,
    open_context: OpenContext,
    limits: Limits | None = None,
    deadline: timedelta = timedelta(seconds=10),
    trusted: TrustedDocuments | None = None,
    persisted: PersistedQueries | None = None,
    allowed_origin: AllowedOrigin = no_origin,
    explorer: Explorer | None = None,
    explain: Explain = unexplained,
    spans: Spans | None = None,
) -> ASGIApp:
    """An ASGI application that serves `schema` (a finished one) at the path where it is routed.

    `open_context` finds out who is calling, or raises PublicError; `allowed_origin` gives the
    origin of a web page that may read the answer (for a preflight, and where the caller could not
    be told, its second argument is None). `explorer` is the page that browsers get, if any.
    `explain` finds words for errors that are no bugs; all others are masked. `spans` makes a span
    of each operation that runs.
    """
    return _Endpoint(
        # A query reads on one connection: waiting together would only make tasks.
        Documents(schema, limits or Limits(), side_by_side=False),
        open_context,
        deadline,
        trusted or NoTrustedDocuments(),
        persisted or PersistedInMemory(),
        allowed_origin,
        explorer,
        explain,
        spans or NoSpans(),
    )


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request on its way: what came in, and what became known of it."""

    request: Request
    request_id: str
    media: str | None
    asked: GraphQLRequest
    context: DoorContext


@dataclass(frozen=True, slots=True)
class _Endpoint:
    documents: Documents
    open_context: OpenContext
    deadline: timedelta
    trusted: TrustedDocuments
    persisted: PersistedQueries
    allowed_origin: AllowedOrigin
    explorer: Explorer | None
    explain: Explain
    spans: Spans
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_id = request_id_of(scope)
        headers = {"X-Request-Id": request_id, "X-Content-Type-Options": "nosniff"}
        response: Response
        if self.explorer and _wants_page(request):
            response = self.explorer.page()
            response.headers.update(headers)
        else:
            response = await self.respond(request, request_id, headers)
        if request.method == "HEAD":
            response.body = b""  # Content-Length keeps telling the length of what GET would give
        await response(scope, receive, send)

    async def respond(
        self, request: Request, request_id: str, headers: Mapping[str, str]
    ) -> Response:
        """Answer with JSON, whatever happens below."""
        media = media_type(request)
        context: DoorContext | None = None
        try:
            if request.method == "OPTIONS":
                answer = Answer(204, None, {"Allow": METHODS})
            else:
                raw = await self.receive(request, media)
                context = await self.open_context(request)
                asked = self.read(request, raw)
                answer = await self.answer(_Exchange(request, request_id, media, asked, context))
        except PublicError as error:
            answer = refusal(error, request_id, media)
        except Exception as error:
            told = self.explain(error)
            level = logging.WARNING if told else logging.ERROR
            log.log(level, "request failed", exc_info=error, extra={"request_id": request_id})
            answer = refusal(told or INTERNAL, request_id, media)
        cors = await self.cors(request, context)
        return answer.response(media or PLAIN_JSON, {**cors, **headers})

    async def receive(self, request: Request, media: str | None) -> bytes:
        """The body of a request that this door takes; none of a GET. Raises HttpRefusal."""
        if request.method not in METHODS.split(", "):
            raise HttpRefusal(405, f"This door takes {METHODS}.", Allow=METHODS)
        if media is None:
            raise HttpRefusal(406, f"Answers are {GRAPHQL_JSON} or {PLAIN_JSON}.")
        posted = request.method == "POST"
        return await receive_body(request, self.documents.limits) if posted else b""

    def read(self, request: Request, raw: bytes) -> GraphQLRequest:
        """The request's parameters. Raises HttpRefusal."""
        limits = self.documents.limits
        return read_post(raw, limits) if request.method == "POST" else read_get(request, limits)

    async def answer(self, exchange: _Exchange) -> Answer:
        """Find the document, check it, and run it. Raises PublicError for a refusal."""
        named, context = exchange.asked.named, exchange.context
        text = await text_of(
            named, context.tenant, self.trusted, self.persisted, trusted_only=context.trusted_only
        )
        document = await self.document(named, text, context)
        if document.refusal:
            raise document.refusal
        if document.errors:
            entries = document_errors(document.errors, document.code, exchange.request_id)
            return not_run(entries, exchange.media)
        if named.persisted_hash and named.text:
            await self.persisted.keep(context.tenant, document.id, text)
        node = document.operation(exchange.asked.operation_name)
        if node.operation is not OperationType.QUERY and exchange.request.method != "POST":
            raise HttpRefusal(405, "GET is for queries: send others by POST.", Allow="POST")
        if node.operation is OperationType.SUBSCRIPTION:
            raise HttpRefusal(400, "Subscriptions do not run over plain HTTP.")
        return await self.run(exchange, document, node)

    async def document(self, named: Named, text: str, context: DoorContext) -> Document:
        """The document of this text, read now if it is new here. Raises THROTTLED."""
        introspection = context.may_introspect
        if known := self.documents.find(text, introspection=introspection):
            return known
        if named.text is not None:
            # What is registered or persisted was read before, by us or by our like.
            await context.charge(READING_POINTS)
        async with self.reading:
            document = self.documents.read(text, introspection=introspection)
            await asyncio.sleep(0)  # one a turn: between two of them others are answered
        return document

    async def run(
        self, exchange: _Exchange, document: Document, node: OperationDefinitionNode
    ) -> Answer:
        """Permissions, cost, and the operation itself. Raises PublicError for a refusal."""
        schema, limits = self.documents.schema, self.documents.limits
        asked, context, media = exchange.asked, exchange.context, exchange.media
        appraisal = document.appraisal(schema, node, asked.variables, limits)
        if missing := _missing_permissions(appraisal, context, exchange.request_id):
            return not_run(missing, media)
        if appraisal.cost > limits.cost:
            raise CostExceeded(appraisal.cost, limits.cost)
        operation = Operation(
            kind=node.operation.value,
            name=node.name.value if node.name else None,
            document_id=document.id,
            cost=appraisal.cost,
            directives=directives_of(schema, node, asked.variables),
        )
        async with context.running(operation) as bucket:
            tag = entity_tag(exchange.request, asked, operation, context.cache_tag)
            if tag and tag in exchange.request.headers.get("if-none-match", ""):
                return unchanged(tag)
            assert document.node is not None
            trace = _trace_for(exchange)
            spanned = self.spans.operation(
                operation.kind, operation.name, document.id, appraisal.cost
            )
            with spanned as span, tracing(trace, span):
                result = await execute(
                    schema,
                    document.node,
                    asked.variables,
                    asked.operation_name,
                    context,
                    deadline=self.deadline,
                    plans=document.plans,
                    request_id=exchange.request_id,
                    suggestions=context.may_introspect,
                    explain=self.explain,
                )
                if span:
                    span.ended(len(result.errors))
        answer = executed(result, operation, bucket, tag, media)
        if trace:
            answer.headers["Server-Timing"] = trace.server_timing()
        return answer

    async def cors(self, request: Request, context: DoorContext | None) -> dict[str, str]:
        """Headers that let a web page of an allowed origin use this door."""
        origin = await self.allowed_origin(request, context) if _has_origin(request) else None
        if origin is None:
            return {}
        headers = {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": RESPONSE_HEADERS,
        }
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = METHODS
            headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
            headers["Access-Control-Max-Age"] = "7200"
        return headers


def _trace_for(exchange: _Exchange) -> Trace | None:
    """Where timings go that a member of staff asks for, by the header X-Trace."""
    wanted = "x-trace" in exchange.request.headers and exchange.context.may_trace
    return Trace() if wanted else None


def _has_origin(request: Request) -> bool:
    return "origin" in request.headers


def _wants_page(request: Request) -> bool:
    """Whether a browser came to look: it reads HTML, and brings no query."""
    is_read = request.method in {"GET", "HEAD"}
    return is_read and "text/html" in request.headers.get("accept", "") and not request.url.query


def _missing_permissions(
    appraisal: Appraisal, context: DoorContext, request_id: str
) -> list[dict[str, Any]]:
    return [
        public_error(
            f"{'.'.join(path)} needs the permission {permission}.",
            "FORBIDDEN",
            request_id,
            permission=permission,
        )
        | {"path": list(path)}
        for permission, path in appraisal.permissions.items()
        if not context.holds(permission)
    ]
