"""A well-filled shop, and a buyer at its window whose statements are counted."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.catalog.tables import Menu, MenuItem, Page
from tests.api.client import Client, CountingPool
from tests.factories_catalog import (
    P,
    Shop,
    V,
    add_categories,
    add_collections,
    add_products,
)


@dataclass
class Counted:
    """A buyer whose statements are counted."""

    buyer: Client
    pool: CountingPool

    async def statements(self, query: str, **variables: Any) -> int:
        """How many it takes to answer, with something in each root field."""
        before = len(self.pool.statements)
        data = await self.buyer.ask(query, **variables)
        assert all(data.values()), data
        return len(self.pool.statements) - before


def goods(number: int) -> P:
    """A tea, with something in every place that a product has."""
    weights = [
        V(
            f"T{number}-{grams}",
            grams * 100,
            options={"Вес": f"{grams} г", "Сорт": "высший"},
            barcodes=[f"46{number:05}{grams:06}"],
            images=1,
        )
        for grams in (25, 50, 100, 250, 1000)
    ]
    return P(
        f"Чай № {number}",
        weights,
        brand=f"Мастерская {number % 2}",
        images=3,
        categories=["Чай" if number % 2 else "Зелёный"],
        collections=[f"Полка {number % 3}"],
        facts={"Страна": "Китай"},
        related=["Чай № 0"] if number else [],
    )


def gift(number: int) -> P:
    """A box with two teas."""
    parts = {f"T{number}-25": 1_000, f"T{number}-50": 2_000}
    return P(f"Набор {number}", [V(f"B{number}", 5_000, parts=parts)], kind="bundle")


async def stock(shop: Shop) -> None:
    """24 teas on three shelves."""
    await add_categories(shop, {"Чай": {"Зелёный": {}}})
    await add_collections(shop, "Полка 0", "Полка 1", "Полка 2")
    await add_products(shop, goods(0))
    await add_products(shop, *(goods(number) for number in range(1, 24)))


async def stock_more(shop: Shop) -> list[UUID]:
    """Boxes, pages, and two menus that lead to everything; the ids of the menus."""
    menus = []
    await add_products(shop, gift(1), gift(2))
    async with shop.scope.writing("test") as uow:
        pages = [
            await uow.add(Page, title=title, slug=slug, is_visible=True)
            for title, slug in (("Доставка", "delivery"), ("О нас", "about"))
        ]
        targets = {
            "product": shop.products["Чай № 1"],
            "category": shop.categories["Чай"],
            "collection": shop.collections["Полка 1"],
            "brand": shop.brands["Мастерская 1"],
            "page": pages[0],
        }
        for code in ("main", "footer"):
            menu = await uow.add(Menu, title=code, code=code)
            for position, (kind, id) in enumerate(targets.items()):
                link = {"title": kind, "target_kind": kind, "target_id": id}
                await uow.add(MenuItem, menu_id=menu, position=position, **link)
            menus.append(menu)
    return menus
