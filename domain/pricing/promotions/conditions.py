"""Whether a cart is what a promotion demands."""

from domain.pricing.promotions.facts import Cart, Reason
from domain.pricing.promotions.rules import (
    AtHours,
    Condition,
    FirstOrder,
    ForCustomers,
    InCart,
    InChannels,
    Rule,
)


def unmet(rule: Rule, cart: Cart) -> Reason | None:
    """The first demand that a cart does not meet; None where it meets all."""
    return next((why for one in rule.conditions if (why := _unmet(one, cart))), None)


def _unmet(condition: Condition, cart: Cart) -> Reason | None:
    match condition:
        case InCart():
            return None if _in_cart(condition, cart) else Reason.CART
        case ForCustomers(ids):
            return None if ids & cart.belongs_to else Reason.CUSTOMER
        case FirstOrder():
            return None if cart.is_first_order else Reason.FIRST_ORDER
        case InChannels(ids):
            return None if cart.channel_id in ids else Reason.CHANNEL
        case AtHours():
            return None if _at_hours(condition, cart) else Reason.HOURS


def _in_cart(condition: InCart, cart: Cart) -> bool:
    lines = [line for line in cart.lines if line.is_of(condition.goods)]
    return (
        bool(lines)
        and sum(line.quantity for line in lines) >= condition.least_quantity
        and sum(line.sum_minor for line in lines) >= condition.least_minor
    )


def _at_hours(condition: AtHours, cart: Cart) -> bool:
    if cart.at.isoweekday() not in condition.weekdays:
        return False
    minute = cart.at.hour * 60 + cart.at.minute
    if condition.since < condition.until:
        return condition.since <= minute < condition.until
    return minute >= condition.since or minute < condition.until
