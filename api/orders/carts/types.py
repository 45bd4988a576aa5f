"""Carts as buyers see them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import strawberry

from api.catalog.storefront_types.products import Variant
from api.catalog.windows import one
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.errors import CartFix, CartProblemCode
from api.orders import kinds
from api.orders.words import LineAttribute, PaymentMethod, attributes_of
from api.pricing.quote_types import PriceTraceStep, VatSum
from api.scalars import Money, Quantity, id_field, money
from api.stock.addresses import Address
from api.stock.storefront import Place
from domain.catalog.window_variants import variants_by_ids
from domain.orders.carts.lines import lines_of
from domain.orders.carts.priced import PricedCart, PricedLine, price_cart
from domain.orders.carts.tables import Cart as CartTable
from domain.row_sets import rows_by_id
from domain.stock.places.pick_up import places_by_ids
from tenants.scope import Asking, Row
