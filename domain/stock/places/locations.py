"""Locations: places that hold goods. One of them is the default, for whoever names none."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, func, select, update

from domain.catalog.changes import relist_soon
from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.tables import Channel
from domain.errors import InUse, NotAllowed, NotFound
from domain.inputs import code, flag, text, whole, word
from domain.merchants.plans import release, take
from domain.merchants.points import check_may_give_points, check_sees_point
from domain.references import Ref, get_id, resolve
from domain.row_sets import IDS, rows_by_id
from domain.stock.nights import begin_night, plan_night
from domain.stock.places.addresses import address
from domain.stock.tables import LOCATION_KINDS, Location, StockLevel
from tenants.scope import Asking, UnitOfWork
from tenants.values.timezones import parse_time_zone

LOCATION: Final = Entity(
    "location",
    Location,
    {
        "title": text(200),
        "code": code,
        "kind": word(*LOCATION_KINDS),
        "is_active": flag,
        "is_default": flag,
        "priority": whole(0, 1_000_000),
        "address": address,
        "time_zone": lambda value: None if value is None else parse_time_zone(value),
        "channel_ids": lambda value: value,
        "supply_days": whole(0, 365, required=False),
    },
    required=("title", "code"),
)

_DEFAULT: Final = select(Location.id).where(Location.is_default)
_UNDEFAULT: Final = update(Location).where(Location.is_default).values(is_default=False)
_EMPTY: Final = delete(StockLevel).where(
    StockLevel.location_id == bindparam("location_id"), StockLevel.on_hand == 0
)
# Nobody may delete them meanwhile; a place of no channel that is left would serve none at all.
_CHANNELS: Final = (
    select(Channel.id).where(Channel.id == any_(IDS)).with_for_update(read=True, key_share=True)
)
_HELD: Final = select(func.count()).where(
    StockLevel.location_id == bindparam("location_id"), StockLevel.on_hand > 0
)


async def create_location(uow: UnitOfWork, given: Given) -> UUID:
    """Make a location; its id. The shop's first own one is the default one.

    `channels` are references to those that it serves, None for all. Raises Taken, Invalid,
    NotFound, and NotAllowed for who sees but some points of sale.
    """
    check_may_give_points(uow.principal, None)
    default_id = await find_default_location(uow)
    is_suppliers = given.get("kind") == "supplier"
    given = {"is_default": default_id is None and not is_suppliers, **given}
    if given["is_default"]:
        _check_is_ours(is_suppliers)
        await uow.execute(_UNDEFAULT)
    await take(uow, "locations")
    location_id = await create_one(uow, LOCATION, await _with_channels(uow, given))
    if given.get("time_zone") is not None:
        await plan_night(uow)
    return location_id


async def update_location(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a location; its id. Raises NotFound, Conflict, Taken, Invalid, NotAllowed."""
    location_id = await reach_location(uow, edit.ref, "id")
    if "is_default" in edit.changes:
        if not edit.changes["is_default"]:
            raise NotAllowed(
                "isDefault",
                en="make another location the default one instead",
                ru="вместо этого сделайте основным другой склад",
            )
        found = await rows_by_id(uow, Location, [location_id])
        _check_is_ours(found[location_id]["kind"] == "supplier")
        await uow.execute(_UNDEFAULT.where(Location.id != location_id))
    await _check_kind(uow, location_id, edit.changes)
    changes = await _with_channels(uow, edit.changes)
    location_id = await update_one(uow, LOCATION, replace(edit, changes=changes))
    if changes.keys() & {"is_active", "channel_ids"}:
        await relist_soon(uow)  # what is there can be had no more, or again
    if "time_zone" in changes:
        await begin_night(uow)  # it may be tomorrow there
    return location_id


async def delete_location(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete a location that holds nothing and is not the default one; its id. Raises InUse."""
    location_id = await reach_location(uow, ref, "id")
    if count := await uow.value(_HELD, location_id=location_id):
        raise InUse("id", what="variants", count=count)
    if location_id == await find_default_location(uow):
        raise NotAllowed("id", en="is the default location", ru="это основной склад")
    await uow.execute(_EMPTY, location_id=location_id)
    await delete_one(uow, LOCATION, location_id, expected_version)
    await release(uow, "locations")
    return location_id


async def reach_location(uow: UnitOfWork, ref: Ref, *path: str) -> UUID:
    """The location that is meant, if it is the caller's to act at. Raises NotFound."""
    location_id = await get_id(uow, Location, ref, *path, what="location")
    check_sees_point(uow.principal, location_id, *path)
    return location_id


async def find_default_location(db: Asking) -> UUID | None:
    """The location for whoever names none; None in a shop without one."""
    found: UUID | None = await db.value(_DEFAULT)
    return found


def _check_is_ours(is_suppliers: bool) -> None:
    """Who names no place means one of ours. Raises NotAllowed."""
    if is_suppliers:
        raise NotAllowed(
            "isDefault",
            en="a supplier's location cannot be the default one",
            ru="склад поставщика не может быть основным",
        )


async def _check_kind(uow: UnitOfWork, location_id: UUID, changes: Given) -> None:
    """Whose goods lie at a place is said once: what suppliers have is not what we wait for."""
    if "kind" not in changes:
        return
    found = (await rows_by_id(uow, Location, [location_id]))[location_id]
    if (found["kind"] == "supplier") != (changes["kind"] == "supplier"):
        raise NotAllowed(
            "kind",
            en="a supplier's place stays his, and ours stays ours; make another one",
            ru="склад поставщика нельзя сделать своим, а свой — его; создайте другой",
        )


async def _with_channels(uow: UnitOfWork, given: Given) -> Given:
    """What was given, with `channel_ids` where it names channels. Raises NotFound."""
    if "channels" not in given:
        return given
    named: Sequence[Ref] = given["channels"] or ()
    ids = await resolve(uow, Channel, named)
    there = {row["id"] for row in await uow.rows(_CHANNELS, ids=list(ids.values()))}
    for at, ref in enumerate(named):
        if ids.get(ref) not in there:
            raise NotFound("channels", at, what="channel")
    return {**given, "channel_ids": sorted(there) or None}
