"""Asking what goods cost."""

from typing import Any, cast

import strawberry

from api.context import Info
from api.engine.fields import root
from api.inputs import values
from api.pricing.quote_types import PriceQuote, PriceQuoteInput
from api.refusals import told
from api.scalars import Date
from domain.pricing.quotes import Quote, quote
from domain.pricing.vat import VatRate


@strawberry.type
class QuoteQueries:
    """Root fields of quotes."""

    @root(permission="prices:read", cost=20, items=5)
    async def price_quote(
        self, info: Info, input: PriceQuoteInput, on: Date | None = None
    ) -> PriceQuote:
        """What goods cost by the default price list, to the last kopeck, as a receipt says it.

        `on`: the day whose VAT is reckoned with; today, where none is said.
        """
        given = values(input)
        with told(info.context):
            quoted = await quote(
                info.context.reading,
                [(line["variant"], line["quantity"]) for line in given["lines"]],
                discount=given.get("discount"),
                on=on,
            )
        return cast(PriceQuote, _row(quoted))


def _row(quoted: Quote) -> dict[str, Any]:
    """A quote as the row that its type describes."""
    in_currency = {"currency": quoted.currency}

    def vat(rate: VatRate, amount: int) -> dict[str, Any]:
        return {"rate": rate, "vat_minor": amount, **in_currency}

    lines = [
        {
            "variant_id": line.variant_id,
            "quantity": line.quantity,
            "price_minor": line.price_minor,
            "discount_minor": line.discount_minor,
            "total_minor": line.total_minor,
            "vat": vat(line.rate, line.vat_minor),
            "positions": [
                {**one._asdict(), "sum_minor": one.sum_minor, **in_currency}
                for one in line.positions
            ],
            "price_trace": [
                {"step": step.kind, "sum_minor": step.sum_minor, **in_currency}
                for step in line.trace
            ],
            **in_currency,
        }
        for line in quoted.lines
    ]
    return {
        "lines": lines,
        "discount_minor": quoted.discount_minor,
        "total_minor": quoted.total_minor,
        "vat": [vat(rate, amount) for rate, amount in quoted.vat.items()],
        **in_currency,
    }
