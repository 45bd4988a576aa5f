"""Where a place is: its address field by field, and coordinates in whole millionths of a degree."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from domain.errors import Invalid
from domain.inputs import Cleaner, Required, clean, country, line_or_none
from tenants.values.decimals import format_scaled

PLACES: Final = 6
"""Of a degree after the point: a tenth of a metre."""
_DEGREES: Final = re.compile(r"(-?)([0-9]{1,3})(?:\.([0-9]{1,6}))?")
_SIX_DIGITS: Final = re.compile(r"[0-9]{6}")
_POSTAL_CODE: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]{0,8}[A-Z0-9])?")


class Point(NamedTuple):
    """A point of the globe, in millionths of a degree."""

    latitude: int
    longitude: int


def address(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An address to be stored, as a whole; what is not said of it is None.

    `country`, `region`, `city`, `street` (with the house), `postal_code` as the country writes it,
    `latitude` and `longitude` in decimal degrees. Raises Invalid, Required.
    """
    if given is None:
        return None
    values, wrong = clean(_FIELDS, {name: given.get(name) for name in _FIELDS})
    if wrong:
        raise wrong[0]
    if values["country"] is None:
        raise Required("country")
    if (values["latitude"] is None) != (values["longitude"] is None):
        missing = "latitude" if values["latitude"] is None else "longitude"
        raise Required(missing)
    if values["postal_code"] is not None:
        values["postal_code"] = postal_code(values["postal_code"], values["country"])
    return values


def postal_code(text: str, country_code: str, path: str = "postalCode") -> str:
    """A postal code in capitals: of Russia six digits. Raises Invalid."""
    found = " ".join(text.upper().split())
    shape = _SIX_DIGITS if country_code == "RU" else _POSTAL_CODE
    if not shape.fullmatch(found):
        raise Invalid(
            path,
            en="is not a postal code of that country",
            ru="в этой стране так не пишут почтовый индекс",
        )
    return found


def degrees(most: int) -> Cleaner:
    """Decimal degrees from -most to most, as millionths; None is None."""

    def cleaned(value: Any) -> int | None:
        if value is None:
            return None
        micro = _micro(value)
        if micro is None or abs(micro) > most * 10**PLACES:
            raise Invalid(
                en=f"must be degrees from -{most} to {most}, with at most {PLACES} places",
                ru=f"градусы от -{most} до {most}, не больше {PLACES} знаков после точки",
            )
        return micro

    return cleaned


def spelled(micro: int | None) -> str | None:
    """Millionths of a degree as decimal degrees: "55.751244"."""
    return None if micro is None else format_scaled(micro, PLACES)


def point_of(address: Mapping[str, Any] | None) -> Point | None:
    """Where an address says that it is."""
    if address is None or address["latitude"] is None:
        return None
    return Point(address["latitude"], address["longitude"])


def _micro(text: str) -> int | None:
    found = _DEGREES.fullmatch(text)
    if found is None:
        return None
    micro = int(found[2] + (found[3] or "").ljust(PLACES, "0"))
    return -micro if found[1] else micro


_FIELDS: Final[Mapping[str, Cleaner]] = {
    "country": country,
    "region": line_or_none(100),
    "city": line_or_none(100),
    "street": line_or_none(200),
    "postal_code": line_or_none(20),
    "latitude": degrees(90),
    "longitude": degrees(180),
}
