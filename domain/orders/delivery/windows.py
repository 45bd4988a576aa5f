"""Windows: hours of a day in which the shop's own courier comes, and until when one may be had."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple, Self

from domain.bulk import TooMany, refuse
from domain.errors import DomainError, Invalid
from domain.inputs import Cleaner, Required, clean, whole

MOST_WINDOWS: Final = 50
DAYS_AHEAD: Final = 14
"""So many days can be chosen of."""
_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST_LEAD: Final = 7 * 24 * 60
"""Minutes."""


class Window(NamedTuple):
    """Hours of one weekday (1 is Monday), "10:00" to "14:00"; it may be chosen until `lead_minutes`
    before it begins."""

    weekday: int
    begins: str
    ends: str
    lead_minutes: int

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)


class Coming(NamedTuple):
    """A window of one day."""

    on: date
    begins: str
    ends: str

    @property
    def stored(self) -> dict[str, str]:
        return {"on": self.on.isoformat(), "begins": self.begins, "ends": self.ends}


def coming(windows: Sequence[Window], now: datetime, first: date) -> list[Coming]:
    """The windows that may still be chosen at an instant, from a day on, by the clock of `now`."""
    found = []
    for ahead in range(DAYS_AHEAD):
        day = now.date() + timedelta(days=ahead)
        for one in windows:
            if one.weekday != day.isoweekday() or day < first:
                continue
            opens = datetime.combine(day, time.fromisoformat(one.begins), now.tzinfo)
            if now <= opens - timedelta(minutes=one.lead_minutes):
                found.append(Coming(day, one.begins, one.ends))
    return found


def read_windows(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Windows to be stored, by day and hour: `weekdays`, `begins`, `ends`, `lead_minutes`, as times
    of the shop's clock. Raises TooMany, Required, Invalid: those of one day do not overlap.
    """
    if len(given) > MOST_WINDOWS:
        raise TooMany("windows", most=MOST_WINDOWS)
    windows: list[Window] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        values, refused = clean(_FIELDS, {name: one.get(name) for name in _FIELDS})
        if not refused and values["begins"] >= values["ends"]:
            refused.append(Invalid("ends", en="must be after begins", ru="должно быть позже"))
        if not refused:
            own = [
                Window(day, values["begins"], values["ends"], values["lead_minutes"] or 0)
                for day in values["weekdays"]
            ]
            if any(_overlap(mine, other) for mine in own for other in windows):
                refused.append(
                    Invalid("begins", en="overlaps with another", ru="пересекается с другим")
                )
            windows += own
        wrong += [error.at("windows", at) for error in refused]
    refuse(wrong)
    return [window._asdict() for window in sorted(windows)]


def _overlap(one: Window, other: Window) -> bool:
    return one.weekday == other.weekday and one.begins < other.ends and other.begins < one.ends


def _clock(value: Any) -> str:
    """Hours and minutes of a day: "09:30"."""
    if value is None:
        raise Required()
    if not _CLOCK.fullmatch(value):
        raise Invalid(en="must be a time of the day, as 09:30", ru="нужно время, как 09:30")
    return str(value)


def _weekdays(value: Any) -> list[int]:
    if not value:
        raise Required()
    if any(day not in range(1, 8) for day in value) or len(set(value)) < len(value):
        raise Invalid(
            en="must be days from 1 (Monday) to 7, each once", ru="дни от 1 (понедельник) до 7"
        )
    return sorted(value)


_FIELDS: Final[Mapping[str, Cleaner]] = {
    "weekdays": _weekdays,
    "begins": _clock,
    "ends": _clock,
    "lead_minutes": whole(0, LONGEST_LEAD, required=False),
}
