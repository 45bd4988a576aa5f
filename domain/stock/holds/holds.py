"""Holds: goods kept for a cart or an order, so that nobody else is sold them.

What a hold keeps changes only under the locks of its levels, and those are taken before the hold's
own, so that neither waits for the other in a ring. A hold past its time keeps nothing from anybody:
whoever wants what it has frees it in the same unit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.bulk import Rejected
from domain.catalog.tables import Channel
from domain.errors import NotAllowed
from domain.inputs import located, text
from domain.references import Ref, get_id
from domain.row_sets import IDS, insert_rows
from domain.stock.freshness import Freshness, freshness_of
from domain.stock.holds.allocation import Offer, Strategy, allocate
from domain.stock.holds.backorders import cover_waiting
from domain.stock.holds.demand import Demand, Line, demand_of
from domain.stock.holds.rows import (
    LINE,
    UNDER_WAY,
    end_holds,
    expire_at,
    give_back,
    in_future,
    is_past,
    lines_of,
    past_among,
)
from domain.stock.holds.supplier_shelves import shelves_at
from domain.stock.levels import Level, Spot, change_levels, lock_levels_of
from domain.stock.moves import InsufficientStock
from domain.stock.places.nearness import Nearness, Whereabouts
from domain.stock.places.ways import destination, ways_to
from domain.stock.relisting import relist_where_it_ends
from domain.stock.tables import StockHold, StockHoldLine
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
_CLOSE_PAST: Final = (
    update(StockHoldLine)
    .where(
        StockHoldLine.variant_id == any_(IDS),
        StockHoldLine.is_open,
        exists().where(
            StockHold.id == StockHoldLine.hold_id, StockHold.expires_at <= bindparam("now")
        ),
    )
    .values(is_open=False)
    .returning(*LINE)
)


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
    levels = await lock_levels_of(uow, sorted(ids))
    await _free_past(uow, levels)
    await cover_waiting(uow, levels)
    await end_holds(uow, await past_among(uow, over), "expired")
    begun = {"owner": owner, "asked": asked, "strategy": strategy.value, "expires_at": until}
    while (hold_id := await _begin(uow, begun)) is None:
        # The owner asked twice at once, or kept longer what he had; unless he has let go of that.
        earlier = await uow.row(_OF_OWNER, owner=owner)
        if earlier is not None:
            await change_levels(uow, levels)
            return _same(earlier, asked)
    ways = await ways_to(uow, levels, near=near, channel_id=channel_id)
    there, later = await _allocated(uow, demand, levels, strategy, ways, first)
    await insert_rows(uow, StockHoldLine, _lines(hold_id, levels, there, later))
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


async def _free_past(uow: UnitOfWork, levels: Mapping[Spot, Level]) -> None:
    """Take back what holds past their time keep at these levels; the job says so of the holds."""
    ids = list({spot.variant_id for spot in levels})
    for line in await uow.rows(_CLOSE_PAST, ids=ids, now=uow.now) if ids else ():
        give_back(line, levels[Spot.of(line)])


async def _allocated(
    uow: UnitOfWork,
    demand: Demand,
    levels: Mapping[Spot, Level],
    strategy: Strategy,
    ways: Mapping[UUID, Nearness],
    first: UUID | None,
) -> tuple[dict[Spot, int], dict[Spot, int]]:
    """How much of the demand is kept where, at the places that `ways` lead to and the caller
    sees: of what is there, and of what is not ours yet.

    What is there goes first, wherever it is; then what suppliers have; then what may be on
    backorder. Raises InsufficientStock, Rejected.
    """
    fresh = await freshness_of(uow, demand.kept)
    shelves, rooms, suppliers = list[Offer](), list[Offer](), list[Offer]()
    for spot, level in levels.items():
        if level.is_active and spot.location_id in ways and _sees(uow, spot):
            spoilt, expires_on = fresh.get(spot, Freshness())
            way = ways[spot.location_id]
            shelves.append(Offer(spot, level.free - spoilt, level.priority, expires_on, way))
            beyond = suppliers if level.is_suppliers else rooms
            beyond.append(Offer(spot, level.room, level.priority, nearness=way))
    there = allocate(demand.kept, shelves, strategy, first)
    missing, later = _less(demand.kept, there), dict[Spot, int]()
    if missing and suppliers:
        told = await shelves_at(uow, [one.spot for one in suppliers], uow.now)
        offers = [one for one in suppliers if one.spot in told and told[one.spot]["is_believed"]]
        later |= allocate(missing, offers, strategy)
        missing = _less(missing, later)
    if missing:
        waiting = allocate(missing, rooms, strategy, first)
        later |= waiting
        missing = _less(missing, waiting)
    short = [
        InsufficientStock(
            *demand.places[variant_id],
            variant_id=variant_id,
            requested=demand.kept[variant_id],
            available=demand.kept[variant_id] - left,
        )
        for variant_id, left in missing.items()
    ]
    if short:
        raise short[0] if len(short) == 1 else Rejected(list(short))
    return there, later


def _sees(uow: UnitOfWork, spot: Spot) -> bool:
    return uow.principal.points is None or spot.location_id in uow.principal.points


def _lines(
    hold_id: UUID,
    levels: Mapping[Spot, Level],
    there: Mapping[Spot, int],
    later: Mapping[Spot, int],
) -> list[dict[str, Any]]:
    """The lines of a hold, whose levels are told of them; what a supplier sends is its own line."""
    lines: list[dict[str, Any]] = []
    for spot in dict.fromkeys((*there, *later)):
        level, here, waiting = levels[spot], there.get(spot, 0), later.get(spot, 0)
        level.more_reserved += here
        level.more_backordered += waiting
        parts = (
            [(here, 0), (waiting, waiting)] if level.is_suppliers else [(here + waiting, waiting)]
        )
        lines += [
            {
                "id": new_id(),
                "hold_id": hold_id,
                **spot._asdict(),
                "quantity": quantity,
                "backordered": backordered,
                "is_drop_shipped": level.is_suppliers and backordered > 0,
            }
            for quantity, backordered in parts
            if quantity
        ]
    return lines


def _less(wanted: Mapping[UUID, int], taken: Mapping[Spot, int]) -> dict[UUID, int]:
    """What is still wanted of each variant of which not all is taken."""
    left = dict(wanted)
    for spot, quantity in taken.items():
        left[spot.variant_id] -= quantity
    return {variant_id: quantity for variant_id, quantity in left.items() if quantity}
