"""Addresses of a card: where things are brought, and to whom."""

from collections.abc import Mapping
from typing import Any, Final

from domain.bulk import refuse
from domain.customers.parts import Part
from domain.customers.tables import CustomerAddress
from domain.inputs import Cleaner, Required, clean, flag, line_or_none
from domain.stock.places.addresses import address
from tenants.scope import Row
from tenants.values.phones import parse_phone


def _place(value: Any) -> dict[str, Any]:
    found = address(value)
    if found is None:
        raise Required()
    return found


def _phone(value: Any) -> str | None:
    return parse_phone(value) if value else None


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "title": line_or_none(100),
    "address": _place,
    "flat": line_or_none(100),
    "recipient": line_or_none(200),
    "phone": _phone,
    "note": line_or_none(500),
    "is_main": flag,
}


def _read(given: Mapping[str, Any], kept: Row | None) -> dict[str, Any]:
    whole = given if kept is not None else {"address": None, **given}
    columns, wrong = clean(_CLEANERS, whole)
    refuse(wrong)
    return columns


ADDRESS: Final = Part("addresses", "address", CustomerAddress, _read)
