"""Time zones by their names in the IANA database."""

from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from tenants.values.invalid import InvalidValue, Reason

# The machine's own zone, and a placeholder: a shop's days must not depend on where it is served.
_NOT_ZONES: Final = frozenset({"localtime", "Factory", "posixrules"})


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_ZONES)


def parse_time_zone(text: str) -> str:
    """Return the name as it is ("Europe/Moscow", case counts). Raises InvalidValue."""
    if text not in _names():
        raise InvalidValue(Reason.TIME_ZONE_UNKNOWN, text)
    return text


def zone_of(name: str) -> ZoneInfo:
    """The zone with that name. Raises InvalidValue; ZoneInfo itself would look for a file."""
    return ZoneInfo(parse_time_zone(name))
