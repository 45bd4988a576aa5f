"""What a signed link leads to, and the one answer to those that lead nowhere."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.context import Services
from api.door import request_id_of
from api.engine.errors import public_error
from domain.files.links import is_genuine, link_keys
from tenants.ids import WrongId, decode_id
from tenants.principal import Actor, Principal
from tenants.scope import TenantScope

ANY_SITE: Final = {"Access-Control-Allow-Origin": "*"}
"""The link is the credential and no cookie is looked at, so any page that has it may use it."""


class Refused(Exception):
    """An answer in place of the file."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def answer(self, request: Request) -> Response:
        """The same shape as GraphQL's errors have."""
        request_id = request_id_of(request.scope)
        headers = {**ANY_SITE, "Cache-Control": "no-store", "X-Request-Id": request_id}
        if request.method == "PUT":
            headers["Connection"] = "close"  # or what is still to come would be read to its end
        errors = [public_error(self.message, self.code, request_id)]
        return JSONResponse({"errors": errors}, self.status, headers)


def no_such_link() -> Refused:
    """Wrong, changed, over, used, another shop's: nobody learns which."""
    return Refused(404, "NOT_FOUND", "There is no such file here, or the link to it is over.")


def file_of_link(request: Request, services: Services) -> tuple[TenantScope, UUID]:
    """The tenant and the file that a genuine link names. Raises Refused."""
    query = request.query_params
    try:
        tenant_id = decode_id(request.path_params["shop"], "shop")
        file_id = decode_id(request.path_params["file"], "upl")
    except WrongId:
        raise no_such_link() from None
    if not is_genuine(
        link_keys(services.settings),
        tenant_id,
        request.url.path,
        expires=query.get("expires", ""),
        signature=query.get("signature", ""),
        now=datetime.now(UTC),
    ):
        raise no_such_link()
    address = request.client.host if request.client else None
    principal = Principal(Actor.SYSTEM, address=address, request_id=request_id_of(request.scope))
    setting = services.settings.tenant_setting
    return TenantScope(services.pool, tenant_id, principal, setting), file_id
