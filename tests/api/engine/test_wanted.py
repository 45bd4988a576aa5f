"""What a plan wants of rows: the items that are read of them, or all where nobody can tell."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
import strawberry
from graphql import parse

from api.engine.execute import execute
from api.engine.fields import PUBLIC, batch, column, computed, finish_schema, root
from api.engine.wanted import Items, wanted_here

ASKED: list[Any] = []
ROW = {"id": 1, "name": "Tea", "cents": 5, "shelf": {"number": 7}}


async def _parts(parents: Sequence[Any], context: Any, columns: Items, most: int = 1) -> list[Any]:
    ASKED.append(("parts", columns))
    return [[ROW] * most for _ in parents]


async def _doubles(parents: Sequence[Any], context: Any) -> list[int]:
    return [2 * parent["cents"] for parent in parents]


@strawberry.type
class Shelf:
    number: int


@strawberry.type
class Price:
    cents: int


@strawberry.type
class Part:
    id: int
    title: str = column("name")
    loud: str = computed(lambda row: row["name"].upper(), reads=["name"])
    secret: str = computed(lambda row: f"{row['name']}{row['id']}")
    shelf: Shelf
    price: Price = computed(lambda row: row, reads=[], hands_on=True)
    doubled: int = batch(_doubles, reads=["cents"])
    parts: "list[Part]" = batch(_parts, reads=["id"], page_size="most")


@strawberry.type
class Query:
    @root(permission=PUBLIC)
    async def part(self) -> Part:
        ASKED.append(("part", wanted_here().items))
        ASKED.append(("shelf", wanted_here().at("shelf").items))
        return cast(Part, ROW)


SCHEMA = finish_schema(strawberry.Schema(Query))


@pytest.mark.parametrize(
    ("selection", "items"),
    [
        ("title", {"name"}),
        ("__typename", set()),
        ("loud title id", {"name", "id"}),
        ("loud secret", None),
        ("shelf { number }", {"shelf"}),
        ("price { cents }", {"cents"}),
        ("doubled", {"cents"}),
        ("parts { title }", {"id"}),
        ("... on Part { id } ...Rest", {"id", "name"}),
        ("title @skip(if: true) id", {"id"}),
    ],
)
@pytest.mark.anyio
async def test_a_field_is_told_what_is_read_of_its_rows(selection: str, items: set[str]) -> None:
    ASKED.clear()
    text = f"{{ part {{ parts(most: 2) {{ {selection} }} }} }} fragment Rest on Part {{ title }}"
    second = timedelta(seconds=5)
    result = await execute(SCHEMA, parse(text), None, None, None, deadline=second)
    assert result.errors == []
    assert ASKED[:2] == [("part", {"id"}), ("shelf", set())]
    assert ASKED[2] == ("parts", items)


@pytest.mark.anyio
async def test_a_root_field_may_ask_what_is_read_further_down() -> None:
    ASKED.clear()
    text = "{ part { a: shelf { __typename } shelf { number } } }"
    second = timedelta(seconds=5)
    await execute(SCHEMA, parse(text), None, None, None, deadline=second)
    assert [("part", {"shelf"}), ("shelf", {"number"})] == ASKED
    assert wanted_here().items is None
