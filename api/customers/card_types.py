"""What staff put on a card: comments and files."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from api.catalog.kinds import UPLOAD
from api.context import RequestContext
from api.customers import kinds
from api.engine.fields import batch, column, computed
from api.files.types import upload_url
from api.inputs import ReferenceInput, reference
from api.merchants.named_ids import actor_id
from api.merchants.words import ActorKind
from api.mutation import Payload, entity
from api.scalars import DateTime, id_field
from domain.customers.files import uploads_for_cards
from domain.files.links import DOWNLOAD_GOOD_FOR, download_path, signed_url
from domain.files.uploads import link_ends_at


@strawberry.enum
class ContactChannel(Enum):
    """How a customer wants to be written to."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    MESSENGER = "messenger"


@strawberry.type
class CustomerComment:
    """What staff wrote on a card, for one another."""

    id: strawberry.ID = id_field(kinds.COMMENT)
    text: str
    is_pinned: bool
    actor: ActorKind
    actor_id: strawberry.ID | None = computed(actor_id)
    created_at: DateTime
    edited_at: DateTime | None


async def _urls(parents: Sequence[Any], context: RequestContext) -> list[str | None]:
    ends_at = context.scope.reading.now + DOWNLOAD_GOOD_FOR
    return [
        signed_url(
            context.services.settings,
            row["tenant_id"],
            download_path(row["tenant_id"], row["file_id"]),
            expires_at=ends_at,
        )
        if row["status"] == "stored"
        else None
        for row in parents
    ]


@strawberry.type
class CustomerFile:
    """A file on a card: a contract, a drawing."""

    id: strawberry.ID = id_field(kinds.FILE)
    title: str
    filename: str
    content_type: str
    bytes: int = column("size_bytes")
    url: str | None = batch(_urls, cost=2, description="GET it here, for 15 minutes.")
    created_at: DateTime


@strawberry.input
class CustomerCommentAddInput:
    """A comment on a card."""

    customer: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    text: str
    is_pinned: bool = False


@strawberry.input
class CustomerCommentUpdateInput:
    """Changes of a comment."""

    text: str | None = UNSET
    is_pinned: bool | None = UNSET


@strawberry.input
class CustomerFileUploadInput:
    """A file that will be sent, of 20 MiB at most: PDF, JPEG, PNG, WebP, text, DOCX or XLSX."""

    filename: str
    content_type: str
    bytes: int = strawberry.field(description="Its exact length.")


@strawberry.input
class CustomerFileAddInput:
    """A file that was sent, for a card."""

    customer: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    upload_id: strawberry.ID = strawberry.field(description="Of `customerFileUpload`.")
    title: str | None = strawberry.field(
        default=UNSET, description="The file's name where left out."
    )


@strawberry.type
class CustomerFileUpload:
    """A file on its way to a card."""

    id: strawberry.ID = id_field(UPLOAD)
    url: str | None = upload_url()
    expires_at: DateTime = computed(link_ends_at, description="When `url` is over.")


@strawberry.type
class CustomerFileUploadPayload(Payload):
    """The upload, with the link to send it to."""

    upload: CustomerFileUpload | None = entity("upload", uploads_for_cards)
