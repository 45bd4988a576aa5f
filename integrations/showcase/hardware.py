"""The hardware shop's price list: fasteners, tools, paints, plumbing, electrics, garden."""

from __future__ import annotations

import heapq
import random
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, cast

from domain.feeds.ports import CurrencyRate, FeedCategory, FeedOffer, PriceList
from integrations.showcase.families import Product, unfold
from integrations.showcase.price_list_writer import write_price_list
from integrations.showcase.retail import ean13, terms

ASSORTMENT = Path(__file__).parent / "assortment"
ROOMS = ("fasteners", "tools", "consumables", "finishing", "plumbing", "electrics", "garden")
SHOP = PriceList(
    shop_name="Гвоздь и молоток",
    company="ООО «Гвоздь и молоток»",
    url="https://hardware.example",
    dated_at=datetime(2026, 2, 3, 6, 15),  # noqa: DTZ001 a price list names no zone
    currencies=(CurrencyRate("RUB", Decimal(1), None, Decimal(0)),),
)
_COMPANY = 2902

# Brands come from somewhere; the rest are ours.
_COUNTRIES = {
    "Тарвек": "Китай",
    "Ровенгард": "Китай",
    "Вольтара": "Китай",
    "Луминат": "Китай",
    "Аквилора": "Турция",
    "Латунград": "Турция",
    "Колерия": "Беларусь",
    "Стрибор": "Беларусь",
}
# Colours and coatings that a picture can be asked for in; others leave it its own.
_TINTS = {
    "белый": "white",
    "слоновая кость": "ivory",
    "чёрный": "black",
    "чёрный матовый": "black",
    "чёрный янтарь": "black",
    "графит": "graphite",
    "графитовый серый": "graphite",
    "серый": "grey",
    "светло-серый": "grey",
    "серебро": "grey",
    "зелёный": "green",
    "зелёный мох": "green",
    "синий": "blue",
    "синяя горечавка": "blue",
    "красно-коричневый": "brown",
    "шоколадно-коричневый": "brown",
    "орех": "brown",
    "палисандр": "brown",
    "дуб": "oak",
    "сосна": "oak",
    "песочный": "sand",
    "бронза": "bronze",
    "цинково-жёлтый": "yellow",
    "транспортный красный": "red",
    "красное вино, RAL 3005": "wine",
    "синий, RAL 5005": "blue",
    "зелёный мох, RAL 6005": "green",
    "графит, RAL 7024": "graphite",
    "шоколад, RAL 8017": "brown",
    "белый, RAL 9003": "white",
    "оцинкованный": "zinc",
    "оцинкованное исполнение": "zinc",
    "жёлтый цинк": "gold",
    "чёрная порошковая окраска": "black",
    "под бронзу": "bronze",
}


def write_hardware_price_list(path: Path, picture_base_url: str, offers: int = 20_000) -> None:
    """Write the hardware shop's YML with exactly `offers` offers, all its corners among them.

    Pictures are addressed as `{picture_base_url}/hardware/screw-1042.png`; pictures.picture draws
    them. Raises ValueError when that many are not to be had.
    """
    families = [family for room in ROOMS for family in _families(room)]
    categories, ids = _categories(family["path"] for family in families)
    rows = list(islice(_offers(_mixed(families), ids, picture_base_url), offers))
    if len(rows) < offers:
        raise ValueError(f"there are {len(rows)} offers to be had, not {offers}")
    write_price_list(path, SHOP, categories, rows)


def _families(room: str) -> list[dict[str, Any]]:
    with (ASSORTMENT / f"hardware_{room}.toml").open("rb") as stream:
        return cast("list[dict[str, Any]]", tomllib.load(stream)["family"])


def _categories(
    paths: Iterable[list[str]],
) -> tuple[list[FeedCategory], dict[tuple[str, ...], str]]:
    """The tree, parents first, and the id of each path in it."""
    categories: list[FeedCategory] = []
    ids: dict[tuple[str, ...], str] = {}
    for path in paths:
        for depth in range(1, len(path) + 1):
            key = tuple(path[:depth])
            if key not in ids:
                ids[key] = str(len(ids) + 1)
                categories.append(FeedCategory(ids[key], ids.get(key[:-1]), key[-1], 0))
    return categories, ids


def _mixed(families: list[dict[str, Any]]) -> Iterator[Product]:
    """Products of all families, each in its share, so that a short list has some of everything."""

    def spread(order: int, family: dict[str, Any]) -> Iterator[tuple[float, int, Product]]:
        products = unfold(family)
        for place, product in enumerate(products):
            yield (place + 0.5) / len(products), order, product

    streams = (spread(order, family) for order, family in enumerate(families))
    return (product for *_, product in heapq.merge(*streams, key=lambda item: item[:2]))


def _offers(
    products: Iterable[Product], category_ids: dict[tuple[str, ...], str], picture_base_url: str
) -> Iterator[FeedOffer]:
    for number, product in enumerate(products, 10_001):
        dice = random.Random(number)
        code = f"{_letters(product)}-{number}"
        for place, variant in enumerate(product.variants, 1):
            sold_at = terms(variant.price, dice)
            tint = _TINTS.get(variant.colour or "")
            picture = f"{product.picture}-{tint}" if tint else product.picture
            yield FeedOffer(
                external_id=f"H{number}-{place:02}",
                line=0,
                title=f"{product.title}, {variant.words}",
                group_id=f"H{number}",
                category_external_id=category_ids[product.category],
                price_minor=sold_at.price_minor,
                old_price_minor=sold_at.old_price_minor,
                purchase_price_minor=sold_at.purchase_price_minor,
                brand=product.brand,
                vendor_code=f"{code}-{place:02}",
                description_html=product.description,
                pictures=(f"{picture_base_url}/hardware/{picture}-{number}.png",),
                barcodes=(ean13(_COMPANY, number * 100 + place),),
                parameters=(*product.parameters, *variant.parameters),
                weight_grams=variant.grams,
                country=product.country or _COUNTRIES.get(product.brand, "Россия"),
                vat="22",
                available=sold_at.pieces > 0,
                stock_quantity=sold_at.pieces * 1000,
            )


def _letters(product: Product) -> str:
    """The start of a vendor code: the brand's first letters, «КРП»."""
    consonants = [letter for letter in product.brand.upper() if letter in "БВГДЖЗКЛМНПРСТФХЦЧШЩ"]
    return "".join(consonants[:3])
