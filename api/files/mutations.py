"""Announcing an upload."""

import strawberry

from api.files.types import UploadCreateInput, UploadCreatePayload
from api.mutation import Outcome, mutation
from domain.errors import Invalid
from domain.files.uploads import create_upload
from tenants.scope import UnitOfWork

_DIGEST_BYTES = 32


@strawberry.type
class FileMutations:
    """Root fields of the area."""

    @mutation(permission="content:write", returns=UploadCreatePayload)
    async def upload_create(uow: UnitOfWork, input: UploadCreateInput) -> Outcome:
        """Get a link to send one file to, within an hour."""
        upload_id = await create_upload(
            uow,
            purpose=input.purpose.value,
            filename=input.filename,
            content_type=input.content_type,
            bytes=input.bytes,
            sha256=_digest(input.sha256),
        )
        return {"upload": upload_id}


def _digest(text: str | None) -> bytes | None:
    """A SHA-256 out of its hex. Raises Invalid."""
    if text is None:
        return None
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        raise Invalid("sha256", en="must be 64 hex digits", ru="нужны 64 шестнадцатеричные цифры")
    return digest
