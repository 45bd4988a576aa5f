"""The committed text of each schema is what its code says, so that a diff shows every change."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema

from api import admin, storefront
from api.schemas import write_schema

API = Path(__file__).parents[2] / "api"


@pytest.mark.parametrize(
    ("name", "schema"), [("storefront", storefront.SCHEMA), ("admin", admin.SCHEMA)]
)
def test_the_committed_schema_is_the_one_that_is_served(name: str, schema: GraphQLSchema) -> None:
    has_changed = write_schema(schema, API / f"{name}.graphql")
    assert not has_changed, f"api/{name}.graphql was out of date and is written anew: commit it"
