"""Changing the pictures of products."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_inputs.window import (
    MediaAddInput,
    MediaReorderInput,
    MediaUpdateInput,
    NewMediaInput,
)
from api.catalog.admin_types.media import Media
from api.catalog.mutations.products import WRITE
from api.inputs import ref, values
from api.mutation import Outcome, Payload, entities, entity, mutation
from api.rows import in_table
from api.scalars import BadInput, wanted_id, wanted_ids
from domain.catalog import tables
from domain.catalog.media import add_media, delete_media, media_of, put_in_order, update_media
from domain.files.uploads import use_upload
from tenants.scope import UnitOfWork


@strawberry.type
class MediaPayload(Payload):
    """The picture as it is now."""

    media: Media | None = entity("media", in_table(tables.Media))


@strawberry.type
class MediaAddPayload(Payload):
    """The new pictures, in the order of the input; a job stores them soon after."""

    media: list[Media] | None = entities("media", in_table(tables.Media))


@strawberry.type
class MediaReorderPayload(Payload):
    """All pictures of the product, in their order."""

    media: list[Media] | None = entities("media", in_table(tables.Media))


@strawberry.type
class MediaDeletePayload(Payload):
    """The id of what is gone."""

    media_id: strawberry.ID | None


@strawberry.type
class MediaMutations:
    """Root fields of pictures."""

    @mutation(permission=WRITE, returns=MediaAddPayload)
    async def media_add(uow: UnitOfWork, input: MediaAddInput) -> Outcome:
        """Add pictures at the end of a product's, each from an upload or an address."""
        product = ref(input.product, kinds.PRODUCT)
        pictures = await _pictures(uow, input.media)
        version = input.expected_version
        made = await add_media(uow, product=product, given=pictures, expected_version=version)
        return {"media": made}

    @mutation(permission=WRITE, returns=MediaPayload)
    async def media_update(uow: UnitOfWork, id: strawberry.ID, input: MediaUpdateInput) -> Outcome:
        """Change a picture's words, or move it among its product's."""
        media_id = wanted_id(id, kinds.IMAGE)
        await update_media(uow, media_id, **vars(input))
        return {"media": media_id}

    @mutation(permission=WRITE, returns=MediaReorderPayload)
    async def media_reorder(uow: UnitOfWork, input: MediaReorderInput) -> Outcome:
        """Show a product's pictures in this order; those not named come after them."""
        product = await put_in_order(
            uow,
            product=ref(input.product, kinds.PRODUCT),
            media_ids=wanted_ids(input.media_ids, kinds.IMAGE),
            expected_version=input.expected_version,
        )
        return {"media": [row["id"] for row in await media_of(uow, [product])]}

    @mutation(permission=WRITE, returns=MediaDeletePayload)
    async def media_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Take a picture away, and what is stored of it. `expectedVersion` is the product's."""
        await delete_media(uow, wanted_id(id, kinds.IMAGE), expected_version=expected_version)
        return {"media_id": id}


async def _pictures(uow: UnitOfWork, given: Sequence[NewMediaInput]) -> list[dict[str, Any]]:
    """The pictures as the domain takes them, uploads by the name that they are stored under."""
    pictures = []
    for at, one in enumerate(given):
        picture = values(one)
        upload = picture.pop("upload_id", None)
        if upload is not None and one.source_url not in (None, UNSET):
            raise BadInput("Give uploadId or sourceUrl, not both.", argument=f"input.media.{at}")
        if upload is not None:
            stored = await use_upload(uow, upload, "media", at, "uploadId", purpose="picture")
            picture["storage_key"] = stored["name"]
        pictures.append(picture)
    return pictures
