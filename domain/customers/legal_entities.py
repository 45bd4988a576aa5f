"""Legal entities of a card: whom the buyer buys for, their numbers held against each other."""

from collections.abc import Mapping
from typing import Any, Final

from domain.bulk import refuse
from domain.customers.parts import Part
from domain.customers.tables import CustomerLegalEntity
from domain.inputs import clean, flag, line_or_none, located, word
from domain.merchants.legal_entities import LONGEST_NAME, read_taxpayer
from domain.merchants.names import read_name
from domain.merchants.tables import ENTITY_KINDS
from tenants.scope import Row

_NUMBERS: Final = ("kind", "inn", "kpp", "ogrn")
_CLEANERS: Final = {
    "address": line_or_none(500),
    "bank_details": line_or_none(1_000),
    "is_main": flag,
}


def _read(given: Mapping[str, Any], kept: Row | None) -> dict[str, Any]:
    """The numbers hang together, so those not given are looked at as they were kept."""
    columns, wrong = clean(_CLEANERS, given)
    refuse(wrong)
    if kept is None or "name" in given:
        columns["name"] = read_name(given.get("name") or "", "name", longest=LONGEST_NAME)
    if kept is None or any(name in given for name in _NUMBERS):
        numbers = {name: given.get(name, kept[name] if kept else None) for name in _NUMBERS}
        with located("kind"):
            kind = word(*ENTITY_KINDS)(numbers["kind"])
        taxpayer = read_taxpayer(
            kind, inn=numbers["inn"] or "", kpp=numbers["kpp"], ogrn=numbers["ogrn"]
        )
        columns |= {
            "kind": taxpayer.kind,
            "inn": taxpayer.inn,
            "kpp": taxpayer.kpp,
            "ogrn": taxpayer.ogrn,
        }
    return columns


LEGAL_ENTITY: Final = Part("legal_entities", "legal_entity", CustomerLegalEntity, _read)
