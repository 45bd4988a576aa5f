"""Every scalar of both doors: how its values stand in the JSON of an answer, to the byte."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from graphql import GraphQLScalarType, is_scalar_type

from api import admin, storefront
from api.engine.leaves import leaves
from api.engine.writing import pieces, written

MOSCOW = timezone(timedelta(hours=3))
SPELLED: dict[str, list[tuple[Any, str]]] = {
    "Base64": [(b"\x00\x1d\xff", '"AB3/"'), (b"", '""'), (None, "null")],
    "Boolean": [(True, "true"), (False, "false"), (None, "null")],
    "CurrencyCode": [("RUB", '"RUB"'), (None, "null")],
    "Date": [(date(2026, 1, 31), '"2026-01-31"'), (None, "null")],
    "DateTime": [
        (datetime(2026, 1, 31, 12, tzinfo=UTC), '"2026-01-31T12:00:00Z"'),
        (datetime(2026, 1, 31, 12, 0, 0, 5, MOSCOW), '"2026-01-31T09:00:00.000005Z"'),
    ],
    "Decimal": [("1234.50", '"1234.50"'), ("-0.10", '"-0.10"'), (None, "null")],
    "ID": [("prd_1", '"prd_1"'), (12, '"12"'), (None, "null")],
    "Int": [(2**31 - 1, "2147483647"), (-5, "-5"), (True, "1"), (2.0, "2"), (None, "null")],
    "JSON": [({"b": [1, None, 0.5], "а": {}}, '{"b":[1,null,0.5],"а":{}}'), ([], "[]")],
    "Quantity": [(2_000, '"2"'), (350, '"0.35"'), (0, '"0"'), (None, "null")],
    "Share": [(9_500, '"0.95"'), (10_000, '"1"'), (None, "null")],
    "String": [('"Чай"\n\u2028\x00', '"\\"Чай\\"\\n\u2028\\u0000"'), ("🍵", '"🍵"'), ("", '""')],
}
SCALARS = [
    pytest.param(kind, id=f"{door.__name__}-{name}")
    for door in (storefront, admin)
    for name, kind in door.SCHEMA.type_map.items()
    if is_scalar_type(kind)
]


@pytest.mark.parametrize("kind", SCALARS)
def test_a_scalar_is_spelled_so_alone_and_in_a_part_of_a_large_answer(
    kind: GraphQLScalarType,
) -> None:
    values, texts = zip(*SPELLED[kind.name], strict=True)
    column = leaves(kind, list(values))
    assert not column.faults
    assert orjson.dumps(column.cells).decode() == f"[{','.join(texts)}]"
    assert b"".join(pieces(written(column).cells)).decode() == f"[{','.join(texts)}]"
