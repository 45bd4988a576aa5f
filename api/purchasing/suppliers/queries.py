"""Reading suppliers, and what they offer."""

from functools import partial

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.filters import read_where
from api.lists import listing, named, paged
from api.purchasing import kinds
from api.purchasing.suppliers.inputs import SupplierOfferWhere, SupplierWhere
from api.purchasing.suppliers.types import Supplier, SupplierOffer
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.paging import PageRequest
from domain.purchasing import tables
from domain.purchasing.offers import count_offers, list_offers

READ = "purchasing:read"
SUPPLIERS = ListOf(
    tables.Supplier,
    {
        "id": Filter(tables.Supplier.id),
        "title": Filter(tables.Supplier.title_sort, folded=True),
        "externalId": Filter(tables.Supplier.external_id),
        "isActive": Filter(tables.Supplier.is_active),
    },
    {"title": tables.Supplier.title_sort},
)


@strawberry.type
class SupplierQueries:
    """Root fields of suppliers."""

    supplier: Supplier | None = named(
        tables.Supplier,
        kinds.SUPPLIER,
        permission=READ,
        description="One supplier, by its id or external id.",
    )

    suppliers: Connection[Supplier] = listing(
        SUPPLIERS,
        where=SupplierWhere,
        usual=[("title", False)],
        permission=READ,
        description="All suppliers, by title.",
    )

    @paged(permission=READ)
    async def supplier_offers(
        self, info: Info, page: PageRequest, where: SupplierOfferWhere | None = None
    ) -> Connection[SupplierOffer]:
        """Offers of all suppliers, those told last first."""
        db, asked = info.context.reading, read_where(where)
        found = await list_offers(db, page, where=asked)
        return connection(found, partial(count_offers, db, where=asked))
