"""The engine against graphql-core: the same documents, the same data, the same errors."""

import gc
import warnings
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema
from graphql.execution import Executor

from api.engine import completion
from api.engine.execute import run_operation
from api.engine.plans import Plans
from api.engine.reference import run_by_reference
from api.engine.writing import pieces
from tests.api.engine.documents_made import Made, make_document
from tests.api.engine.nasty import nasty_schema

NASTY = nasty_schema()
PLAIN = nasty_schema(plain=True)
OPERATIONS = ["query", "mutation"]

# graphql-core drops resolvers' coroutines where an error in a list empties what they were for; the
# engine drops none, as the test below says.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


def run_of(schema: GraphQLSchema, made: Made) -> Executor[Any]:
    root = schema.extensions["root"]
    run = Executor.build(schema, made.node, root, None, made.variables)
    assert isinstance(run, Executor), run
    return run


def told(errors: Any) -> list[tuple[Any, ...]]:
    """What of an error an answer shows."""
    return [(one.path, one.message, one.locations) for one in errors or ()]


async def check(seed: int, operation: str, *, by_parts: bool = False) -> None:
    made = make_document(NASTY, seed, operation=operation)
    data, errors = await run_operation(run_of(NASTY, made), Plans(made.node))
    plain = await run_by_reference(run_of(PLAIN, made))
    if by_parts:  # its lists are JSON already
        text = b"".join(pieces(data))
        assert text == orjson.dumps(plain.data), made
        data = orjson.loads(text)
    assert data == plain.data, made
    assert told(errors) == told(plain.errors), made
    same = await run_by_reference(run_of(NASTY, made))
    assert data == same.data, made


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_generated_documents_have_the_same_answer(operation: str) -> None:
    for seed in range(250):
        await check(seed, operation)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_lists_done_by_parts_have_the_same_answer(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completion, "MOST_ITEMS", 1)
    for seed in range(250):
        await check(seed, operation, by_parts=True)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_the_engine_awaits_whatever_it_was_promised(operation: str) -> None:
    with warnings.catch_warnings(record=True) as dropped:
        warnings.simplefilter("always")
        for seed in range(250):
            made = make_document(NASTY, seed, operation=operation)
            await run_operation(run_of(NASTY, made), Plans(made.node))
        gc.collect()
    assert [str(one.message) for one in dropped] == []


@pytest.mark.long
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_thousands_of_generated_documents_have_the_same_answer(operation: str) -> None:
    for seed in range(5_000):
        await check(seed, operation)
