"""Minimum levels: how much of a variant should be available at a place, and where it is less.

That a level falls below its minimum is said once, by whatever change makes it fall
(`levels.change_levels`), and again only after it had recovered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, update

from domain.bulk import ErrorPolicy, Outcome, Tally
from domain.catalog.filters import Filter, Where, conditions
from domain.catalog.tables import Variant
from domain.errors import DomainError, Invalid, NotFound
from domain.inputs import located, whole
from domain.merchants.points import at_points
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.references import Ref, resolve
from domain.row_sets import row_set
from domain.stock.levels import Spot, open_levels, tell_low
from domain.stock.moves import MOST
from domain.stock.places.locations import reach_location
from domain.stock.seen_levels import LEVELS
from domain.stock.tables import StockLevel
from tenants.principal import Principal
from tenants.scope import Asking, UnitOfWork


@dataclass(frozen=True, slots=True)
class Minimum:
    """So many thousandths of a variant should be available; None: nobody minds how many."""

    variant: Ref
    quantity: int | None


_AVAILABLE: Final[Any] = StockLevel.on_hand - StockLevel.reserved - StockLevel.spoilt
_given: Final = row_set(StockLevel, ("id", "minimum"))
_SET: Final = (
    update(StockLevel)
    .where(StockLevel.id == _given.c.id)
    .values(minimum=_given.c.minimum, version=StockLevel.version + 1, updated_at=bindparam("now"))
)
_BELOW: Final[Any] = LEVELS.where(StockLevel.minimum.is_not(None), StockLevel.minimum > _AVAILABLE)
_FILTERS: Final = {
    "variantId": Filter(StockLevel.variant_id),
    "locationId": Filter(StockLevel.location_id),
}
_BY_LEVEL: Final = (Sort("id", StockLevel.id),)


async def set_minimums(
    uow: UnitOfWork,
    *,
    location: Ref,
    minimums: Sequence[Minimum],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("minimums",),
) -> Outcome:
    """Set the minimum of up to 100 variants at one location; the variants' ids.

    What is below its minimum only now is said to be low. Refusals of a row: NotFound, Invalid.
    """
    location_id = await reach_location(uow, location, "locationId")
    tally = Tally(len(minimums), policy, path)
    ids = await resolve(uow, Variant, [one.variant for one in minimums])
    seen: set[UUID] = set()
    for at, one in enumerate(minimums):
        if wrong := _wrong(one, ids, seen):
            tally.refuse(at, wrong)
    tally.settle()
    spots = {at: Spot(ids[minimums[at].variant], location_id) for at in tally.standing()}
    levels = await open_levels(uow, spots.values())
    rows: list[dict[str, Any]] = []
    for at, spot in spots.items():
        level, minimum = levels[spot], minimums[at].quantity
        if level.minimum == minimum:
            continue
        rows.append({"id": level.id, "minimum": minimum})
        uow.record("stock.minimum_set", spot.variant_id, location_id=location_id, minimum=minimum)
        was_low = level.minimum is not None and level.available < level.minimum
        if minimum is not None and level.available < minimum and not was_low:
            tell_low(uow, spot, level.available, minimum)
    if rows:
        await uow.execute(_SET, rows=rows, now=uow.now)
    return tally.outcome({at: spot.variant_id for at, spot in spots.items()})


async def list_below_minimum(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of LEVELS of which less than their minimum is available, at the caller's points."""
    return await page_of(db, _below(principal, where), _BY_LEVEL, request)


async def count_below_minimum(
    db: Asking, principal: Principal, *, where: Where | None = None
) -> int:
    """How many levels that list has."""
    return await count_of(db, _below(principal, where))


def _below(principal: Principal, where: Where | None) -> Select[Any]:
    asked = _BELOW.where(conditions(_FILTERS, where))
    return at_points(asked, principal, StockLevel.location_id)


def _wrong(one: Minimum, ids: Mapping[Ref, UUID], seen: set[UUID]) -> DomainError | None:
    if one.variant not in ids:
        return NotFound("variantId", what="variant")
    if ids[one.variant] in seen:
        return Invalid("variantId", en="comes twice", ru="встречается дважды")
    seen.add(ids[one.variant])
    try:
        with located("minimum"):
            whole(1, MOST, required=False)(one.quantity)
    except DomainError as error:
        return error
    return None
