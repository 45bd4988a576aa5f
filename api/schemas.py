"""From areas to a finished schema: their words become its descriptions, its text a file to read."""

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import strawberry
from graphql import GraphQLSchema, print_schema
from strawberry.directive import DirectiveLocation

from api.engine.fields import finish_schema
from api.errors import USER_ERRORS
from api.scalars import CONFIG


@strawberry.directive(
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    name="inContext",
    description="The language and country that texts and prices are wanted for.",
)
def in_context(language: str | None = None, country: str | None = None) -> None:
    """Read by the request's context before anything runs."""


@strawberry.directive(
    locations=[DirectiveLocation.MUTATION],
    name="dryRun",
    description="Run the mutations in a transaction that is rolled back, and answer as if kept.",
)
def dry_run() -> None:
    """Read by the request's context before anything runs."""


def build_schema(
    *, queries: Sequence[type], mutations: Sequence[type] = (), types: Sequence[type] = ()
) -> GraphQLSchema:
    """One schema out of the areas' classes of root fields."""
    schema = strawberry.Schema(
        query=_merged("Query", queries),
        mutation=_merged("Mutation", mutations) if mutations else None,
        types=[*USER_ERRORS, *types],
        directives=[in_context, dry_run],
        config=CONFIG,
    )
    finished = finish_schema(schema)
    _describe(finished)
    return finished


def _merged(name: str, areas: Sequence[type]) -> type[Any]:
    merged: type[Any] = strawberry.type(type(name, tuple(areas), {}))
    return merged


def _describe(schema: GraphQLSchema) -> None:
    """A type is described by its class's docstring where it says nothing else."""
    for kind in schema.type_map.values():
        definition = kind.extensions.get("strawberry-definition")
        origin = getattr(definition, "origin", None)
        if kind.description is None and origin is not None and "__doc__" in vars(origin):
            documented = inspect.getdoc(origin)
            if documented and not documented.startswith(f"{origin.__name__}("):
                kind.description = documented


def write_schema(schema: GraphQLSchema, path: Path) -> bool:
    """Write the schema's text where reviewers read it; whether it had changed."""
    text = print_schema(schema) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
