"""Neither door has a resolver that would be called for each item of a list, nor can get one."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, is_object_type

from api import admin, storefront
from api.engine.fields import SchemaRefused, batch, plan_of, root
from api.schemas import build_schema

DOORS = {"storefront": storefront, "admin": admin}


async def load_parts(parents: Any, context: Any) -> list[list[Any]]:
    return [parent["parts"] for parent in parents]


@strawberry.type
class Part:
    """What stands in a list that hangs on each of another list."""

    @strawberry.field
    def slowly(self) -> str:
        return "an await, and a statement, for each"


@strawberry.type
class Box:
    """A row of a list."""

    parts: list[Part] = batch(load_parts)


@strawberry.type
class More:
    """Root fields of an area to come."""

    @root(permission="storefront")
    async def boxes(self) -> list[Box]:
        """All of them."""
        return []


@pytest.mark.parametrize("door", DOORS)
def test_a_resolver_in_a_list_is_refused_when_the_schema_is_made(door: str) -> None:
    areas = DOORS[door]
    with pytest.raises(SchemaRefused) as refused:
        build_schema(queries=[*areas.QUERIES, More])
    assert str(refused.value) == (
        "Part.slowly would be resolved object by object: declare it by batch or computed"
    )


@pytest.mark.parametrize("door", DOORS)
def test_only_root_fields_have_resolvers(door: str) -> None:
    schema: GraphQLSchema = DOORS[door].SCHEMA
    resolved = {
        kind
        for kind in schema.type_map.values()
        if is_object_type(kind) and not kind.name.startswith("__")
        for field in kind.fields.values()
        if plan_of(field).kind == "resolver"
    }
    assert resolved <= {schema.query_type, schema.mutation_type}
