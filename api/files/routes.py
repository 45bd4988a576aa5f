"""The routes of files; `api.app` says which services they have once it has started."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.context import Services
from api.files.links import ANY_SITE, Refused
from api.files.receiving import SILENCE_SECONDS, receive_upload
from api.files.serving import serve_file, serve_picture

Answering = Callable[[Request, Services], Awaitable[Response]]


def file_routes(
    services: Callable[[], Services | None], *, silence_seconds: float = SILENCE_SECONDS
) -> list[Route]:
    """Uploads, downloads and public pictures. A sender may be silent for so long."""

    def answered(answering: Answering) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return _PREFLIGHT
            started = services()
            assert started is not None
            try:
                return await answering(request, started)
            except Refused as refused:
                return refused.answer(request)

        return endpoint

    receiving = partial(receive_upload, silence_seconds=silence_seconds)
    return [
        Route("/files/uploads/{shop}/{file}", answered(receiving), methods=["PUT", "OPTIONS"]),
        Route("/files/{shop}/{file}", answered(serve_file), methods=["GET"]),
        Route("/media/{shop}/{name}", answered(serve_picture), methods=["GET"]),
    ]


_PREFLIGHT = Response(
    status_code=204,
    headers={
        **ANY_SITE,
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "86400",
    },
)
