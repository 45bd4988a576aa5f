"""Conditions and actions of promotions: a small closed list, kept as JSON.

    {"kind": "cart", "goods": {…}, "least_quantity": 2000, "least_minor": 500000}
    {"kind": "percent", "goods": {…}, "hundredths": 1250}

Ids are texts there. `condition_of` and `action_of` read what `cleaning` has let in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.pricing.percents import HUNDRED_PERCENT

SELECTIONS: Final = ("variants", "products", "categories", "collections", "brands")
"""What goods can be named by; categories with what is below them."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Lines that belong to one of `of` (to anything, where it is empty) and to none of `without`.

    `full_price_only`: not those that have a crossed-out price.
    """

    of: frozenset[UUID] = frozenset()
    without: frozenset[UUID] = frozenset()
    full_price_only: bool = False


ALL_GOODS: Final = Goods()


@dataclass(frozen=True, slots=True)
class InCart:
    """So many thousandths of these goods, for so much: both at least."""

    goods: Goods = ALL_GOODS
    least_quantity: int = 0
    least_minor: int = 0


@dataclass(frozen=True, slots=True)
class ForCustomers:
    """A customer in one of these groups or segments."""

    ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """A customer who has ordered nothing yet."""


@dataclass(frozen=True, slots=True)
class InChannels:
    """In one of these channels."""

    ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class AtHours:
    """On these days of the week (Monday is 1), in these minutes of the shop's day.

    `until` is not included; one before `since` is of the next day, the early hours of which count
    by their own day of the week.
    """

    weekdays: frozenset[int]
    since: int = 0
    until: int = 24 * 60


@dataclass(frozen=True, slots=True)
class Percent:
    """So many hundredths of a per cent off these goods."""

    hundredths: int
    goods: Goods = ALL_GOODS


@dataclass(frozen=True, slots=True)
class Amount:
    """So much off these goods together, or off `each` unit of them."""

    minor: int
    goods: Goods = ALL_GOODS
    each: bool = False


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """These goods at so much a unit, where they cost more."""

    minor: int
    goods: Goods = ALL_GOODS


@dataclass(frozen=True, slots=True)
class BuyGet:
    """For each `buy_units` bought, the cheapest `get_units` are `hundredths` cheaper.

    A unit counts once: as bought, or as got. Goods that are weighed do not count.
    """

    buy_units: int
    get_units: int
    buy: Goods = ALL_GOODS
    get: Goods = ALL_GOODS
    hundredths: int = HUNDRED_PERCENT
    most_times: int | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """So many thousandths of a variant, for nothing."""

    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class FreeDelivery:
    """Delivery costs nothing."""


Condition: TypeAlias = InCart | ForCustomers | FirstOrder | InChannels | AtHours
Action: TypeAlias = Percent | Amount | FixedPrice | BuyGet | Gift | FreeDelivery

CONDITIONS: Final = ("cart", "customers", "first_order", "channels", "hours")
ACTIONS: Final = ("percent", "amount", "fixed_price", "buy_get", "gift", "free_delivery")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a promotion demands, all of it, and what it then gives."""

    conditions: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = field(default=())


def rule_of(conditions: list[Any], actions: list[Any]) -> Rule:
    """A rule as it is kept."""
    return Rule(
        tuple(condition_of(one) for one in conditions), tuple(action_of(one) for one in actions)
    )


def condition_of(kept: Mapping[str, Any]) -> Condition:
    """A condition out of its JSON."""
    match kept["kind"]:
        case "cart":
            return InCart(goods_of(kept["goods"]), kept["least_quantity"], kept["least_minor"])
        case "customers":
            return ForCustomers(_ids(kept["groups"]) | _ids(kept["segments"]))
        case "first_order":
            return FirstOrder()
        case "channels":
            return InChannels(_ids(kept["channels"]))
        case "hours":
            return AtHours(frozenset(kept["weekdays"]), kept["since"], kept["until"])
    raise ValueError(f"no such condition: {kept}")


def action_of(kept: Mapping[str, Any]) -> Action:
    """An action out of its JSON."""
    match kept["kind"]:
        case "percent":
            return Percent(kept["hundredths"], goods_of(kept["goods"]))
        case "amount":
            return Amount(kept["minor"], goods_of(kept["goods"]), kept["each"])
        case "fixed_price":
            return FixedPrice(kept["minor"], goods_of(kept["goods"]))
        case "buy_get":
            return BuyGet(
                kept["buy_units"],
                kept["get_units"],
                goods_of(kept["buy"]),
                goods_of(kept["get"]),
                kept["hundredths"],
                kept["most_times"],
            )
        case "gift":
            return Gift(UUID(kept["variant"]), kept["quantity"])
        case "free_delivery":
            return FreeDelivery()
    raise ValueError(f"no such action: {kept}")


def goods_of(kept: Mapping[str, Any]) -> Goods:
    """Which goods, out of their JSON."""
    return Goods(_selected(kept["of"]), _selected(kept["without"]), kept["full_price_only"])


def _selected(kept: Mapping[str, Any]) -> frozenset[UUID]:
    return frozenset[UUID]().union(*(_ids(kept[name]) for name in SELECTIONS))


def _ids(texts: list[str]) -> frozenset[UUID]:
    return frozenset(UUID(text) for text in texts)
