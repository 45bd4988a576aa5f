"""PUT /files/uploads/…: the bytes of an announced upload, straight into the store."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.context import Services
from api.files.links import ANY_SITE, Refused, file_of_link, no_such_link
from domain.files.ports import FileStore
from domain.files.uploads import Arriving, Refusal, UploadRefused, receive

SILENCE_SECONDS: Final = 20
"""How long a sender may send nothing."""
MOST_SECONDS: Final = 1_800
"""How long all of it may take; a row waits for its bytes a little longer."""

_ANSWERS: Final[dict[Refusal, tuple[int, str, str]]] = {
    "busy": (409, "CONFLICT", "This upload is being sent by somebody just now."),
    "type": (415, "BAD_USER_INPUT", "The Content-Type is not the one that was announced."),
    "content": (415, "BAD_USER_INPUT", "The bytes are not of the kind that was announced."),
    "length": (400, "BAD_USER_INPUT", "The file is shorter than was announced."),
    "too_long": (413, "BAD_USER_INPUT", "The file is longer than was announced."),
    "digest": (422, "BAD_USER_INPUT", "The SHA-256 is not the one that was announced."),
}


async def receive_upload(
    request: Request, services: Services, *, silence_seconds: float = SILENCE_SECONDS
) -> Response:
    """Store the body. Raises Refused."""
    scope, upload_id = file_of_link(request, services)
    length = request.headers.get("content-length")
    if length is not None and not (length.isdecimal() and len(length) <= 15):
        raise Refused(400, "BAD_USER_INPUT", "Content-Length must be a number.")
    arriving = Arriving(
        request.headers.get("content-type", ""),
        int(length) if length is not None else None,
        _chunks(request, silence_seconds),
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            await receive(scope, services.adapters[FileStore], upload_id, arriving)
    except UploadRefused as refused:
        if refused.reason == "gone":
            raise no_such_link() from None
        raise Refused(*_ANSWERS[refused.reason]) from None
    except TimeoutError:
        raise Refused(408, "TIMEOUT", "The file came too slowly.") from None
    except ClientDisconnect:
        raise Refused(400, "BAD_USER_INPUT", "The file ended early.") from None
    return Response(status_code=204, headers=ANY_SITE)


async def _chunks(request: Request, silence_seconds: float) -> AsyncIterator[bytes]:
    """The body, as long as it keeps coming. Raises TimeoutError, ClientDisconnect."""
    body = request.stream()
    while True:
        try:
            async with asyncio.timeout(silence_seconds):
                chunk = await anext(body)
        except StopAsyncIteration:
            return
        if chunk:
            yield chunk
