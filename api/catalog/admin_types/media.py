"""Pictures as the merchant sees them, stored or not yet."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import strawberry

from api.catalog import kinds
from api.catalog.admin_types.facts import Translation, translations
from api.catalog.admin_words import MediaStatus
from api.catalog.media_urls import media_url
from api.context import RequestContext
from api.engine.fields import batch
from api.nodes import Node
from api.scalars import DateTime, id_field
from domain.files.links import picture_url


async def _urls(
    parents: Sequence[Any], context: RequestContext, width: int | None = None
) -> list[str | None]:
    settings, tenant_id = context.services.settings, context.signed_in.tenant_id
    address_of = partial(picture_url, settings, tenant_id)
    return [
        media_url(row, width, address_of) if row["sizes"] or row["source_url"] else None
        for row in parents
    ]


@strawberry.type
class Media(Node):
    """A picture of a product."""

    id: strawberry.ID = id_field(kinds.IMAGE)
    variant_id: strawberry.ID | None = id_field(kinds.VARIANT, "variant_id")
    position: int
    alt: str
    status: MediaStatus
    url: str | None = batch(
        _urls,
        description="Where it is, at least `width` pixels wide if there is such a size; null "
        "while an upload is not drawn yet.",
    )
    source_url: str | None = strawberry.field(description="Where it was to be fetched from.")
    failure: str | None = strawberry.field(description="Why it could not be stored.")
    width: int | None
    height: int | None
    bytes: int | None
    created_at: DateTime
    translations: list[Translation] = translations()
