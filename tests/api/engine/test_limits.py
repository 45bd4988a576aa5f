"""Measuring documents: what is counted, and that counting stays linear whatever comes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from api.engine.documents import Documents
from api.engine.errors import PublicError
from api.engine.limits import LimitExceeded, Limits, Measured, check_json, measure
from tests.api.engine.toy import toy_schema
from tests.api.engine.work import calls_made

WIDE = Limits(
    body_bytes=10**9,
    tokens=10**9,
    depth=10**9,
    aliases=10**9,
    fields=10**9,
    root_fields=10**9,
    mutations=10**9,
    directives=10**9,
    fragments=10**9,
    list_size=10**9,
    equal_key_pairs=10**9,
)


def size(document: str) -> Measured:
    return measure(parse(document), WIDE)


def test_fragments_count_as_often_as_they_are_spread() -> None:
    found = size(
        "{ a { ...F ...F b: c } } fragment F on T { x: y z { ...G } } fragment G on T { w }"
    )
    assert found.depth == 3
    assert found.fields == 1 + (2 + 1) + 2 * (2 + 1 + 1)
    assert found.aliases == 1 + 2
    assert found.equal_key_pairs == 3  # x, z and w twice each
    assert found.fragments == 2


def test_equal_keys_are_counted_across_merged_levels() -> None:
    assert size("{ a { b { c } } a { b { c } } a { b { c } } }").equal_key_pairs == 3 + 3 + 3
    assert size("{ x: a { b } y: a { b } }").equal_key_pairs == 0


def test_the_largest_operation_counts_for_root_fields_and_mutations() -> None:
    found = size("query A { a b c } mutation B { d ...F } fragment F on M { e f }")
    assert found.root_fields == 3
    assert found.mutations == 3


def test_directives_and_lists_are_found_wherever_they_stand() -> None:
    found = size(
        """query ($a: [Int] = [1, 2, 3] @x) @y(z: [1, 2]) {
             a @skip(if: true) ... @include(if: [1, 2, 3, 4]) { b(c: {d: [[1, 2, 3, 4, 5]]}) } }"""
    )
    assert found.directives == 4
    assert found.longest_list == 5


def test_the_usual_introspection_query_is_within_the_limits() -> None:
    found = measure(parse(get_introspection_query(input_value_deprecation=True)), Limits())
    assert found.introspects
    assert found.depth == 1


def test_a_fragment_nobody_spreads_is_measured_too() -> None:
    assert size("{ a } fragment F on T { b { c { d } } }").depth == 3


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on Q { ...A }",
        "{ ...A } fragment A on Q { a { ...B } } fragment B on Q { ...C } fragment C on Q { ...A }",
        "{ a } fragment A on Q { ...B } fragment B on Q { ...A }",
        "{ a } fragment A on Q { a } fragment A on Q { b }",
    ],
)
def test_circles_and_twins_of_fragments_are_refused(document: str) -> None:
    with pytest.raises(PublicError) as caught:
        size(document)
    assert caught.value.code == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("limits", "document"),
    [
        (Limits(depth=2), "{ a { b { c } } }"),
        (Limits(aliases=1), "{ a: x b: x }"),
        (Limits(fields=2), "{ a b c }"),
        (Limits(root_fields=1), "{ a b }"),
        (Limits(mutations=1), "mutation { a b }"),
        (Limits(directives=0), "{ a @skip(if: true) }"),
        (Limits(fragments=0), "{ a } fragment F on Q { a }"),
        (Limits(equal_key_pairs=2), "{ a a a }"),
        (Limits(list_size=1), "{ a(b: [1, 2]) }"),
        (Limits(introspection_depth=2), "{ __schema { types { fields { name } } } }"),
    ],
)
def test_each_cap_holds(limits: Limits, document: str) -> None:
    with pytest.raises(LimitExceeded):
        measure(parse(document), limits)


@pytest.mark.parametrize(
    "unknown", ["{ ...Nowhere ...Nowhere }", "{ a(b: $c) { ... on X { y } } }"]
)
def test_invalid_documents_are_measured_without_a_fault(unknown: str) -> None:
    assert size(unknown).fields >= 2


def doubling(n: int) -> str:
    fragments = "".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(n))
    return f"{{ ...F0 }} {fragments} fragment F{n} on Query {{ hello }}"


def doubling_of_nothing(n: int) -> str:
    fragments = "".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(n))
    return f"{{ ...F0 }} {fragments}"


def wide_aliases(n: int) -> str:
    return "{ " + " ".join(f"a{i}: hello" for i in range(n)) + " }"


def equal_keys(n: int) -> str:
    return "{ " + "hello " * n + "}"


def equal_objects(n: int) -> str:
    return "{ " + "product(id: 1) { id related { id } } " * n + "}"


def inline_fragments(n: int) -> str:
    return "{ " + "... on Query { hello } " * n + "}"


def nested(n: int) -> str:
    return "{ a" * min(n, 190) + " }" * min(n, 190)


def fragment_chain(n: int) -> str:
    chain = "".join(f"fragment F{i} on Query {{ hello ...F{i + 1} }}" for i in range(n))
    return f"{{ ...F0 }} {chain} fragment F{n} on Query {{ hello }}"


def fragment_star(n: int) -> str:
    spreads = " ".join(f"...F{i}" for i in range(n))
    return f"{{ {spreads} }} " + "".join(
        f"fragment F{i} on Query {{ product(id: 1) {{ id }} }}" for i in range(n)
    )


def lists(n: int) -> str:
    return "{ add(numbers: [" + "1 " * n + "]) }"


def directives(n: int) -> str:
    return "{ hello" + " @skip(if: false)" * n + " }"


def comments(n: int) -> str:
    return "#\n" * n + "{ hello }"


FAMILIES = [
    doubling,
    doubling_of_nothing,
    wide_aliases,
    equal_keys,
    equal_objects,
    inline_fragments,
    nested,
    fragment_chain,
    fragment_star,
    lists,
    directives,
    comments,
]


@pytest.mark.parametrize("family", FAMILIES)
def test_work_grows_no_faster_than_the_document(family: Callable[[int], str]) -> None:
    # Only the caps that bound validation stay: parser and analyser get all of each document.
    limits = replace(Limits(), tokens=10**9, body_bytes=10**9)
    schema = toy_schema()

    def work(n: int) -> tuple[int, int]:
        document = family(n)
        documents = Documents(schema, limits)
        return len(document), calls_made(lambda: documents.read(document, introspection=False))

    work(10)  # warms graphql-core's own caches
    (short, little), (long, much) = work(200), work(800)
    assert much <= 1.3 * little * max(long / short, 1) + 1000


@pytest.mark.parametrize("n", [14, 20, 40])
def test_doubling_fragments_are_refused_before_validation(n: int) -> None:
    document = Documents(toy_schema(), Limits()).read(doubling(n), introspection=False)
    assert document.refusal
    assert document.refusal.code == "GRAPHQL_VALIDATION_FAILED"


@st.composite
def documents_of_fragments(draw: st.DrawFn) -> str:
    """Any web of fragments, circles and unknown names included."""
    count = draw(st.integers(1, 12))
    name = st.integers(0, count).map(lambda n: f"...F{n}")
    leaf = st.sampled_from(["a", "b: a", "a(x: [1, 2])", "a @skip(if: true)", "__typename"])
    selection: Any = st.recursive(
        leaf | name,
        lambda inner: st.builds(
            lambda head, parts: f"{head} {{ {' '.join(parts)} }}",
            st.sampled_from(["a", "b: a", "...", "... on Query", "__schema"]),
            st.lists(inner, min_size=1, max_size=4),
        ),
        max_leaves=6,
    )
    bodies = draw(st.lists(st.lists(selection, min_size=1, max_size=4), min_size=count))
    fragments = [f"fragment F{n} on Query {{ {' '.join(body)} }}" for n, body in enumerate(bodies)]
    return (
        f"{{ {' '.join(draw(st.lists(selection, min_size=1, max_size=4)))} }} {' '.join(fragments)}"
    )


@given(documents_of_fragments())
def test_no_web_of_fragments_takes_more_work_than_the_caps_allow(text: str) -> None:
    document = parse(text)
    limits = replace(Limits(), aliases=10**9, root_fields=10**9, depth=10**9)
    nodes = text.count(" ") + len(text) // 2
    try:
        visited = measure(document, limits).visited
    except PublicError:
        return
    # Every node once for the sizes, and the unfolded fields, at most 500, once for the pairs.
    assert visited <= nodes + limits.fields


def test_json_is_measured_for_depth_and_long_lists() -> None:
    check_json({"a": [[{"b": 1}]]}, Limits(json_depth=4))
    for value in ({"a": [[{"b": [1]}]]}, [1, 2, 3]):
        with pytest.raises(LimitExceeded):
            check_json(value, Limits(json_depth=4, list_size=2))


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        ('{ __typename __type(name: "A") { name } }', False),
        ("query A { a } query B { __schema { types { name } } }", False),
        ("{ a __schema { types { name } } }", True),
        ("{ ...F } fragment F on Query { a ...G } fragment G on Query { __schema { x } }", True),
        ("{ a ... on Query { __schema { types { name } } } }", True),
    ],
)
def test_questions_about_the_schema_stand_alone(document: str, refused: bool) -> None:
    if refused:
        with pytest.raises(PublicError):
            size(document)
    else:
        assert size(document).introspects
