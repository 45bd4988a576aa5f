"""Both doors on the engine and on graphql-core: the same documents, rows and errors."""

from random import Random
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLSchema, get_named_type
from starlette.testclient import TestClient

from api import admin, storefront
from api.engine import execute
from api.engine.arguments import Run
from api.engine.plans import Plans
from api.engine.reference import run_by_reference
from tests.api.engine.documents_made import Choose, Made, make_document

DOORS = [("storefront", storefront.SCHEMA), ("admin", admin.SCHEMA)]


class Both:
    """The engine's way of running an operation, with graphql-core's beside it."""

    def __init__(self) -> None:
        self.compared = 0
        self.differences: list[Any] = []
        self._engine = execute.run_operation

    async def __call__(self, run: Run, plans: Plans) -> tuple[Any, list[GraphQLError]]:
        data, errors = await self._engine(run, plans)
        reference = await run_by_reference(run)
        self.compared += 1
        assert not any(isinstance(one.original_error, TimeoutError) for one in errors), errors
        emptied, expected = (places(data, one) for one in (errors, reference.errors or []))
        if data != reference.data or emptied.keys() != expected.keys():
            self.differences.append((data, errors, reference))
        return data, errors


def places(data: Any, errors: list[GraphQLError]) -> dict[tuple[Any, ...], set[str]]:
    """The places of the answer that errors have emptied, with what was said of each.

    Where several fields that may not be null fail, one error tells why their object is missing:
    with us the first one in the document, with graphql-core the first one in time.
    """
    found: dict[tuple[Any, ...], set[str]] = {}
    for error in errors:
        place, value = [], data
        for step in error.path or ():
            if value is None:
                break
            place.append(step)
            value = value[step]
        found.setdefault(tuple(place), set()).add(error.message)
    return found


def ask(client: TestClient, door: str, key: str, text: str, variables: dict[str, Any]) -> Any:
    return client.post(
        f"/{door}/graphql",
        json={"query": text, "variables": variables},
        headers={"Authorization": f"Bearer {key}"},
    ).json()


def known_words(client: TestClient, door: str, key: str, schema: GraphQLSchema) -> Choose:
    """Ids and slugs that the shop's own lists tell, so that documents find something."""
    found: dict[str, list[str]] = {}
    assert schema.query_type is not None
    for name, field in schema.query_type.fields.items():
        nodes = getattr(get_named_type(field.type), "fields", {}).get("nodes")
        if nodes is None or any(str(one.type).endswith("!") for one in field.args.values()):
            continue
        asked = [word for word in ("id", "slug") if word in get_named_type(nodes.type).fields]
        answer = ask(
            client, door, key, f"{{ {name}(first: 5) {{ nodes {{ {' '.join(asked)} }} }} }}", {}
        )
        for node in ((answer.get("data") or {}).get(name) or {}).get("nodes", []):
            for word in asked:
                found.setdefault(word, []).append(node[word])

    def choose(name: str, kind: str, random: Random) -> str | None:
        if kind == "ID" and found.get("id"):
            return f'"{random.choice(found["id"])}"'
        if name == "slug" and found.get("slug"):
            return f'"{random.choice(found["slug"])}"'
        if name in {"first", "last"}:
            return "3" if name == "first" else None
        return None

    return choose


def compare(
    full_shop: tuple[TestClient, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    door: str,
    schema: GraphQLSchema,
    documents: int,
) -> None:
    client, keys = full_shop
    choose = known_words(client, door, keys[door], schema)
    both = Both()
    monkeypatch.setattr(execute, "run_operation", both)
    for seed in range(documents):
        made: Made = make_document(schema, seed, depth=3, choose=choose)
        ask(client, door, keys[door], made.text, made.variables)
        assert not both.differences, (seed, made, both.differences)
    assert both.compared > documents / 2


@pytest.mark.parametrize(("door", "schema"), DOORS)
def test_hundreds_of_documents_have_the_same_answers(
    full_shop: tuple[TestClient, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    door: str,
    schema: GraphQLSchema,
) -> None:
    compare(full_shop, monkeypatch, door, schema, 250)


@pytest.mark.long
@pytest.mark.parametrize(("door", "schema"), DOORS)
def test_thousands_of_documents_have_the_same_answers(
    full_shop: tuple[TestClient, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    door: str,
    schema: GraphQLSchema,
) -> None:
    compare(full_shop, monkeypatch, door, schema, 5_000)
