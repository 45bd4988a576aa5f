"""Fields over rows: where a value comes from, and what a schema must have said."""

from collections import namedtuple
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import strawberry
from graphql import parse

from api.engine.completion import MOST_ITEMS
from api.engine.execute import Result, execute
from api.engine.fields import (
    PUBLIC,
    SchemaRefused,
    batch,
    column,
    computed,
    declared,
    finish_schema,
    plan_of,
    root,
)
from api.engine.writing import pieces
from tests.api.engine.toy import Toybox, toy_schema

SCHEMA = toy_schema()


async def run(document: str, context: Any = None, **variables: Any) -> Result:
    node = parse(document)
    second = timedelta(seconds=5)
    return await execute(SCHEMA, node, variables, None, context or Toybox(), deadline=second)


async def answer(document: str, **variables: Any) -> Any:
    result = await run(document, **variables)
    assert result.errors == []
    return result.data


async def test_columns_and_computed_values_come_from_the_row() -> None:
    data = await answer("{ product(id: 1) { id title name shout } }")
    assert data["product"] == {"id": "p0", "title": "Tea 0", "name": "Tea 0", "shout": "TEA 0"}


Point = namedtuple("Point", ["x", "y"])


@pytest.mark.parametrize("row", [{"x": 1, "y": 2}, Point(1, 2)])
def test_rows_may_be_dicts_and_named_tuples(row: Any) -> None:
    @strawberry.type
    class Place:
        x: int
        height: int = column("y")

    @strawberry.type
    class Query:
        @root(permission=PUBLIC)
        def place(self) -> Place: ...  # type: ignore[empty-body]

    place = finish_schema(strawberry.Schema(Query)).type_map["Place"]
    fields = place.fields  # type: ignore[attr-defined]
    assert fields["x"].resolve(row, None) == 1
    assert fields["height"].resolve(row, None) == 2


async def test_instances_of_strawberry_types_work_as_rows() -> None:
    document = 'mutation { productRename(id: 1, title: "taken") { userErrors { message } } }'
    data = await answer(document)
    assert data["productRename"] == {"userErrors": [{"message": "Taken."}]}


async def test_rows_under_interfaces_and_unions_say_their_type() -> None:
    data = await answer(
        """{ nodes(ids: ["a", "b"]) { __typename id ... on Order { number } }
             search(words: "tea") { ... on Product { title } ... on Order { number } } }"""
    )
    assert data["nodes"][1] == {"__typename": "Order", "id": "o1", "number": "1042"}
    assert data["search"] == [{"number": "1042"}, {"title": "Tea 0"}]


async def test_arguments_of_a_batch_arrive_as_python_has_them() -> None:
    data = await answer(
        """query ($wanted: Wanted) { product(id: 1) {
             a: echo(textSize: LARGE) b: echo(textSize: SMALL, wanted: $wanted) } }""",
        wanted={"someWords": "leaves", "inner": {"someWords": "x"}},
    )
    assert data["product"] == {"a": "large: nothing", "b": "small: leaves"}


def test_a_field_tells_a_later_executor_what_it_is() -> None:
    fields = SCHEMA.type_map["Product"].fields  # type: ignore[attr-defined]
    kinds = {name: plan_of(field).kind for name, field in fields.items()}
    assert kinds["title"] == "column"
    assert kinds["shout"] == "computed"
    assert kinds["variants"] == "batch"
    assert plan_of(fields["name"]).source == "title"
    assert plan_of(fields["variants"]).page_size == ("first",)
    assert plan_of(SCHEMA.query_type.fields["products"]).kind == "resolver"  # type: ignore[union-attr]


@strawberry.type
class Thing:
    id: int


@strawberry.type
class ThingConnection:
    nodes: list[Thing]


def refusal(query: type, mutation: type | None = None) -> str:
    with pytest.raises(SchemaRefused) as caught:
        finish_schema(strawberry.Schema(query, mutation))
    return str(caught.value)


def test_a_root_field_without_a_permission_is_refused_by_name() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing]: ...  # type: ignore[empty-body]

        @strawberry.field(metadata=declared(cost=3))  # type: ignore[untyped-decorator]
        def costly(self) -> int: ...  # type: ignore[empty-body]

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        def thing_create(self) -> int: ...  # type: ignore[empty-body]

    words = refusal(Query, Mutation)
    assert [line.split()[0] for line in words.splitlines()] == [
        "Query.things",
        "Query.costly",
        "Mutation.thingCreate",
    ]


def test_a_connection_without_a_cost_is_refused_by_name() -> None:
    async def load(parents: Sequence[Any], context: Any, first: int = 5) -> list[Any]: ...  # type: ignore[empty-body]

    @strawberry.type
    class Shelf:
        things: ThingConnection = batch(load)
        paged: ThingConnection = batch(load, page_size="first")
        fixed: ThingConnection = batch(load, cost=9)
        embedded: ThingConnection = computed(lambda row: row)

    @strawberry.type
    class Query:
        @root(permission=PUBLIC)
        def shelf(self) -> Shelf: ...  # type: ignore[empty-body]

    words = refusal(Query)
    assert [line.split()[0] for line in words.splitlines()] == ["Shelf.things", "Shelf.embedded"]


def test_a_resolver_below_the_roots_is_refused_by_name() -> None:
    @strawberry.type
    class Shelf:
        @strawberry.field
        def title(self) -> str: ...  # type: ignore[empty-body]

        size: int = computed(len)

    @strawberry.type
    class Query:
        @root(permission=PUBLIC)
        def shelves(self) -> list[Shelf]: ...  # type: ignore[empty-body]

    words = refusal(Query)
    assert [line.split()[0] for line in words.splitlines()] == ["Shelf.title"]


def test_a_page_size_must_be_an_argument_of_the_field() -> None:
    @strawberry.type
    class Query:
        @root(permission=PUBLIC, page_size=("first", "last"))
        def things(self, first: int = 5) -> ThingConnection: ...  # type: ignore[empty-body]

    assert "'last'" in refusal(Query)


async def test_a_batch_may_keep_the_list_that_it_gave() -> None:
    kept: list[list[int]] = []

    async def load(parents: Sequence[Any], context: Any) -> list[list[int]]:
        kept[:] = kept or [list(range(2 * MOST_ITEMS))]
        return kept

    @strawberry.type
    class Box:
        numbers: list[int] = batch(load)

    @strawberry.type
    class Query:
        @root(permission=PUBLIC)
        def box(self) -> Box:
            return {}  # type: ignore[return-value]

    schema, document = finish_schema(strawberry.Schema(Query)), parse("{ box { numbers } }")
    second = timedelta(seconds=5)
    answers = [
        pieces((await execute(schema, document, {}, None, None, deadline=second)).data)
        for _ in range(2)
    ]
    assert len(b"".join(answers[0])) > 2 * MOST_ITEMS
    assert answers[1] == answers[0]


async def test_maybe_tells_null_from_nothing() -> None:
    @strawberry.type
    class Query:
        @root(permission=PUBLIC)
        def told(self, word: strawberry.Maybe[str | None] = None) -> str:
            return repr(word)

    schema = finish_schema(strawberry.Schema(Query))
    document = parse('{ nothing: told, empty: told(word: null), tea: told(word: "tea") }')
    second = timedelta(seconds=5)
    result = await execute(schema, document, {}, None, None, deadline=second)
    assert result.data == {"nothing": "None", "empty": "Some(None)", "tea": "Some('tea')"}
