"""Rules as the merchant says them, checked and turned into what is kept.

All amounts of a rule are in one currency, and all that it names must be there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from domain.amounts import amount_in
from domain.bulk import TooMany
from domain.catalog.quantities import MOST
from domain.catalog.tables import Brand, Category, Channel, Collection, Product, Variant
from domain.customers.segments.tables import CustomerSegment
from domain.errors import Invalid, NotFound
from domain.inputs import Required, camel, flag, located, whole
from domain.pricing.percents import HUNDRED_PERCENT, percent
from domain.pricing.promotions.rules import SELECTIONS
from domain.pricing.promotions.tables import MOST_ACTIONS, MOST_CONDITIONS
from domain.pricing.tables import CustomerGroup
from domain.references import resolve
from tenants.scope import Asking
from tenants.values.currencies import parse_currency

MOST_NAMED: Final = 100
MOST_UNITS: Final = 1_000
DAY: Final = 24 * 60

_TABLES: Final[Mapping[str, Any]] = {
    "variants": Variant,
    "products": Product,
    "categories": Category,
    "collections": Collection,
    "brands": Brand,
    "groups": CustomerGroup,
    "segments": CustomerSegment,
    "channels": Channel,
}
_FIELDS: Final = {
    "variants": "variant_ids",
    "products": "product_ids",
    "categories": "category_ids",
    "collections": "collection_ids",
    "brands": "brand_ids",
    "groups": "customer_group_ids",
    "segments": "customer_segment_ids",
    "channels": "channel_ids",
}
"""How the merchant names what is kept under the shorter word."""
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")

Named = list[tuple[tuple[str | int, ...], str, UUID]]
"""Things that a rule names: where, which kind of thing, and which."""


async def clean_rule(db: Asking, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns `conditions`, `actions`, `most_minor` and `currency` of a rule.

    Raises Required, Invalid, TooMany, NotFound, with paths that begin at `rule`.
    """
    with located("rule"):
        currency = _currency(given)
        cleaner = _Cleaner(currency)
        conditions = given.get("conditions") or []
        actions = given.get("actions") or []
        if not actions:
            raise Required("actions")
        for name, many, most in (
            ("conditions", conditions, MOST_CONDITIONS),
            ("actions", actions, MOST_ACTIONS),
        ):
            if len(many) > most:
                raise TooMany(name, most=most)
        kept = {
            "conditions": cleaner.each("conditions", conditions, cleaner.condition),
            "actions": cleaner.each("actions", actions, cleaner.action),
        }
        await _check_named(db, cleaner.named)
        with located("mostDiscount"):
            most_minor = amount_in(currency or "", least=1, required=False)(
                given.get("most_discount")
            )
        return {**kept, "most_minor": most_minor, "currency": currency}


def _currency(given: Any) -> str | None:
    """The currency of the first amount; None where there are no amounts."""
    found = next(_currencies(given), None)
    return None if found is None else parse_currency(found)


