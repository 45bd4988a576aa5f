"""Publications: products shown in channels, from one instant until before another."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from domain.bulk import Fallen, Tally
from domain.catalog.changes import products_changed
from domain.catalog.channels import find_default_channel
from domain.catalog.tables import Channel, Product, Publication
from domain.errors import Invalid, NotFound
from domain.inputs import instant
from domain.references import Ref, get_id, resolve
from domain.row_sets import IDS, row_set
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT

_COLUMNS: Final = ("id", "product_id", "channel_id", "published_from", "published_until")
_given: Final = row_set(Publication, _COLUMNS)
_new: Final = insert(Publication).from_select(
    ["tenant_id", *_COLUMNS], select(TENANT, *(_given.c[name] for name in _COLUMNS))
)
_PUBLISH: Final = _new.on_conflict_do_update(
    index_elements=["tenant_id", "product_id", "channel_id"],
    set_={
        "published_from": _new.excluded.published_from,
        "published_until": _new.excluded.published_until,
    },
)
_WITHDRAW: Final = delete(Publication).where(
    Publication.channel_id == bindparam("channel_id"), Publication.product_id == any_(IDS)
)
_OF_PRODUCTS: Final = (
    select(
        Publication.product_id,
        Publication.channel_id,
        Publication.published_from,
        Publication.published_until,
        Channel.code,
        Channel.title,
    )
    .join(Channel, Channel.id == Publication.channel_id)
    .where(Publication.product_id == any_(IDS))
    .order_by(Publication.product_id, Channel.position, Channel.id)
)


async def publish_products(
    uow: UnitOfWork,
    *,
    products: Sequence[Ref],
    channel: Ref,
    published_from: datetime | None = None,
    published_until: datetime | None = None,
) -> list[UUID]:
    """Show up to 100 products in a channel, in this span; their ids. Raises NotFound, Invalid."""
    if published_from and published_until and published_from >= published_until:
        raise Invalid("publishedUntil", en="must be later than its start", ru="позже начала показа")
    channel_id = await get_id(uow, Channel, channel, "channelId", what="channel")
    ids = await _all_products(uow, products)
    span = (instant(published_from), instant(published_until))
    await write_publications(uow, {one: [channel_id] for one in ids}, *span)
    for product_id in ids:
        uow.record("product.published", product_id, channel_id=channel_id)
    await products_changed(uow, ids)
    return ids


async def withdraw_products(
    uow: UnitOfWork, *, products: Sequence[Ref], channel: Ref
) -> list[UUID]:
    """Show products in a channel no more; their ids. Raises NotFound."""
    channel_id = await get_id(uow, Channel, channel, "channelId", what="channel")
    ids = await _all_products(uow, products)
    if await uow.execute(_WITHDRAW, channel_id=channel_id, ids=ids):
        for product_id in ids:
            uow.record("product.withdrawn", product_id, channel_id=channel_id)
        await products_changed(uow, ids)
    return ids


async def publications_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """Where many products are shown: their publications, with the channels' `code` and `title`."""
    return await db.rows(_OF_PRODUCTS, ids=list(product_ids))


async def planned_channels(
    db: Asking, given: Mapping[int, Mapping[str, Any]], fallen: Fallen
) -> dict[int, list[UUID]]:
    """The channels of new products: `channels` as given, the default one where left out."""
    refs = {ref for one in given.values() for ref in one.get("channels") or ()}
    ids = await resolve(db, Channel, refs)
    default_id = await find_default_channel(db)
    planned: dict[int, list[UUID]] = {}
    for at, one in given.items():
        named = one.get("channels")
        if named is None:
            planned[at] = [default_id] if default_id else []
            continue
        for number, ref in enumerate(named):
            if ref not in ids:
                fallen.refuse(at, NotFound("channels", number, what="channel"))
        planned[at] = [ids[ref] for ref in named if ref in ids]
    return planned


async def write_publications(
    uow: UnitOfWork,
    channels: Mapping[UUID, Sequence[UUID]],
    published_from: datetime | None = None,
    published_until: datetime | None = None,
) -> None:
    """Show each product in its channels."""
    rows = [
        {
            "id": new_id(),
            "product_id": product_id,
            "channel_id": channel_id,
            "published_from": published_from,
            "published_until": published_until,
        }
        for product_id, many in sorted(channels.items())
        for channel_id in dict.fromkeys(many)
    ]
    if rows:
        await uow.execute(_PUBLISH, rows=rows)


async def _all_products(uow: UnitOfWork, refs: Sequence[Ref]) -> list[UUID]:
    tally = Tally(len(refs), path=("products",))
    ids = await resolve(uow, Product, refs)
    for at, ref in enumerate(refs):
        if ref not in ids:
            tally.refuse(at, NotFound(what="product"))
    tally.settle()
    return list(dict.fromkeys(ids[ref] for ref in refs))
