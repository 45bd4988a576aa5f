"""Business days: calendar dates in the time zone of a shop."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from tenants.values.invalid import InvalidValue, Reason
from tenants.values.timezones import zone_of

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Wide enough for birthdays and warranties; a year past it is a slip of the finger, and its
# midnight may lie outside of what datetime can hold.
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199


def parse_date(text: str) -> date:
    """Read a date written as YYYY-MM-DD and in no other way. Raises InvalidValue."""
    if not _ISO_DATE.fullmatch(text):
        raise InvalidValue(Reason.DATE_FORMAT, text)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(Reason.DATE_IMPOSSIBLE, text) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise InvalidValue(Reason.DATE_OUT_OF_RANGE, text)
    return day


def business_day(at: datetime, time_zone: str) -> date:
    """The date that a calendar in `time_zone` shows at the instant `at` (which must be aware)."""
    if at.tzinfo is None:
        raise ValueError("An instant without an offset names no day.")
    return at.astimezone(zone_of(time_zone)).date()


def day_bounds(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """The UTC instants at which a business day begins and the next one does: 23, 24 or 25 hours."""
    zone = zone_of(time_zone)
    begin, end = (
        datetime.combine(on, time.min, zone).astimezone(UTC)
        for on in (day, day + timedelta(days=1))
    )
    return begin, end


def on_day(day: date, at: datetime, time_zone: str) -> datetime:
    """The UTC instant of a day at which clocks in `time_zone` show what they show at `at`."""
    zone = zone_of(time_zone)
    return datetime.combine(day, at.astimezone(zone).time(), zone).astimezone(UTC)
