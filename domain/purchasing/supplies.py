"""What suppliers could send of variants, as they told last: stale offers are left out."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.purchasing.offers import IS_STALE
from domain.purchasing.tables import Supplier, SupplierOffer
from domain.row_sets import IDS
from domain.stock.availability import Supply
from tenants.scope import Asking

_SUPPLIES: Final = (
    select(SupplierOffer.variant_id, SupplierOffer.stock, Supplier.lead_days)
    .join(Supplier, Supplier.id == SupplierOffer.supplier_id)
    .where(
        SupplierOffer.variant_id == any_(IDS),
        SupplierOffer.stock > 0,
        Supplier.is_active,
        ~IS_STALE,
    )
)


async def supplies_of(db: Asking, variant_ids: Sequence[UUID]) -> dict[UUID, list[Supply]]:
    """By variant, what each supplier at work has of it and in how many days it would be here."""
    found: dict[UUID, list[Supply]] = {}
    for row in await db.rows(_SUPPLIES, ids=list(variant_ids)):
        found.setdefault(row["variant_id"], []).append(Supply(row["stock"], row["lead_days"]))
    return found
