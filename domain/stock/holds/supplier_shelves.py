"""What suppliers let us sell straight from their own shelves: it is reserved like stock of ours,
and never counted as such.

A supplier who sends goods to our buyers has a location of his own kind. Nothing is on hand there:
what he has is its levels' limit, and what holds keep of it is backordered there, so the database
itself refuses more than he has. Whoever knows suppliers tells this room what he has; nothing here
asks who he is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select, true, update
from sqlalchemy.dialects.postgresql import insert

from domain.row_sets import row_set
from domain.stock.ledger import tell
from domain.stock.levels import Spot, change_levels, lock_levels, open_levels
from domain.stock.tables import StockLevel, SupplierShelf
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Told:
    """So many thousandths of a variant, one unit at this price, believed until `stale_at`."""

    quantity: int
    price_minor: int
    currency: str
    stale_at: datetime | None = None


_COLUMNS: Final = ("id", "variant_id", "location_id", "price_minor", "currency", "stale_at", "sent")
_given: Final = row_set(SupplierShelf, _COLUMNS)
_new: Final = insert(SupplierShelf).from_select(
    ["tenant_id", *_COLUMNS], select(TENANT, *(_given.c[name] for name in _COLUMNS))
)
_SET: Final = _new.on_conflict_do_update(
    index_elements=["tenant_id", "variant_id", "location_id"],
    set_={name: _new.excluded[name] for name in ("price_minor", "currency", "stale_at", "sent")},
)
_spots: Final = row_set(SupplierShelf, ("variant_id", "location_id"))
_IS_AT: Final = and_(
    SupplierShelf.variant_id == _spots.c.variant_id,
    SupplierShelf.location_id == _spots.c.location_id,
)
_sent: Final = row_set(SupplierShelf, ("variant_id", "location_id", "sent"))
_of_sent: Final = update(SupplierShelf).where(
    SupplierShelf.variant_id == _sent.c.variant_id,
    SupplierShelf.location_id == _sent.c.location_id,
)
_SEND: Final = _of_sent.values(sent=SupplierShelf.sent + _sent.c.sent)
# Its price is still asked for, when what is reserved of it is shipped.
_DISBELIEVE: Final = _of_sent.values(stale_at=bindparam("now"), sent=_sent.c.sent)
_SHELVES: Final = select(
    SupplierShelf.variant_id,
    SupplierShelf.location_id,
    SupplierShelf.price_minor,
    SupplierShelf.currency,
    SupplierShelf.sent,
    func.coalesce(SupplierShelf.stale_at > bindparam("now"), true()).label("is_believed"),
).join(_spots, _IS_AT)


_STALE: Final = (
    select(SupplierShelf.variant_id, SupplierShelf.location_id)
    .join(
        StockLevel,
        and_(
            StockLevel.variant_id == SupplierShelf.variant_id,
            StockLevel.location_id == SupplierShelf.location_id,
        ),
    )
    .where(
        SupplierShelf.stale_at <= bindparam("now"),
        StockLevel.backorder_limit > StockLevel.backordered,
    )
    .limit(AT_ONCE)
)
_SHELVED: Final = select(SupplierShelf.variant_id).where(
    SupplierShelf.location_id == bindparam("location_id")
)


async def tell_shelves(
    uow: UnitOfWork, location_id: UUID, told: Mapping[UUID, Told | None], *, is_news: bool = True
) -> None:
    """Write down what a supplier has of these variants at his location; None: no more of it. What
    is no news he told before: what has gone since is not there any more.

    What is reserved with him stays so, though he say that he has less. Nobody else is promised any
    of it then, though it be let go, until he tells again.
    """
    levels = await open_levels(uow, [Spot(variant_id, location_id) for variant_id in told])
    before = {} if is_news else await shelves_at(uow, levels, uow.now)
    sent = {spot: before[spot]["sent"] if spot in before else 0 for spot in levels}
    has: dict[Spot, int] = {}
    for spot, level in levels.items():
        said = told[spot.variant_id]
        has[spot] = said.quantity - sent[spot] if said else 0
        level.more_limit = max(has[spot], level.backordered) - level.backorder_limit
    rows = [
        {
            "id": new_id(),
            **spot._asdict(),
            "price_minor": said.price_minor,
            "currency": said.currency,
            "stale_at": uow.now if has[spot] < level.backordered else said.stale_at,
            "sent": sent[spot],
        }
        for spot, level in levels.items()
        if (said := told[spot.variant_id])
    ]
    gone = [
        {**spot._asdict(), "sent": sent[spot]} for spot in levels if told[spot.variant_id] is None
    ]
    if rows:
        await uow.execute(_SET, rows=rows)
    if gone:
        await uow.execute(_DISBELIEVE, rows=gone, now=uow.now)
    changed = [spot for spot, level in levels.items() if level.is_changed]
    await change_levels(uow, levels)
    await tell(uow, changed)


async def send(uow: UnitOfWork, quantities: Mapping[Spot, int]) -> None:
    """Note that so much went from suppliers' locked spots, of what they told."""
    rows = [{**spot._asdict(), "sent": quantity} for spot, quantity in quantities.items()]
    if rows:
        await uow.execute(_SEND, rows=rows)


async def forget_stale(uow: UnitOfWork) -> int:
    """Show no more of what suppliers told too long ago, of some levels at once; how many."""
    stale = [Spot.of(row) for row in await uow.rows(_STALE, now=uow.now)]
    levels = await lock_levels(uow, stale)
    shelves = await shelves_at(uow, levels, uow.now)  # he may have told anew meanwhile
    for spot, level in levels.items():
        if not shelves[spot]["is_believed"]:
            level.more_limit = level.backordered - level.backorder_limit
    changed = [spot for spot, level in levels.items() if level.is_changed]
    await change_levels(uow, levels)
    await tell(uow, changed)
    return len(stale)


async def shelved(db: Asking, location_id: UUID) -> list[UUID]:
    """Variants of which a supplier has told at his location."""
    rows = await db.rows(_SHELVED, location_id=location_id)
    return [row["variant_id"] for row in rows]


async def shelves_at(db: Asking, spots: Iterable[Spot], now: datetime) -> dict[Spot, Row]:
    """`price_minor`, `currency` of one unit at suppliers' spots, how much has gone since (`sent`),
    and `is_believed`: whether that was told so lately that more may be promised."""
    rows = [spot._asdict() for spot in set(spots)]
    found = await db.rows(_SHELVES, rows=rows, now=now) if rows else []
    return {Spot.of(row): row for row in found}
