"""Prices and permissions of operations, before they run."""

from typing import Any

import pytest
from graphql import GraphQLError, parse, validate

from api.engine.cost import INTROSPECTION, Appraisal, BadPageSize, appraise
from api.engine.documents import Documents
from api.engine.limits import Limits
from tests.api.engine.toy import toy_schema

SCHEMA = toy_schema()


def appraisal(text: str, **variables: Any) -> Appraisal:
    document = Documents(SCHEMA, Limits()).read(text, introspection=True)
    assert document.refusal is None
    assert document.errors == ()
    return document.appraisal(SCHEMA, document.operation(None), variables, Limits())


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ hello }", 1),
        ("{ __typename }", 1),
        ("{ product(id: 1) { id title } }", 1),
        ("{ products { nodes { id } } }", 2 + 20),
        ("{ products(first: 3) { nodes { id } } }", 2 + 3),
        ("{ products(first: 3) { totalCount } }", 2 + 5),
        ("{ products(first: 3) { nodes { id } totalCount } }", 2 + 3 + 5),
        ("{ products(first: 3) { nodes { id variants(first: 2) { sku } } } }", 2 + 3 * (1 + 2)),
        (
            "{ products(first: 3) { nodes { variants(first: 2) { price { minor } } } } }",
            2 + 3 * (1 + 2 * (1 + 1)),
        ),
        (
            """{ products(first: 3) { nodes { ...P } } }
               fragment P on Product { related(first: 4) { id } }""",
            2 + 3 * (1 + 4),
        ),
        ("{ products(first: 3) { ...C } } fragment C on ProductConnection { nodes { id } }", 5),
        ('{ search(words: "a") { ... on Product { id } } }', 5 + 2),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
        ('mutation { productRename(id: 1, title: "x") { userErrors { message } } }', 10),
        ("{ __schema { types { fields { name } } } }", INTROSPECTION),
        ("{ a: product(id: 1) { id } b: product(id: 1) { id } }", 2),
    ],
)
def test_costs(document: str, cost: int) -> None:
    assert appraisal(document).cost == cost


def test_the_sixty_three_bytes_that_would_run_for_seconds_cost_too_much() -> None:
    attack = (
        "{ products(first: 100) { nodes { related(first: 10) { related(first: 10) "
        "{ related(first: 10) { id } } } } } }"
    )
    assert appraisal(attack).cost > 100_000


def test_page_sizes_come_from_variables_and_their_defaults() -> None:
    document = "query ($n: Int! = 7) { products(first: $n) { nodes { id } } }"
    assert appraisal(document).cost == 2 + 7
    assert appraisal(document, n=50).cost == 2 + 50


def test_a_document_is_appraised_again_for_other_sizes_only() -> None:
    text = """query ($n: Int!, $id: ID!) {
        products(first: $n) { nodes { id } } product(id: $id) { id } }"""
    document = Documents(SCHEMA, Limits()).read(text, introspection=True)
    operation = document.operation(None)

    def price(**variables: Any) -> Appraisal:
        return document.appraisal(SCHEMA, operation, variables, Limits())

    first = price(n=5, id="a")
    assert price(n=5, id="b") is first
    assert price(n=6, id="a").cost == first.cost + 1
    assert price(n=5, id="a").cost == first.cost


@pytest.mark.parametrize("size", [0, -1, 101, 2**31 - 1])
def test_page_sizes_no_list_has_are_refused(size: int) -> None:
    with pytest.raises(BadPageSize):
        appraisal(f"{{ products(first: {size}) {{ nodes {{ id }} }} }}")
    with pytest.raises(BadPageSize):
        appraisal("query ($n: Int!) { products(first: $n) { nodes { id } } }", n=size)


@pytest.mark.parametrize("value", ["many", None, True, {"a": 1}, 1.5])
def test_what_is_no_size_is_left_to_the_executor(value: Any) -> None:
    assert appraisal("query ($n: Int!) { products(first: $n) { nodes { id } } }", n=value).cost > 0


def test_permissions_are_collected_with_a_path() -> None:
    found = appraisal(
        """{ mine: orders { number } products { nodes { ...P } } again: orders { id } }
           fragment P on Product { hidden: secret }"""
    )
    assert found.permissions == {
        "orders:read": ("mine",),
        "secrets:read": ("products", "nodes", "hidden"),
    }


def test_only_the_operation_that_runs_is_appraised() -> None:
    document = parse("query A { hello } query B { orders { id } }")
    assert not [e for e in validate(SCHEMA, document) if isinstance(e, GraphQLError)]
    a, b = document.definitions
    assert appraise(SCHEMA, document, a, {}, Limits()).permissions == {}  # type: ignore[arg-type]
    assert "orders:read" in appraise(SCHEMA, document, b, {}, Limits()).permissions  # type: ignore[arg-type]


def test_each_fragment_is_visited_once() -> None:
    spreads = "...A ...A ...A ...A"
    document = f"""{{ products {{ nodes {{ {spreads} }} }} }}
        fragment A on Product {{ ...B ...B ...B ...B }} fragment B on Product {{ id title }}"""
    assert appraisal(document).visited == 2 + 4 + 4 + 2
