"""Media: pictures of a product, in order; a job fetches and sizes those that are but addresses."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, func, select, update

from domain.bulk import TooMany
from domain.catalog.changes import products_changed
from domain.catalog.tables import Media, Product, Translation, Variant
from domain.catalog.versions import edited, lock_owner
from domain.errors import Invalid, NotFound
from domain.inputs import located, text
from domain.references import Ref, get_id
from domain.row_sets import IDS, delete_rows, insert_rows, lock_rows, row_set, rows_by_id
from tenants.ids import new_id
from tenants.jobs import enqueue
from tenants.scope import Asking, Row, UnitOfWork

MOST_PICTURES: Final = 100
LONGEST_ADDRESS: Final = 2_000
LONGEST_ALT: Final = 500

_OF_PRODUCTS: Final = (
    select(Media)
    .where(Media.product_id == any_(IDS))
    .order_by(Media.product_id, Media.position, Media.id)
)
_COUNT: Final = select(func.count()).where(Media.product_id == bindparam("product_id"))
_places: Final = row_set(Media, ("id", "position"))
_REORDER: Final = update(Media).where(Media.id == _places.c.id).values(position=_places.c.position)


async def add_media(
    uow: UnitOfWork,
    *,
    product: Ref,
    given: Sequence[dict[str, Any]],
    expected_version: int | None = None,
) -> list[UUID]:
    """Add pictures at the end; their ids. Each has `source_url` or `storage_key`, maybe `alt` and
    `variant`. The job `media.store` is queued. Raises NotFound, Conflict, Invalid, TooMany.
    """
    owner = await lock_owner(
        uow, Product, product, "productId", what="product", expected_version=expected_version
    )
    product_id: UUID = owner["id"]
    there = int(await uow.value(_COUNT, product_id=product_id))
    if there + len(given) > MOST_PICTURES:
        raise TooMany("media", most=MOST_PICTURES)
    rows: list[dict[str, Any]] = []
    for at, one in enumerate(given):
        variant_id = await _variant(uow, product_id, one.get("variant"), at)
        with located("media", at, "alt"):
            alt = text(LONGEST_ALT, required=False)(one.get("alt"))
        rows.append(
            {
                "id": new_id(),
                "product_id": product_id,
                "variant_id": variant_id,
                "position": there + at,
                "alt": alt,
                "source_url": _address(one, at),
                "storage_key": one.get("storage_key"),
                "created_at": uow.now,
            }
        )
    await insert_rows(uow, Media, rows)
    await enqueue(uow, "media.store", key=str(product_id), product_id=str(product_id))
    await _edited(uow, product_id)
    return [row["id"] for row in rows]


async def update_media(
    uow: UnitOfWork,
    media_id: UUID,
    *,
    alt: str | None = None,
    position: int | None = None,
    expected_version: int | None = None,
) -> None:
    """Change a picture's words, or move it to a place (0 is first). Raises NotFound, Conflict."""
    media = await _of_locked_product(uow, media_id, expected_version)
    if alt is not None:
        with located("alt"):
            words = text(LONGEST_ALT, required=False)(alt)
        await uow.execute(update(Media).where(Media.id == media_id).values(alt=words))
    if position is not None:
        ids = [row["id"] for row in await media_of(uow, [media["product_id"]])]
        ids.remove(media_id)
        ids.insert(max(position, 0), media_id)
        await reorder_media(uow, {one: number for number, one in enumerate(ids)})
    await _edited(uow, media["product_id"])


async def put_in_order(
    uow: UnitOfWork, *, product: Ref, media_ids: Sequence[UUID], expected_version: int | None = None
) -> UUID:
    """Show a product's pictures in this order, those that are not named after them; its id.

    Raises NotFound, Conflict, Invalid for a picture that comes twice.
    """
    owner = await lock_owner(
        uow, Product, product, "productId", what="product", expected_version=expected_version
    )
    there = [row["id"] for row in await media_of(uow, [owner["id"]])]
    for at, one in enumerate(media_ids):
        if one not in there:
            raise NotFound("mediaIds", at, what="media")
        if one in media_ids[:at]:
            raise Invalid("mediaIds", at, en="comes twice", ru="встречается дважды")
    after = list(dict.fromkeys([*media_ids, *there]))
    await reorder_media(uow, {one: number for number, one in enumerate(after)})
    if after != there:
        await _edited(uow, owner["id"])
    return UUID(str(owner["id"]))


