"""What runs low, as the merchant sees it, and how much of it there should be."""

import strawberry

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_types.variants import Variant
from api.catalog.admin_words import BulkErrorPolicy
from api.engine.fields import computed
from api.inputs import ReferenceInput, reference
from api.rows import one
from api.scalars import Quantity
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ
from api.stock.types import StockLevel
from domain.catalog.queries import variants_by_ids


@strawberry.type
class StockBelowMinimum:
    """A variant of which less is available at a location than there should be."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    level: StockLevel = computed(lambda row: row)
    lacking: Quantity = computed(
        lambda row: row["minimum"] - max(row["on_hand"] - row["reserved"] - row["spoilt"], 0),
        description="How much more there should be.",
    )


@strawberry.input
class StockMinimumRow:
    """How much of a variant should be available; null: nobody minds how much."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    minimum: Quantity | None


@strawberry.input
class StockMinimumSetInput:
    """Minimum levels of up to 100 variants at one location."""

    location: ReferenceInput = reference(kinds.LOCATION, required=True)
    minimums: list[StockMinimumRow]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL
