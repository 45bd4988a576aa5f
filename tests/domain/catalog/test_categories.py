"""The category tree: whatever is done to it, it has no rings and knows all that is above."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.catalog.categories import DEEPEST, create_category, delete_category, update_category
from domain.catalog.entities import Edit
from domain.catalog.filing import ListChange, categories_of
from domain.catalog.products import update_product
from domain.catalog.tables import Category, CategoryAncestor
from domain.errors import DomainError, InUse, Invalid, NotAllowed, NotFound
from tenants.database import Pool
from tenants.scope import TenantScope
from tests.conftest import TwoTenants
from tests.domain.catalog.conftest import Shop

pytestmark = pytest.mark.anyio


async def tree_of(scope: TenantScope) -> dict[UUID, Any]:
    return {row["id"]: row for row in await scope.reading.rows(select(Category))}


async def check_tree(scope: TenantScope) -> None:
    """Parents, paths, depths and the closure all say the same, and it is a tree."""
    tree = await tree_of(scope)
    pairs = await scope.reading.rows(select(CategoryAncestor))
    closure = {(row["category_id"], row["ancestor_id"]): row["depth"] for row in pairs}
    wanted: dict[tuple[UUID, UUID], int] = {}
    for category_id, row in tree.items():
        line = line_above(tree, category_id)
        assert len(line) <= DEEPEST
        assert row["depth"] == len(line) - 1
        assert row["path"] == ".".join(str(one) for one in reversed(line))
        wanted |= {(category_id, above): depth for depth, above in enumerate(line)}
    assert closure == wanted


def line_above(tree: Mapping[UUID, Any], category_id: UUID) -> list[UUID]:
    """Itself, its parent, and so on; fails when it comes back to where it was."""
    line: list[UUID] = []
    above: UUID | None = category_id
    while above is not None:
        assert above not in line, "a ring"
        line.append(above)
        above = tree[above]["parent_id"]
    return line


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["make", "move", "move", "drop"]), st.integers(0, 9), st.integers(-1, 9)
    ),
    min_size=5,
    max_size=30,
)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
async def test_no_row_of_changes_makes_a_ring(
    pool: Pool, tenants: TwoTenants, moves: list[tuple[str, int, int]]
) -> None:
    scope = TenantScope(pool, tenants.ours)
    for what, first, second in moves:
        ids = sorted(await tree_of(scope))
        target = ids[second % len(ids)] if ids and second >= 0 else None
        try:
            async with scope.writing("test") as uow:
                if what == "make":
                    await create_category(uow, {"title": "Отдел", "parent": target})
                elif ids and what == "move":
                    await update_category(uow, Edit(ids[first % len(ids)], {"parent": target}))
                elif ids:
                    await delete_category(uow, ids[first % len(ids)])
        except (Invalid, InUse, NotAllowed):
            pass
        await check_tree(scope)


async def test_a_category_cannot_go_under_what_is_below_it(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        child = await create_category(uow, {"title": "Чёрный", "parent": shop.category_id})
        leaf = await create_category(uow, {"title": "Ассам", "parent": child})
    before = await tree_of(shop.scope)
    for below in (shop.category_id, child, leaf):
        with pytest.raises(Invalid) as refused:
            async with shop.scope.writing("test") as uow:
                await update_category(uow, Edit(shop.category_id, {"parent": below}))
        assert refused.value.path == ("parent",)
    assert await tree_of(shop.scope) == before


async def test_two_moves_at_once_make_no_ring(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        ids = [await create_category(uow, {"title": f"К{number}"}) for number in range(6)]

    async def move(one: UUID, under: UUID) -> None:
        try:
            async with shop.scope.writing("test") as uow:
                await update_category(uow, Edit(one, {"parent": under}))
        except DomainError:
            pass

    for _ in range(3):
        await asyncio.gather(*(move(one, other) for one in ids for other in ids if one != other))
        await check_tree(shop.scope)


async def test_the_neighbours_category_is_no_parent(shop: Shop, neighbour: TenantScope) -> None:
    theirs = await neighbour.reading.value(select(Category.id))
    with pytest.raises(NotFound) as refused:
        async with shop.scope.writing("test") as uow:
            await create_category(uow, {"title": "Чужой", "parent": theirs})
    assert refused.value.path == ("parent",)


async def test_a_product_has_one_main_category_as_long_as_it_has_any(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        gifts = await create_category(uow, {"title": "Подарки"})
        new = await create_category(uow, {"title": "Новое"})
        await update_product(
            uow, Edit(shop.product_id, {"categories": ListChange(add=[gifts, new])})
        )
    assert await filed(shop) == [(shop.category_id, True), (gifts, False), (new, False)]
    async with shop.scope.writing("test") as uow:
        await update_product(uow, Edit(shop.product_id, {"main_category": new}))
    assert await filed(shop) == [(new, True), (shop.category_id, False), (gifts, False)]
    async with shop.scope.writing("test") as uow:
        await delete_category(uow, new)
    assert await filed(shop) == [(shop.category_id, True), (gifts, False)]
    async with shop.scope.writing("test") as uow:
        change = ListChange(remove=[shop.category_id, gifts])
        await update_product(uow, Edit(shop.product_id, {"categories": change}))
    assert await filed(shop) == []


async def filed(shop: Shop) -> list[tuple[UUID, bool]]:
    rows = await categories_of(shop.scope.reading, [shop.product_id])
    return [(row["category_id"], row["is_main"]) for row in rows]
