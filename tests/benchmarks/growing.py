"""A schema whose answers can be of any size: products with variants, whose rows are at hand."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, cast

import strawberry
from graphql import parse

from api.engine.execute import execute
from api.engine.fields import PUBLIC, batch, column, computed, finish_schema, root
from api.engine.plans import Plans
from api.engine.writing import pieces

Row = dict[str, Any]
Info = strawberry.Info[list[Row], None]


async def _variants(parents: Sequence[Row], context: Any) -> list[Any]:
    return [parent["variants"] for parent in parents]


@strawberry.type
class Price:
    """A sum."""

    amount: str = computed(lambda row: f"{row['minor'] // 100}.{row['minor'] % 100:02}")
    currency: str


@strawberry.type
class Variant:
    """What is bought."""

    sku: str
    title: str
    available: bool = column("is_available")
    price: Price = computed(lambda row: row)


@strawberry.type
class Product:
    """What is looked at."""

    slug: str
    title: str
    shout: str = computed(lambda row: row["title"].upper())
    variants: list[Variant] = batch(_variants)


@strawberry.type
class Query:
    """All rows of the context."""

    @root(permission=PUBLIC)
    def products(self, info: Info) -> list[Product]:
        """As they stand there."""
        return cast(list[Product], info.context)


SCHEMA: Final = finish_schema(strawberry.Schema(Query))
DOCUMENT: Final = parse(
    "{ products { slug title shout variants { sku title available price { amount currency } } } }"
)
FIELDS_OF_PRODUCT: Final = 3
FIELDS_OF_VARIANT: Final = 5
_PLANS: Final = Plans(DOCUMENT)


def products(count: int, variants: int) -> list[Row]:
    """Rows of so many products, with so many variants each."""
    return [
        {
            "slug": f"product-{number}",
            "title": f"Чай {number}",
            "variants": [
                {
                    "sku": f"T-{number}-{one}",
                    "title": f"{one} г",
                    "is_available": one % 3 > 0,
                    "minor": 10_000 + one,
                    "currency": "RUB",
                }
                for one in range(variants)
            ],
        }
        for number in range(count)
    ]


async def answer(rows: list[Row]) -> dict[str, Any]:
    """The answer about these products, out of the engine."""
    result = await execute(
        SCHEMA, DOCUMENT, {}, None, rows, deadline=timedelta(minutes=2), plans=_PLANS
    )
    if result.data is None or result.errors:
        raise SystemExit(f"the engine failed: {result.errors}")
    return result.data


async def answer_bytes(rows: list[Row]) -> bytes:
    """The same as the JSON of a response."""
    return b"".join(pieces({"data": await answer(rows)}))
