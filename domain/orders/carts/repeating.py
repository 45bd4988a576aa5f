"""An order once more: what of it is still sold goes into a cart, and what is not is told."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.catalog.quantities import check_quantity
from domain.catalog.window_texts import Window
from domain.catalog.window_variants import variants_by_ids
from domain.errors import DomainError, NotFound
from domain.inputs import Required, located
from domain.orders.carts.lines import NewLine, add_lines
from domain.orders.carts.problems import Code, Problem
from domain.orders.orders.lines import lines_of
from domain.orders.orders.of_tokens import find_order
from domain.orders.orders.tables import Order
from tenants.scope import Row, UnitOfWork

_MINE: Final = select(Order).where(
    Order.id == bindparam("order", type_=Order.id.type),
    Order.customer_id == bindparam("customer", type_=Order.id.type),
    Order.by_account,
)


async def order_of_buyer(uow: UnitOfWork, *, token: str | None, order_id: UUID | None) -> Row:
    """The order that a token opens, or a signed-in customer's own. Raises NotFound, Required."""
    if token is None and order_id is None:
        raise Required("orderId")
    found = None
    if token is not None:
        found = await find_order(uow, token, uow.principal.customer_id)
    elif order_id is not None and uow.principal.customer_id is not None:
        found = await uow.row(_MINE, order=order_id, customer=uow.principal.customer_id)
    if found is None:
        raise NotFound("orderToken" if token is not None else "orderId", what="order")
    return found


async def repeat_order(uow: UnitOfWork, order: Row, cart_id: UUID) -> list[DomainError]:
    """Put the goods of an order into a locked cart, at what they cost now; what is wrong with those
    that could not be put there. Gifts come of themselves.
    """
    goods = [line for line in await lines_of(uow, [order["id"]]) if _was_bought(line)]
    shown = await variants_by_ids(Window(uow), [line["variant_id"] for line in goods])
    lines: list[NewLine] = []
    left: list[DomainError] = []
    for at, line in enumerate(goods):
        variant = shown.get(line["variant_id"])
        if variant is None:
            left.append(
                Problem(
                    Code.NOT_SOLD,
                    "lines",
                    at,
                    en=f"“{line['title']}” is sold no more",
                    ru=f"«{line['title']}» больше не продаётся",
                )
            )
            continue
        try:
            with located("lines", at):
                check_quantity(line["quantity"], variant["quantity_step"])
        except DomainError as error:
            left.append(error)
            continue
        lines.append(
            NewLine(line["variant_id"], line["quantity"], line["attributes"], line["note"])
        )
    if lines:
        await add_lines(uow, cart_id, lines)
    return left


def _was_bought(line: Row) -> bool:
    is_gift = any(step["kind"] == "gift" for step in line["trace"])
    return line["kind"] == "goods" and line["variant_id"] is not None and not is_gift
