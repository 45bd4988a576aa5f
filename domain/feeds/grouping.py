"""Offers that are one product: what they share is the product's, what they differ in is chosen.

Pure functions over one group; nothing here knows the catalogue's rows.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, NamedTuple

import orjson

from domain.catalog.media import LONGEST_ADDRESS, MOST_PICTURES
from domain.catalog.options import LONGEST_TITLE, MOST_OPTIONS
from domain.feeds.ports import FeedOffer

LONGEST_PRODUCT_TITLE: Final = 300
LONGEST_VALUE: Final = 500
MOST_FACTS: Final = 200
VARIANT_OPTION: Final = "Вариант"
"""The option of offers that differ in no parameter."""
NO_VALUE: Final = "—"


class Fact(NamedTuple):
    """A value of a parameter. `offer_id` is None where all offers of the product share it."""

    name: str
    unit: str | None
    value: str
    offer_id: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """One product and its offers; `choices` are the options of each, by its external id.

    `too_many`: of what there was more than is kept, by its name in the file, and how many.
    """

    key: str
    title: str
    offers: list[FeedOffer]
    choices: dict[str, dict[str, str]]
    facts: list[Fact]
    pictures: list[str]
    too_many: dict[str, int]

    @property
    def lead(self) -> FeedOffer:
        """The offer that speaks for the product where all should say the same."""
        return self.offers[0]

    @property
    def description(self) -> str:
        return next((o.description_html for o in self.offers if o.description_html), "")

    def first(self, field: str) -> Any:
        """The first thing that any offer says of `field`."""
        return next((v for offer in self.offers if (v := getattr(offer, field)) is not None), None)


def digest(value: Any) -> bytes:
    """Sixteen bytes that stand for a value made of plain JSON."""
    return hashlib.blake2b(orjson.dumps(value, default=tuple), digest_size=16).digest()


def grouped(key: str, offers: list[FeedOffer]) -> Group:
    """Tell what a product's offers share from what a buyer chooses by."""
    parameters = {offer.external_id: _parameters(offer) for offer in offers}
    names = _chosen_by(parameters)
    choices = {
        external_id: {
            name: _with_unit(values.get((name, unit), NO_VALUE), unit) for name, unit in names
        }
        for external_id, values in parameters.items()
    }
    if len({tuple(choice.items()) for choice in choices.values()}) < len(offers):
        choices = _told_apart(offers, choices)
    facts = _facts(offers, parameters, {*names})
    pictures = list(dict.fromkeys(url for offer in offers for url in offer.pictures))
    short = [url for url in pictures if len(url) <= LONGEST_ADDRESS]
    counts = {"param": (len(facts), MOST_FACTS), "picture": (len(short), MOST_PICTURES)}
    return Group(
        key,
        _title(offers),
        offers,
        choices,
        facts[:MOST_FACTS],
        short[:MOST_PICTURES],
        {name: count for name, (count, most) in counts.items() if count > most},
    )


Named = tuple[str, str | None]
"""A parameter's name and unit."""


def _parameters(offer: FeedOffer) -> dict[Named, str]:
    """Values by name and unit; several of one name in one text."""
    values: dict[Named, list[str]] = {}
    for name, unit, value in offer.parameters:
        values.setdefault((name[:LONGEST_TITLE], unit), []).append(value)
    return {named: ", ".join(dict.fromkeys(many)) for named, many in values.items()}


def _chosen_by(parameters: Mapping[str, Mapping[Named, str]]) -> list[Named]:
    """The fewest parameters, in their order, by which offers can be told apart."""
    if len(parameters) == 1:
        return []
    every = dict.fromkeys(named for values in parameters.values() for named in values)
    chosen: list[Named] = []
    told_apart = 1
    for named in every:
        if len(chosen) == MOST_OPTIONS - 1 or told_apart == len(parameters):
            break
        # Two parameters that differ in their unit alone cannot both be options.
        if any(named[0] == name for name, _ in chosen):
            continue
        further = _differ(parameters, [*chosen, named])
        if further > told_apart:
            chosen.append(named)
            told_apart = further
    return chosen


def _with_unit(value: str, unit: str | None) -> str:
    """The value as a buyer reads it: `60` of `г` is "60 г"."""
    words = value if unit is None or value == NO_VALUE else f"{value} {unit}"
    return words[:LONGEST_TITLE]


def _differ(parameters: Mapping[str, Mapping[Named, str]], names: Sequence[Named]) -> int:
    """How many offers these parameters tell apart."""
    return len({tuple(values.get(name) for name in names) for values in parameters.values()})


def _told_apart(
    offers: Sequence[FeedOffer], choices: dict[str, dict[str, str]]
) -> dict[str, dict[str, str]]:
    """The choices with one option more: the offers' titles, or their ids where titles repeat."""
    titles = {offer.external_id: offer.title[:LONGEST_TITLE] for offer in offers}
    if len(set(titles.values())) < len(offers):
        titles = {external_id: external_id[:LONGEST_TITLE] for external_id in titles}
    return {
        external_id: {**choice, VARIANT_OPTION: titles[external_id]}
        for external_id, choice in choices.items()
    }


def _facts(
    offers: Sequence[FeedOffer],
    parameters: Mapping[str, Mapping[Named, str]],
    chosen: set[Named],
) -> list[Fact]:
    """What is not chosen by: the product's, where all offers agree, else each offer's own."""
    every = {named for values in parameters.values() for named in values}
    shared = {named for named in every if _differ(parameters, [named]) == 1}
    facts: dict[Fact, None] = {}
    for offer in offers:
        for name, unit, value in offer.parameters:
            named = (name[:LONGEST_TITLE], unit)
            if named in chosen:
                continue
            owner = None if named in shared else offer.external_id
            facts[Fact(named[0], unit, value[:LONGEST_VALUE], owner)] = None
    return list(facts)


def _title(offers: Sequence[FeedOffer]) -> str:
    """The words that the offers' titles begin with, if they are words at all."""
    titles = [" ".join(offer.title.split()) for offer in offers]
    if len(titles) == 1:
        return titles[0][:LONGEST_PRODUCT_TITLE]
    shared = _shared_words(titles).rstrip(" ,;:-–—(/")
    return (shared if len(shared) >= 3 else titles[0])[:LONGEST_PRODUCT_TITLE]


def _shared_words(titles: Sequence[str]) -> str:
    words = zip(*(title.split(" ") for title in titles), strict=False)
    return " ".join(one[0] for one in takewhile(lambda one: len(set(one)) == 1, words))
