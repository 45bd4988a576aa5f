"""What follows when products change: collections that have a rule, then the listing."""

from collections.abc import Iterable
from uuid import UUID

from domain.catalog.collection_rules import refill_for
from domain.catalog.listing import refresh_listing
from tenants.scope import UnitOfWork


async def products_changed(uow: UnitOfWork, product_ids: Iterable[UUID]) -> None:
    """Bring collections and the listing up to date with these products, in this unit of work.

    To be called last: what is shown is made from what is written when this runs.
    """
    if ids := sorted(set(product_ids)):
        await refill_for(uow, ids)
        await refresh_listing(uow, ids)
