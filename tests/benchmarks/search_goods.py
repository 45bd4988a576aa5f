"""A big hardware shop and its small neighbours, for measuring: rows made by a seed, then copied."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from tenants.ids import new_id

SEED: Final = 20_261
TOOLS: Final = (
    "Шуруповёрт", "Дрель", "Перфоратор", "Лобзик", "Рубанок", "Отвёртка", "Молоток", "Пассатижи",
    "Рулетка", "Уровень", "Стамеска", "Напильник", "Ключ гаечный", "Ножовка", "Степлер", "Фонарь",
)  # fmt: skip
FIXINGS: Final = (
    "Саморез", "Шуруп", "Болт", "Гайка", "Шайба", "Дюбель", "Анкер", "Гвоздь", "Заклёпка", "Хомут",
    "Уголок крепёжный", "Петля", "Замок навесной", "Шпилька резьбовая", "Скоба", "Карабин",
)  # fmt: skip
PAINTS: Final = (
    "Краска", "Эмаль", "Грунтовка", "Шпаклёвка", "Лак", "Морилка", "Герметик", "Пена монтажная",
    "Клей", "Растворитель", "Валик", "Кисть", "Штукатурка", "Затирка", "Пропитка", "Олифа",
)  # fmt: skip
WATER: Final = (
    "Смеситель", "Кран шаровой", "Труба", "Муфта", "Тройник", "Сифон", "Шланг", "Прокладка",
    "Фильтр", "Насос", "Бойлер", "Унитаз", "Раковина", "Душ", "Радиатор", "Счётчик воды",
)  # fmt: skip
KINDS: Final = (
    "усиленный", "универсальный", "профессиональный", "бытовой", "компактный", "влагостойкий",
    "морозостойкий", "аккумуляторный", "ударный", "самонарезающий", "оцинкованный", "латунный",
    "быстросъёмный", "декоративный", "фасадный", "кровельный", "потайной", "регулируемый",
)  # fmt: skip
PURPOSES: Final = (
    "для дерева", "для металла", "для бетона", "для кухни", "для ванной", "для сада", "для кровли",
    "для гипсокартона", "для пола", "для наружных работ", "для внутренних работ", "для гаража",
)  # fmt: skip
BRANDS: Final = (
    "Bosch", "Makita", "DeWalt", "Зубр", "Интерскол", "Вихрь", "Stayer", "Metabo", "Ресанта",
    "Gigant", "Fischer", "Tytan", "Оптимист", "Текс", "Grohe", "Valtec", "Vidima", "Kraftool",
)  # fmt: skip
COLOURS: Final = (
    "белый",
    "чёрный",
    "серый",
    "красный",
    "зелёный",
    "синий",
    "жёлтый",
    "коричневый",
    "бежевый",
)
MATERIALS: Final = ("сталь", "латунь", "пластик", "дерево", "алюминий", "резина", "чугун")
COUNTRIES: Final = ("Россия", "Китай", "Германия", "Беларусь", "Польша", "Турция")
SENTENCES: Final = (
    "Подходит для работы в помещении и на улице.", "Надёжная сборка и долгий срок службы.",
    "Легко чистится и не требует ухода.", "Поставляется в упаковке с инструкцией.",
    "Выдерживает большие нагрузки и перепады температур.", "Изготовлено по стандарту.",
    "Рекомендуется хранить в сухом месте.", "Отличный выбор для дома и дачи.",
)  # fmt: skip
FAMILIES: Final = {
    "Инструменты": TOOLS, "Крепёж": FIXINGS, "Отделка": PAINTS, "Сантехника": WATER,
}  # fmt: skip
NEW: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Goods:
    """Rows by table, each with the values of `COLUMNS`."""

    tenant: UUID
    random: random.Random
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, *values: Any) -> UUID:
        made = new_id()
        self.rows.setdefault(table, []).append((self.tenant, made, *values))
        return made


COLUMNS: Final = {
    "channel": "title code is_default",
    "price_list": "title code currency is_default",
    "location": "title code is_default",
    "brand": "title slug",
    "attribute": "title code kind is_filterable",
    "category": "title slug parent_id position path depth",
    "category_ancestor": "ancestor_id depth",  # its "id" is category_id
    "product": "title slug status description_html brand_id created_at",
    "publication": "product_id channel_id",
    "product_category": "product_id category_id is_main position",
    "variant": "product_id position sku options_key",
    "price": "price_list_id variant_id amount_minor compare_at_minor",
    "stock_level": "location_id variant_id on_hand",
    "barcode": "variant_id code kind position",
    "attribute_value": "attribute_id product_id key text number",
    "media": "product_id position source_url",
}


def made_goods(tenant: UUID, products: int, *, variants: int = 4, seed: int = SEED) -> Goods:
    """A shop of so many products in 4 departments of 16 categories each; the same for one seed."""
    goods = Goods(tenant, random.Random(seed))
    channel = goods.add("channel", "Сайт", "site", True)
    prices = goods.add("price_list", "Розница", "retail", "RUB", True)
    stock = goods.add("location", "Склад", "main", True)
    brands = [goods.add("brand", title, f"brand-{n}") for n, title in enumerate(BRANDS)]
    colour, material, country, length = (
        goods.add("attribute", title, code, kind, True)
        for title, code, kind in (
            ("Цвет", "colour", "text"), ("Материал", "material", "text"),
            ("Страна", "country", "text"), ("Длина", "length", "number"),
        )
    )  # fmt: skip
    leaves = list(_categories(goods))
    pick = goods.random.choice
    for number in range(products):
        noun, leaf = pick(leaves)
        kinds = " ".join(goods.random.sample(KINDS, 2))
        size = f"{pick((3, 4, 5, 6, 8, 10, 12))}х{pick(range(16, 200, 2))}"
        brand = goods.random.randrange(len(BRANDS))
        title = f"{noun} {kinds} {pick(PURPOSES)} {BRANDS[brand]} {size} мм"
        product = goods.add(
            "product", title, f"product-{number}", "active" if number % 50 else "draft",
            "<p>" + " ".join(goods.random.sample(SENTENCES, 4)) + "</p>", brands[brand],
            NEW + timedelta(minutes=number),
        )  # fmt: skip
        goods.add("publication", product, channel)
        goods.add("product_category", product, leaf, True, number)
        goods.add("media", product, 0, f"https://example.com/{number}.jpg")
        for attribute, value in (
            (colour, pick(COLOURS)), (material, pick(MATERIALS)), (country, pick(COUNTRIES)),
        ):  # fmt: skip
            goods.add("attribute_value", attribute, product, value.replace("ё", "е"), value, None)
        long = pick(range(10, 200, 10)) * 1000
        goods.add("attribute_value", length, product, str(long // 1000), None, long)
        price = goods.random.randrange(5_000, 900_000, 100)
        for place in range(variants):
            variant = goods.add(
                "variant", product, place, f"art-{number:06}-{place}", f"{number}-{place}"
            )
            old = price * 12 // 10 if number % 7 == 0 else None
            goods.add("price", prices, variant, price + place * 1_000, old)
            goods.add("stock_level", stock, variant, goods.random.choice((0, 0, 3_000, 50_000)))
        goods.add("barcode", variant, f"46{number:011}", "ean13", 0)
    return goods


def _categories(goods: Goods) -> Iterator[tuple[str, UUID]]:
    """Each noun with the category of its own, in a department."""
    for family, nouns in FAMILIES.items():
        top = goods.add("category", family, f"top-{family}", None, 0, "", 0)
        goods.rows.setdefault("category_ancestor", []).append((goods.tenant, top, top, 0))
        for place, noun in enumerate(nouns):
            leaf = goods.add("category", noun, f"leaf-{noun}", top, place, "", 1)
            goods.rows["category_ancestor"] += [
                (goods.tenant, leaf, leaf, 0), (goods.tenant, leaf, top, 1),
            ]  # fmt: skip
            yield noun, leaf


async def copy_goods(connection: "asyncpg.Connection[asyncpg.Record]", goods: Goods) -> None:
    """Into the tables, by a superuser's connection: the policies refuse COPY to all others."""
    for table, columns in COLUMNS.items():
        key = "category_id" if table == "category_ancestor" else "id"
        await connection.copy_records_to_table(
            table, columns=["tenant_id", key, *columns.split()], records=goods.rows[table]
        )
