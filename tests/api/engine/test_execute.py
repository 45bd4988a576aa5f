"""Execution: deadlines, masking, and what of an error a client sees."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from graphql import get_introspection_query, parse

from api.engine.errors import MOST_ERRORS
from api.engine.execute import Result, execute
from api.engine.tracing import Trace, tracing
from tests.api.engine.toy import Toybox, toy_schema

SCHEMA = toy_schema()


async def run(document: str, seconds: float = 5, box: Toybox | None = None, **more: Any) -> Result:
    deadline = timedelta(seconds=seconds)
    variables = more.pop("variables", {})
    node = parse(document)
    context = box or Toybox()
    name = more.pop("operation_name", None)
    return await execute(SCHEMA, node, variables, name, context, deadline=deadline, **more)


async def test_an_unexpected_error_is_masked_and_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        result = await run("{ boom }", request_id="req_1")
    [error] = result.errors
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "req_1"}
    assert error["path"] == ["boom"]
    assert "hunter2" not in str(result)
    [record] = caplog.records
    assert record.exc_info is not None
    assert "hunter2" in str(record.exc_info[1])
    assert record.__dict__["request_id"] == "req_1"


async def test_one_failure_of_many_fields_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    result = await run("{ products(first: 30) { nodes { broken } } }")
    assert len(result.errors) == MOST_ERRORS
    assert len(caplog.records) == 1


async def test_a_public_error_keeps_its_words_and_facts() -> None:
    [error] = (await run("{ refuses }")).errors
    assert error["message"] == "Not today."
    assert error["extensions"] == {"code": "NOT_FOUND", "wanted": "prd", "requestId": ""}


async def test_a_value_of_the_wrong_type_is_our_fault_and_masked() -> None:
    result = await run("{ leafOfWrongType }")
    assert result.errors[0]["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(result)


async def test_a_bad_variable_is_the_senders_fault() -> None:
    result = await run("query ($n: Int!) { products(first: $n) { totalCount } }")
    assert not result.executed
    assert result.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_null_for_an_argument_with_a_default_is_the_senders_fault() -> None:
    document = "query ($n: Int = 5) { products(first: $n) { totalCount } hello }"
    result = await run(document, variables={"n": None})
    assert result.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(("shown", "found"), [(True, True), (False, False)])
async def test_names_of_the_schema_are_suggested_only_to_those_who_may_see_it(
    shown: bool, found: bool
) -> None:
    result = await run(
        "query ($w: Wanted) { product(id: 1) { echo(textSize: LARGE, wanted: $w) } }",
        variables={"w": {"someWord": "x", "someWords": "y"}},
        suggestions=shown,
    )
    assert ("Did you mean" in str(result.errors)) is found


async def test_a_deadline_stops_a_root_field() -> None:
    box = Toybox()
    result = await run("{ sleep }", 0.05, box)
    assert result.errors[0]["extensions"]["code"] == "TIMEOUT"
    assert result.data is None
    assert box.cancelled == ["root"]


async def test_questions_about_the_schema_are_worked_out_once() -> None:
    document = get_introspection_query() + " query Other { hello }"
    first = await run(document, operation_name="IntrospectionQuery")
    assert first.errors == []
    again = await run(document, operation_name="IntrospectionQuery")
    assert again.data is first.data
    assert (await run(document, operation_name="Other")).data == {"hello": "Hello, you"}


async def test_a_trace_tells_what_each_field_took_for_all_its_objects() -> None:
    trace = Trace()
    with tracing(trace):
        await run("{ products(first: 3) { nodes { title many: variants(first: 2) { stock } } } }")
    assert {(one.path, one.objects) for one in trace.timings} == {
        ("products", 1),
        ("products.nodes", 1),
        ("products.nodes.title", 3),
        ("products.nodes.many", 3),
        ("products.nodes.many.stock", 6),
    }
    slowest = trace.server_timing(most=1)
    assert re.fullmatch(r'products[\w.]*;dur=\d+\.\d;desc="\d objects"', slowest)


async def test_nothing_is_timed_unasked() -> None:
    trace = Trace()
    await run("{ hello }")
    assert trace.timings == []
