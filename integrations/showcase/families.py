"""A family of goods unfolds: its axes cross into products, and each product into variants.

A family is a table of assortment/hardware_*.toml. `product` axes tell products apart and stand in
the title as {key}; `variants` axes are what the buyer chooses, and end the title of each offer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product as cross
from typing import Any, NamedTuple

from domain.feeds.ports import FeedParameter

_NUMBER = re.compile(r"\d+(?:,\d+)?")
_NUMBER_WITH_UNIT = re.compile(r"(\d+(?:,\d+)?) (\D\S*)")
_COLOURS = frozenset({"Цвет", "Цвет по RAL", "Покрытие"})
_FIRST_MODEL = 100
_MODELS = 900


class Choice(NamedTuple):
    """One value of an axis, and what it does to the price and the weight (in per cent)."""

    value: str
    words: str  # in the title
    price: int
    mass: int


@dataclass(frozen=True, slots=True)
class Axis:
    key: str
    name: str
    unit: str
    choices: tuple[Choice, ...]

    def parameters(self, choice: Choice) -> list[FeedParameter]:
        """One, or for «Диаметр×Длина» one for each part; a unit goes with a number only."""
        names, values = self.name.split("×"), choice.value.split("×")
        if len(names) == 1:
            values = [choice.value]
        units = self.unit.split("×") if "×" in self.unit else [self.unit] * len(names)
        return [
            _parameter(name, value, unit)
            for name, value, unit in zip(names, values, units, strict=True)
        ]


class Variant(NamedTuple):
    """What a buyer puts into the cart."""

    words: str
    parameters: list[FeedParameter]
    price: int  # kopecks
    grams: int
    colour: str | None  # or coating, in words


class Product(NamedTuple):
    """What a shop window shows, with its variants."""

    category: tuple[str, ...]
    title: str
    brand: str
    country: str | None
    picture: str
    parameters: list[FeedParameter]
    description: str
    variants: list[Variant]


def unfold(family: dict[str, Any]) -> list[Product]:
    """All products of a family, in an order that is mixed but always the same."""
    axes = [_axis(table) for table in family["product"]]
    combinations = list(cross(*(axis.choices for axis in axes)))
    brands = family["brands"]
    if "{brand}" in family["title"]:
        pairs = list(cross(brands, combinations))
    else:
        pairs = [(brands[n % len(brands)], each) for n, each in enumerate(combinations)]
    random.Random(family["title"]).shuffle(pairs)
    return [_product(family, axes, brand, each, n) for n, (brand, each) in enumerate(pairs)]


def _product(
    family: dict[str, Any], axes: Sequence[Axis], brand: str, chosen: Sequence[Choice], number: int
) -> Product:
    dice = random.Random(f"{family['title']} {number}")
    words = {axis.key: choice.words for axis, choice in zip(axes, chosen, strict=True)}
    # 7 and 900 share no divisor: each number comes once, and neighbours look unrelated.
    model = f"{family.get('model', '')}-{_FIRST_MODEL + number * 7 % _MODELS}"
    title = family["title"].format(brand=brand, model=model, **words)
    parameters = [
        parameter
        for axis, choice in zip(axes, chosen, strict=True)
        for parameter in axis.parameters(choice)
    ]
    parameters += [_fact(fact) for fact in family.get("facts", ())]
    return Product(
        tuple(family["path"]),
        title,
        brand,
        family.get("country"),
        family["picture"],
        parameters,
        _description(family, parameters, dice, brand=brand, **words),
        list(_variants(family, chosen)),
    )


def _variants(family: dict[str, Any], chosen: Sequence[Choice]) -> Iterator[Variant]:
    axes = [_axis(table) for table in family["variants"]]
    price, grams = family["price"], family["grams"]
    own_colour = None
    for table, choice in zip(family["product"], chosen, strict=True):
        price, grams = price * choice.price // 100, grams * choice.mass // 100
        own_colour = choice.words if table["name"] in _COLOURS else own_colour
    for combination in cross(*(axis.choices for axis in axes)):
        its_price, its_grams, colour = price, grams, own_colour
        parameters: list[FeedParameter] = []
        for axis, choice in zip(axes, combination, strict=True):
            its_price = its_price * choice.price // 100
            its_grams = its_grams * choice.mass // 100
            parameters += axis.parameters(choice)
            colour = choice.words if axis.name in _COLOURS else colour
        words = ", ".join(choice.words for choice in combination)
        yield Variant(words, parameters, its_price, max(its_grams, 1), colour)


def _axis(table: dict[str, Any]) -> Axis:
    unit = table.get("unit", "")
    parts = [part.strip() for part in table["values"].split(" | ")]
    first = _amount(parts[0])
    choices = []
    for part in parts:
        named, _, price = part.rpartition(":")
        value, _, words = named.partition("=")
        by_amount = int(100 * _amount(part) / first) if table.get("mass") == "value" else 100
        mass = int(price) if table.get("mass") == "percent" else by_amount
        words = words or f"{value} {unit.strip('×')}".strip()
        choices.append(Choice(value, words, int(price), mass))
    return Axis(table.get("key", ""), table["name"], unit, tuple(choices))


def _amount(part: str) -> float:
    found = _NUMBER.match(part)
    return float(found[0].replace(",", ".")) if found else 1.0


def _parameter(name: str, value: str, unit: str) -> FeedParameter:
    if found := _NUMBER_WITH_UNIT.fullmatch(value):
        value, unit = found.groups()
    if _NUMBER.fullmatch(value):
        return FeedParameter(name, unit or None, value.replace(",", "."))
    return FeedParameter(name, None, value)


def _fact(fact: str) -> FeedParameter:
    """ "Гарантия, лет: 5" -> a name, a unit and a value."""
    named, _, value = fact.partition(": ")
    name, _, unit = named.partition(", ")
    return FeedParameter(name, unit or None, value.replace(",", ".") if unit else value)


def _description(
    family: dict[str, Any], parameters: list[FeedParameter], dice: random.Random, **words: str
) -> str:
    about, use, tip = (
        dice.choice(family[part]).format(**words) for part in ("about", "use", "tip")
    )
    rows = "".join(
        f"<li>{name}: {value.replace('.', ',') if unit else value}{' ' + unit if unit else ''}</li>"
        for name, unit, value in parameters
    )
    return f"<p>{about} {use}</p><p>{tip}</p><ul>{rows}</ul>"
