"""Lists of the back office: filtered, sorted, paged, and never of the neighbour."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.catalog.filing import ListChange
from domain.catalog.filters import Where
from domain.catalog.products import create_products
from domain.catalog.queries import (
    ATTRIBUTES,
    BRANDS,
    CATEGORIES,
    COLLECTIONS,
    PAGES,
    PRODUCTS,
    VARIANTS,
    count_rows,
    list_page,
    variants_of,
)
from domain.catalog.tables import Product
from domain.errors import Invalid
from domain.paging import PageRequest
from tenants.ids import new_id
from tenants.scope import TenantScope
from tests.domain.catalog.conftest import Shop

pytestmark = pytest.mark.anyio


@pytest.fixture
async def full(shop: Shop) -> Shop:
    """Ten products more, odd ones active and in the shop's category."""
    given = [
        {
            "title": f"{'Ёлка' if n % 2 else 'ежевика'} {n}",
            "status": "active" if n % 2 else "draft",
            "categories": ListChange(set=[shop.category_id] if n % 2 else []),
            "variants": [{"sku": f"E-{n}"}],
        }
        for n in range(10)
    ]
    async with shop.scope.writing("test") as uow:
        await create_products(uow, given)
    return shop


async def titles(shop: Shop, where: Where, *order: tuple[str, bool]) -> list[str]:
    page = await list_page(
        shop.scope.reading, PRODUCTS, PageRequest(first=50), where=where, order_by=order
    )
    return [row["title"] for row in page.rows]


async def test_filters_do_what_they_say(full: Shop) -> None:
    odd = [f"Ёлка {n}" for n in (1, 3, 5, 7, 9)]
    by_title = ("title", False)
    assert await titles(full, {"title": {"startsWith": "ёлка"}}, by_title) == odd
    assert await titles(full, {"title": {"startsWith": "ЕЛК"}}, by_title) == odd
    assert await titles(full, {"categoryId": {"eq": full.category_id}}, by_title) == [
        *odd,
        "Чай Ассам",
    ]
    assert len(await titles(full, {"categoryId": {"isNull": True}})) == 5
    assert await titles(full, {"sku": {"in": ["E-3", "A-100"]}}, by_title) == [
        "Ёлка 3",
        "Чай Ассам",
    ]
    assert await titles(full, {"id": {"in": []}}) == []
    assert await titles(full, {"or": []}) == []
    assert len(await titles(full, {"and": []})) == 11
    both: Where = {"status": {"eq": "active"}, "not": {"title": {"startsWith": "ел"}}}
    assert await titles(full, both) == ["Чай Ассам"]
    either: Where = {"or": [{"sku": {"eq": "E-0"}}, {"brandId": {"eq": full.brand_id}}]}
    assert await titles(full, either, by_title) == ["ежевика 0", "Чай Ассам"]
    assert await count_rows(full.scope.reading, PRODUCTS, where=both) == 1


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"colour": {"eq": "x"}}, ("where", "colour")),
        ({"status": {"startsWith": 1}}, ("where", "status", "startsWith")),
        ({"id": {"eq": "prd_1"}}, ("where", "id", "eq")),
        ({"or": [{"status": {"gte": "a"}}]}, ("where", "or", "0", "status", "gte")),
        ({"id": {"in": [new_id()] * 251}}, ("where", "id", "in")),
        ({"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}}, ("where", *["not"] * 6)),
    ],
)
async def test_wrong_filters_are_refused_where_they_are(
    shop: Shop, where: Any, path: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refused:
        await titles(shop, where)
    assert refused.value.path == path


async def test_pages_meet_without_gap_or_double(full: Shop) -> None:
    whole = await titles(full, {}, ("title", True))
    met: list[str] = []
    after = None
    while True:
        request = PageRequest(first=4, after=after)
        page = await list_page(full.scope.reading, PRODUCTS, request, order_by=[("title", True)])
        met += [row["title"] for row in page.rows]
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert met == whole
    assert len(whole) == 11


async def test_every_list_has_its_orders_and_filters(full: Shop, neighbour: TenantScope) -> None:
    theirs = await neighbour.reading.value(select(Product.id))
    for rows in (PRODUCTS, VARIANTS, CATEGORIES, BRANDS, COLLECTIONS, ATTRIBUTES, PAGES):
        for name in rows.orders:
            page = await list_page(full.scope.reading, rows, PageRequest(), order_by=[(name, True)])
            assert theirs not in {row["id"] for row in page.rows}
        for name in rows.filters:
            assert await count_rows(full.scope.reading, rows, where={name: {"isNull": True}}) >= 0
    assert await titles(full, {"id": {"eq": theirs}}) == []
    assert await variants_of(full.scope.reading, [theirs]) == []
