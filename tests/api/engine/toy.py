"""A toy schema with one of each: columns, computed values, batches, unions, mutations, refusals."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any

import strawberry
from graphql import GraphQLSchema
from strawberry.directive import DirectiveLocation

from api.engine.errors import PublicError
from api.engine.fields import PUBLIC, batch, column, computed, finish_schema, root

Row = dict[str, Any]


@dataclass
class Toybox:
    """The context of one request; it counts what the batches were called with."""

    calls: list[tuple[str, int]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)


Info = strawberry.Info[Toybox, None]


async def variants(parents: Sequence[Row], context: Toybox, first: int = 2) -> list[list[Row]]:
    context.calls.append(("variants", len(parents)))
    await asyncio.sleep(0)
    return [[{"sku": f"{one['id']}-{n}", "n": n} for n in range(first)] for one in parents]


async def prices(parents: Sequence[Row], context: Toybox) -> list[Row | Exception]:
    context.calls.append(("prices", len(parents)))
    await asyncio.sleep(0)
    return [
        ValueError("postgresql://root:secret@db") if one["sku"] == "p1-1" else {"minor": 100}
        for one in parents
    ]


async def stock(parents: Sequence[Row], context: Toybox) -> list[int | Exception]:
    context.calls.append(("stock", len(parents)))
    return [
        PublicError("Stock is counted at night.", code="CONFLICT") if one["sku"] == "p1-0" else 7
        for one in parents
    ]


async def related(parents: Sequence[Row], context: Toybox, first: int = 20) -> list[list[Row]]:
    context.calls.append(("related", len(parents)))
    return [product_rows(min(first, 3)) for _ in parents]


async def broken(parents: Sequence[Row], context: Toybox) -> list[str]:
    raise RuntimeError("SELECT * FROM secret_table")


async def too_few(parents: Sequence[Row], context: Toybox) -> list[str]:
    return []


async def slow(parents: Sequence[Row], context: Toybox) -> list[str]:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0)  # as a driver does that tells the server to stop
        context.cancelled.append("slow")
        raise
    return ["never"] * len(parents)


async def echoes(
    parents: Sequence[Row], context: Toybox, text_size: "TextSize", wanted: "Wanted | None" = None
) -> list[str]:
    words = wanted.some_words if wanted else "nothing"
    return [f"{text_size.value}: {words}" for _ in parents]


@strawberry.enum
class TextSize(Enum):
    LARGE = "large"
    SMALL = "small"


@strawberry.input
class Wanted:
    some_words: str
    inner: "Wanted | None" = None
    numbers: list[int] | None = None


@strawberry.type
class Price:
    minor: int
    text: str = computed(lambda row: f"{row['minor'] / 100:.2f}")


@strawberry.interface
class Named:
    id: strawberry.ID


@strawberry.type
class Variant:
    sku: str
    price: Price | None = batch(prices)
    stock: int | None = batch(stock)


@strawberry.type
class Product(Named):
    title: str
    name: str = column("title")
    shout: str = computed(lambda row: row["title"].upper())
    variants: list[Variant] = batch(variants, page_size="first")
    related: list["Product"] = batch(related, page_size="first")
    echo: str = batch(echoes)
    broken: str | None = batch(broken)
    too_few: str | None = batch(too_few)
    secret: str | None = batch(slow, permission="secrets:read")
    slow: str | None = batch(slow)


@strawberry.type
class Order(Named):
    number: str


@strawberry.type
class ProductConnection:
    nodes: list[Product]
    total_count: int = column("total", cost=5)


@strawberry.type
class TitleTaken:
    message: str


@strawberry.type
class RenamePayload:
    product: Product | None
    user_errors: list[TitleTaken]


Found = Annotated[Product | Order, strawberry.union("Found")]


def product_rows(count: int) -> list[Row]:
    return [{"__typename": "Product", "id": f"p{n}", "title": f"Tea {n}"} for n in range(count)]


@strawberry.type
class Query:
    @root(permission=PUBLIC, page_size="first")
    def products(self, first: int = 20) -> ProductConnection:
        return {"nodes": product_rows(first), "total": 1000}  # type: ignore[return-value]

    @root(permission=PUBLIC)
    def product(self, id: strawberry.ID) -> Product | None:
        return product_rows(1)[0]  # type: ignore[return-value]

    @root(permission=PUBLIC, page_size="ids")
    def nodes(self, ids: list[strawberry.ID]) -> list[Named]:
        order = {"__typename": "Order", "id": "o1", "number": "1042"}
        return [*product_rows(1), order]  # type: ignore[list-item]

    @root(permission=PUBLIC, cost=5, items=2)
    def search(self, words: str) -> list[Found]:
        order = {"__typename": "Order", "id": "o1", "number": "1042"}
        return [order, *product_rows(1)]  # type: ignore[list-item]

    @root(permission="orders:read", page_size="first")
    def orders(self, first: int = 10) -> list[Order]:
        return [{"id": "o1", "number": "1042"}]  # type: ignore[list-item]

    @root(permission=PUBLIC)
    def hello(self, name: str = "you") -> str:
        return f"Hello, {name}"

    @root(permission=PUBLIC)
    def add(self, numbers: list[int]) -> int:
        return sum(numbers)

    @root(permission=PUBLIC)
    def boom(self) -> str:
        raise RuntimeError("password=hunter2 at /srv/app/db.py")

    @root(permission=PUBLIC)
    def refuses(self) -> str | None:
        raise PublicError("Not today.", code="NOT_FOUND", wanted="prd")

    @root(permission=PUBLIC)
    def leaf_of_wrong_type(self) -> int | None:
        return "secret text"  # type: ignore[return-value]

    @root(permission=PUBLIC)
    async def sleep(self, info: Info) -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            info.context.cancelled.append("root")
            raise
        return "never"


@strawberry.type
class Mutation:
    @root(permission="products:write", cost=10)
    def product_rename(
        self, id: strawberry.ID, title: str, wanted: Wanted | None = None
    ) -> RenamePayload:
        if title == "taken":
            return RenamePayload(product=None, user_errors=[TitleTaken(message="Taken.")])
        row = {**product_rows(1)[0], "title": title}
        return RenamePayload(product=row, user_errors=[])  # type: ignore[arg-type]


@strawberry.directive(locations=[DirectiveLocation.QUERY])
def loud(times: int = 1) -> None:
    """Does nothing; contexts read it."""


def toy_schema() -> GraphQLSchema:
    return finish_schema(
        strawberry.Schema(Query, Mutation, types=[Order, Product], directives=[loud])
    )
