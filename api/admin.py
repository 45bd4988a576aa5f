"""The admin's schema, put together from the areas; its text is admin.graphql."""

from typing import Final

from api.catalog.admin_queries import ProductQueries
from api.catalog.mutations.products import ProductMutations
from api.catalog.mutations.variants import VariantMutations
from api.documents.mutations import DocumentMutations
from api.documents.queries import DocumentQueries
from api.explorer import Example
from api.files.mutations import FileMutations
from api.files.queries import FileQueries
from api.merchants.entrance_mutations import EntranceMutations
from api.schemas import build_schema

QUERIES: Final[list[type]] = [
    ProductQueries,
    DocumentQueries,
    FileQueries,
]
MUTATIONS: Final[list[type]] = [
    EntranceMutations,
    ProductMutations,
    VariantMutations,
    DocumentMutations,
    FileMutations,
]
SCHEMA: Final = build_schema(queries=QUERIES, mutations=MUTATIONS)

EXAMPLES: Final[list[Example]] = []
