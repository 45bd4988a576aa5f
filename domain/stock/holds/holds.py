"""Holds: goods kept for a cart or an order, so that nobody else is sold them.

What a hold keeps changes only under the locks of its levels, and those are taken before the hold's
own, so that neither waits for the other in a ring. A hold past its time keeps nothing from anybody:
whoever wants what it has frees it in the same unit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.tables import Channel
from domain.errors import NotAllowed
from domain.inputs import located, text
from domain.references import Ref, get_id
from domain.stock.holds.allocation import Strategy
from domain.stock.holds.demand import Demand, Line, demand_of
from domain.stock.holds.keeping import keep, lock_free_levels
from domain.stock.holds.rows import (
    UNDER_WAY,
    end_holds,
    expire_at,
    in_future,
    is_past,
    lines_of,
    past_among,
)
from domain.stock.levels import change_levels
from domain.stock.places.nearness import Whereabouts
from domain.stock.places.ways import destination, ways_to
from domain.stock.relisting import relist_where_it_ends
from domain.stock.tables import StockHold
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

LIVE: Final = (*UNDER_WAY, "shipped")
_COLUMNS: Final = ("tenant_id", "id", "owner", "asked", "strategy", "expires_at", "created_at")

_BEGIN: Final = (
    insert(StockHold)
    .values({name: bindparam(name, type_=StockHold.__table__.c[name].type) for name in _COLUMNS})
    .on_conflict_do_nothing()
    .returning(StockHold.id)
)
_OF_OWNER: Final = select(
    StockHold.id, StockHold.asked, StockHold.state, StockHold.expires_at
).where(StockHold.owner == bindparam("owner"), or_(*(StockHold.state == one for one in LIVE)))


async def hold_stock(
    uow: UnitOfWork,
    *,
    owner: str,
    lines: Sequence[Line],
    strategy: Strategy = Strategy.PRIORITY,
    until: datetime | None = None,
    near: Mapping[str, Any] | None = None,
    channel: Ref | None = None,
) -> UUID:
    """Keep goods for `owner` (a key of the caller's: a cart, an order) until an instant; the hold.

    `near` is the address that the nearest places are nearest to; of a `channel`, those alone that
    serve it are taken from. `until` None: until it is shipped.

    Asked again with the same lines, the owner has the hold that is there, under way or shipped
    whole: he is not sold the same twice. Once it was released, or its time is over, his key is free
    for another one, also where a part of it had been shipped.

    Raises InsufficientStock for each line of which less can be had (Rejected, where they are
    several), NotAllowed where the owner holds other goods, Invalid, Required, NotFound.
    """
    with located("owner"):
        owner = text(200)(owner)
    until = in_future(uow, until, "until")
    goes_to = destination(near, "near") if strategy is Strategy.NEAREST else None
    channel_id = None
    if channel is not None:
        channel_id = await get_id(uow, Channel, channel, "channel", what="channel")
    demand = await demand_of(uow, lines)
    return await hold_demand(
        uow, owner, demand, strategy=strategy, until=until, near=goes_to, channel_id=channel_id
    )


async def hold_demand(
    uow: UnitOfWork,
    owner: str,
    demand: Demand,
    *,
    strategy: Strategy = Strategy.PRIORITY,
    until: datetime | None = None,
    near: Whereabouts | None = None,
    channel_id: UUID | None = None,
    first: UUID | None = None,
) -> UUID:
    """The same for who knows his demand, where it goes and his channel's id already. The goods of
    the place `first` are taken before all others: it is there that the buyer comes."""
    asked = {str(variant_id): quantity for variant_id, quantity in demand.asked.items()}
    earlier = await uow.row(_OF_OWNER, owner=owner)
    if earlier is not None and not is_past(uow, earlier):
        return _same(earlier, asked)
    over = [earlier["id"]] if earlier else []
    ids = {line["variant_id"] for line in await lines_of(uow, over)} | set(demand.kept)
    levels = await lock_free_levels(uow, ids)
    await end_holds(uow, await past_among(uow, over), "expired")
    begun = {"owner": owner, "asked": asked, "strategy": strategy.value, "expires_at": until}
    while (hold_id := await _begin(uow, begun)) is None:
        # The owner asked twice at once, or kept longer what he had; unless he has let go of that.
        earlier = await uow.row(_OF_OWNER, owner=owner)
        if earlier is not None:
            await change_levels(uow, levels)
            return _same(earlier, asked)
    ways = await ways_to(uow, levels, near=near, channel_id=channel_id)
    await keep(uow, hold_id, demand, levels, strategy, ways, first)
    await change_levels(uow, levels)
    uow.record("hold.created", hold_id, variants=sorted(map(str, demand.kept)))
    await expire_at(uow, until)
    await relist_where_it_ends(uow, levels)
    return hold_id


async def _begin(uow: UnitOfWork, begun: Mapping[str, Any]) -> UUID | None:
    """Make the hold, unless its owner has one."""
    made: UUID | None = await uow.value(
        _BEGIN, tenant_id=uow.tenant_id, id=new_id(), created_at=uow.now, **begun
    )
    return made


def _same(hold: Row, asked: Mapping[str, int]) -> UUID:
    """The owner's hold, if it is of the same goods."""
    if hold["asked"] != asked:
        raise NotAllowed(
            "owner",
            en="has a hold of other goods; release that one first",
            ru="уже держит другой резерв; сначала снимите его",
        )
    hold_id: UUID = hold["id"]
    return hold_id
