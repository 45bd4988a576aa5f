"""However many lines an adjustment or a transfer has, it takes as many statements."""

from typing import Any

import pytest

from domain.stock.adjustments.adjustments import create_adjustment, post_adjustment
from domain.stock.transfers.states import (
    cancel_transfer,
    close_transfer,
    receive_transfer,
    send_transfer,
)
from domain.stock.transfers.transfers import create_transfer
from tenants.scope import UnitOfWork
from tests.domain.stock.conftest import Room
from tests.domain.stock.test_round_trips import MANY, trips
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio


async def test_a_document_of_many_lines_takes_no_more_round_trips(room: Room) -> None:
    await add_products(room.shop, *(P(f"П {n}", [V(f"S{n}", stock=90_000)]) for n in range(MANY)))
    variants = [room.shop.variants[f"S{number}"] for number in range(MANY)]
    kit = room.variants["C"]
    counts: dict[str, list[int]] = {}
    for round_ in range(2):
        for size in (2, MANY):
            lines = [{"variant": one, "quantity": 1_000} for one in variants[:size]]
            given = {
                "write_off": {"location": room.main, "reason": "lost", "lines": lines},
                "surplus": {"location": room.main, "lines": lines},
                "conversion": {
                    "location": room.main,
                    "sources": lines,
                    "results": [{"variant": kit, "quantity": 1_000}],
                },
                "transfer": {
                    "from_location": room.main,
                    "to_location": room.second,
                    "lines": lines,
                },
            }
            seen = []
            for kind in ("write_off", "surplus", "conversion"):

                async def made(uow: UnitOfWork, kind: str = kind, given: Any = given) -> Any:
                    return await create_adjustment(uow, kind, given[kind])

                took, draft = await trips(room, made)

                async def posted(uow: UnitOfWork, kind: str = kind, draft: Any = draft) -> Any:
                    return await post_adjustment(uow, kind, draft)

                after, _ = await trips(room, posted)
                seen += [took, after]
            for end in (receive_transfer, close_transfer, cancel_transfer):

                async def begun(uow: UnitOfWork, given: Any = given) -> Any:
                    return await create_transfer(uow, given["transfer"])

                took, draft = await trips(room, begun)
                sent, _ = await trips(room, lambda uow, draft=draft: send_transfer(uow, draft))
                over, _ = await trips(room, lambda uow, draft=draft, end=end: end(uow, draft))
                seen += [took, sent, over]
            counts[f"{round_}:{size}"] = seen
    print(counts)
    assert counts["1:2"] == counts[f"1:{MANY}"]
    await room.check()
