"""What a request says, read strictly: bytes in, a GraphQL request or a refusal out."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from starlette.requests import Request

from api.engine.documents import Named
from api.engine.errors import PublicError
from api.engine.limits import Limits, check_json

BODY_SECONDS: Final = 10  # a body that comes slower than this is somebody holding our sockets
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class HttpRefusal(PublicError):
    """A request that is refused before it is GraphQL; it has a status whatever the client reads."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, **headers: str
    ) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.headers = headers


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The well-formed parameters of a request."""

    named: Named
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)


async def receive_body(request: Request, limits: Limits) -> bytes:
    """The bytes of a body that says to be JSON. Raises HttpRefusal (400, 408, 413, 415)."""
    _check_content_type(request)
    most = limits.body_bytes
    if "authorization" not in request.headers:
        most = min(most, limits.stranger_bytes)
    return await _body(request, most)


def read_post(raw: bytes, limits: Limits) -> GraphQLRequest:
    """Read a JSON body. Raises HttpRefusal (400, 413)."""
    return parsed_request(_loads(raw, limits), limits)


def read_get(request: Request, limits: Limits) -> GraphQLRequest:
    """Read the query string; `variables` and `extensions` are JSON in it. Raises HttpRefusal."""
    raw = request.scope["query_string"]
    if len(raw) > limits.body_bytes:
        raise HttpRefusal(414, f"The query string is longer than {limits.body_bytes} bytes.")
    values: dict[str, Any] = {}
    for name, text in request.query_params.multi_items():
        if name in values:
            raise HttpRefusal(400, f"The parameter {name!r} is given more than once.")
        if "\ufffd" in text or "\0" in text:
            raise HttpRefusal(400, f"The parameter {name!r} is not valid UTF-8 text.")
        is_json = name in {"variables", "extensions"} and text
        values[name] = _loads(text.encode(), limits) if is_json else text or None
    return parsed_request(values, limits)


def parsed_request(body: Any, limits: Limits) -> GraphQLRequest:
    """Check the shape of a parsed body. Raises HttpRefusal (400)."""
    if isinstance(body, list):
        raise HttpRefusal(400, "Batches are not taken: send one operation a request.")
    if not isinstance(body, dict):
        raise HttpRefusal(400, "The body must be a JSON object.")
    text = _typed(body, "query", str)
    document_id = _typed(body, "documentId", str)
    if text is not None and len(text.encode()) > limits.document_bytes:
        raise HttpRefusal(413, f"The document is over {limits.document_bytes} bytes.")
    variables = _typed(body, "variables", dict) or {}
    persisted = _typed(_typed(body, "extensions", dict) or {}, "persistedQuery", dict) or {}
    persisted_hash = _typed(persisted, "sha256Hash", str)
    if text is None and document_id is None and persisted_hash is None:
        raise HttpRefusal(400, "The request names no document: give query or documentId.")
    if variables and len(orjson.dumps(variables)) > limits.variables_bytes:
        raise HttpRefusal(413, f"The variables are over {limits.variables_bytes} bytes.")
    named = Named(text, document_id, persisted_hash)
    return GraphQLRequest(named, _typed(body, "operationName", str) or None, variables)


def _typed(values: Mapping[str, Any], name: str, kind: type) -> Any:
    value = values.get(name)
    if value is not None and not isinstance(value, kind):
        wanted = "a string" if kind is str else "an object"
        raise HttpRefusal(400, f"{name} must be {wanted}.")
    return value


def _check_content_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json":
        raise HttpRefusal(415, "Send the request as application/json.", Accept="application/json")
    charset = parameters.strip().lower().partition("charset=")[2].strip('" ')
    if charset not in {"", "utf-8", "utf8"}:
        raise HttpRefusal(415, "Send the request in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpRefusal(415, "Send the request uncompressed.")


async def _body(request: Request, most: int) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > most:
        raise _too_long(most)
    body = bytearray()
    is_whole = False
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while not is_whole:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise HttpRefusal(400, "The body ended early.")
                body += message.get("body", b"")
                if len(body) > most:
                    raise _too_long(most)
                is_whole = not message.get("more_body", False)
    except TimeoutError:
        raise HttpRefusal(408, "The body came too slowly.", Connection="close") from None
    return bytes(body)


def _too_long(most: int) -> HttpRefusal:
    return HttpRefusal(413, f"The body is over {most} bytes.", Connection="close")


def _loads(raw: bytes, limits: Limits) -> Any:
    """Parse JSON, refusing what parsers disagree on and what the database cannot keep."""
    try:
        # orjson refuses wrong UTF-8, lone surrogates and infinities; the other one, which is ten
        # times slower, tells of duplicate keys and of integers that do not fit 64 bits.
        value = orjson.loads(raw)
        if not _is_usual(raw, value):
            value = json.loads(raw, object_pairs_hook=_unique, parse_int=_int64)
    except PublicError:
        raise
    except (ValueError, RecursionError):
        raise HttpRefusal(400, "The request is not valid JSON in UTF-8.") from None
    if b"\\u0000" in raw and _NUL.search(raw):
        raise HttpRefusal(400, "A string must not hold the character U+0000.")
    try:
        check_json(value, limits)
    except PublicError as error:
        raise HttpRefusal(400, error.public_message, code=error.code) from None
    return value


def _is_usual(raw: bytes, value: Any) -> bool:
    """Whether this is how `value` is usually written, as JSON.stringify does: nothing was lost."""
    try:
        return orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) == raw
    except orjson.JSONEncodeError:  # an integer of over 53 bits, or deep nesting
        return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise HttpRefusal(400, "An object of the request names a key twice.")
    return values


def _int64(digits: str) -> int:
    if len(digits) > 20 or not -(2**63) <= (number := int(digits)) < 2**63:
        raise HttpRefusal(400, "An integer of the request does not fit 64 bits.")
    return number
