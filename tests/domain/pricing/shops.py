"""Promotions put into a shop as the merchant makes them, for tests below the doors."""

from typing import Any
from uuid import UUID

from domain.pricing.promotions.codes import add_codes
from domain.pricing.promotions.promotions import activate_promotion, create_promotion
from domain.pricing.quoted import Quote
from domain.pricing.quotes import quote
from tests.factories_catalog import Shop

TEN_PERCENT: dict[str, Any] = {"percent": {"percent": "10"}}


async def add_promotion(
    shop: Shop,
    *actions: dict[str, Any],
    when: list[dict[str, Any]] | None = None,
    codes: tuple[str, ...] = (),
    code_limit: int | None = None,
    **facts: Any,
) -> UUID:
    """A promotion that runs: 10 % off everything, unless it says otherwise."""
    rule = {"conditions": when or [], "actions": list(actions) or [TEN_PERCENT]}
    async with shop.scope.writing("test") as uow:
        given = {"title": "Акция", "needs_code": bool(codes), "rule": rule, **facts}
        promotion_id = await create_promotion(uow, given)
        if codes:
            await add_codes(uow, promotion=promotion_id, codes=codes, usage_limit=code_limit)
        await activate_promotion(uow, promotion_id)
    return promotion_id


async def quoted(shop: Shop, *codes: str, **facts: Any) -> Quote:
    """What two of A and one of B cost."""
    lines = [(shop.variants["A"], 2_000), (shop.variants["B"], 1_000)]
    return await quote(shop.scope.reading, lines, codes=codes, **facts)
