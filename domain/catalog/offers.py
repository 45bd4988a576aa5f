"""What a variant costs and how much of it can be had: expressions of the listing and the window.

Both say the same because they are the same. Each goes from one variant to the rows that it has, by
their keys, and leaves the planner no choice of joins; see `listing_sources`.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from domain.catalog.tables import BundleItem, Channel, Variant
from domain.pricing.tables import Price, PriceList
from domain.stock.tables import Location, StockLevel

NOW: Final = func.now()
"""The database's clock: all that is shown, and the tags that it is kept by, go by this one."""

HERE: Final = select(Channel.id).where(Channel.is_default).scalar_subquery()
"""The channel that the window belongs to."""

IN_FORCE: Final = and_(
    PriceList.is_default,
    or_(PriceList.valid_from.is_(None), PriceList.valid_from <= NOW),
    or_(PriceList.valid_until.is_(None), PriceList.valid_until > NOW),
)
"""The list that a shop's prices are read from; out of its dates, nothing has a price."""


def looked_up(rows: Any, *outer: Any) -> Any:
    """Rows found by one row of `outer`: a lateral sub-select that the planner leaves alone."""
    return rows.correlate(*outer).offset(literal_column("0")).lateral()


def price_of(variant: Any) -> Any:
    """What one unit costs to who buys as little as he may: `amount_minor`, `compare_at_minor` (null
    unless it is more) and `currency`; no row where there is no price.
    """

    def in_force(column: Any) -> Any:
        return select(column).where(IN_FORCE).scalar_subquery()

    is_reduced = Price.compare_at_minor > Price.amount_minor
    return looked_up(
        select(
            Price.amount_minor,
            case((is_reduced, Price.compare_at_minor)).label("compare_at_minor"),
            in_force(PriceList.currency).label("currency"),
        )
        .where(
            Price.variant_id == variant.id,
            Price.price_list_id == in_force(PriceList.id),
            Price.min_quantity <= variant.min_quantity,
        )
        .order_by(Price.min_quantity.desc())
        .limit(1),
        variant,
    )


def free_of(variant: Any, channel_id: Any = HERE) -> Any:
    """How much can be promised in a channel, in thousandths, though it be on backorder or at a
    supplier; null where there is no end to it.

    Of a bundle: as many whole ones as the parts that are counted make.
    """
    part = aliased(Variant)
    of_part = (
        select(
            case(
                (part.stock_policy == "tracked", _sellable(part, channel_id) // BundleItem.quantity)
            )
        )
        .where(part.id == BundleItem.part_variant_id)
        .correlate(BundleItem, Channel)
        .scalar_subquery()
    )
    bundles = select(func.min(of_part) * 1000).where(BundleItem.variant_id == variant.id)
    return case(
        (
            exists().where(BundleItem.variant_id == variant.id).correlate(variant),
            bundles.correlate(variant, Channel).scalar_subquery(),
        ),
        (variant.stock_policy == "tracked", _sellable(variant, channel_id)),
    )


def is_available(free: Any) -> Any:
    """Whether any of a variant can be had, by what `free_of` says of it."""
    return or_(free.is_(None), free > 0)


def serves(channel_id: Any) -> Any:
    """Whether a location is at work for a channel: for each, where it names none."""
    is_for_all = Location.channel_ids.is_(None)
    return and_(Location.is_active, or_(is_for_all, channel_id == any_(Location.channel_ids)))


def _sellable(variant: Any, channel_id: Any) -> Any:
    """What is nobody's and may be sold, there or not yet, over all locations for a channel."""
    at_work = (
        select(serves(channel_id))
        .where(Location.id == StockLevel.location_id)
        .correlate(StockLevel, Channel)
        .scalar_subquery()
    )
    there = StockLevel.on_hand - StockLevel.reserved - StockLevel.spoilt
    room = StockLevel.backorder_limit - StockLevel.backordered
    free = func.coalesce(func.sum(func.greatest(there, 0) + room), 0)
    return (
        select(cast(free, BigInteger))
        .where(StockLevel.variant_id == variant.id, at_work)
        .correlate(variant, Channel)
        .scalar_subquery()
    )
