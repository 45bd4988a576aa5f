"""Hostile documents and bodies: each refused with the right code, for little work."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.engine.documents import Documents
from api.engine.limits import Limits
from tests.api.engine.work import calls_made
from tests.api.hostile_documents import DOCUMENTS
from tests.api.toy_door import SCHEMA, ToyCaller, client, codes, toy_door

# The dearest documents that pass the caps make some 120,000 calls: 30 ms or so.
MOST_CALLS = 200_000


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_hostile_documents_are_refused(name: str) -> None:
    text, code = DOCUMENTS[name]
    caller = ToyCaller(may_introspect=True)
    async with client(toy_door(caller)) as http:
        response = await http.post("/", json={"query": text})
    if code == "413":
        assert response.status_code == 413
    else:
        assert response.status_code == (403 if code == "FORBIDDEN" else 400)
        assert set(codes(response)) == {code}
        assert caller.operations == []
        assert caller.calls == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_hostile_documents_make_little_work(name: str) -> None:
    text, _ = DOCUMENTS[name]
    documents = Documents(SCHEMA, Limits())
    assert calls_made(lambda: documents.read(text, introspection=False)) < MOST_CALLS


def test_the_corpus_is_large() -> None:
    assert len(DOCUMENTS) >= 60
    assert len(BODIES) + len(HEADERS) + len(QUERY_STRINGS) >= 40


def body(**values: Any) -> bytes:
    return json.dumps({"query": "query ($v: Wanted) { hello }", **values}).encode()


def nested_json(depth: int) -> bytes:
    return b'{"query": "{ hello }", "variables": ' + b'{"a": ' * depth + b"1" + b"}" * depth + b"}"


BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "a space": (b" ", 400),
    "half an object": (b'{"query": "{ hello }"', 400),
    "an object and more": (b'{"query": "{ hello }"} {}', 400),
    "a list": (b"[]", 400),
    "a batch": (b'[{"query": "{ hello }"}, {"query": "{ hello }"}]', 400),
    "a batch of a thousand": (b"[" + b'{"query":"{ hello }"},' * 999 + b"{}]", 400),
    "a string": (b'"{ hello }"', 400),
    "a number": (b"1", 400),
    "null": (b"null", 400),
    "NaN": (b'{"query": "{ hello }", "variables": {"v": NaN}}', 400),
    "infinity": (b'{"query": "{ hello }", "variables": {"v": Infinity}}', 400),
    "a float too large": (b'{"query": "{ hello }", "variables": {"v": 1e999}}', 400),
    "an integer too large": (
        b'{"query": "{ hello }", "variables": {"v": 9223372036854775808}}',
        400,
    ),
    "an integer too small": (
        b'{"query": "{ hello }", "variables": {"v": -9223372036854775809}}',
        400,
    ),
    "an integer of 50,000 digits": (
        b'{"query": "{ hello }", "variables": {"v": ' + b"9" * 50_000 + b"}}",
        400,
    ),
    "a key twice": (b'{"query": "{ hello }", "query": "{ boom }"}', 400),
    "a key twice, below": (b'{"query": "{ hello }", "variables": {"v": {"a": 1, "a": 2}}}', 400),
    "a key twice, written in two ways": (b'{"query": "{ hello }", "qu\\u0065ry": "{ boom }"}', 400),
    "bytes that are no UTF-8": (b'{"query": "{ hello \xff }"}', 400),
    "UTF-8 longer than need be": (b'{"query": "{ hello \xc0\xaf }"}', 400),
    "UTF-16": ('{"query": "{ hello }"}'.encode("utf-16"), 400),
    "a mark of byte order": (b'\xef\xbb\xbf{"query": "{ hello }"}', 400),
    "a lone surrogate": (b'{"query": "{ hello }", "variables": {"v": "\\ud800"}}', 400),
    "a lone surrogate for a key": (b'{"query": "{ hello }", "variables": {"\\udfff": 1}}', 400),
    "a NUL in a value": (b'{"query": "{ hello }", "variables": {"v": "a\\u0000"}}', 400),
    "a NUL in a key": (b'{"query": "{ hello }", "variables": {"a\\u0000": 1}}', 400),
    "a NUL after backslashes": (b'{"query": "{ hello }", "variables": {"v": "\\\\\\u0000"}}', 400),
    "nesting of 33": (nested_json(33), 400),
    "nesting of 1,000": (nested_json(1000), 400),
    "nesting of 8,000": (nested_json(8_000), 400),
    "brackets without end": (b"[" * 60_000, 400),
    "a list of 251": (body(variables={"v": [0] * 251}), 400),
    "a list of 20,000": (body(variables={"v": [0] * 20_000}), 400),
    "variables of 17 KB": (body(variables={"v": "x" * 17_000}), 413),
    "a body of 65 KB": (body(extensions={"x": "x" * 66_000}), 413),
    "a body of 1 MB": (body(query="#" * 1_000_000), 413),
    "a query that is a number": (body(query=1), 400),
    "a query that is a list": (body(query=["{ hello }"]), 400),
    "no query": (b"{}", 400),
    "a query that is null": (body(query=None), 400),
    "an id that is a number": (b'{"documentId": 1}', 400),
    "an id that is a path": (b'{"documentId": "../../../etc/passwd"}', 400),
    "a name that is a list": (body(operationName=["A"]), 400),
    "variables that are a list": (body(variables=[1]), 400),
    "variables that are text": (body(variables='{"v": 1}'), 400),
    "extensions that are text": (body(extensions="x"), 400),
    "a persisted query that is text": (body(extensions={"persistedQuery": "x"}), 400),
    "a hash that is a number": (body(extensions={"persistedQuery": {"sha256Hash": 1}}), 400),
    "a hash of something else": (
        body(extensions={"persistedQuery": {"sha256Hash": hashlib.sha256(b"").hexdigest()}}),
        400,
    ),
    "a variable of the wrong type": (body(variables={"v": 1}), 400),
    "a variable with a field too many": (body(variables={"v": {"someWords": "", "x": 1}}), 400),
}


@pytest.mark.parametrize("compact", [False, True], ids=["with spaces", "as JavaScript writes"])
@pytest.mark.parametrize("name", BODIES)
async def test_hostile_bodies_are_refused(name: str, compact: bool) -> None:
    content, status = BODIES[name]
    if compact:
        content = content.replace(b": ", b":").replace(b", ", b",")
    caller = ToyCaller()
    async with client(toy_door(caller)) as http:
        response = await http.post(
            "/", content=content, headers={"Content-Type": "application/json"}
        )
    assert response.status_code == status
    assert set(codes(response)) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}
    assert codes(response)
    assert caller.calls == []


HEADERS: dict[str, tuple[dict[str, str], int]] = {
    "no content type": ({"Content-Type": ""}, 415),
    "plain text": ({"Content-Type": "text/plain"}, 415),
    "a form": ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "a form of parts": ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    "a document as the body": ({"Content-Type": "application/graphql"}, 415),
    "JSON in another type's clothes": ({"Content-Type": "text/plain; application/json"}, 415),
    "another charset": ({"Content-Type": "application/json; charset=utf-16"}, 415),
    "a packed body": ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
    "a body said to be huge": (
        {"Content-Type": "application/json", "Content-Length": "9" * 30},
        413,
    ),
}


@pytest.mark.parametrize("name", HEADERS)
async def test_hostile_headers_are_refused(name: str) -> None:
    headers, status = HEADERS[name]
    async with client(toy_door()) as http:
        response = await http.post("/", content=b'{"query": "{ hello }"}', headers=headers)
    assert response.status_code == status


QUERY_STRINGS: dict[str, tuple[str, int]] = {
    "nothing": ("", 400),
    "no query": ("x=1", 400),
    "a query twice": ("query={hello}&query={boom}", 400),
    "variables that are not JSON": ("query={hello}&variables={", 400),
    "variables that are a list": ("query={hello}&variables=[1]", 400),
    "variables with a key twice": ('query={hello}&variables={"a":1,"a":2}', 400),
    "bytes that are no UTF-8": ("query=%7Bhello%7D%ff", 400),
    "a NUL": ("query=%7Bhello%7D%00", 400),
    "more bytes than a body may have": ("query=" + "x" * 60_000, 414),
}


@pytest.mark.parametrize("name", QUERY_STRINGS)
async def test_hostile_query_strings_are_refused(name: str) -> None:
    text, status = QUERY_STRINGS[name]
    url = httpx.URL("http://shop.test/", query=text.encode())
    async with client(toy_door(limits=Limits(body_bytes=50_000))) as http:
        response = await http.send(http.build_request("GET", url))
    assert response.status_code == status


async def test_a_body_that_grows_past_the_limit_is_not_read_on() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 10_000_000:
            read += 1000
            yield b"x" * 1000

    async with client(toy_door()) as http:
        response = await http.post(
            "/", content=endless(), headers={"Content-Type": "application/json"}
        )
    assert response.status_code == 413


async def test_names_of_the_schema_do_not_leak_to_those_who_may_not_introspect() -> None:
    caller = ToyCaller(may_introspect=False)
    async with client(toy_door(caller)) as http:
        for text in (
            "{ helo }",
            "{ product(idd: 1) { titel } }",
            "{ product(id: 1) { echo(textSize: LARG) } }",
            "{ products { ... on Produkt { id } } }",
            "query ($w: Wante) { hello }",
            "{ hello @skp(if: true) }",
        ):
            response = await http.post("/", json={"query": text})
            assert response.status_code == 400
            assert "Did you mean" not in response.text
        for text in ("{ __schema { types { name } } }", '{ a: __type(name: "Product") { name } }'):
            response = await http.post("/", json={"query": text})
            assert codes(response) == ["GRAPHQL_VALIDATION_FAILED"]
        response = await http.post("/", json={"query": "{ __typename }"})
        assert response.json()["data"] == {"__typename": "Query"}
