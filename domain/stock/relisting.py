"""Which products are listed anew when stock is kept or let go: those that begin or cease to be had.

To list a product costs more than to hold it, and most holds change nothing of what is shown.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select, union

from domain.catalog.changes import products_changed
from domain.catalog.tables import BundleItem, Variant
from domain.row_sets import IDS
from domain.stock.levels import Level, Spot
from domain.stock.notices.waiting import tell_waiting
from tenants.scope import UnitOfWork

_PARTS: Final = bindparam("parts", type_=ARRAY(Uuid()))
_PRODUCTS: Final = union(
    select(Variant.product_id).where(Variant.id == any_(IDS)),
    select(Variant.product_id)
    .join(BundleItem, BundleItem.variant_id == Variant.id)
    .where(BundleItem.part_variant_id == any_(_PARTS)),
)


async def relist_where_it_ends(uow: UnitOfWork, levels: Mapping[Spot, Level]) -> None:
    """List the products anew of which there was, or is, nothing left at a changed level.

    To be called last. A bundle ends before its parts do, so each change of a part may be its end.
    """
    changed: set[UUID] = set()
    ending: set[UUID] = set()
    freed: set[UUID] = set()
    for spot, level in levels.items():
        if level.more_reserved or level.more_backordered:
            changed.add(spot.variant_id)
            if level.was_sold_out or level.is_sold_out:
                ending.add(spot.variant_id)
        if level.more_reserved < 0 or level.more_backordered < 0:
            freed.add(spot.variant_id)
    if changed:
        rows = await uow.rows(_PRODUCTS, ids=list(ending), parts=list(changed))
        await tell_waiting(uow, freed)
        await products_changed(uow, [row["product_id"] for row in rows])
