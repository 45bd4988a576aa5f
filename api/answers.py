"""From what came of a request to a status, headers and a body, as GraphQL over HTTP has it."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.bodies import GraphQLRequest, HttpRefusal
from api.door import Operation
from api.engine.errors import PublicError, refused
from api.engine.execute import Result
from api.engine.writing import chunks, pieces

GRAPHQL_JSON: Final = "application/graphql-response+json"
PLAIN_JSON: Final = "application/json"
# A response without data says why in its status, to clients that ask for GraphQL's own type.
STATUS: Final[Mapping[str, int]] = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "THROTTLED": 429,
    "INTERNAL": 500,
    "TIMEOUT": 504,
}
# To the others a well-formed request is 200, but for what proxies and browsers have to know.
PLAIN_STATUS: Final = {"UNAUTHENTICATED", "THROTTLED", "INTERNAL", "TIMEOUT"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response before it is bytes."""

    status: int
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def response(self, media: str, headers: Mapping[str, str]) -> Response:
        """The bytes, in the media type that the client takes."""
        headers = {
            "Cache-Control": "no-store",
            "Vary": "Accept, Authorization, Origin, X-Customer-Token",
            **headers,
            **self.headers,
        }
        if self.body is None:
            return Response(status_code=self.status, headers=headers)
        body, media = pieces(self.body), f"{media}; charset=utf-8"
        if len(body) == 1:
            return Response(body[0], self.status, headers, media)
        return LongResponse(body, self.status, headers, media)


class LongResponse(Response):
    """A body in pieces, of many megabytes perhaps: it is never put together in memory."""

    def __init__(
        self, pieces: list[bytes], status: int, headers: Mapping[str, str], media: str
    ) -> None:
        self.pieces = pieces
        length = str(sum(map(len, pieces)))
        super().__init__(None, status, {**headers, "Content-Length": length}, media)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; to HEAD only what there is to know of it."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            for chunk in chunks(self.pieces):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def media_type(request: Request) -> str | None:
    """The one of our two media types that the client likes best; None when it takes neither."""
    accept = request.headers.get("accept")
    return _liked_best(accept) if accept else PLAIN_JSON


@lru_cache(maxsize=100)  # most clients say one of a few
def _liked_best(accept: str) -> str | None:
    best, best_quality = None, 0.0
    for entry in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in entry.split(";"))
        if kind not in {GRAPHQL_JSON, PLAIN_JSON, "application/*", "*/*"}:
            continue
        quality = next((_quality(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if quality > best_quality:
            best_quality = quality
            best = GRAPHQL_JSON if kind == GRAPHQL_JSON else PLAIN_JSON
    return best


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def refusal(error: PublicError, request_id: str, media: str | None) -> Answer:
    """The answer to a request that may not run."""
    entries = [refused(error, request_id)]
    if isinstance(error, HttpRefusal):
        answer = Answer(error.status, {"errors": entries}, dict(error.headers))
    else:
        answer = not_run(entries, media)
    if "retryAfter" in error.extensions:
        answer.headers["Retry-After"] = str(math.ceil(error.extensions["retryAfter"]))
    return answer


def not_run(entries: list[dict[str, Any]], media: str | None) -> Answer:
    """The answer where nothing ran: errors, and no data."""
    code = entries[0]["extensions"]["code"]
    plain = media != GRAPHQL_JSON and code not in PLAIN_STATUS
    headers = {"WWW-Authenticate": "Bearer"} if code == "UNAUTHENTICATED" else {}
    return Answer(200 if plain else STATUS.get(code, 400), {"errors": entries}, headers)


def executed(
    result: Result,
    operation: Operation,
    bucket: Mapping[str, Any] | None,
    tag: str | None,
    media: str | None,
) -> Answer:
    """The answer of an operation that ran, also where some of its fields failed."""
    if not result.executed:
        return not_run(result.errors, media)
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = result.errors
    if bucket is not None:
        cost = {"requested": operation.cost, "actual": operation.cost, **bucket}
        body["extensions"] = {"cost": cost}
    return Answer(200, body, _cached(tag) if tag and not result.errors else {})


def unchanged(tag: str) -> Answer:
    """The answer to a client that has the current one already."""
    return Answer(304, None, _cached(tag))


def entity_tag(
    request: Request, asked: GraphQLRequest, operation: Operation, cache_tag: str | None
) -> str | None:
    """The validator of a cacheable answer: it names everything that the answer depends on."""
    if cache_tag is None or request.method == "POST" or operation.kind != "query":
        return None
    parts = [
        cache_tag,
        media_type(request),
        operation.document_id,
        asked.operation_name,
        asked.variables,
    ]
    known = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    return f'"{hashlib.sha256(known).hexdigest()[:32]}"'


def _cached(tag: str) -> dict[str, str]:
    # Kept by caches, but asked about each time: a change shows at once.
    return {"ETag": tag, "Cache-Control": "no-cache"}
