"""Channels: where products are shown. One of them is the default, for what names none."""

from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, func, select, update

from domain.catalog.changes import relist_soon
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    create_one,
    delete_one,
    refused_if_taken,
    update_one,
)
from domain.catalog.tables import Channel, Publication
from domain.errors import InUse, NotAllowed
from domain.inputs import code, flag, text, whole
from domain.references import Ref, get_id
from domain.row_sets import lock_rows
from domain.stock.tables import Location
from tenants.scope import Asking, UnitOfWork

CHANNEL: Final = Entity(
    "channel",
    Channel,
    {"title": text(200), "code": code, "is_default": flag, "position": whole(0, 10_000)},
    required=("title", "code"),
)

_DEFAULT: Final = select(Channel.id).where(Channel.is_default)
_UNDEFAULT: Final = update(Channel).where(Channel.is_default).values(is_default=False)
_COUNT: Final = select(func.count()).where(Publication.channel_id == bindparam("channel_id"))
_SERVED: Final = select(func.count()).where(
    bindparam("channel_id", type_=Uuid()) == any_(Location.channel_ids)
)


async def create_channel(uow: UnitOfWork, given: Given) -> UUID:
    """Make a channel; its id. The shop's first is the default one. Raises Taken("title")."""
    default_id = await find_default_channel(uow)
    given = {"is_default": default_id is None, **given}
    if given["is_default"] and default_id is not None:
        await uow.execute(_UNDEFAULT)
    channel_id = await create_one(uow, CHANNEL, given)
    await relist_soon(uow)  # staff search what is not shown in it, too
    return channel_id


async def update_channel(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a channel; with `is_default` it takes the place of the default one. Its id."""
    if edit.changes.get("is_default") is False:
        raise NotAllowed(
            "isDefault",
            en="make another channel the default one instead",
            ru="вместо этого сделайте основным другой канал",
        )
    if edit.changes.get("is_default"):
        channel_id = await get_id(uow, Channel, edit.ref, "id", what="channel")
        await uow.execute(
            update(Channel)
            .where(Channel.is_default, Channel.id != channel_id)
            .values(is_default=False)
        )
    with refused_if_taken():
        return await update_one(uow, CHANNEL, edit)


async def delete_channel(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a channel that shows nothing, that no location serves by name and that is not the
    default one; its id. Raises InUse."""
    channel_id = await get_id(uow, Channel, ref, "id", what="channel")
    await lock_rows(uow, Channel, [channel_id])
    if count := await uow.value(_COUNT, channel_id=channel_id):
        raise InUse("id", what="products", count=count)
    if count := await uow.value(_SERVED, channel_id=channel_id):
        raise InUse("id", what="locations", count=count)
    if channel_id == await find_default_channel(uow):
        raise NotAllowed("id", en="is the default channel", ru="это основной канал")
    await delete_one(uow, CHANNEL, channel_id, expected_version)
    return channel_id


async def find_default_channel(db: Asking) -> UUID | None:
    """The channel for what names none; None in a shop without channels."""
    found: UUID | None = await db.value(_DEFAULT)
    return found
