"""How much of a variant may be promised at a location beyond what is there.

The limit is a level's, not a variant's: goods are waited for where they will come, a limit of ten
means ten whatever the number of shops, and the level's own row can be held to it by the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.bulk import ErrorPolicy, Outcome, Tally
from domain.catalog.tables import Variant
from domain.errors import DomainError, NotAllowed
from domain.inputs import located, whole
from domain.references import Ref, misnamed, resolve
from domain.stock.ledger import tell
from domain.stock.levels import Level, Spot, change_levels, open_levels
from domain.stock.moves import MOST
from domain.stock.places.locations import reach_location
from domain.stock.tables import Location
from tenants.scope import UnitOfWork
from tenants.values.quantity import format_thousandths


@dataclass(frozen=True, slots=True)
class BackorderLimit:
    """So many thousandths of a variant may be waited for; 0: what is not there is not sold."""

    variant: Ref
    limit: int


_IS_SUPPLIERS: Final = select(Location.kind == "supplier").where(
    Location.id == bindparam("location_id")
)


async def set_backorder_limits(
    uow: UnitOfWork,
    *,
    location: Ref,
    limits: Sequence[BackorderLimit],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("limits",),
) -> Outcome:
    """Set the limits of up to 100 variants at one location; the variants' ids.

    Refusals of a row: NotFound, Invalid, NotAllowed below what is waited for already.
    """
    location_id = await reach_location(uow, location, "locationId")
    if await uow.value(_IS_SUPPLIERS, location_id=location_id):
        raise NotAllowed(
            "locationId",
            en="is a supplier's, whose offers say what he has",
            ru="это склад поставщика; что у него есть, говорят его предложения",
        )
    tally = Tally(len(limits), policy, path)
    ids = await resolve(uow, Variant, [one.variant for one in limits])
    seen: set[UUID] = set()
    for at, one in enumerate(limits):
        if wrong := misnamed(one.variant, ids, seen) or _out_of(one.limit):
            tally.refuse(at, wrong)
    spots = {at: Spot(ids[limits[at].variant], location_id) for at in tally.standing()}
    levels = await open_levels(uow, spots.values())
    for at, spot in spots.items():
        if refused := _refused(limits[at], levels[spot]):
            tally.refuse(at, refused)
        else:
            levels[spot].more_limit = limits[at].limit - levels[spot].backorder_limit
    tally.settle()
    await change_levels(uow, levels)
    await tell(uow, [spots[at] for at in tally.standing()])
    return tally.outcome({at: spot.variant_id for at, spot in spots.items()})


def _out_of(limit: int) -> DomainError | None:
    try:
        with located("limit"):
            whole(0, MOST)(limit)
    except DomainError as error:
        return error
    return None


def _refused(one: BackorderLimit, level: Level) -> DomainError | None:
    if one.limit >= level.backordered:
        return None
    waited = format_thousandths(level.backordered)
    return NotAllowed(
        "limit",
        en=f"{waited} are waited for already; the limit cannot be less",
        ru=f"уже ожидают {waited}; предел не может быть меньше",
    )
