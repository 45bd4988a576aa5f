"""Addresses that lead to things beside their own."""

from enum import Enum
from typing import Any

import strawberry

from api.catalog import kinds
from api.engine.fields import column, computed
from api.nodes import Node
from api.scalars import DateTime, id_field
from tenants.ids import encode_id

SLUGGED = {
    "product": kinds.PRODUCT,
    "category": kinds.CATEGORY,
    "collection": kinds.COLLECTION,
    "brand": kinds.BRAND,
    "page": kinds.PAGE,
}
"""Kinds of things that have a slug, and of their ids."""


@strawberry.enum
class SlugKind(Enum):
    """What a slug is of; each kind has its own."""

    PRODUCT = "product"
    CATEGORY = "category"
    COLLECTION = "collection"
    BRAND = "brand"
    PAGE = "page"


def _target(row: Any) -> str:
    return encode_id(SLUGGED[row["entity_kind"]], row["entity_id"])


@strawberry.type
class Redirect(Node):
    """A slug that leads to a thing beside its own: one that it had before, or set by hand."""

    id: strawberry.ID = id_field(kinds.REDIRECT)
    kind: SlugKind = column("entity_kind")
    slug: str
    target_id: strawberry.ID = computed(_target, description="What it leads to.")
    created_at: DateTime
