"""Asking what goods cost."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

import strawberry

from api.context import Info
from api.engine.fields import root
from api.inputs import values
from api.pricing.quote_types import PriceQuote, PriceQuoteInput
from api.references import only_one
from api.refusals import told
from api.scalars import Date, DateTime
from domain.merchants.shop_facts import zone_of_shop
from domain.pricing.asked_buyers import buyer_of
from domain.pricing.quoted import Quote, QuotedLine
from domain.pricing.quotes import quote
from domain.pricing.vat import VatRate
from tenants.scope import Asking
from tenants.values.dates import on_day


@strawberry.type
class QuoteQueries:
    """Root fields of quotes."""

    @root(permission="prices:read", cost=20, items=5)
    async def price_quote(
        self,
        info: Info,
        input: PriceQuoteInput,
        on: Date | None = None,
        at: DateTime | None = None,
    ) -> PriceQuote:
        """What goods cost a buyer, to the last kopeck, as a receipt says it.

        `at`: the instant whose price lists and VAT are reckoned with; `on`: the same time of
        another day. Now, where neither is given.
        """
        given = values(input)
        if on is not None and at is not None:
            only_one(on=on, at=at)
        db = info.context.reading
        with told(info.context):
            quoted = await quote(
                db,
                [(line["variant"], line["quantity"]) for line in given["lines"]],
                buyer=await buyer_of(db, given.get("buyer") or {}),
                codes=given["codes"],
                discount=given.get("discount"),
                points=given["points"],
                on=at if on is None else await _then(db, on),
            )
            quoted.refuse()
        return cast(PriceQuote, _row(quoted))


async def _then(db: Asking, on: Date) -> datetime:
    """The time that it is now, on that day of the shop."""
    return on_day(on, datetime.now(UTC), await zone_of_shop(db))


def _row(quoted: Quote) -> dict[str, Any]:
    """A quote as the row that its type describes."""
    in_currency = {"currency": quoted.currency}

    def vat(rate: VatRate, amount: int) -> dict[str, Any]:
        return {"rate": rate, "vat_minor": amount, **in_currency}

    def row(line: QuotedLine) -> dict[str, Any]:
        return {
            "variant_id": line.variant_id,
            "quantity": line.quantity,
            "is_gift": line.at is None,
            "price_list_id": line.price_list_id,
            "price_minor": line.price_minor,
            "compare_at_minor": line.compare_at_minor,
            "discount_minor": line.discount_minor,
            "total_minor": line.total_minor,
            "vat": vat(line.rate, line.vat_minor),
            "positions": [
                {**one._asdict(), "sum_minor": one.sum_minor, **in_currency}
                for one in line.positions
            ],
            "price_trace": [{**step._asdict(), **in_currency} for step in line.trace],
            **in_currency,
        }

    return {
        "lines": [row(line) for line in quoted.lines],
        "discount_minor": quoted.discount_minor,
        "total_minor": quoted.total_minor,
        "vat": [vat(rate, amount) for rate, amount in quoted.vat.items()],
        "points": quoted.points,
        "free_delivery": quoted.free_delivery,
        "promotions": [{**asdict(one), **in_currency} for one in quoted.promotions],
        "codes": [asdict(one) for one in quoted.codes],
        **in_currency,
    }
