"""The storefront's schema, put together from the areas; its text is storefront.graphql."""

from typing import Final

from api.explorer import Example
from api.schemas import build_schema

QUERIES: Final[list[type]] = []
SCHEMA: Final = build_schema(queries=QUERIES)

EXAMPLES: Final[list[Example]] = []
