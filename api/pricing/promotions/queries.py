"""Reading promotions and their codes."""

from typing import Final

import strawberry

from api.connections import Connection
from api.lists import listing, named
from api.pricing import kinds
from api.pricing.promotions.inputs import PromotionCodeWhere, PromotionWhere
from api.pricing.promotions.types import Promotion, PromotionCode
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.pricing import tables

READ = "promotions:read"

PROMOTIONS: Final = ListOf(
    tables.Promotion,
    {
        "id": Filter(tables.Promotion.id),
        "externalId": Filter(tables.Promotion.external_id),
        "title": Filter(tables.Promotion.title_sort, folded=True),
        "state": Filter(tables.Promotion.state),
        "needsCode": Filter(tables.Promotion.needs_code),
        "startsAt": Filter(tables.Promotion.starts_at),
        "endsAt": Filter(tables.Promotion.ends_at),
        "createdAt": Filter(tables.Promotion.created_at),
    },
    {},
)
CODES: Final = ListOf(
    tables.PromotionCode,
    {
        "id": Filter(tables.PromotionCode.id),
        "promotionId": Filter(tables.PromotionCode.promotion_id),
        "code": Filter(tables.PromotionCode.code),
        "series": Filter(tables.PromotionCode.series),
        "revokedAt": Filter(tables.PromotionCode.revoked_at),
    },
    {},
)


@strawberry.type
class PromotionQueries:
    """Root fields of promotions."""

    promotion: Promotion | None = named(
        tables.Promotion,
        kinds.PROMOTION,
        permission=READ,
        description="One promotion, by its id or external id.",
    )

    promotions: Connection[Promotion] = listing(
        PROMOTIONS,
        where=PromotionWhere,
        permission=READ,
        description="Promotions, the newest first.",
    )

    promotion_codes: Connection[PromotionCode] = listing(
        CODES,
        where=PromotionCodeWhere,
        permission=READ,
        description="Codes of promotions, the newest first.",
    )
