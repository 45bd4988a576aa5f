"""The admin's schema, put together from the areas; its text is admin.graphql."""

from typing import Final

from api.documents.mutations import DocumentMutations
from api.documents.queries import DocumentQueries
from api.explorer import Example
from api.merchants.entrance_mutations import EntranceMutations
from api.schemas import build_schema

QUERIES: Final[list[type]] = [DocumentQueries]
MUTATIONS: Final[list[type]] = [EntranceMutations, DocumentMutations]
SCHEMA: Final = build_schema(queries=QUERIES, mutations=MUTATIONS)

EXAMPLES: Final[list[Example]] = []
