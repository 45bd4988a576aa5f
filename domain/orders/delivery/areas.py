"""Areas: what zones are put together of. A country, or of it a region or a span of postal codes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from domain.bulk import TooMany
from domain.errors import DomainError, Invalid
from domain.inputs import Cleaner, Required, clean, country, line_or_none

MOST_AREAS: Final = 100
_KINDS: Final = (
    *("область", "обл", "край", "республика", "респ", "автономный", "автономная", "округ", "ао"),
    *("город", "г"),
)
"""Words of regions' names that people write, cut short or leave out."""
_CODE: Final = re.compile(r"[0-9A-Z]{1,10}")


class Area(NamedTuple):
    """`region` is a name as `folded` leaves it; postal codes begin with `postal_from` to
    `postal_to`, which are equally long."""

    country: str
    region: str | None
    postal_from: str | None
    postal_to: str | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{name: stored[name] for name in cls._fields})

    def has(self, address: Mapping[str, Any]) -> bool | None:
        """Whether an address is in it; None where it would take a postal code to tell."""
        if address["country"] != self.country:
            return False
        if self.region is not None and folded(address["region"] or "") != folded(self.region):
            return False
        if self.postal_from is None or self.postal_to is None:
            return True
        if not address["postal_code"]:
            return None
        begins = _squeezed(address["postal_code"])[: len(self.postal_from)]
        return self.postal_from <= begins <= self.postal_to


def any_has(areas: Sequence[Area], address: Mapping[str, Any]) -> bool | None:
    """Whether an address is in one of these; None where that is not known of any that may be."""
    found = [area.has(address) for area in areas]
    if True in found:
        return True
    return None if None in found else False


def folded(name: str) -> str:
    """A region's name as names are compared: small letters, no ё, no "область", "АО" or "г."."""
    words = re.findall(r"[\w-]+", name.casefold().replace("ё", "е"))
    return " ".join(word for word in words if word not in _KINDS)


def read_areas(
    given: Sequence[Mapping[str, Any]], name: str
) -> tuple[list[Any], list[DomainError]]:
    """Areas `{"country", "region", "postal_from", "postal_to"}` to be stored; what is wrong with
    others, at `name`. A span without its end is all codes that begin so."""
    if len(given) > MOST_AREAS:
        return [], [TooMany(name, most=MOST_AREAS)]
    areas: list[dict[str, Any]] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        values, refused = clean(_FIELDS, {field: one.get(field) for field in _FIELDS})
        if not refused:
            refused = _check(values)
        wrong += [error.at(name, at) for error in refused]
        areas.append(values)
    return areas, wrong


def _check(values: dict[str, Any]) -> list[DomainError]:
    if values["country"] is None:
        return [Required("country")]
    if values["postal_from"] is None and values["postal_to"] is not None:
        return [Required("postalFrom")]
    values["postal_to"] = values["postal_to"] or values["postal_from"]
    begins, ends = values["postal_from"] or "", values["postal_to"] or ""
    if len(begins) != len(ends) or begins > ends:
        return [
            Invalid(
                "postalTo",
                en="must be as long as postalFrom, and not before it",
                ru="должен быть такой же длины, как postalFrom, и не раньше него",
            )
        ]
    return []


def _beginning(value: Any) -> str | None:
    """The beginning of a postal code."""
    if value is None:
        return None
    begins = _squeezed(str(value))
    if not _CODE.fullmatch(begins):
        raise Invalid(
            en="must be the beginning of a postal code", ru="нужно начало почтового индекса"
        )
    return begins


def _squeezed(code: str) -> str:
    return "".join(code.upper().replace("-", " ").split())


_FIELDS: Final[Mapping[str, Cleaner]] = {
    "country": country,
    "region": line_or_none(100),
    "postal_from": _beginning,
    "postal_to": _beginning,
}
