"""Which promotions come into question for a cart: those that run, and those of the codes given.

A fixed number of statements, however many lines, codes and promotions there are.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    not_,
    or_,
    select,
    union_all,
)

from domain.bulk import TooMany
from domain.catalog.tables import CategoryAncestor, Channel, CollectionProduct, ProductCategory
from domain.merchants.shop_facts import ZONE
from domain.pricing.buyers import Buyer
from domain.pricing.promotions.codes import key_of
from domain.pricing.promotions.facts import Cart, CartLine, Offer
from domain.pricing.promotions.rules import rule_of
from domain.pricing.promotions.standing import refusal_of
from domain.pricing.promotions.tables import (
    Promotion,
    PromotionCode,
    PromotionTally,
    PromotionUse,
)
from domain.row_sets import IDS
from tenants.scope import Asking, Row

MOST_CODES: Final = 10
NO_TIME: Final = datetime.min.replace(tzinfo=UTC)
"""On the clock of a cart without offers, which nobody looks at."""

_at: Final = func.coalesce(bindparam("at", type_=DateTime(timezone=True)), func.now())
_CODES: Final = select(PromotionCode).where(
    PromotionCode.code_key == any_(bindparam("keys", type_=ARRAY(Text())))
)
_OFFERS: Final = select(
    Promotion,
    _at.label("instant"),
    func.timezone(ZONE, _at).label("local"),
    select(Channel.id).where(Channel.is_default).scalar_subquery().label("default_channel"),
).where(
    or_(
        Promotion.id == any_(IDS),
        (Promotion.state == "active")
        & not_(Promotion.needs_code)
        & or_(Promotion.starts_at.is_(None), Promotion.starts_at <= _at)
        & or_(Promotion.ends_at.is_(None), Promotion.ends_at > _at),
    )
)
_TALLIES: Final = select(
    PromotionTally.promotion_id, PromotionTally.subject_id, PromotionTally.used
).where(
    PromotionTally.promotion_id == any_(IDS),
    PromotionTally.subject_id == any_(bindparam("subject_ids", type_=ARRAY(Uuid()))),
)
_OWN_USES: Final = select(
    PromotionUse.promotion_id, PromotionUse.code_id, PromotionUse.customer_id
).where(PromotionUse.order_id == bindparam("order_id"), PromotionUse.given_back_at.is_(None))
_SHELVES: Final = union_all(
    select(ProductCategory.product_id, CategoryAncestor.ancestor_id.label("shelf_id"))
    .join(CategoryAncestor, CategoryAncestor.category_id == ProductCategory.category_id)
    .where(ProductCategory.product_id == any_(IDS)),
    select(CollectionProduct.product_id, CollectionProduct.collection_id).where(
        CollectionProduct.product_id == any_(IDS)
    ),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A priced line: `goods` has its `id`, `product_id` and `brand_id`."""

    goods: Row
    quantity: int
    sum_minor: int
    is_full_price: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The cart as promotions see it, those that come into question, and the codes that exist."""

    cart: Cart
    offers: Sequence[Offer]
    codes: dict[str, Row]
    """By their keys."""


async def find_offers(
    db: Asking,
    items: Sequence[Item],
    buyer: Buyer,
    codes: Sequence[str],
    *,
    currency: str,
    at: datetime | None,
) -> Found:
    """What promotions may apply to these goods, at an instant: now, where none is given.

    Raises TooMany for more than 10 codes.
    """
    if len(codes) > MOST_CODES:
        raise TooMany("codes", most=MOST_CODES)
    keys = [key_of(code) for code in codes]
    found = {row["code_key"]: row for row in (await db.rows(_CODES, keys=keys) if keys else ())}
    of_codes = {row["promotion_id"] for row in found.values()}
    promotions = await db.rows(_OFFERS, ids=list(of_codes), at=at)
    if not promotions:
        return replace(no_offers(items, buyer), codes=found)
    used = await _uses(db, promotions, found, buyer)
    by_promotion: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in found.values():
        by_promotion[row["promotion_id"]].append(row)
    instant = promotions[0]["instant"]
    offers = [
        _offer(
            row,
            code,
            refused=refusal_of(row, code, used[row["id"]], buyer, currency=currency, at=instant),
        )
        for row in promotions
        for code in by_promotion.get(row["id"], (None,))
    ]
    shelves = await _shelves(db, items)
    return Found(_cart(items, shelves, buyer, promotions[0]), offers, found)


def no_offers(items: Sequence[Item], buyer: Buyer) -> Found:
    """The same for whom no promotion is to apply."""
    return Found(_cart(items, {}, buyer, None), (), {})


async def _uses(
    db: Asking, promotions: Sequence[Row], codes: dict[str, Row], buyer: Buyer
) -> dict[UUID, dict[UUID, int]]:
    """How often each promotion was used, by subject; nothing of those without limits."""
    used: dict[UUID, dict[UUID, int]] = {row["id"]: {} for row in promotions}
    subjects = [*used, *(row["id"] for row in codes.values())]
    if buyer.customer_id:
        subjects.append(buyer.customer_id)
    for row in await db.rows(_TALLIES, ids=list(used), subject_ids=subjects):
        used[row["promotion_id"]][row["subject_id"]] = row["used"]
    own = await db.rows(_OWN_USES, order_id=buyer.order_id) if buyer.order_id else ()
    for row in own:
        of_this = used.get(row["promotion_id"], {})
        for subject in (row["promotion_id"], row["code_id"], row["customer_id"]):
            if subject in of_this:
                of_this[subject] -= 1
    return used


def _offer(row: Row, code: Row | None, **columns: Any) -> Offer:
    return Offer(
        row["id"],
        rule_of(row["conditions"], row["actions"]),
        row["priority"],
        row["is_exclusive"],
        row["exclusion_group"],
        row["most_minor"],
        code["code"] if code else None,
        code["id"] if code else None,
        **columns,
    )


async def _shelves(db: Asking, items: Sequence[Item]) -> dict[UUID, set[UUID]]:
    """The categories and collections of each product."""
    shelves: defaultdict[UUID, set[UUID]] = defaultdict(set)
    ids = list({item.goods["product_id"] for item in items})
    for row in await db.rows(_SHELVES, ids=ids):
        shelves[row["product_id"]].add(row["shelf_id"])
    return shelves


def _cart(
    items: Sequence[Item], shelves: dict[UUID, set[UUID]], buyer: Buyer, shop: Row | None
) -> Cart:
    lines = [
        CartLine(
            item.quantity,
            item.sum_minor,
            frozenset(
                item.goods[name] for name in ("id", "product_id", "brand_id") if item.goods[name]
            ).union(shelves.get(item.goods["product_id"], ())),
            item.is_full_price,
        )
        for item in items
    ]
    return Cart(
        lines,
        shop["local"] if shop else NO_TIME,
        buyer.channel_id or (shop["default_channel"] if shop else None),
        buyer.group_ids | buyer.segment_ids,
        buyer.is_first_order,
    )
