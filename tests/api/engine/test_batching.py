"""Batch fields under graphql-core: one call a level, and each parent's own errors."""

import asyncio
from datetime import timedelta

import pytest
from graphql import parse

from api.engine.execute import Result, execute
from tests.api.engine.toy import Toybox, toy_schema

SCHEMA = toy_schema()


async def run(document: str, box: Toybox, seconds: float = 5) -> Result:
    deadline = timedelta(seconds=seconds)
    return await execute(SCHEMA, parse(document), {}, None, box, deadline=deadline)


@pytest.mark.parametrize("count", [1, 7, 100])
async def test_all_parents_of_a_level_share_one_call(count: int) -> None:
    box = Toybox()
    await run(
        f"""{{ products(first: {count}) {{ nodes {{
             variants(first: 3) {{ sku stock price {{ text }} }} }} }} }}""",
        box,
    )
    assert sorted(box.calls) == sorted(
        [("variants", count), ("stock", 3 * count), ("prices", 3 * count)]
    )


async def test_levels_below_levels_share_one_call_each() -> None:
    box = Toybox()
    document = """{ products(first: 4) { nodes { related(first: 3) { related(first: 2) {
        variants(first: 5) { stock } } } } } }"""
    result = await run(document, box)
    assert result.data is not None
    assert box.calls == [
        ("related", 4),
        ("related", 12),
        ("variants", 24),
        ("stock", 120),
    ]


async def test_other_arguments_are_another_call() -> None:
    box = Toybox()
    await run(
        """{ products(first: 3) { nodes {
             one: variants(first: 1) { sku } two: variants(first: 2) { sku } } } }""",
        box,
    )
    assert box.calls == [("variants", 3), ("variants", 3)]


async def test_a_fragment_under_two_lists_is_run_for_each_of_them() -> None:
    box = Toybox()
    result = await run(
        """{ a: products(first: 2) { nodes { ...P } } b: products(first: 3) { nodes { ...P } } }
           fragment P on Product { id variants(first: 1) { sku } }""",
        box,
    )
    assert sorted(box.calls) == [("variants", 2), ("variants", 3)]
    assert result.data is not None
    assert [one["variants"][0]["sku"] for one in result.data["b"]["nodes"]] == [
        "p0-0",
        "p1-0",
        "p2-0",
    ]


async def test_two_requests_at_once_share_nothing() -> None:
    boxes = [Toybox() for _ in range(10)]
    document = "{ products(first: 2) { nodes { variants { stock } } } }"
    node = parse(document)
    second = timedelta(seconds=5)
    results = await asyncio.gather(
        *(execute(SCHEMA, node, {}, None, box, deadline=second) for box in boxes)
    )
    assert all(result.data == results[0].data for result in results)
    assert all(box.calls == [("variants", 2), ("stock", 4)] for box in boxes)


async def test_the_error_of_one_parent_harms_no_neighbour() -> None:
    result = await run(
        "{ products(first: 3) { nodes { variants { sku stock price { minor } } } } }", Toybox()
    )
    assert result.data is not None
    seen = {
        one["sku"]: (one["stock"], one["price"])
        for product in result.data["products"]["nodes"]
        for one in product["variants"]
    }
    good = (7, {"minor": 100})
    assert seen == {
        "p0-0": good,
        "p0-1": good,
        "p1-0": (None, good[1]),
        "p1-1": (7, None),
        "p2-0": good,
        "p2-1": good,
    }
    assert {(tuple(e["path"]), e["extensions"]["code"]) for e in result.errors} == {
        (("products", "nodes", 1, "variants", 0, "stock"), "CONFLICT"),
        (("products", "nodes", 1, "variants", 1, "price"), "INTERNAL"),
    }


@pytest.mark.parametrize("field", ["broken", "tooFew"])
async def test_a_batch_that_fails_is_an_error_of_each_parent(field: str) -> None:
    result = await run(f"{{ products(first: 3) {{ nodes {{ id {field} }} }} }}", Toybox())
    assert result.data is not None
    assert [one[field] for one in result.data["products"]["nodes"]] == [None] * 3
    assert [error["extensions"]["code"] for error in result.errors] == ["INTERNAL"] * 3


async def test_a_deadline_cancels_the_batches_and_waits_for_their_end() -> None:
    box = Toybox()
    result = await run("{ products(first: 3) { nodes { slow } } }", box, 0.05)
    assert [error["extensions"]["code"] for error in result.errors] == ["TIMEOUT"]
    assert not result.executed
    assert box.cancelled == ["slow"]


async def test_a_caller_that_goes_away_cancels_the_batches() -> None:
    box = Toybox()
    running = asyncio.ensure_future(run("{ products(first: 3) { nodes { slow } } }", box))
    await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert box.cancelled == ["slow"]


@pytest.mark.parametrize("field", ["products(first: 1) { nodes { slow } }", "sleep"])
async def test_nothing_runs_on_after_the_answer(field: str) -> None:
    before = asyncio.all_tasks()
    # boom may not be null, so it empties the whole answer while the other field has begun.
    result = await run(f"{{ {field} boom }}", Toybox())
    assert result.data is None
    assert asyncio.all_tasks() == before
