"""Phones and e-mail addresses of a card, in the one spelling that they are compared in."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from domain.customers.parts import Part
from domain.customers.tables import CONTACT_KINDS, CustomerContact
from domain.errors import Invalid
from domain.inputs import Required, flag, line_or_none, located, word
from tenants.scope import Row
from tenants.values.emails import parse_email
from tenants.values.phones import parse_phone


class Reached(NamedTuple):
    """A way to reach somebody: `value` is written to or dialled, equal `key`s are one."""

    kind: str
    value: str
    key: str


def reached_by(kind: str, text: str, *path: str) -> Reached:
    """A phone or an address, read. Raises Invalid at `path`."""
    with located(*path):
        if kind == "phone":
            phone = parse_phone(text)
            return Reached(kind, phone, phone)
        email = parse_email(text)
        return Reached(kind, email.address, email.key)


def _read(given: Mapping[str, Any], kept: Row | None) -> dict[str, Any]:
    """What was reached once stays what it is: another phone is another contact."""
    columns: dict[str, Any] = {}
    if kept is None:
        with located("kind"):
            kind = word(*CONTACT_KINDS)(given.get("kind"))
        if not isinstance(given.get("value"), str):
            raise Required("value")
        columns |= reached_by(kind, given["value"], "value")._asdict()
        columns |= {"source": given.get("source", "staff")}
        columns |= {"verified_at": given.get("verified_at")}
    elif "value" in given:
        raise Invalid("value", en="cannot change", ru="нельзя изменить")
    with located("note"):
        if "note" in given or kept is None:
            columns["note"] = line_or_none(100)(given.get("note"))
    if "is_main" in given:
        with located("isMain"):
            columns["is_main"] = flag(given["is_main"])
    return columns


CONTACT: Final = Part("contacts", "contact", CustomerContact, _read, per="kind")
