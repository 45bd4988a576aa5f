"""Freezing a draft: its goods quoted for its buyer once, and kept as they came out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import any_, select

from domain.amounts import amount_in
from domain.bulk import refuse
from domain.errors import DomainError, NotFound
from domain.inputs import clean
from domain.orders.carts.buyers import buyer_of
from domain.orders.carts.checks import code_problems
from domain.orders.carts.goods import grams_of, sold_goods, title_of
from domain.orders.carts.lines import LINE_FIELDS, NewLine
from domain.orders.delivery.choosing import chosen_way
from domain.orders.drafts.tables import OrderDraftLine
from domain.orders.orders.lines import frozen, frozen_delivery
from domain.pricing.quoted import Quote, QuotedPromotion
from domain.pricing.quotes import quote
from domain.pricing.shop_vat import seller_of
from domain.row_sets import IDS
from domain.stock.holds.demand import Line, demand_of
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

_COLUMNS: Final = [
    one.key
    for one in OrderDraftLine.__mapper__.columns
    if one.key not in ("tenant_id", "id", "draft_id", "position")
]
_OF_DRAFTS: Final = (
    select(OrderDraftLine)
    .where(OrderDraftLine.draft_id == any_(IDS))
    .order_by(OrderDraftLine.draft_id, OrderDraftLine.position)
)


class Frozen(NamedTuple):
    """What a draft's goods came to: columns of the draft, and its lines."""

    columns: dict[str, Any]
    lines: list[dict[str, Any]]


async def lines_of(db: Asking, draft_ids: Sequence[UUID]) -> list[Row]:
    """The lines of drafts, in their order."""
    return await db.rows(_OF_DRAFTS, ids=list(draft_ids))


async def freeze(
    uow: UnitOfWork,
    draft: Mapping[str, Any],
    wanted: Sequence[NewLine],
    discount: Mapping[str, Any] | None,
) -> Frozen:
    """Price what is wanted by what is valid now for the draft's buyer, with its delivery.

    Raises Required, TooMany, of lines NotFound, Invalid, NotAllowed, of codes a Problem, Invalid
    for the discount, NotAllowed for a way that does not lead to the address.
    """
    goods = await sold_goods(uow, list({one.variant_id for one in wanted}))
    words = _words(wanted, goods)
    by = await buyer_of(uow, {**draft, "visitor": None}, draft["customer_id"])
    quoted = await quote(
        uow,
        [(one.variant_id, one.quantity) for one in wanted],
        buyer=by.buyer,
        codes=draft["codes"],
        discount=discount,
    )
    refuse([*quoted.problems, *code_problems(quoted)])
    goods |= await sold_goods(
        uow, [one.variant_id for one in quoted.lines if one.variant_id not in goods]
    )
    sold = [one for one in quoted.lines if one.variant_id in goods]  # gifts, so far as there are
    demand = await demand_of(uow, [Line(one.variant_id, one.quantity) for one in sold])
    lines = [
        frozen(
            one,
            takes=takes,
            variant=goods[one.variant_id],
            title=title_of(goods[one.variant_id]),
            **(words[one.at] if one.at is not None else {"attributes": {}, "note": None}),
        )
        for one, takes in zip(sold, demand.by_line, strict=True)
    ]
    grams = sum(grams_of(goods[one.variant_id], one.quantity) for one in sold)
    lines += await _delivery(uow, draft, quoted, grams)
    columns = {
        "currency": quoted.currency,
        "discount_minor": amount_in(quoted.currency, required=False)(discount) or 0,
        "promotions": [_plain(one) for one in quoted.promotions],
        "total_minor": sum(line["total_minor"] for line in lines),
    }
    return Frozen(columns, lines)


def wanted_of(lines: Sequence[Row]) -> list[NewLine]:
    """What a draft was made of: its goods, without gifts and delivery."""
    return [
        NewLine(line["variant_id"], line["quantity"], line["attributes"], line["note"])
        for line in lines
        if line["kind"] == "goods" and line["trace"][0]["kind"] != "gift"
    ]


def sold_columns(line: Row | Mapping[str, Any]) -> dict[str, Any]:
    """A draft's line, or an order's, as the columns of what is sold."""
    return {"id": new_id(), **{name: line[name] for name in _COLUMNS}}


def promotions_of(draft: Row) -> Quote:
    """The quote of a frozen draft, so far as it says which promotions it was made with."""
    return Quote(
        draft["currency"],
        (),
        (),
        tuple(
            QuotedPromotion(
                **{
                    **one,
                    "promotion_id": UUID(one["promotion_id"]),
                    "code_id": one["code_id"] and UUID(one["code_id"]),
                }
            )
            for one in draft["promotions"]
        ),
    )


def _plain(one: QuotedPromotion) -> dict[str, Any]:
    return {
        **asdict(one),
        "promotion_id": str(one.promotion_id),
        "code_id": one.code_id and str(one.code_id),
    }


def _words(wanted: Sequence[NewLine], goods: Mapping[UUID, Row]) -> list[dict[str, Any]]:
    """The buyer's words for each line, whose variants must be sold. Raises NotFound, Invalid."""
    words: list[dict[str, Any]] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(wanted):
        if one.variant_id not in goods:
            wrong.append(NotFound("lines", at, "variantId", what="variant"))
        said, refused = clean(LINE_FIELDS, {"attributes": one.attributes, "note": one.note})
        wrong += [error.at("lines", at) for error in refused]
        words.append(said)
    refuse(wrong)
    return words


async def _delivery(
    uow: UnitOfWork, draft: Mapping[str, Any], quoted: Quote, grams: int
) -> list[dict[str, Any]]:
    """The way that is chosen to the address, as what is sold with the goods."""
    chosen = draft["delivery_method_id"]
    if draft["address"] is None or chosen is None:
        return []
    option = await chosen_way(
        uow,
        chosen,
        draft["address"],
        grams=grams,
        sum_minor=quoted.total_minor,
        is_free=quoted.free_delivery,
    )
    rate = (await seller_of(uow)).rate_of(None, None)
    return [frozen_delivery(option.title, option.price_minor, rate)]
