"""Rules and products that change at the same time: whoever fits is in, whoever commits last."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from domain.catalog.collections import (
    count_members,
    create_collection,
    delete_collection,
    update_collection,
)
from domain.catalog.entities import Edit
from domain.catalog.products import update_product
from tenants.scope import UnitOfWork
from tests.domain.catalog.conftest import Shop

pytestmark = pytest.mark.anyio

Change: TypeAlias = Callable[[UnitOfWork], Awaitable[Any]]
LONG_ENOUGH = 0.5
"""Seconds in which the second unit ends, unless it waits for the first."""


def of(country: str) -> dict[str, Any]:
    return {"conditions": [{"field": "country", "values": [country]}]}


async def overlapping(shop: Shop, first: Change, second: Change) -> None:
    """`second` begins when `first` has written all that it will, and has not committed."""

    async def run() -> None:
        async with shop.scope.writing("test") as uow:
            await second(uow)

    async with shop.scope.writing("test") as uow:
        await first(uow)
        later = asyncio.create_task(run())
        await asyncio.wait({later}, timeout=LONG_ENOUGH)
    await later


def now_indian(shop: Shop) -> Change:
    return lambda uow: update_product(uow, Edit(shop.product_id, {"country": "IN"}))


@pytest.mark.parametrize("rule_first", [True, False])
async def test_a_product_is_in_though_its_rule_is_changed_meanwhile(
    shop: Shop, rule_first: bool
) -> None:
    async with shop.scope.writing("test") as uow:
        ruled = await create_collection(uow, {"title": "Чай", "kind": "rule", "rule": of("CN")})

    async def change_rule(uow: UnitOfWork) -> UUID:
        return await update_collection(uow, Edit(ruled, {"rule": of("IN")}))

    changes = [change_rule, now_indian(shop)] if rule_first else [now_indian(shop), change_rule]
    await overlapping(shop, *changes)
    assert await count_members(shop.scope.reading, ruled) == 1


@pytest.mark.parametrize("rule_first", [True, False])
async def test_a_product_is_in_though_its_collection_is_made_meanwhile(
    shop: Shop, rule_first: bool
) -> None:
    made: list[UUID] = []

    async def make(uow: UnitOfWork) -> None:
        given = {"title": "Индия", "kind": "rule", "rule": of("IN")}
        made.append(await create_collection(uow, given))

    changes: list[Change] = [make, now_indian(shop)]
    await overlapping(shop, *(changes if rule_first else changes[::-1]))
    assert await count_members(shop.scope.reading, made[0]) == 1


async def test_a_collection_that_goes_takes_no_change_with_it(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        ruled = await create_collection(uow, {"title": "Чай", "kind": "rule", "rule": of("IN")})
    await overlapping(shop, lambda uow: delete_collection(uow, ruled), now_indian(shop))
    assert await count_members(shop.scope.reading, ruled) == 0
