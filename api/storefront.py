"""The storefront's schema, put together from the areas; its text is storefront.graphql."""

from typing import Final

from api.catalog import storefront_examples
from api.catalog.storefront_list_queries import ProductListQueries
from api.catalog.storefront_queries import NODES, CatalogQueries
from api.customers.entrance_mutations import CustomerEntranceMutations
from api.customers.storefront_mutations import StorefrontCustomerMutations
from api.customers.storefront_queries import StorefrontCustomerQueries
from api.explorer import Example
from api.merchants.storefront_queries import StorefrontShopQueries
from api.nodes import node_queries
from api.orders.carts.mutations import CartMutations
from api.orders.carts.queries import CartQueries
from api.orders.drafts.storefront_mutations import OrderDraftWindowMutations
from api.orders.drafts.storefront_queries import OrderDraftWindowQueries
from api.orders.returns.storefront_mutations import ReturnWindowMutations
from api.pricing.promotions.storefront_mutations import OfferMutations
from api.schemas import build_schema
from api.stock.storefront import AvailabilityQueries
from api.stock.storefront_mutations import StockWindowMutations

QUERIES: Final[list[type]] = [
    ProductListQueries,
    CatalogQueries,
    StorefrontShopQueries,
    AvailabilityQueries,
    CartQueries,
    OrderDraftWindowQueries,
    StorefrontCustomerQueries,
    node_queries([*NODES], permission="storefront"),
]
MUTATIONS: Final[list[type]] = [
    StockWindowMutations,
    CartMutations,
    OrderDraftWindowMutations,
    ReturnWindowMutations,
    OfferMutations,
    CustomerEntranceMutations,
    StorefrontCustomerMutations,
]
SCHEMA: Final = build_schema(queries=QUERIES, mutations=MUTATIONS)

EXAMPLES: Final[list[Example]] = [*storefront_examples.EXAMPLES]
