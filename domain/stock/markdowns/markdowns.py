"""Goods that soon expire are marked down: their variant costs less until they are sold, or spoilt.

A buyer is sold a variant, not a lot: whatever lies on the shelf has one price, so what is marked
down is the variant. Were another lot of it to last longer, it would be sold cheaply too, and so
the merchant has to say that he means it. A markdown is for all lots that expire by the last day of
those it was made for. It is over once none of them is left to be sold: all are sold, written off,
sent back, recalled or past their day; or when a person says so. Then the price is what it was. What
a price list brings or a person sets meanwhile stays.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, func, select
from sqlalchemy.dialects.postgresql import insert

from domain.amounts import amount_in
from domain.bulk import MOST_ROWS, TooMany, refuse
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.inputs import Required, clean, whole
from domain.pricing.price_lists import find_default_price_list
from domain.pricing.prices import Amount, tell_prices, write_prices
from domain.pricing.tables import PriceList
from domain.references import Ref, get_id
from domain.row_sets import IDS, row_set, rows_by_id
from domain.stock.freshness import IS_SELLABLE
from domain.stock.markdowns.ends import end_markdowns
from domain.stock.markdowns.marked_prices import OPEN, OPEN_ANYWHERE, Marked, Terms, marked_prices
from domain.stock.markdowns.tables import PriceMarkdown
from domain.stock.markdowns.watching import look_soon
from domain.stock.tables import Lot, LotBalance
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.statements import TENANT

_FOR_SALE: Final = (
    select(LotBalance.variant_id, LotBalance.lot_id, Lot.expires_on)
    .join(Lot, Lot.id == LotBalance.lot_id)
    .where(LotBalance.variant_id == any_(IDS), LotBalance.quantity > 0, IS_SELLABLE)
    .distinct()
)
_COLUMNS: Final = (
    "id", "price_list_id", "variant_id", "min_quantity", "amount_minor", "was_minor",
    "was_compare_at_minor", "until_on", "began_at",
)  # fmt: skip
_given: Final = row_set(PriceMarkdown, _COLUMNS)
_new: Final = insert(PriceMarkdown).from_select(
    ["tenant_id", *_COLUMNS], select(TENANT, *(_given.c[name] for name in _COLUMNS))
)
_SET: Final = _new.on_conflict_do_update(
    index_elements=["tenant_id", "variant_id", "price_list_id", "min_quantity"],
    index_where=PriceMarkdown.ended_at.is_(None),
    set_={"amount_minor": _new.excluded.amount_minor, "until_on": _new.excluded.until_on},
    where=func.row(PriceMarkdown.amount_minor, PriceMarkdown.until_on).is_distinct_from(
        func.row(_new.excluded.amount_minor, _new.excluded.until_on)
    ),
).returning(PriceMarkdown.variant_id)


async def mark_down(uow: UnitOfWork, given: Mapping[str, Any]) -> list[UUID]:
    """Let the variants of up to 100 `lots` cost less, by `percent` or to an `amount` for one unit;
    the markdowns' ids, one a price. Done again it is done once; other terms count from what the
    price was at first.

    In a `price_list`, or else the default one. Raises NotFound, Required, Invalid, TooMany; at each
    lot NotAllowed: where nothing of it may be sold, where its variant has no price or one that is
    no higher, and, unless `even_if_fresh`, where another lot of the variant lasts longer.
    """
    price_list = await _price_list(uow, given.get("price_list"))
    terms = _read_terms(given, price_list["currency"])
    lots = await _lots(uow, given.get("lots") or ())
    ids = sorted({lot["variant_id"] for lot in lots})
    for_sale: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in await uow.rows(_FOR_SALE, ids=ids, now=uow.now):
        for_sale[row["variant_id"]].append(row)
    marked = await marked_prices(uow, price_list["id"], ids)
    until, wrong = dict[UUID, date](), list[DomainError]()
    for at, lot in enumerate(lots):
        of = lot["variant_id"]
        try:
            last = _last_day(lot, for_sale[of])
            until[of] = max(last, until.get(of, last), *_until(marked[of]))
            _check_is_lower(marked[of], terms)
        except DomainError as error:
            wrong.append(error.at("lots", at))
    refuse(wrong)
    if not given.get("even_if_fresh"):
        refuse(_fresh_too(lots, for_sale, until))
    made = await _write(uow, price_list["id"], terms, marked, until)
    await look_soon(uow)  # what has gone by now, nobody looks at any more
    return made


async def end_markdown(
    uow: UnitOfWork, lot_ids: Sequence[UUID], price_list: Ref | None = None
) -> list[UUID]:
    """Let the variants of these lots cost again what they did, in this price list or in all; the
    ids of what is over. Raises NotFound, Required, TooMany."""
    ids = sorted({lot["variant_id"] for lot in await _lots(uow, lot_ids)})
    if price_list is None:
        found = await uow.rows(OPEN_ANYWHERE, ids=ids)
    else:
        list_id = await get_id(uow, PriceList, price_list, "priceList", what="price_list")
        found = await uow.rows(OPEN, price_list=list_id, ids=ids)
    await end_markdowns(uow, found, "ended")
    return [row["id"] for row in found]


async def _price_list(uow: UnitOfWork, ref: Ref | None) -> Row:
    if ref is not None:
        list_id = await get_id(uow, PriceList, ref, "priceList", what="price_list")
        return (await rows_by_id(uow, PriceList, [list_id]))[list_id]
    default = await find_default_price_list(uow)
    if default is None:
        raise Required("priceList")
    return default


def _read_terms(given: Mapping[str, Any], currency: str) -> Terms:
    cleaners = {
        "percent": whole(1, 99, required=False),
        "amount": amount_in(currency, least=1, required=False),
    }
    values, wrong = clean(cleaners, given)
    refuse(wrong)
    terms = Terms(values.get("percent"), values.get("amount"))
    if (terms.percent is None) == (terms.amount_minor is None):
        raise Invalid(
            "percent", en="or else amount: one of the two", ru="либо amount: одно из двух"
        )
    return terms


async def _lots(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Row]:
    if not ids:
        raise Required("lots")
    if len(ids) > MOST_ROWS:
        raise TooMany("lots", most=MOST_ROWS)
    found = await rows_by_id(uow, Lot, ids)
    refuse([NotFound("lots", at, what="lot") for at, one in enumerate(ids) if one not in found])
    return [found[one] for one in ids]


def _until(marked: Sequence[Marked]) -> list[date]:
    """Until when markdowns that are in force go on."""
    return [one.markdown["until_on"] for one in marked if one.markdown]


def _last_day(lot: Row, for_sale: Sequence[Row]) -> date:
    last: date | None = lot["expires_on"]
    if last is None:
        raise NotAllowed(en="does not expire", ru="не имеет срока годности")
    if lot["id"] not in {row["lot_id"] for row in for_sale}:
        raise NotAllowed(
            en="nothing of it is there that may be sold", ru="в ней нет ничего, что можно продать"
        )
    return last


def _check_is_lower(marked: Sequence[Marked], terms: Terms) -> None:
    if not any(terms.lowers(one) for one in marked):
        raise NotAllowed(
            en="has no price in this price list that would be lower",
            ru="в этом прайс-листе нет цены, которая стала бы ниже",
        )


def _fresh_too(
    lots: Sequence[Row], for_sale: Mapping[UUID, Sequence[Row]], until: Mapping[UUID, date]
) -> list[DomainError]:
    """A refusal at each lot of whose variant others last longer than all that is marked down."""
    return [
        NotAllowed(
            "lots",
            at,
            en="other lots of the same variant last longer and would be sold at this price too; "
            "say evenIfFresh if that is meant",
            ru="другие партии того же товара хранятся дольше и тоже продавались бы по этой цене; "
            "если так и нужно, укажите evenIfFresh",
        )
        for at, lot in enumerate(lots)
        if any(
            row["expires_on"] is None or row["expires_on"] > until[lot["variant_id"]]
            for row in for_sale[lot["variant_id"]]
        )
    ]


async def _write(
    uow: UnitOfWork,
    list_id: UUID,
    terms: Terms,
    marked: Mapping[UUID, Sequence[Marked]],
    until: Mapping[UUID, date],
) -> list[UUID]:
    """Set the prices, and write down what they were; the ids of the markdowns."""
    every = [one for of, prices in marked.items() if of in until for one in prices]
    no_more = [one.markdown for one in every if one.markdown and not terms.lowers(one)]
    await end_markdowns(uow, no_more, "ended")
    rows = [
        {
            "id": new_id(),
            "price_list_id": list_id,
            "variant_id": (of := one.price["variant_id"]),
            "min_quantity": one.price["min_quantity"],
            "amount_minor": terms.lowered(one.was_minor),
            "was_minor": one.was_minor,
            "was_compare_at_minor": one.was_compare_at_minor,
            "until_on": until[of],
            "began_at": uow.now,
        }
        for one in every
        if terms.lowers(one)
    ]
    said = {"percent": terms.percent, "amount_minor": terms.amount_minor}
    for of in {row["variant_id"] for row in await uow.rows(_SET, rows=rows)}:
        last = until[of].isoformat()
        uow.record("markdown.set", of, price_list_id=list_id, until_on=last, **said)
    amounts = [
        Amount(row["variant_id"], row["min_quantity"], row["amount_minor"], row["was_minor"])
        for row in rows
    ]
    await tell_prices(uow, list_id, await write_prices(uow, list_id, amounts))
    found = await uow.rows(OPEN, price_list=list_id, ids=list(until))
    return [row["id"] for row in found]
