"""Facets: what a buyer narrows a search down by, and how many products each choice would leave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from domain.errors import Invalid

BRAND: Final = "brand"
CATEGORY: Final = "category"
MOST_CHOSEN: Final = 30
MOST_KEYS: Final = 100
MOST_NUMBER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen of one facet: any of `keys`, or numbers from one to another (thousandths).

    `facet` is BRAND, CATEGORY or an attribute's id as text; a key is a brand's or category's id as
    text, or the key of an attribute's value. No keys and no bounds: nothing matches.
    """

    facet: str
    keys: Sequence[str] = ()
    number_from: int | None = None
    number_to: int | None = None

    @property
    def is_range(self) -> bool:
        return self.number_from is not None or self.number_to is not None

    @property
    def bounds(self) -> tuple[int, int]:
        """The numbers of a range, both included."""
        low = -MOST_NUMBER if self.number_from is None else self.number_from
        return low, MOST_NUMBER if self.number_to is None else self.number_to


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. Facets are all to be met; prices are minor units, both included.

    `within` is the category, brand or collection whose page this is: unlike a chosen facet, no
    count looks beyond it.
    """

    within: UUID | None = None
    chosen: Sequence[Chosen] = ()
    price_from: int | None = None
    price_to: int | None = None
    available_only: bool = False

    @property
    def prices(self) -> tuple[int, int]:
        """The prices asked for, both included; what has no price is in no range."""
        return self.price_from or 0, MOST_NUMBER - 1 if self.price_to is None else self.price_to

    def __post_init__(self) -> None:
        if len(self.chosen) > MOST_CHOSEN:
            raise Invalid(
                "facets", en=f"at most {MOST_CHOSEN} of them", ru=f"не больше {MOST_CHOSEN}"
            )
        seen: set[str] = set()
        for number, one in enumerate(self.chosen):
            if len(one.keys) > MOST_KEYS:
                raise Invalid(
                    "facets", number, "keys",
                    en=f"at most {MOST_KEYS} of them", ru=f"не больше {MOST_KEYS}",
                )  # fmt: skip
            if one.facet in seen:
                raise Invalid(
                    "facets", number,
                    en="the facet stands here twice; give all its keys at once",
                    ru="фильтр указан дважды; перечислите все значения сразу",
                )  # fmt: skip
            seen.add(one.facet)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A choice and how many products it would give, with all filters but its own facet's.

    `label` is an attribute value's text as it is shown; brands and categories have none here.
    """

    key: str
    label: str | None
    number: int | None
    count: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A facet and up to 100 of its values, those with most products first."""

    facet: str
    values: list[FacetValue] = field(default_factory=list)


def as_json(chosen: Sequence[Chosen]) -> list[dict[str, Any]]:
    """What `platform.search_listing` takes."""
    return [
        {"facet": one.facet, "from": one.bounds[0], "to": one.bounds[1]}
        if one.is_range
        else {"facet": one.facet, "keys": list(one.keys)}
        for one in chosen
    ]


def from_json(counted: list[list[Any]] | None) -> list[FacetCounts]:
    """What `platform.search_listing` gives: facet, key, label, number, count, facet by facet."""
    return [
        FacetCounts(facet, [FacetValue(*row[1:]) for row in rows])
        for facet, rows in groupby(counted or [], key=lambda row: row[0])
    ]
