"""Documents that nobody would write: whatever a valid one asks, the doors do not fail."""

import json
from typing import Any

import hypothesis
import pytest
from graphql import GraphQLSchema, build_schema, print_schema
from httpx import Response
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries
from starlette.testclient import TestClient

from api import admin, storefront

SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "Decimal": st.decimals(-10, 10**9, places=2).map(str).map(nodes.String),
    "Quantity": st.sampled_from(["1", "0.5", "-1", "x"]).map(nodes.String),
    "CurrencyCode": st.sampled_from(["RUB", "USD", "???"]).map(nodes.String),
    "DateTime": st.datetimes().map(lambda at: nodes.String(at.isoformat() + "Z")),
    "Date": st.dates().map(lambda day: nodes.String(day.isoformat())),
    "JSON": st.just(nodes.String("{}")),
}
DOORS = [("storefront", storefront.SCHEMA), ("admin", admin.SCHEMA)]
ENDING = {"merchantClose", "secondFactorStart"}
"""Mutations that would shut the shop that the others are tried on."""


def try_documents(
    full_shop: tuple[TestClient, dict[str, str]], name: str, schema: GraphQLSchema, examples: int
) -> None:
    client, keys = full_shop
    text = build_schema(print_schema(schema))
    kinds = [queries(text, custom_scalars=SCALARS)]
    if text.mutation_type:
        kinds.append(mutations(text, custom_scalars=SCALARS))

    def ask(document: str) -> Response:
        headers = {"Authorization": f"Bearer {keys[name]}"}
        answer: Response = client.post(
            f"/{name}/graphql", json={"query": document}, headers=headers
        )
        return answer

    @hypothesis.settings(max_examples=examples, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.one_of(kinds))
    def send(document: str) -> None:
        if any(word in document for word in ENDING):
            return
        answer = ask(document)
        assert answer.status_code < 500, (document, answer.text)
        codes = [one["extensions"]["code"] for one in json.loads(answer.text).get("errors", [])]
        assert not {"INTERNAL", "TIMEOUT"} & set(codes), (document, answer.text)

    send()


@pytest.mark.parametrize(("name", "schema"), DOORS)
def test_no_generated_document_makes_a_door_fail(
    full_shop: tuple[TestClient, dict[str, str]], name: str, schema: GraphQLSchema
) -> None:
    try_documents(full_shop, name, schema, 100)


@pytest.mark.long
@pytest.mark.parametrize(("name", "schema"), DOORS)
def test_no_document_of_thousands_makes_a_door_fail(
    full_shop: tuple[TestClient, dict[str, str]], name: str, schema: GraphQLSchema
) -> None:
    try_documents(full_shop, name, schema, 5_000)