async def delete_media(
    uow: UnitOfWork, media_id: UUID, *, expected_version: int | None = None
) -> None:
    """Take a picture away; the job `media.forget` removes what is stored of it.

    Raises NotFound, Conflict.
    """
    media = await _of_locked_product(uow, media_id, expected_version)
    await delete_rows(uow, Media, [media_id])
    await uow.execute(delete(Translation).where(Translation.entity_id == media_id))
    keys = [media["storage_key"], *(size.get("key") for size in media["sizes"])]
    if stored := [key for key in keys if key]:
        await enqueue(uow, "media.forget", storage_keys=stored)
    await _edited(uow, media["product_id"])


async def reorder_media(uow: UnitOfWork, positions: Mapping[UUID, int]) -> None:
    """Put pictures at these positions."""
    if positions:
        rows = [{"id": one, "position": position} for one, position in positions.items()]
        await uow.execute(_REORDER, rows=rows)


async def store_media(
    uow: UnitOfWork,
    media_id: UUID,
    *,
    storage_key: str,
    content_type: str,
    size_bytes: int,
    width: int,
    height: int,
    sizes: Sequence[dict[str, Any]],
) -> None:
    """Note that a picture is stored, and its `sizes` (`{"width", "height", "key"}`)."""
    media = await _locked(uow, media_id)
    await uow.execute(
        update(Media)
        .where(Media.id == media_id)
        .values(
            status="stored",
            storage_key=storage_key,
            content_type=content_type,
            bytes=size_bytes,
            width=width,
            height=height,
            sizes=list(sizes),
            failure=None,
        )
    )
    await _changed(uow, media["product_id"])


async def fail_media(uow: UnitOfWork, media_id: UUID, *, failure: str) -> None:
    """Note why a picture could not be had. Raises NotFound."""
    media = await _locked(uow, media_id)
    await uow.execute(
        update(Media).where(Media.id == media_id).values(status="failed", failure=failure[:500])
    )
    await _changed(uow, media["product_id"])


async def media_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """The pictures of many products, in order."""
    return await db.rows(_OF_PRODUCTS, ids=list(product_ids))


def _address(one: dict[str, Any], at: int) -> str | None:
    url = one.get("source_url")
    if url is None and one.get("storage_key") is not None:
        return None
    well = isinstance(url, str) and url.startswith(("http://", "https://")) and url.isprintable()
    if not well or len(url or "") > LONGEST_ADDRESS or " " in (url or ""):
        raise Invalid(
            "media",
            at,
            "sourceUrl",
            en=f"must be an http(s) address of at most {LONGEST_ADDRESS} characters",
            ru=f"нужен адрес http(s) не длиннее {LONGEST_ADDRESS} знаков",
        )
    return url


async def _variant(uow: UnitOfWork, product_id: UUID, ref: Ref | None, at: int) -> UUID | None:
    if ref is None:
        return None
    variant_id = await get_id(uow, Variant, ref, "media", at, "variant", what="variant")
    if (await rows_by_id(uow, Variant, [variant_id]))[variant_id]["product_id"] != product_id:
        raise NotFound("media", at, "variant", what="variant")
    return variant_id


async def _locked(uow: UnitOfWork, media_id: UUID) -> Row:
    rows = await lock_rows(uow, Media, [media_id])
    if media_id not in rows:
        raise NotFound("id", what="media")
    return rows[media_id]


async def _of_locked_product(uow: UnitOfWork, media_id: UUID, expected_version: int | None) -> Row:
    """A picture, locked, with its product locked before it. Raises NotFound, Conflict."""
    media = (await rows_by_id(uow, Media, [media_id])).get(media_id)
    if media is None:
        raise NotFound("id", what="media")
    await lock_owner(
        uow, Product, media["product_id"], "id", what="media", expected_version=expected_version
    )
    return await _locked(uow, media_id)


async def _edited(uow: UnitOfWork, product_id: UUID) -> None:
    """A merchant changed the pictures: an edit of the product."""
    await edited(uow, Product, [product_id], what="product", changed=["media"])
    await products_changed(uow, [product_id])


async def _changed(uow: UnitOfWork, product_id: UUID) -> None:
    """A job stored a picture: to be shown, but nobody's edit."""
    uow.record("product.updated", product_id, changed=["media"])
    await products_changed(uow, [product_id])
