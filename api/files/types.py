"""An upload, as the admin sees it."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.mutation import Payload, entity
from api.scalars import DateTime, id_field
from domain.files.links import DOWNLOAD_GOOD_FOR, download_path, signed_url, upload_path
from domain.files.uploads import link_ends_at, uploads_by_ids


@strawberry.enum
class UploadPurpose(Enum):
    """What an upload is for.

    PICTURE: JPEG, PNG, WebP or GIF, 20 MiB. PRICE_LIST: YML, 500 MiB. SHEET: CSV or XLSX, 50 MiB.
    """

    PICTURE = "picture"
    PRICE_LIST = "price_list"
    SHEET = "sheet"


@strawberry.enum
class UploadStatus(Enum):
    """How far an upload is."""

    AWAITED = "awaited"
    RECEIVING = "receiving"
    STORED = "stored"


async def _urls(parents: Sequence[Any], context: RequestContext) -> list[str | None]:
    settings = context.services.settings
    return [
        signed_url(
            settings,
            row["tenant_id"],
            upload_path(row["tenant_id"], row["id"]),
            expires_at=link_ends_at(row),
        )
        if row["status"] != "stored"
        else None
        for row in parents
    ]


async def _download_urls(parents: Sequence[Any], context: RequestContext) -> list[str | None]:
    settings = context.services.settings
    ends_at = context.scope.reading.now + DOWNLOAD_GOOD_FOR
    return [
        signed_url(
            settings,
            row["tenant_id"],
            download_path(row["tenant_id"], row["id"]),
            expires_at=ends_at,
        )
        if row["status"] == "stored"
        else None
        for row in parents
    ]


async def _export_urls(parents: Sequence[Any], context: RequestContext) -> list[str | None]:
    reading = context.scope.reading
    ends = reading.now + DOWNLOAD_GOOD_FOR
    return [
        signed_url(
            context.services.settings,
            reading.tenant_id,
            download_path(reading.tenant_id, parent["id"]),
            expires_at=min(ends, parent["expires_at"]),
        )
        if parent["status"] == "ready" and parent["expires_at"] > reading.now
        else None
        for parent in parents
    ]


def export_url() -> Any:
    """The link to an export that is ready; its rows have `id`, `status` and `expires_at`."""
    return batch(_export_urls, cost=2, description="A link to the file, good for fifteen minutes.")


def upload_url() -> Any:
    """The link that an upload's bytes are sent by."""
    return batch(
        _urls, description="PUT the bytes here, with their Content-Type; null once they are stored."
    )


@strawberry.type
class Upload:
    """A file on its way in. Once stored it can be used for a week."""

    id: strawberry.ID = id_field("upl")
    purpose: UploadPurpose
    status: UploadStatus
    filename: str
    content_type: str
    bytes: int = column("size_bytes")
    url: str | None = upload_url()
    expires_at: DateTime = computed(link_ends_at, description="When `url` is over.")
    download_url: str | None = batch(
        _download_urls, description="GET what is stored here, for 15 minutes."
    )
    created_at: DateTime


@strawberry.input
class UploadCreateInput:
    """What will be sent. `bytes` is its exact length."""

    filename: str
    content_type: str
    bytes: int
    purpose: UploadPurpose
    sha256: str | None = strawberry.field(
        default=None, description="In hex; what is sent must have it."
    )


@strawberry.type
class UploadCreatePayload(Payload):
    """The upload, with the link to send it to."""

    upload: Upload | None = entity("upload", uploads_by_ids)
