"""However many lines an order, a receipt or a return has, it takes as many statements."""

from typing import Any
from uuid import UUID

import pytest

from domain.purchasing.orders.orders import create_order
from domain.purchasing.orders.states import approve_order, send_order
from domain.purchasing.receipts.receipts import receive_goods
from domain.purchasing.returns.returns import approve_return, create_return, ship_return
from tenants.ids import decode_id
from tests.api.purchasing.conftest import Buyer, TwoBuyers, money
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio


async def statements(buyer: Buyer, variants: list[UUID]) -> list[int]:
    """How many it takes to order these, to approve that, to receive it, and to send it back."""
    price = {"amount": money("1")["amount"], "currency_code": "RUB"}
    lines = [{"variant": one, "quantity": 1_000, "price": price} for one in variants]
    given = {"supplier": decode_id(buyer.supplier, "sup"), "lines": lines}
    counts: list[int] = []
    order: dict[str, UUID] = {}

    async def counted(work: Any) -> Any:
        seen: list[str] = []
        async with buyer.desk.shop.scope.writing("test") as uow:

            def note(query: Any) -> None:
                seen.append(query.query)

            uow.connection.add_query_logger(note)
            try:
                result = await work(uow)
            finally:
                uow.connection.remove_query_logger(note)
        counts.append(len(seen))
        return result

    order["id"] = await counted(lambda uow: create_order(uow, given))
    await counted(lambda uow: approve_order(uow, order["id"]))
    async with buyer.desk.shop.scope.writing("test") as uow:
        await send_order(uow, order["id"])
    await counted(lambda uow: receive_goods(uow, {"order": order["id"]}))
    back = {"supplier": given["supplier"], "lines": [{**one, "price": None} for one in lines]}
    order["back"] = await counted(lambda uow: create_return(uow, back))
    async with buyer.desk.shop.scope.writing("test") as uow:
        await approve_return(uow, order["back"])
    await counted(lambda uow: ship_return(uow, order["back"]))
    return counts


async def test_documents_of_many_lines_take_no_more_statements(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    goods = [P(f"П {at}", [V(f"S{at}", stock=0)]) for at in range(40)]
    await add_products(ours.desk.shop, *goods)
    variants = [ours.desk.shop.variants[f"S{at}"] for at in range(40)]
    await statements(ours, variants)  # connections learn types, counters begin
    few, many = await statements(ours, variants[:2]), await statements(ours, variants)
    print(f"create, approve, receive, return, ship: {few} statements for 2 lines, {many} for 40")
    assert many == few
