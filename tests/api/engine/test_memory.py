"""Large answers: lists in parts, and how much memory they take."""

import gc
import tracemalloc
import weakref
from collections.abc import Sequence
from typing import Any

import orjson
from graphql import GraphQLSchema, build_schema, parse
from graphql.execution import Executor

from api.engine.completion import MOST_ITEMS
from api.engine.execute import run_by_levels
from api.engine.fields import FieldPlan, with_plan
from api.engine.plans import Plans
from api.engine.writing import pieces
from tests.benchmarks.growing import answer_bytes, products

SHELVES, ITEMS = 10, MOST_ITEMS // 2


class Item:
    """A row that can be watched."""

    def __init__(self, number: int) -> None:
        self.number = number


class Shop:
    """A schema of shelves with items, and what its batches have seen."""

    def __init__(self) -> None:
        self.schema: GraphQLSchema = build_schema("""
            type Query { shelves: [Shelf!]! }
            type Shelf { name: Int, items: [Item!]! }
            type Item { number: Int, double: Int }
        """)
        self.asked: list[int] = []
        self.alive: list[int] = []
        self.items: list[weakref.ref[Item]] = []
        self._install("Query", "shelves", FieldPlan("column", source="shelves"))
        self._install("Shelf", "name", FieldPlan("computed", function=lambda number: number))
        self._install("Shelf", "items", FieldPlan("batch", function=self.items_of))
        self._install("Item", "number", FieldPlan("column", source="number"))
        self._install("Item", "double", FieldPlan("batch", function=self.doubles))

    def _install(self, kind: str, name: str, plan: FieldPlan) -> None:
        with_plan(self.schema.type_map[kind].fields[name], plan)  # type: ignore[attr-defined]

    async def items_of(self, shelves: Sequence[int], context: Any) -> list[list[Item]]:
        lists = [[Item(number) for number in range(ITEMS)] for _ in shelves]
        self.items = [weakref.ref(item) for one in lists for item in one]
        return lists

    async def doubles(self, items: Sequence[Item], context: Any) -> list[Any]:
        self.asked.append(len(items))
        self.alive.append(sum(one() is not None for one in self.items))
        return [ValueError("too much") if one.number == 7 else 2 * one.number for one in items]

    async def answer(self, document: str) -> tuple[Any, list[Any]]:
        plans = Plans(parse(document))
        run = Executor.build(self.schema, plans.document, {"shelves": list(range(SHELVES))})
        assert isinstance(run, Executor)
        data, errors = await run_by_levels(run, plans)
        return orjson.loads(b"".join(pieces(data))), errors


async def test_a_batch_below_a_large_level_is_called_for_a_part_of_it_at_a_time() -> None:
    shop = Shop()
    data, errors = await shop.answer("{ shelves { name items { number double } } }")
    item = [{"number": one, "double": None if one == 7 else 2 * one} for one in range(ITEMS)]
    assert data == {"shelves": [{"name": one, "items": item} for one in range(SHELVES)]}
    assert shop.asked == [MOST_ITEMS] * (SHELVES * ITEMS // MOST_ITEMS)
    places = [["shelves", shelf, "items", 7, "double"] for shelf in range(SHELVES)]
    assert [error.path for error in errors] == places


async def test_rows_go_when_their_part_is_written() -> None:
    shop = Shop()
    await shop.answer("{ shelves { items { number double } } }")
    assert shop.alive == list(range(SHELVES * ITEMS, 0, -MOST_ITEMS))


async def test_a_large_answer_takes_less_than_four_times_its_json() -> None:
    rows = products(80, 50)
    await answer_bytes(rows[:2])  # makes the plan
    gc.collect()
    tracemalloc.start()
    try:
        length = len(await answer_bytes(rows))
        assert tracemalloc.get_traced_memory()[1] < 4 * length
    finally:
        tracemalloc.stop()
