"""The shop's settings: what it is called, speaks and demands; one row in each space."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

from sqlalchemy import select, update

from domain.errors import Conflict, Invalid, NotFound, valid
from domain.inputs import Required, camel, located
from domain.merchants.names import read_name
from domain.merchants.service_levels import read_service_level
from domain.merchants.tables import CONTACTS, Shop
from tenants.scope import Row, UnitOfWork
from tenants.values.emails import parse_email
from tenants.values.hosts import parse_host
from tenants.values.languages import parse_language
from tenants.values.money import Money
from tenants.values.phones import parse_phone
from tenants.values.timezones import parse_time_zone

MOST_ORIGINS: Final = 50
MOST_LANGUAGES: Final = 20
LONGEST_ADDRESS: Final = 500
HIGHEST_MINIMUM_MINOR: Final = 10**12

_PORT: Final = re.compile(r":[0-9]{1,5}")
_LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")


class ShopChanges(TypedDict, total=False):
    """What may be changed; a field left out stays, None clears. The currency never changes:
    every price is in it."""

    name: str
    time_zone: str
    language: str
    languages: list[str]
    storefront_origins: list[str]
    contact_email: str | None
    contact_phone: str | None
    contact_address: str | None
    guest_checkout: bool
    required_contact: str
    minimum_order: Money
    cart_hold_minutes: int
    cart_kept_days: int
    expiry_notice_days: int
    service_level: int
    draft_hours: int
    payment_hours: int
    payment_reminder_hours: int


async def update_shop(
    uow: UnitOfWork, changes: ShopChanges, *, expected_version: int | None = None
) -> int:
    """Change settings of this space; the new version. Raises Invalid, Conflict, NotFound."""
    shop = await uow.row(_SHOP)
    if shop is None:
        raise NotFound(what="shop")
    if expected_version is not None and shop["version"] != expected_version:
        raise Conflict("expectedVersion", current_version=shop["version"])
    read = {
        _COLUMN.get(field, field): _read(field, value, shop) for field, value in changes.items()
    }
    _check_languages({**shop, **read})
    changed = {field: value for field, value in read.items() if value != shop[field]}
    if not changed:
        return int(shop["version"])
    await uow.execute(
        update(Shop).values(**changed, version=shop["version"] + 1, updated_at=uow.now)
    )
    uow.record("shop.changed", uow.tenant_id, **changed)
    return int(shop["version"]) + 1


def read_origin(text: str, *path: str) -> str:
    """A browser's origin, `https://shop.example` with a port where there is one. Raises Invalid.

    Plain http is for a developer's own machine. There is no "any": a key is no password, and a
    page of anybody's must not use the buyer's session.
    """
    try:
        parts = urlsplit(text.strip().lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _not_an_origin(path) from None
    is_local = parts.netloc.removesuffix(f":{port}") in _LOCAL or host.endswith(".localhost")
    if (
        parts.scheme not in ("https", "http")
        or (parts.scheme == "http" and not is_local)
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise _not_an_origin(path)
    if not is_local:
        host = valid(lambda name: parse_host(name, allow_local=True), host, *path).ascii
    elif host == "::1":
        host = "[::1]"
    is_usual = port in (None, 443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


_SHOP: Final = select(
    Shop.version,
    Shop.name,
    Shop.currency,
    Shop.time_zone,
    Shop.country,
    Shop.language,
    Shop.languages,
    Shop.storefront_origins,
    Shop.contact_email,
    Shop.contact_phone,
    Shop.contact_address,
    Shop.guest_checkout,
    Shop.required_contact,
    Shop.minimum_order_minor,
    Shop.cart_hold_minutes,
    Shop.cart_kept_days,
    Shop.expiry_notice_days,
    Shop.service_level,
    Shop.draft_hours,
    Shop.payment_hours,
    Shop.payment_reminder_hours,
).with_for_update()


def _read(field: str, value: Any, shop: Row) -> Any:
    if value is None:
        if field not in CLEARABLE:
            raise Required(camel(field))
        return None
    return _READ[field](value, shop)


def _minimum(value: Money, shop: Row) -> int:
    if value.currency != shop["currency"]:
        raise Invalid(
            "minimumOrder",
            en=f"the shop counts in {shop['currency']}",
            ru=f"валюта магазина — {shop['currency']}",
        )
    if not 0 <= value.amount_minor <= HIGHEST_MINIMUM_MINOR:
        raise _out_of_range("minimumOrder", 0, HIGHEST_MINIMUM_MINOR)
    return value.amount_minor


def _languages(value: Any, shop: Row) -> list[str]:
    read = [valid(parse_language, text, "languages", str(at)) for at, text in enumerate(value)]
    if not 1 <= len(read) <= MOST_LANGUAGES:
        raise _out_of_range("languages", 1, MOST_LANGUAGES)
    return list(dict.fromkeys(read))


def _origins(value: Any, shop: Row) -> list[str]:
    if len(value) > MOST_ORIGINS:
        raise _out_of_range("storefrontOrigins", 0, MOST_ORIGINS)
    read = [read_origin(text, "storefrontOrigins", str(at)) for at, text in enumerate(value)]
    return list(dict.fromkeys(read))


def _required_contact(value: Any, shop: Row) -> str:
    if value not in CONTACTS:
        raise Invalid(
            "requiredContact",
            en=f"is one of {', '.join(CONTACTS)}",
            ru=f"это одно из: {', '.join(CONTACTS)}",
        )
    return str(value)


def _service_level(value: Any, shop: Row) -> int | None:
    with located("serviceLevel"):
        return read_service_level(value)


def _between(field: str, least: int, most: int) -> Callable[[Any, Row], int]:
    def read(value: Any, shop: Row) -> int:
        if not isinstance(value, int) or not least <= value <= most:
            raise _out_of_range(camel(field), least, most)
        return value

    return read


_READ: Final[Mapping[str, Callable[[Any, Row], Any]]] = {
    "name": lambda value, shop: read_name(value, "name"),
    "time_zone": lambda value, shop: valid(parse_time_zone, value, "timeZone"),
    "language": lambda value, shop: valid(parse_language, value, "language"),
    "languages": _languages,
    "storefront_origins": _origins,
    "contact_email": lambda value, shop: valid(parse_email, value, "contactEmail").address,
    "contact_phone": lambda value, shop: valid(
        lambda text: parse_phone(text, shop["country"]), value, "contactPhone"
    ),
    "contact_address": lambda value, shop: read_name(
        value, "contactAddress", longest=LONGEST_ADDRESS
    ),
    "guest_checkout": lambda value, shop: bool(value),
    "required_contact": _required_contact,
    "minimum_order": _minimum,
    "cart_hold_minutes": _between("cart_hold_minutes", 1, 1440),
    "cart_kept_days": _between("cart_kept_days", 1, 365),
    "expiry_notice_days": _between("expiry_notice_days", 1, 365),
    "service_level": _service_level,
    "draft_hours": _between("draft_hours", 1, 2_160),
    "payment_hours": _between("payment_hours", 1, 2_160),
    "payment_reminder_hours": _between("payment_reminder_hours", 0, 2_160),
}
_COLUMN: Final = {"minimum_order": "minimum_order_minor"}
CLEARABLE: Final = frozenset({"contact_email", "contact_phone", "contact_address"})


def _check_languages(shop: Mapping[str, Any]) -> None:
    if shop["language"] not in shop["languages"]:
        raise Invalid(
            "language",
            en="the shop's own language is one of its languages",
            ru="основной язык магазина должен быть среди его языков",
        )


def _not_an_origin(path: tuple[str, ...]) -> Invalid:
    return Invalid(
        *path,
        en="an origin is written as https://shop.example, without a path",
        ru="источник пишется так: https://shop.example, без пути",
    )


def _out_of_range(field: str, least: int, most: int) -> Invalid:
    return Invalid(
        field, en=f"must be from {least} to {most}", ru=f"должно быть от {least} до {most}"
    )
