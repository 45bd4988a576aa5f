"""The admin's schema, put together from the areas; its text is admin.graphql."""

from typing import Final

from api.catalog.admin_queries import ProductQueries
from api.catalog.mutations.products import ProductMutations
from api.catalog.mutations.variants import VariantMutations
from api.documents.mutations import DocumentMutations
from api.documents.queries import DocumentQueries
from api.explorer import Example
from api.schemas import build_schema

QUERIES: Final[list[type]] = [
    ProductQueries,
    DocumentQueries,
]
MUTATIONS: Final[list[type]] = [
    ProductMutations,
    VariantMutations,
    DocumentMutations,
]
SCHEMA: Final = build_schema(queries=QUERIES, mutations=MUTATIONS)

EXAMPLES: Final[list[Example]] = []
