"""Objects made by written code: as usual by one function, and where something is odd by columns."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
import strawberry
from graphql import GraphQLError, parse
from graphql.execution import Executor

from api.engine.execute import Result, execute
from api.engine.fields import PUBLIC, batch, computed, finish_schema, root
from api.engine.levels import Level
from api.engine.plans import Plans
from tests.api.engine.work import calls_made


async def _doubles(parents: Sequence[Any], context: Any, times: int = 2) -> list[int]:
    return [times * parent["grams"] for parent in parents]


@strawberry.type
class Box:
    label: str
    grams: int | None
    words: list[str] | None


@strawberry.type
class Tea:
    title: str
    note: str | None
    box: Box | None
    boxes: list[Box]
    loud: str = computed(lambda row: row["title"].upper())
    same: "Tea" = computed(lambda row: row, hands_on=True)
    first: str | None = computed(lambda row: next(iter(row["title"])))
    doubled: int = batch(_doubles)


@strawberry.type
class Query:
    @root(permission=PUBLIC)
    async def teas(self, most: int = 10, of: list[str] | None = None) -> list[Tea]:
        if of is not None:
            of.append("ours")
            return cast(list[Tea], [_tea(title) for title in of])
        return cast(list[Tea], TEAS[:most])


def _tea(title: Any, **other: Any) -> dict[str, Any]:
    box = {"label": "tin", "grams": 100, "words": ["dry", "dark"]}
    usual = {"title": title, "note": None, "box": None, "boxes": [box, box], "grams": 7}
    return {**usual, **other}


TEAS: list[Any] = []
SCHEMA = finish_schema(strawberry.Schema(Query))
ALL = """{ teas { __typename title note loud doubled
  box { label grams words } boxes { label grams words } } }"""


@pytest.fixture(autouse=True)
def teas() -> None:
    TEAS[:] = [_tea("Assam"), _tea("Lapsang", note="smoky", box={**_tea("")["boxes"][0]})]


def run(document: str, plans: Plans | None = None, **variables: Any) -> Result:
    node = plans.document if plans else parse(document)
    deadline = timedelta(seconds=5)
    return asyncio.run(execute(SCHEMA, node, variables, None, None, deadline=deadline, plans=plans))


def level_below(document: str, key: str) -> Level:
    """The plan of the objects in one root field."""
    plans = Plans(parse(document))
    built = Executor.build(SCHEMA, plans.document)
    assert isinstance(built, Executor)
    [step] = [one for one in plans.of(built).steps if one.key == key]
    cells = list(step.complete.__closure__ or ())
    found: list[Level] = []
    while cells:
        inside = cells.pop().cell_contents
        if isinstance(inside, Level):
            found.append(inside)
        elif callable(inside):
            cells += getattr(inside, "__closure__", None) or ()
    return found[0]


def test_only_what_is_fetched_comes_as_cells() -> None:
    level = level_below(ALL, "teas")
    assert [step.key for step in level.given] == ["doubled"]
    found = level.make([_tea("Assam")], [14])
    assert list(found[0]) == ["__typename", "title", "note", "loud", "doubled", "box", "boxes"]
    assert found[0]["boxes"][1] == {"label": "tin", "grams": 100, "words": ["dry", "dark"]}
    assert found[0]["doubled"] == 14


def test_a_level_is_written_once_however_many_stand_above_it() -> None:
    selection = " ".join(f"a{number}: label" for number in range(200))
    flat = f"{{ teas {{ box {{ {selection} }} }} }}"
    deep = "{ teas " + "{ same " * 10 + f"{{ box {{ {selection} }} }}" + " }" * 10 + " }"
    assert calls_made(lambda: run(deep)) < 1.5 * calls_made(lambda: run(flat))


@pytest.mark.parametrize(
    "odd",
    [
        _tea(None),
        _tea(ValueError("no title")),
        _tea("Assam", boxes=None),
        _tea("Assam", boxes=[None]),
        _tea("Assam", boxes=[{"label": None, "grams": 1, "words": []}]),
        _tea("Assam", box={"label": "tin", "grams": 2**40, "words": None}),
        _tea("Assam", box={"label": "tin", "grams": 1, "words": ["dry", None]}),
        _tea("Assam", note=GraphQLError("no note")),
        {"title": "lacks the rest"},
    ],
)
def test_what_is_odd_is_refused_by_the_written_code(odd: dict[str, Any]) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011  # whichever: the columns will tell
        level_below(ALL, "teas").make([_tea("Assam"), odd], [14, 14])


def test_an_odd_row_is_told_by_its_place_and_harms_no_neighbour() -> None:
    TEAS.append(_tea("Oolong", note=ValueError("no note"), box={**TEAS[1]["box"], "words": [None]}))
    result = run("{ teas { title note box { label words } } }")
    assert result.data is not None
    assert [tea["title"] for tea in result.data["teas"]] == ["Assam", "Lapsang", "Oolong"]
    assert result.data["teas"][1]["note"] == "smoky"
    assert result.data["teas"][2] == {
        "title": "Oolong",
        "note": None,
        "box": {"label": "tin", "words": None},
    }
    assert [error["path"] for error in result.errors] == [
        ["teas", 2, "note"],
        ["teas", 2, "box", "words", 0],
    ]


def test_a_function_that_stops_iterating_ends_no_column() -> None:
    TEAS.insert(1, _tea("", note="empty"))  # its first letter is `next` of nothing
    result = run("{ teas { note first } }")
    assert result.data == {
        "teas": [
            {"note": None, "first": "A"},
            {"note": "empty", "first": None},
            {"note": "smoky", "first": "L"},
        ]
    }
    assert [error["path"] for error in result.errors] == [["teas", 1, "first"]]


def test_arguments_are_those_of_each_run() -> None:
    document = (
        "query ($most: Int = 1, $times: Int) { teas(most: $most) { doubled(times: $times) } }"
    )
    plans = Plans(parse(document))
    assert run(document, plans).data == {"teas": [{"doubled": 14}]}
    found = run(document, plans, most=2, times=3).data
    assert found == {"teas": [{"doubled": 21}, {"doubled": 21}]}
    assert run(document, plans).data == {"teas": [{"doubled": 14}]}


def test_what_a_resolver_does_to_its_arguments_is_its_own_affair() -> None:
    for document, given in (
        ('{ teas(of: ["Assam"]) { title } }', {}),
        ("query ($of: [String!]) { teas(of: $of) { title } }", {"of": ["Assam"]}),
        ('query ($of: [String!] = ["Assam"]) { teas(of: $of) { title } }', {}),
    ):
        plans = Plans(parse(document))
        for _ in range(3):
            data = run(document, plans, **given).data
            assert data == {"teas": [{"title": "Assam"}, {"title": "ours"}]}


def test_null_for_an_argument_that_may_not_be_null_is_refused() -> None:
    document = "query ($most: Int = 1) { teas(most: $most) { title } }"
    plans = Plans(parse(document))
    assert run(document, plans).data == {"teas": [{"title": "Assam"}]}
    refused = run(document, plans, most=None)
    assert [error["path"] for error in refused.errors] == [["teas"]]
