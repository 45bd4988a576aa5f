"""Zones: where a way of delivery leads, and by which table it costs there."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from domain.amounts import amount_in
from domain.bulk import TooMany, refuse
from domain.errors import DomainError, Invalid
from domain.inputs import Cleaner, clean, line_or_none, whole
from domain.orders.delivery.areas import Area, any_has, read_areas
from domain.orders.delivery.steps import Step, read_steps

MOST_ZONES: Final = 100


class Missing(StrEnum):
    """Why a way does not lead to a buyer."""

    NOT_SERVED = "not_served"
    EXCLUDED = "excluded"
    POSTAL_CODE_NEEDED = "postal_code_needed"
    TOO_HEAVY = "too_heavy"
    NO_WINDOW = "no_window"


class Zone(NamedTuple):
    """Its areas without the excluded ones; of no areas, everywhere. `free_from` a sum on, in minor
    units, it costs nothing."""

    title: str | None
    areas: tuple[Area, ...]
    excluded: tuple[Area, ...]
    steps: tuple[Step, ...]
    free_from: int | None
    days_from: int | None
    days_to: int | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        parts = {
            "areas": tuple(map(Area.of, stored["areas"])),
            "excluded": tuple(map(Area.of, stored["excluded"])),
            "steps": tuple(map(Step.of, stored["steps"])),
        }
        return cls(**{**stored, **parts})

    def price_of(self, grams: int, sum_minor: int) -> int | None:
        """What goods of such a weight and sum cost; None of what is too heavy."""
        step = next((one for one in self.steps if one.holds(grams, sum_minor)), None)
        if step is None:
            return None
        is_free = self.free_from is not None and sum_minor >= self.free_from
        return 0 if is_free else step.price_minor


def zone_for(zones: Sequence[Zone], address: Mapping[str, Any]) -> Zone | Missing:
    """The first zone that has an address in it, or why none has."""
    was_excluded = False
    for zone in zones:
        inside = any_has(zone.areas, address) if zone.areas else True
        outside = any_has(zone.excluded, address)
        if inside is False:
            continue
        if outside is True:
            was_excluded = was_excluded or inside is True
        elif inside is None or outside is None:
            return Missing.POSTAL_CODE_NEEDED
        else:
            return zone
    return Missing.EXCLUDED if was_excluded else Missing.NOT_SERVED


def read_zones(
    given: Sequence[Mapping[str, Any]], currency: str, path: str = "zones"
) -> list[dict[str, Any]]:
    """Zones at `path` to be stored: `title`, `areas`, `excluded`, `steps`, `free_from`,
    `days_from`, `days_to`. Raises TooMany, and of zones Invalid, Required: tables with gaps or
    overlaps, and zones that are never come to.
    """
    if len(given) > MOST_ZONES:
        raise TooMany(path, most=MOST_ZONES)
    cleaners: Mapping[str, Cleaner] = {
        "title": line_or_none(100),
        "free_from": amount_in(currency, required=False),
        "days_from": whole(0, 365, required=False),
        "days_to": whole(0, 365, required=False),
    }
    zones: list[dict[str, Any]] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        values, refused = clean(cleaners, {name: one.get(name) for name in cleaners})
        values["areas"], of_areas = read_areas(one.get("areas") or (), "areas")
        values["excluded"], of_excluded = read_areas(one.get("excluded") or (), "excluded")
        values["steps"], of_steps = read_steps(one.get("steps") or (), currency)
        refused += [*of_areas, *of_excluded, *of_steps, *_wrong_days(values)]
        if not refused:
            refused += _never(zones, values)
        wrong += [error.at(path, at) for error in refused]
        zones.append(values)
    refuse(wrong)
    return zones


def _wrong_days(values: Mapping[str, Any]) -> list[DomainError]:
    begins, ends = values.get("days_from"), values.get("days_to")
    if begins is None or ends is None or begins <= ends:
        return []
    return [Invalid("daysTo", en="must not be before daysFrom", ru="не раньше daysFrom")]


def _never(before: Sequence[Mapping[str, Any]], zone: Mapping[str, Any]) -> list[DomainError]:
    """It where another zone has already whatever this one has."""
    for at, one in enumerate(before):
        if not one["excluded"] and (not one["areas"] or one["areas"] == zone["areas"]):
            return [
                Invalid(
                    "areas",
                    en=f"is never come to: zone {at} has it already",
                    ru=f"сюда не дойдёт: всё это уже в зоне {at}",
                )
            ]
    return []
