"""Which products are listed anew when stock is kept or let go: those that begin or cease to be had.

To list a product costs more than to hold it, and most holds change nothing of what is shown.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select, union

from domain.catalog.changes import products_changed
from domain.catalog.tables import BundleItem, Variant
from domain.row_sets import row_set
from domain.stock.levels import Level, Spot
from domain.stock.notices.waiting import tell_waiting
from tenants.scope import UnitOfWork

_least: Final = row_set(BundleItem, ("variant_id", "quantity"))
_PRODUCTS: Final = union(
    select(Variant.product_id)
    .join(_least, _least.c.variant_id == Variant.id)
    .where(_least.c.quantity <= 0),
    select(Variant.product_id)
    .join(BundleItem, BundleItem.variant_id == Variant.id)
    .join(
        _least,
        and_(
            BundleItem.part_variant_id == _least.c.variant_id,
            BundleItem.quantity > _least.c.quantity,
        ),
    ),
)


async def relist_where_it_ends(uow: UnitOfWork, levels: Mapping[Spot, Level]) -> None:
    """List the products anew of which there was, or is, nothing left at a changed level; and the
    bundles of which it had, or has, less than one takes.

    To be called last. A level that had enough, and has, leaves it to no other whether there is any.
    """
    least: dict[UUID, int] = {}
    freed: set[UUID] = set()
    for spot, level in levels.items():
        if level.more_reserved or level.more_backordered:
            of = spot.variant_id
            least[of] = min(level.least, least.get(of, level.least))
        if level.more_reserved < 0 or level.more_backordered < 0:
            freed.add(spot.variant_id)
    if least:
        given = [{"variant_id": of, "quantity": quantity} for of, quantity in least.items()]
        rows = await uow.rows(_PRODUCTS, rows=given)
        await tell_waiting(uow, freed)
        await products_changed(uow, [row["product_id"] for row in rows])
