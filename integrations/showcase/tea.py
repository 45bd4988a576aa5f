"""The tea shop's price list: teas by weight, teaware by size, sweets."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, cast

from domain.feeds.ports import (
    CurrencyRate,
    FeedCategory,
    FeedOffer,
    FeedParameter,
    PriceList,
    VatRate,
)
from integrations.showcase.price_list_writer import write_price_list
from integrations.showcase.retail import ean13, terms

ASSORTMENT = Path(__file__).parent / "assortment"
SHOP = PriceList(
    shop_name="Чайная лавка",
    company="ООО «Чайная лавка»",
    url="https://tea.example",
    dated_at=datetime(2026, 2, 3, 9, 30),  # noqa: DTZ001 a price list names no zone
    currencies=(CurrencyRate("RUB", Decimal(1), None, Decimal(0)),),
)
_COMPANY = 2801
_TEA_BRANDS = ("Листодар", "Чаевед и дочь", "Пять проливов")
_WARE_BRANDS = ("Гончарица", "Яншуй", "Глиняный двор")
_SWEET_BRANDS = ("Сладогор", "Пряникова мельница", "Ягодник и сын")

_HARVEST = re.compile("сбор|весна|лето|осень|зима|год|май")
_STORING = (
    "Храните в закрытой банке, вдали от света и специй.",
    "Открытую пачку лучше выпить за два месяца.",
    "Пакет с клапаном: воздух выходит, аромат остаётся.",
)
_ENDINGS = {"f": "ая", "n": "ое"}


class Variant(NamedTuple):
    """One size of a product."""

    words: str
    parameter: FeedParameter
    kopecks: int
    grams: int


class Product(NamedTuple):
    title: str
    category: str
    picture: str
    brand: str
    country: str
    description: str
    parameters: tuple[FeedParameter, ...]
    variants: list[Variant]
    vat: VatRate = "22"


def write_tea_price_list(path: Path, picture_base_url: str) -> None:
    """Write the tea shop's YML: about 340 products, 1,000 offers.

    Pictures are addressed as `{picture_base_url}/tea/green-1042.png`; pictures.picture draws them.
    """
    shop = _read("tea_shop")
    categories = list(_categories(shop["sections"]))
    ids = {category.title: category.external_id for category in categories}
    write_price_list(path, SHOP, categories, _offers(_products(shop), ids, picture_base_url))


def _categories(sections: dict[str, list[str]]) -> Iterator[FeedCategory]:
    numbers = count(1)
    for top, below in sections.items():
        top_id = str(next(numbers))
        yield FeedCategory(top_id, None, top, 0)
        for title in below:
            yield FeedCategory(str(next(numbers)), top_id, title, 0)


def _products(shop: dict[str, Any]) -> Iterator[Product]:
    for file in ("tea_china", "tea_world"):
        for leaf in _read(file)["leaf"]:
            yield from _leaf_products(leaf, shop["kinds"][leaf["kind"]], shop["lots"])
    for ware in _read("teaware")["ware"]:
        yield from _ware_products(ware, shop["materials"])
    yield from (_sweet_product(sweet) for sweet in _read("sweets")["sweet"])


def _offers(
    products: Iterable[Product], category_ids: dict[str, str], picture_base_url: str
) -> Iterator[FeedOffer]:
    barcodes = count(1)
    for number, product in enumerate(products, 1001):
        dice = random.Random(product.title)
        for variant in product.variants:
            sold_at = terms(variant.kopecks, dice)
            yield FeedOffer(
                external_id=f"T{number}-{variant.parameter.value}",
                line=0,
                title=f"{product.title}, {variant.words}",
                group_id=f"T{number}",
                category_external_id=category_ids[product.category],
                price_minor=sold_at.price_minor,
                old_price_minor=sold_at.old_price_minor,
                purchase_price_minor=sold_at.purchase_price_minor,
                brand=product.brand,
                vendor_code=f"ЧЛ-{number}-{variant.parameter.value}",
                description_html=product.description,
                pictures=(f"{picture_base_url}/tea/{product.picture}-{number}.png",),
                barcodes=(ean13(_COMPANY, next(barcodes)),),
                parameters=(*product.parameters, variant.parameter),
                weight_grams=variant.grams,
                country=product.country,
                vat=product.vat,
                available=sold_at.pieces > 0,
                stock_quantity=sold_at.pieces * 1000,
            )


def _leaf_products(
    leaf: dict[str, Any], kind: dict[str, Any], lots: dict[str, str]
) -> Iterator[Product]:
    for place, lot in enumerate(leaf["lots"]):
        dice = random.Random(f"{leaf['name']} {lot}")
        # The first lot of a tea is its best one, the last the plainest.
        dearer = 100 + 14 * (len(leaf["lots"]) - 1 - place)
        parameters = [
            FeedParameter("Вид", None, kind["sort"]),
            FeedParameter("Регион", None, leaf["region"]),
            _lot_parameter(lot),
            FeedParameter("Температура заваривания", "°C", str(kind["celsius"])),
        ]
        if "fermentation" in kind:
            parameters.append(FeedParameter("Ферментация", None, kind["fermentation"]))
        yield Product(
            title=f"{kind.get('noun', '')} {leaf['name']}, {lot}".strip(),
            category=kind["category"],
            picture=kind["picture"],
            brand=dice.choice(_TEA_BRANDS),
            country=leaf["country"],
            description=_paragraphs(
                leaf["story"],
                f"Во вкусе {leaf['taste']}. {lots.get(lot, '')}",
                f"{kind['brewing']} {dice.choice(_STORING)}",
            ),
            parameters=tuple(parameters),
            variants=[
                _weighed(grams, leaf["price"] * grams * dearer // 100)
                for grams in leaf.get("weights", kind["weights"])
            ],
        )


def _ware_products(ware: dict[str, Any], materials: dict[str, list[str]]) -> Iterator[Product]:
    for material in ware["materials"]:
        adjective, care = materials[material]
        for decor in ware["decors"]:
            title = f"{ware['name']} {_agreeing(adjective, ware)} «{decor}»"
            dice = random.Random(title)
            yield Product(
                title=" ".join(title.split()),
                category=ware["category"],
                picture=ware["picture"],
                brand=dice.choice(_WARE_BRANDS),
                country=dice.choice(("Китай", "Россия", "Россия")),
                description=_paragraphs(ware["story"], care),
                parameters=(
                    FeedParameter("Материал", None, material),
                    FeedParameter("Рисунок", None, decor),
                ),
                variants=[_sized(size, ware) for size in ware["sizes"]],
            )


def _sweet_product(sweet: dict[str, Any]) -> Product:
    return Product(
        title=sweet["title"],
        category=sweet["category"],
        picture=sweet["picture"],
        brand=random.Random(sweet["title"]).choice(_SWEET_BRANDS),
        country=sweet.get("country", "Россия"),
        description=_paragraphs(sweet["story"]),
        parameters=(FeedParameter("Регион", None, sweet["region"]),),
        variants=[
            _weighed(grams, roubles * 100)
            for grams, roubles in zip(sweet["weights"], sweet["prices"], strict=True)
        ],
        vat=cast(VatRate, sweet.get("vat", "22")),
    )


def _weighed(grams: int, kopecks: int) -> Variant:
    words = f"{grams // 1000} кг" if grams % 1000 == 0 else f"{grams} г"
    return Variant(words, FeedParameter("Вес", "г", str(grams)), kopecks, grams + 15 + grams // 20)


def _sized(size: int, ware: dict[str, Any]) -> Variant:
    first = ware["sizes"][0]
    unit = ware["unit"]
    name = "Объём" if unit == "мл" else "Размер"
    # Twice the size costs half as much again, and weighs so too.
    grown = 50 + 50 * size // first
    return Variant(
        f"{size} {unit}",
        FeedParameter(name, unit, str(size)),
        ware["price"] * grown,
        ware["grams"] * grown // 100,
    )


def _agreeing(adjective: str, ware: dict[str, Any]) -> str:
    """«фарфоровая», «из красной глины»; nothing where the name has said it already."""
    stem = adjective[:-2]
    if stem in ware["name"]:
        return ""
    if adjective.startswith("из "):
        return adjective
    return stem + _ENDINGS.get(ware["gender"], adjective[-2:])


def _lot_parameter(lot: str) -> FeedParameter:
    if "обжарка" in lot:
        return FeedParameter("Обжарка", None, lot.removesuffix(" обжарка"))
    if _HARVEST.search(lot):
        return FeedParameter("Сбор", None, lot.removeprefix("сбор "))
    return FeedParameter("Сорт", None, lot)


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text.strip()}</p>" for text in texts)


def _read(file: str) -> dict[str, Any]:
    with (ASSORTMENT / f"{file}.toml").open("rb") as stream:
        return tomllib.load(stream)
