"""GET /files/… by a signed link, and GET /media/…: pictures for all the world."""

import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.context import Services
from api.files.links import ANY_SITE, file_of_link, no_such_link
from domain.files.ports import FileStore, NoSuchFile
from domain.files.stored_files import files_by_ids
from tenants.ids import WrongId, decode_id

_PICTURE: Final = re.compile(r"pic_[0-9a-z]{26}-[1-9][0-9]{0,4}\.webp")
# Whatever is inside, a browser is to keep it and not to run it.
_HARMLESS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_FOR_EVER: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    **ANY_SITE,
}


async def serve_file(request: Request, services: Services) -> Response:
    """A stored file, to be saved under the name that it came with. Raises Refused."""
    scope, file_id = file_of_link(request, services)
    row = (await files_by_ids(scope.reading, [file_id])).get(file_id)
    if row is None or row["status"] != "stored":
        raise no_such_link()
    headers = {
        "Content-Type": row["content_type"],
        "Content-Disposition": _saved_as(row["filename"]),
        "Cache-Control": "private, no-store",
        **ANY_SITE,
    }
    return await _stream(request, services, scope.tenant_id, row["name"], headers)


async def serve_picture(request: Request, services: Services) -> Response:
    """One size of a picture; what is behind a name never changes. Raises Refused."""
    name = request.path_params["name"]
    try:
        tenant_id = decode_id(request.path_params["shop"], "shop")
    except WrongId:
        raise no_such_link() from None
    if not _PICTURE.fullmatch(name):
        raise no_such_link()
    tag = f'"{name}"'
    headers = {"Content-Type": "image/webp", "ETag": tag, **_FOR_EVER}
    if tag in (one.strip() for one in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers={**headers, **_HARMLESS})
    return await _stream(request, services, tenant_id, f"media/{name}", headers)


async def _stream(
    request: Request, services: Services, tenant_id: UUID, name: str, headers: dict[str, str]
) -> Response:
    store: FileStore = services.adapters[FileStore]
    try:
        size = await store.size(tenant_id, name)
    except NoSuchFile:
        raise no_such_link() from None
    headers = {**headers, **_HARMLESS, "Content-Length": str(size)}
    if request.method == "HEAD":
        return Response(headers=headers)

    async def chunks() -> AsyncIterator[bytes]:
        # Who goes away in the middle leaves no open file behind.
        async with aclosing(store.read(tenant_id, name)) as reading:
            async for chunk in reading:
                yield chunk

    return StreamingResponse(chunks(), headers=headers)


def _saved_as(filename: str) -> str:
    """Content-Disposition as RFC 6266 has it: a plain name, and the true one."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
