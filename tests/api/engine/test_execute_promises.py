"""Execution: what resolvers promise is waited for, closed, ended; and what a plan depends on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from graphql import build_schema, parse
from graphql.execution import Executor

from api.engine.execute import run_by_levels
from api.engine.plans import Plans

SCHEMA = build_schema("""
    directive @experimental_disableErrorPropagation on QUERY
    type Query { words: [String!], say(word: String): String! }
""")


async def answer(document: str, root: Any, variables: dict[str, Any] | None = None) -> Any:
    return await answer_by(Plans(parse(document)), root, variables)


async def answer_by(plans: Plans, root: Any, variables: dict[str, Any] | None = None) -> Any:
    run = Executor.build(SCHEMA, plans.document, root, raw_variable_values=variables)
    assert isinstance(run, Executor)
    data, errors = await run_by_levels(run, plans)
    return data, [(str(error.path), error.message) for error in errors]


async def word(text: str) -> str:
    await asyncio.sleep(0)
    if text == "bad":
        raise ValueError("A bad word.")
    return text


async def test_any_iterable_may_give_promises() -> None:
    def words(_: Any) -> Iterator[Any]:
        yield "one"
        yield word("two")

    assert await answer("{ words }", {"words": words}) == ({"words": ["one", "two"]}, [])


async def test_an_iterable_that_breaks_off_is_an_error_of_its_list() -> None:
    def words(_: Any) -> Iterator[str]:
        yield "one"
        raise ValueError("No more.")

    data, errors = await answer("{ words }", {"words": words})
    assert data == {"words": None}
    assert errors == [("['words']", "No more.")]


async def test_a_source_is_closed_when_a_deadline_ends_its_reading() -> None:
    class Words:
        closed = False

        def __aiter__(self) -> AsyncIterator[str]:
            return self

        async def __anext__(self) -> str:
            await asyncio.sleep(60)
            return "late"

        async def aclose(self) -> None:
            self.closed = True

    words = Words()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await answer("{ words }", {"words": words})
    assert words.closed


async def test_nothing_runs_on_behind_the_answer() -> None:
    begun: list[asyncio.Task[None]] = []

    async def aside() -> None:
        await asyncio.sleep(60)

    def words(info: Any) -> list[str]:
        begun.append(asyncio.create_task(aside()))
        info.async_helpers.track(begun)
        return []

    assert await answer("{ words }", {"words": words}) == ({"words": []}, [])
    assert begun[0].cancelled()


async def test_an_operation_may_ask_for_errors_that_empty_nothing_around_them() -> None:
    root = {"say": lambda _, **__: None, "words": ["one", None, word("bad")]}
    data, errors = await answer("query @experimental_disableErrorPropagation { say, words }", root)
    assert data == {"say": None, "words": ["one", None, None]}
    assert [path for path, _ in errors] == ["['say']", "['words', 1]", "['words', 2]"]


async def test_a_plan_is_not_kept_where_variables_are_arguments_of_fragments() -> None:
    plans = Plans(
        parse(
            "query ($w: String) { ...Say(text: $w) } "
            "fragment Say($text: String) on Query { say(word: $text) }",
            experimental_fragment_arguments=True,
        )
    )
    root = {"say": lambda _, word, **__: word}
    for text in ("first", "second"):
        assert await answer_by(plans, root, {"w": text}) == ({"say": text}, [])


async def test_what_is_nested_too_deeply_to_be_followed_is_refused() -> None:
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(2_000))
    data, errors = await answer(f"{{ ...F0 }} {chain} fragment F2000 on Query {{ words }}", {})
    assert data is None
    assert errors == [("None", "Selections are nested too deeply. Execution aborted.")]
