"""Which price applies, where several lists have one.

Of the lists that are valid at the instant, in the currency, and open to the buyer (of his channel
or of none, of one of his groups or of none), the one with the highest rank that has a price for so
much of the variant; of equal ranks, the older list. Where none has, the default list. The price
that is crossed out is the same row's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, any_, bindparam, func, or_, select

from domain.catalog.tables import Channel
from domain.errors import NotAllowed
from domain.pricing.buyers import Buyer
from domain.pricing.tables import Price, PriceList
from domain.row_sets import IDS
from tenants.scope import Asking, Row

_at: Final = func.coalesce(bindparam("at", type_=DateTime(timezone=True)), func.now())
_channel: Final = func.coalesce(
    bindparam("channel_id", type_=Uuid()),
    select(Channel.id).where(Channel.is_default).scalar_subquery(),
)
_is_valid: Final = or_(PriceList.valid_from.is_(None), PriceList.valid_from <= _at) & or_(
    PriceList.valid_until.is_(None), PriceList.valid_until > _at
)
_LISTS: Final = (
    select(PriceList.id, PriceList.currency, PriceList.is_default, _is_valid.label("is_valid"))
    .where(
        or_(
            PriceList.is_default,
            PriceList.rank.is_not(None)
            & _is_valid
            & or_(PriceList.channel_id.is_(None), PriceList.channel_id == _channel)
            & or_(
                PriceList.customer_group_id.is_(None),
                PriceList.customer_group_id == any_(bindparam("group_ids", type_=ARRAY(Uuid()))),
            ),
        )
    )
    .order_by(PriceList.rank.desc().nulls_last(), PriceList.id)
)
_PRICES: Final = (
    select(
        Price.variant_id,
        Price.price_list_id,
        Price.min_quantity,
        Price.amount_minor,
        Price.compare_at_minor,
    )
    .where(
        Price.variant_id == any_(IDS),
        Price.price_list_id == any_(bindparam("list_ids", type_=ARRAY(Uuid()))),
    )
    .order_by(Price.variant_id, Price.min_quantity)
)


class UnitPrice(NamedTuple):
    """What one of so many costs, minor units: the tier that holds, and the list's first one."""

    price_list_id: UUID
    amount_minor: int
    first_minor: int
    is_first: bool
    compare_at_minor: int | None


class Prices(NamedTuple):
    """The prices open to a buyer: of each variant, those of each list, the best list first."""

    currency: str
    of: Mapping[UUID, Sequence[Sequence[Row]]]

    def find(self, variant_id: UUID, quantity: int) -> UnitPrice | None:
        """The price that applies to so many thousandths; None where there is none."""
        for tiers in self.of.get(variant_id, ()):
            reached = [tier for tier in tiers if tier["min_quantity"] <= quantity]
            if reached:
                last = reached[-1]
                return UnitPrice(
                    last["price_list_id"],
                    last["amount_minor"],
                    reached[0]["amount_minor"],
                    len(reached) == 1,
                    last["compare_at_minor"],
                )
        return None


async def prices_for(
    db: Asking, variant_ids: Sequence[UUID], buyer: Buyer, at: datetime | None
) -> Prices:
    """What these variants cost this buyer, at an instant: now, where none is given.

    Two statements. Raises NotAllowed when no list is valid for him.
    """
    found = await db.rows(
        _LISTS, at=at, channel_id=buyer.channel_id, group_ids=list(buyer.group_ids)
    )
    usual = next((row["currency"] for row in found if row["is_default"]), None)
    currency = buyer.currency or usual
    open_lists = [row for row in found if row["is_valid"] and row["currency"] == currency]
    if currency is None or not open_lists:
        raise NotAllowed(
            en="no price list is valid now", ru="сейчас не действует ни один прайс-лист"
        )
    # Ranks come down, and the default list, which has none, is asked last.
    places = {row["id"]: place for place, row in enumerate(open_lists)}
    rows = await db.rows(_PRICES, ids=list(variant_ids), list_ids=list(places))
    tiers: defaultdict[UUID, defaultdict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        tiers[row["variant_id"]][places[row["price_list_id"]]].append(row)
    return Prices(
        currency,
        {variant: [by[place] for place in sorted(by)] for variant, by in tiers.items()},
    )