def _currencies(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        if "currency_code" in given:
            yield given["currency_code"]
        for one in given.values():
            yield from _currencies(one)
    elif isinstance(given, list):
        for one in given:
            yield from _currencies(one)


async def _check_named(db: Asking, named: Named) -> None:
    """All that a rule names is there. A statement for each kind of things."""
    by_kind: dict[str, set[UUID]] = {}
    for _, kind, one in named:
        by_kind.setdefault(kind, set()).add(one)
    there = {kind: await resolve(db, _TABLES[kind], ids) for kind, ids in by_kind.items()}
    for path, kind, one in named:
        if one not in there[kind]:
            raise NotFound(*path, what=_TABLES[kind].__tablename__)


class _Cleaner:
    """Cleans the parts of one rule; `named` gathers what they name, `path` is where it is."""

    def __init__(self, currency: str | None) -> None:
        self.named: Named = []
        self.path: tuple[str | int, ...] = ()
        self._amount = amount_in(currency or "", least=1)

    def each(
        self, name: str, many: Sequence[Any], clean: Callable[[str, Any], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Members of a list, each of which has one key: its kind."""
        kept = []
        for at, one in enumerate(many):
            ((kind, given),) = one.items()
            self.path = (name, at, camel(kind))
            with located(*self.path):
                if given is None or given is False:
                    raise Required()
                kept.append({"kind": kind, **clean(kind, given)})
        return kept

    def condition(self, kind: str, given: Any) -> dict[str, Any]:
        """What is kept of a condition."""
        match kind:
            case "cart":
                return {
                    "goods": self._goods(given, "goods"),
                    "least_quantity": _whole(given, "quantity", 0, MOST, usual=0),
                    "least_minor": self._minor(given, "sum") if given.get("sum") else 0,
                }
            case "customers":
                groups = self._ids(given, "groups", ())
                segments = self._ids(given, "segments", ())
                if not groups and not segments:
                    raise Required(camel(_FIELDS["groups"]))
                return {"groups": groups, "segments": segments}
            case "first_order":
                return {}
            case "channels":
                channels = self._ids(given, "channels", ())
                if not channels:
                    raise Required(camel(_FIELDS["channels"]))
                return {"channels": channels}
            case "hours":
                return _hours(given)
        raise AssertionError(kind)

    def action(self, kind: str, given: Any) -> dict[str, Any]:
        """What is kept of an action."""
        match kind:
            case "percent":
                return {"hundredths": _percent(given), "goods": self._goods(given, "goods")}
            case "amount":
                return {
                    "minor": self._minor(given, "amount"),
                    "goods": self._goods(given, "goods"),
                    "each": flag(given.get("each", False)),
                }
            case "fixed_price":
                return {
                    "minor": self._minor(given, "price"),
                    "goods": self._goods(given, "goods"),
                }
            case "buy_get":
                most_times = None
                if given.get("most_times") is not None:
                    most_times = _whole(given, "most_times", 1, 10**6)
                return {
                    "buy_units": _whole(given, "buy_units", 1, MOST_UNITS),
                    "get_units": _whole(given, "get_units", 1, MOST_UNITS),
                    "buy": self._goods(given, "buy"),
                    "get": self._goods(given, "get" if given.get("get") else "buy"),
                    "hundredths": _percent(given),
                    "most_times": most_times,
                }
            case "gift":
                variant: UUID = given["variant_id"]
                self.named.append(((*self.path, "variantId"), "variants", variant))
                return {
                    "variant": str(variant),
                    "quantity": _whole(given, "quantity", 1, MOST, usual=1_000),
                }
            case "free_delivery":
                return {}
        raise AssertionError(kind)

    def _minor(self, given: Mapping[str, Any], name: str) -> int:
        with located(camel(name)):
            minor: int = self._amount(given.get(name))
        return minor

    def _goods(self, given: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Which goods: all of them, where none are said."""
        goods = given.get(name) or {}
        return {
            "of": self._selected(goods, name),
            "without": self._selected(goods.get("without") or {}, name, "without"),
            "full_price_only": flag(goods.get("full_price_only", False)),
        }

    def _selected(self, given: Mapping[str, Any], *path: str) -> dict[str, list[str]]:
        return {name: self._ids(given, name, path) for name in SELECTIONS}

    def _ids(self, given: Mapping[str, Any], name: str, path: tuple[str, ...]) -> list[str]:
        field = camel(_FIELDS[name])
        ids: Sequence[UUID] = given.get(_FIELDS[name]) or ()
        if len(ids) > MOST_NAMED:
            raise TooMany(*path, field, most=MOST_NAMED)
        self.named += [((*self.path, *path, field, at), name, one) for at, one in enumerate(ids)]
        return list(dict.fromkeys(str(one) for one in ids))


def _whole(
    given: Mapping[str, Any], name: str, least: int, most: int, *, usual: int | None = None
) -> int:
    value = given.get(name)
    with located(camel(name)):
        number: int = whole(least, most)(usual if value is None else value)
    return number


def _percent(given: Mapping[str, Any]) -> int:
    """A percentage of at most two places, as hundredths of one; all of it where none is said."""
    said = given.get("percent")
    if said is None:
        return HUNDRED_PERCENT
    with located("percent"):
        hundredths: int = percent(least=1)(said)
    return hundredths


def _hours(given: Mapping[str, Any]) -> dict[str, Any]:
    weekdays = given.get("weekdays") or list(range(1, 8))
    with located("weekdays"):
        days = sorted({whole(1, 7)(one) for one in weekdays})
    kept = {"weekdays": days, "since": 0, "until": DAY}
    for name in ("since", "until"):
        if given.get(name) is not None:
            with located(name):
                kept[name] = _minutes(given[name])
    if kept["since"] == kept["until"] or kept["since"] == DAY:
        raise Invalid("until", en="must differ from since", ru="должно отличаться от начала")
    return kept


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY + 1
    if minutes > DAY:
        raise Invalid(en="must be a time such as 18:30", ru="нужно время, например 18:30")
    return minutes
