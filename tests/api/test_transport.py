"""GraphQL over HTTP at a door: statuses, media types, methods, caching, and the order of checks."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api.engine import completion, writing
from api.engine.limits import Limits
from api.transport import READING_POINTS
from tests.api.toy_door import ToyCaller, client, codes, toy_door

HELLO = "{ hello }"
GRAPHQL = "application/graphql-response+json"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def post(
    body: Any, caller: ToyCaller | None = None, headers: dict[str, str] | None = None, **door: Any
) -> httpx.Response:
    async with client(toy_door(caller, **door)) as http:
        return await http.post("/", json=body, headers=headers)


async def get(
    params: dict[str, str],
    caller: ToyCaller | None = None,
    headers: dict[str, str] | None = None,
    **door: Any,
) -> httpx.Response:
    async with client(toy_door(caller, **door)) as http:
        return await http.get("/", params=params, headers=headers)


async def test_a_query_is_answered_with_its_cost_and_request_id() -> None:
    response = await post(
        {"query": "query ($n: String!) { hello(name: $n) }", "variables": {"n": "Ира"}}
    )
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert response.json() == {
        "data": {"hello": "Hello, Ира"},
        "extensions": {"cost": {"requested": 1, "actual": 1, "available": 9999, "restoreRate": 50}},
    }
    assert response.headers["x-request-id"].startswith("req_")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "status", "media"),
    [
        (None, 200, "application/json"),
        ("*/*", 200, "application/json"),
        ("application/*", 200, "application/json"),
        ("application/json", 200, "application/json"),
        (GRAPHQL, 200, GRAPHQL),
        (f"text/html, {GRAPHQL};q=0.5", 200, GRAPHQL),
        (f"{GRAPHQL};q=0.1, application/json", 200, "application/json"),
        (f"application/json;q=0.5, {GRAPHQL};q=0.9", 200, GRAPHQL),
        (f"{GRAPHQL};q=oops, application/json;q=0.1", 200, "application/json"),
        ("text/html", 406, "application/json"),
        ("application/json;q=0", 406, "application/json"),
    ],
)
async def test_the_media_type_is_the_one_asked_for(
    accept: str | None, status: int, media: str
) -> None:
    async with client(toy_door()) as http:
        if accept is None:
            del http.headers["accept"]
        else:
            http.headers["accept"] = accept
        response = await http.post("/", json={"query": HELLO})
    assert response.status_code == status
    assert response.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "status", "plain_status", "code"),
    [
        ({"query": "{ hello"}, 400, 200, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ helo }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ a: hello " * 20}, 400, 200, "GRAPHQL_PARSE_FAILED"),
        ({"query": "query ($n: Int!) { add(numbers: [$n]) }"}, 400, 200, "BAD_USER_INPUT"),
        ({"query": HELLO, "operationName": "Other"}, 400, 200, "BAD_USER_INPUT"),
        ({"query": "{ products(first: 500) { totalCount } }"}, 400, 200, "BAD_USER_INPUT"),
        ({"query": "subscription { hello }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
        ({"documentId": digest("{ x }")}, 404, 200, "NOT_FOUND"),
        ({"query": "{ products { nodes { secret } } }"}, 403, 200, "FORBIDDEN"),
        ({}, 400, 400, "BAD_USER_INPUT"),
        ([{"query": HELLO}], 400, 400, "BAD_USER_INPUT"),
    ],
)
async def test_refusals_have_the_status_of_their_media_type(
    body: Any, status: int, plain_status: int, code: str
) -> None:
    response = await post(body)
    assert (response.status_code, codes(response)[0]) == (status, code)
    assert "data" not in response.json()
    request_id = response.headers["x-request-id"]
    assert all(e["extensions"]["requestId"] == request_id for e in response.json()["errors"])
    plain = await post(body, headers={"Accept": "application/json"})
    assert (plain.status_code, codes(plain)) == (plain_status, codes(response))


async def test_a_field_that_fails_leaves_the_status_at_200() -> None:
    response = await post({"query": "{ refuses hello }"})
    assert response.status_code == 200
    assert response.json()["data"] == {"refuses": None, "hello": "Hello, you"}
    assert codes(response) == ["NOT_FOUND"]


async def test_a_cost_over_the_cap_is_refused_with_both_numbers() -> None:
    caller = ToyCaller()
    document = "{ products(first: 100) { nodes { related(first: 50) { id } } } }"
    response = await post({"query": document}, caller)
    assert response.status_code == 400
    facts = response.json()["errors"][0]["extensions"]
    assert (facts["code"], facts["cost"], facts["limit"]) == ("COST_EXCEEDED", 5102, 1000)
    assert caller.operations == []
    assert caller.calls == []


@pytest.mark.parametrize(("is_staff", "told"), [(True, True), (False, False)])
async def test_staff_may_ask_where_the_time_went(is_staff: bool, told: bool) -> None:
    response = await post({"query": HELLO}, ToyCaller(may_trace=is_staff), {"X-Trace": "1"})
    timing = response.headers.get("server-timing", "")
    assert (timing.startswith("hello;dur=") and timing.endswith('desc="1 objects"')) is told
    unasked = await post({"query": HELLO}, ToyCaller(may_trace=is_staff))
    assert "server-timing" not in unasked.headers


async def test_an_empty_bucket_is_429_for_everyone() -> None:
    for accept in (GRAPHQL, "application/json"):
        response = await post({"query": HELLO}, ToyCaller(points=0), headers={"Accept": accept})
        assert response.status_code == 429
        assert response.headers["retry-after"] == "2"
        assert codes(response) == ["THROTTLED"]


@pytest.mark.parametrize("text", [HELLO, "{ hello", "{ helo }", "{ " + "hello " * 600 + "}"])
async def test_a_new_document_is_paid_for_once_whatever_comes_of_it(text: str) -> None:
    caller = ToyCaller()
    async with client(toy_door(caller)) as http:
        first, again = [await http.post("/", json={"query": text}) for _ in range(2)]
    assert (first.status_code, codes(first)) == (again.status_code, codes(again))
    assert caller.charged == [READING_POINTS]


async def test_new_documents_are_read_one_in_a_turn_of_the_loop() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with client(toy_door()) as http:
        counting = asyncio.create_task(count())
        sent = [http.post("/", json={"query": f"{{ no{number} }}"}) for number in range(20)]
        began = turns
        await asyncio.gather(*sent)
        counting.cancel()
    assert turns - began > len(sent)


async def test_a_new_document_that_nobody_can_pay_for_is_not_read() -> None:
    response = await post({"query": "{ hello"}, ToyCaller(points=READING_POINTS - 1))
    assert response.status_code == 429
    assert response.headers["retry-after"] == "2"
    assert codes(response) == ["THROTTLED"]


async def test_an_unknown_caller_is_401_for_everyone() -> None:
    for accept in (GRAPHQL, "application/json"):
        headers = {"Authorization": "Bearer wrong", "Accept": accept}
        response = await post({"query": HELLO}, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert codes(response) == ["UNAUTHENTICATED"]


async def test_the_caller_is_told_before_the_document_is_read() -> None:
    response = await post({"query": "{ nonsense"}, headers={"Authorization": "Bearer wrong"})
    assert codes(response) == ["UNAUTHENTICATED"]


async def test_the_caller_is_told_before_the_body_is_parsed() -> None:
    headers = {"Authorization": "Bearer wrong", "Content-Type": "application/json"}
    async with client(toy_door()) as http:
        response = await http.post("/", content=b"{" * 60_000, headers=headers)
    assert codes(response) == ["UNAUTHENTICATED"]


async def test_missing_permissions_are_named_with_their_fields() -> None:
    caller = ToyCaller(permissions=frozenset())
    response = await post({"query": "{ mine: orders { id } hello }"}, caller)
    [error] = response.json()["errors"]
    assert error["extensions"]["permission"] == "orders:read"
    assert error["path"] == ["mine"]
    allowed = replace(caller, permissions=frozenset({"orders:read"}))
    assert (await post({"query": "{ mine: orders { id } hello }"}, allowed)).status_code == 200


async def test_the_context_learns_of_the_operation_before_it_runs() -> None:
    caller = ToyCaller()
    text = 'query Greet($n: String = "you") @loud(times: 2) { hello(name: $n) }'
    await post({"query": text}, caller)
    [operation] = caller.operations
    assert (operation.kind, operation.name, operation.cost) == ("query", "Greet", 1)
    assert operation.document_id == digest(text)
    assert operation.directives == {"loud": {"times": 2}}


async def test_past_the_deadline_the_answer_is_a_timeout() -> None:
    caller = ToyCaller()
    short = timedelta(milliseconds=50)
    response = await post({"query": "{ sleep }"}, caller, deadline=short)
    assert response.status_code == 504
    assert codes(response) == ["TIMEOUT"]
    assert caller.cancelled == ["root"]


async def test_a_bug_below_is_a_500_without_its_words() -> None:
    class Broken(ToyCaller):
        def holds(self, permission: str) -> bool:
            raise RuntimeError("password=hunter2")

    response = await post({"query": "{ orders { id } }"}, Broken())
    assert response.status_code == 500
    assert codes(response) == ["INTERNAL"]
    assert "hunter2" not in response.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
async def test_other_methods_are_405_with_those_that_work(method: str) -> None:
    async with client(toy_door()) as http:
        response = await http.request(method, "/", content=b"")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


async def test_get_is_for_queries() -> None:
    rename = 'mutation { productRename(id: 1, title: "x") { userErrors { message } } }'
    response = await get({"query": rename})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    both = f"query A {{ hello }} {rename.replace('mutation', 'mutation B')}"
    assert (await get({"query": both, "operationName": "B"})).status_code == 405
    assert (await get({"query": both, "operationName": "A"})).status_code == 200


async def test_head_is_get_without_a_body() -> None:
    async with client(toy_door()) as http:
        full = await http.get("/", params={"query": HELLO})
        head = await http.head("/", params={"query": HELLO})
    assert head.status_code == full.status_code
    assert head.content == b""
    assert head.headers["content-length"] == full.headers["content-length"]


LONG = "{ products(first: 3) { nodes { title variants(first: 2) { sku } } } }"


async def test_a_long_answer_goes_out_in_pieces_that_are_the_same_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = await get({"query": LONG})
    monkeypatch.setattr(completion, "MOST_ITEMS", 1)
    monkeypatch.setattr(writing, "SENT_TOGETHER", 20)
    door = toy_door()
    bodies: list[bytes] = []

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            bodies.append(message.get("body", b""))
            await send(message)

        await door(scope, receive, noting)

    async with client(listening) as http:
        long = await http.get("/", params={"query": LONG})
        assert len(list(filter(None, bodies))) == 3
        bodies.clear()
        head = await http.head("/", params={"query": LONG})
    assert not any(bodies)
    assert long.content == whole.content
    assert b"errors" not in long.content
    told = [{**one.headers, "x-request-id": "any"} for one in (whole, long, head)]
    assert told[0] == told[1] == told[2]


async def test_get_takes_variables_as_json() -> None:
    text = "query ($n: String!) { hello(name: $n) }"
    response = await get({"query": text, "variables": '{"n": "Ира"}'})
    assert response.json()["data"] == {"hello": "Hello, Ира"}


class Registered:
    def __init__(self, *texts: str) -> None:
        self.known = {digest(text): text for text in texts}

    async def text_of(self, tenant: str, document_id: str) -> str | None:
        return self.known.get(document_id)


async def test_a_registered_document_is_sent_by_its_id_alone() -> None:
    caller, trusted = ToyCaller(trusted_only=True), Registered(HELLO)
    by_id = {"documentId": digest(HELLO)}
    assert (await get(by_id, caller, trusted=trusted)).json()["data"] == {"hello": "Hello, you"}
    assert (await post(by_id, caller, trusted=trusted)).status_code == 200
    assert caller.charged == []
    assert (await post({"query": HELLO}, caller, trusted=trusted)).status_code == 403


async def test_a_persisted_query_is_shown_once_and_then_named() -> None:
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(HELLO)}}}
    async with client(toy_door()) as http:
        unknown = await http.post("/", json=named)
        assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        faulty = "{ helo }"
        hashed = {"extensions": {"persistedQuery": {"sha256Hash": digest(faulty)}}}
        await http.post("/", json={"query": faulty, **hashed})
        assert codes(await http.post("/", json=hashed)) == ["NOT_FOUND"]
        assert (await http.post("/", json={"query": HELLO, **named})).status_code == 200
        assert (await http.post("/", json=named)).json()["data"] == {"hello": "Hello, you"}


async def test_an_answer_with_a_cache_tag_can_be_asked_after() -> None:
    caller = ToyCaller(cache_tag="tea/ru/v1")
    first = await get({"query": "{ products { totalCount } }"}, caller)
    tag = {"If-None-Match": first.headers["etag"]}
    assert first.headers["cache-control"] == "no-cache"
    assert "Authorization" in first.headers["vary"]

    async def again(caller: ToyCaller, query: str = "{ products { totalCount } }") -> int:
        return (await get({"query": query}, caller, headers=tag)).status_code

    assert await again(caller) == 304
    assert await again(replace(caller, cache_tag="tea/ru/v2")) == 200
    assert await again(caller, "{ products(first: 5) { totalCount } }") == 200
    assert await again(replace(caller, cache_tag=None)) == 200


async def test_faults_posts_and_private_answers_are_not_cached() -> None:
    caller = ToyCaller(cache_tag="v1")
    assert "etag" not in (await get({"query": "{ refuses }"}, caller)).headers
    assert "etag" not in (await post({"query": HELLO}, caller)).headers
    assert "etag" not in (await get({"query": HELLO}, ToyCaller())).headers


async def only_the_shop(request: Request, caller: Any) -> str | None:
    origin = request.headers["origin"]
    return origin if origin == "https://tea.example" else None


async def test_pages_of_allowed_origins_may_read_answers() -> None:
    async with client(toy_door(allowed_origin=only_the_shop)) as http:
        ours = await http.post(
            "/", json={"query": HELLO}, headers={"Origin": "https://tea.example"}
        )
        others = await http.post(
            "/", json={"query": HELLO}, headers={"Origin": "https://x.example"}
        )
        refused = await http.post("/", json=[], headers={"Origin": "https://tea.example"})
    for response in (ours, refused):
        assert response.headers["access-control-allow-origin"] == "https://tea.example"
        assert "Origin" in response.headers["vary"]
    assert "access-control-allow-origin" not in others.headers
    assert "access-control-allow-credentials" not in ours.headers


async def test_preflights_are_answered_without_a_caller() -> None:
    async with client(toy_door(allowed_origin=only_the_shop)) as http:
        headers = {"Origin": "https://tea.example", "Authorization": "Bearer wrong"}
        ours = await http.options("/", headers=headers)
        others = await http.options("/", headers={"Origin": "https://x.example"})
    assert ours.status_code == others.status_code == 204
    assert "Idempotency-Key" in ours.headers["access-control-allow-headers"]
    assert "POST" in ours.headers["access-control-allow-methods"]
    assert "access-control-allow-headers" not in others.headers


async def test_limits_are_those_of_the_door() -> None:
    response = await post({"query": "{ a: hello b: hello }"}, limits=Limits(aliases=1))
    assert codes(response) == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize(
    ("more", "headers", "status"),
    [
        ({"query": "#" + "x" * 70_000}, {"Authorization": "Bearer right"}, 413),
        ({"query": HELLO, "x": "y" * 70_000}, {"Authorization": "Bearer right"}, 200),
        ({"query": HELLO, "x": "y" * 70_000}, {}, 413),
    ],
)
async def test_only_variables_may_be_long_and_only_of_those_who_say_who_they_are(
    more: dict[str, str], headers: dict[str, str], status: int
) -> None:
    response = await post(more, headers=headers, limits=Limits(body_bytes=1_000_000))
    assert response.status_code == status
