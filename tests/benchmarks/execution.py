"""The engine's execution against graphql-core's, on the storefront's own schema; one table.

    python -m integrations.embedded python -m tests.benchmarks.execution

Each page is asked once with its SQL, over 1,000 products x 4 variants. What its root field and its
batches gave is kept and given again, the same to both, so that what is left is execution: from the
checked document and its variables to the answer's data, which has to be the same. Both run in turn
in one process; times are the CPU's, and the table has the medians of the rounds. It ends with 1
where the listing misses its bar.
"""

import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import uvloop
from graphql import DocumentNode, GraphQLField, is_object_type, parse
from graphql.execution import Executor
from starlette.requests import Request

from api.app import open_services
from api.context import RequestContext
from api.credentials import storefront_context
from api.engine.execute import run_operation
from api.engine.fields import plan_of, with_plan
from api.engine.plans import Plans
from api.engine.reference import run_by_reference
from api.storefront import SCHEMA
from tests.api.client import settings_for
from tests.benchmarks.storefront import open_shop, pages_of

ROUNDS: Final = 20
EACH: Final = 5
"""Answers of one executor in a row, so that neither works with the other's caches."""
WARM_UP: Final = 10
LISTING_BAR: Final = 10.0

Answer = Callable[[], Awaitable[Any]]


class Kept:
    """What the fields that wait for the outside gave, by what they were asked."""

    def __init__(self) -> None:
        self.given: dict[tuple[Any, ...], Any] = {}

    def root(self, field: GraphQLField) -> None:
        """Let a root field give again what it gave for the same arguments."""
        resolve = field.resolve
        assert resolve is not None

        async def again(row: Any, info: Any, **arguments: Any) -> Any:
            key = (id(field), str(arguments))
            if key not in self.given:
                self.given[key] = await resolve(row, info, **arguments)
            return self.given[key]

        field.resolve = again

    def batch(self, field: GraphQLField) -> None:
        """Let a batch give again what it gave for as many parents and the same arguments."""
        plan = plan_of(field)
        load = plan.function
        assert load is not None

        async def again(parents: list[Any], context: Any, **arguments: Any) -> Any:
            key = (id(field), len(parents), str(arguments))
            if key not in self.given:
                self.given[key] = await load(parents, context, **arguments)
            return self.given[key]

        with_plan(field, replace(plan, function=again))

    def all_of_schema(self) -> None:
        """Let every field of the storefront that waits do so once only, in this process."""
        for kind in SCHEMA.type_map.values():
            if is_object_type(kind) and not kind.name.startswith("__"):
                for field in kind.fields.values():
                    if plan_of(field).kind == "resolver":
                        self.root(field)
                    elif plan_of(field).kind == "batch":
                        self.batch(field)


async def caller(services: Any, key: str) -> RequestContext:
    """The context of a request that comes with this key."""
    headers = [(b"host", b"api.test"), (b"authorization", f"Bearer {key}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "client": None}
    return await storefront_context(services)(Request(scope))


def executors(
    document: DocumentNode, variables: dict[str, Any], context: RequestContext
) -> tuple[Answer, Answer]:
    """Answering by the engine, and by graphql-core; what either gives is the data."""
    plans = Plans(document)

    def run() -> Executor[Any]:
        built = Executor.build(SCHEMA, document, None, context, variables)
        assert not isinstance(built, list), built
        return built

    async def by_engine() -> Any:
        data, errors = await run_operation(run(), plans)
        assert not errors, errors
        return data

    async def by_reference() -> Any:
        result = await run_by_reference(run())
        assert not result.errors, result.errors
        return result.data

    return by_engine, by_reference


def leaves(data: Any) -> int:
    """How many values an answer has."""
    if isinstance(data, dict):
        return sum(map(leaves, data.values()))
    return sum(map(leaves, data)) if isinstance(data, list) else 1


async def milliseconds(answer: Answer) -> float:
    """The CPU time of one answer, the mean of a few."""
    began = time.process_time()
    for _ in range(EACH):
        await answer()
    return (time.process_time() - began) * 1000 / EACH


async def compare(
    title: str, query: str, variables: dict[str, Any], context: RequestContext
) -> float:
    """Print a page's row; how many times quicker the engine is."""
    by_engine, by_reference = executors(parse(query), variables, context)
    data = await by_engine()  # with its SQL
    for _ in range(WARM_UP):
        for answer in (by_engine, by_reference):
            if await answer() != data:
                raise SystemExit(f"{title}: not the same data")
    rounds = []
    for _ in range(ROUNDS):
        one, other = await milliseconds(by_engine), await milliseconds(by_reference)
        rounds.append((one, other, other / one))
    ours, theirs, times = (statistics.median(one) for one in zip(*rounds, strict=True))
    print(f"{title:<24} {leaves(data):>6} {ours:>10.2f} {theirs:>13.2f} {times:>7.1f}")
    return float(times)


async def main(superuser_url: str, redis_url: str) -> bool:
    Kept().all_of_schema()
    async with (
        open_shop(superuser_url) as shop,
        open_services(settings_for(shop.urls, redis_url)) as services,
    ):
        context = await caller(services, shop.key)
        print(f"{'CPU ms':<24} {'leaves':>6} {'engine':>10} {'graphql-core':>13} {'times':>7}")
        ratios = [await compare(*page, context) for page in pages_of(shop)]
    print(f"bar: {LISTING_BAR:g} times for the listing")
    return ratios[0] >= LISTING_BAR


if __name__ == "__main__":
    urls = os.environ["RYAD_TEST_DATABASE_URL"], os.environ["RYAD_TEST_REDIS_URL"]
    sys.exit(0 if uvloop.run(main(*urls)) else 1)
