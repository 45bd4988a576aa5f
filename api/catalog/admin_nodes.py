"""Which things of the catalogue, of pricing and stock `node(id:)` finds for the merchant."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from api.catalog import kinds
from api.context import RequestContext
from api.nodes import NodeKind
from api.pricing.kinds import (
    CUSTOMER_GROUP,
    GIFT_CARD,
    LOYALTY_LEVEL,
    PRICE_LIST,
    PROMOTION,
    PROMOTION_CODE,
)
from api.stock.kinds import HOLD, LOCATION, LOT, UNIT
from domain.catalog import tables
from domain.pricing.tables import (
    CustomerGroup,
    GiftCard,
    LoyaltyLevel,
    PriceList,
    Promotion,
    PromotionCode,
)
from domain.row_sets import rows_by_id
from domain.stock.tables import Location, Lot, StockHold
from domain.stock.units.lists import units_by_ids


def _node(prefix: str, table: Any, permission: str, name: str = "") -> NodeKind:
    async def load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        return await rows_by_id(context.reading, table, ids)

    return NodeKind(prefix, name or table.__name__, load, permission)


async def _units(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    rows = await units_by_ids(context.reading, context.principal, ids)
    return {row["id"]: row for row in rows}


NODES: Final = [
    *(
        _node(prefix, table, "products:read")
        for prefix, table in (
            (kinds.PRODUCT, tables.Product),
            (kinds.VARIANT, tables.Variant),
            (kinds.CATEGORY, tables.Category),
            (kinds.BRAND, tables.Brand),
            (kinds.COLLECTION, tables.Collection),
            (kinds.ATTRIBUTE, tables.Attribute),
            (kinds.FIELD, tables.FieldDefinition),
            (kinds.IMAGE, tables.Media),
            (kinds.CHANNEL, tables.Channel),
            (kinds.SYNONYM, tables.Synonym),
        )
    ),
    _node(kinds.REDIRECT, tables.SlugRedirect, "products:read", "Redirect"),
    _node(kinds.PAGE, tables.Page, "content:read"),
    _node(kinds.MENU, tables.Menu, "content:read"),
    _node(PRICE_LIST, PriceList, "prices:read"),
    _node(CUSTOMER_GROUP, CustomerGroup, "prices:read"),
    _node(PROMOTION, Promotion, "promotions:read"),
    _node(PROMOTION_CODE, PromotionCode, "promotions:read"),
    _node(GIFT_CARD, GiftCard, "promotions:read"),
    _node(LOYALTY_LEVEL, LoyaltyLevel, "promotions:read"),
    _node(LOCATION, Location, "inventory:read"),
    _node(LOT, Lot, "inventory:read"),
    _node(HOLD, StockHold, "inventory:read"),
    NodeKind(UNIT, "StockUnit", _units, "inventory:read"),
]
