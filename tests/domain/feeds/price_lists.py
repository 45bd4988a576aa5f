"""Price lists made for tests: offers as plain facts, written in the field's own format."""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape

from domain.feeds.ports import PriceListReading
from domain.feeds.spool import OpenList
from integrations.yml.reader import open_yml


@dataclass(frozen=True)
class Offer:
    """One row of the file."""

    id: str
    title: str = "Чай чёрный"
    price: str = "100.00"
    group: str | None = None
    category: str = "1"
    brand: str | None = "Чайная гора"
    description: str = "Крепкий."
    pictures: Sequence[str] = ("https://pictures.example/1.jpg",)
    barcodes: Sequence[str] = ()
    parameters: Sequence[tuple[str, str]] = (("Сорт", "высший"),)
    stock: int | None = 5
    is_available: bool = True
    is_deleted: bool = False

    def written(self) -> str:
        """The <offer> element."""
        head = f'id="{escape(self.id)}" available="{str(self.is_available).lower()}"'
        head += f' group_id="{self.group}"' if self.group else ""
        head += ' deleted="true"' if self.is_deleted else ""
        parts = [
            f"<name>{escape(self.title)}</name><price>{self.price}</price>",
            f"<currencyId>RUB</currencyId><categoryId>{self.category}</categoryId>",
            f"<description>{escape(self.description)}</description>",
            f"<vendor>{escape(self.brand)}</vendor>" if self.brand else "",
            "".join(f"<picture>{escape(one)}</picture>" for one in self.pictures),
            "".join(f"<barcode>{one}</barcode>" for one in self.barcodes),
            "".join(
                f'<param name="{escape(name)}">{escape(value)}</param>'
                for name, value in self.parameters
            ),
            f"<count>{self.stock}</count>" if self.stock is not None else "",
        ]
        return f"<offer {head}>{''.join(parts)}</offer>"


@dataclass(frozen=True)
class File:
    """A whole price list; `categories` are (id, parent, title)."""

    offers: Sequence[Offer]
    categories: Sequence[tuple[str, str | None, str]] = field(
        default=(("1", None, "Чай"), ("2", "1", "Чёрный чай"))
    )

    def written(self) -> bytes:
        categories = "\n".join(
            f'<category id="{one}"{f" parentId={chr(34)}{parent}{chr(34)}" if parent else ""}>'
            f"{escape(title)}</category>"
            for one, parent, title in self.categories
        )
        offers = "\n".join(offer.written() for offer in self.offers)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<yml_catalog date="2026-11-01 10:00">'
            "<shop><name>Опт</name><currencies><currency id='RUB' rate='1'/></currencies>\n"
            f"<categories>{categories}</categories>\n<offers>\n{offers}\n</offers></shop>"
            "</yml_catalog>"
        ).encode()

    def opened(self) -> OpenList:
        """The file as an import opens it."""
        return partial(open_bytes, self.written())

    def with_offer(self, offer_id: str, **changes: object) -> "File":
        """The same file, one of its offers changed."""
        offers = [
            replace(one, **changes) if one.id == offer_id else one  # type: ignore[arg-type]
            for one in self.offers
        ]
        return replace(self, offers=offers)


def open_bytes(written: bytes) -> AbstractContextManager[PriceListReading]:
    """Open a file that may be broken."""
    return open_yml(io.BytesIO(written))


def many_offers(count: int) -> list[Offer]:
    """Offers as a wholesaler has them: a quarter stand alone, the rest are groups of three."""
    offers: list[Offer] = []
    for number in range(count):
        lonely = number % 4 == 3
        offers.append(
            Offer(
                id=f"o{number}",
                title=f"Товар {number // 4} {'отдельно' if lonely else ''} {number % 4}",
                price=f"{100 + number % 5_000}.{number % 100:02}",
                group=None if lonely else f"g{number // 4}",
                category=str(2 + number % 200),
                brand=f"Марка {number % 300}",
                description=f"<p>Описание товара {number}. " + "Хорошая вещь. " * 20 + "</p>",
                pictures=[f"https://pictures.example/{number}/{n}.jpg" for n in range(3)],
                barcodes=[barcode(number)],
                parameters=[
                    ("Размер", f"{number % 4}"),
                    ("Цвет", ("белый", "чёрный", "синий")[number // 4 % 3]),
                    ("Материал", ("хлопок", "лён")[number // 4 % 2]),
                    ("Сезон", "лето"),
                ],
                stock=number % 50,
            )
        )
    return offers


def many_categories(count: int = 202) -> list[tuple[str, str | None, str]]:
    """A tree of three levels."""
    tree: list[tuple[str, str | None, str]] = [("1", None, "Всё")]
    for number in range(2, count):
        tree.append((str(number), "1" if number < 20 else str(number % 18 + 2), f"Отдел {number}"))
    return tree


def barcode(number: int) -> str:
    """An EAN-13 of ours, with its check digit."""
    digits = f"460{number:09}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return digits + str(-total % 10)
