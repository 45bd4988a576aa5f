"""Goods of a return have come: to the shelf that they left at the cost they left with, or they are
written off. What is owed for them are the positions that they were sold at."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from domain.bulk import refuse
from domain.errors import DomainError, NotFound
from domain.inputs import located, whole, word
from domain.orders.hand_overs.lines import count_lines
from domain.orders.named_lines import Named, about_all_lines, sold_as
from domain.orders.orders.lines import lines_of as lines_of_order
from domain.orders.orders.lines import points_in
from domain.orders.orders.money import enter
from domain.orders.orders.purses import return_points, return_to_cards
from domain.orders.orders.rewards import reward, take_reward_back
from domain.orders.returns.lines import find_goods, freeze_lines, lines_of
from domain.orders.returns.returns import Action, enter_return, lock_return
from domain.orders.returns.tables import CONDITIONS
from domain.references import Ref
from domain.stock.holds.parts import check_part
from domain.stock.holds.returns import return_shipped
from tenants.scope import Row, UnitOfWork


class Arrived(NamedTuple):
    """What came of a line of a return, and in which condition."""

    row: Row
    named: Named
    condition: str


async def receive_return(
    uow: UnitOfWork,
    return_id: UUID,
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    codes: Sequence[bytes] | None = None,
    location: Ref | None = None,
) -> UUID:
    """Take back what came of an approved return; its id.

    `lines` `{"line_id", "quantity", "condition"}` say of the order's lines, each once, what is not
    as it was asked for and in good condition; `codes` are of all pieces that are known one by one.
    They come to `location`, or to where they had left. Raises NotFound, NotAllowed, Invalid.
    """
    order, found = await lock_return(uow, return_id, Action.RECEIVE)
    ours = {line["id"]: line for line in await lines_of_order(uow, [order["id"]])}
    came = _read(await lines_of(uow, [return_id]), ours, lines or ())
    named = [one.named for one in came]
    conditions = {one.named.line["id"]: one.condition for one in came}
    backs = await find_goods(uow, order, named, conditions)
    if backs:
        with about_all_lines():
            await return_shipped(
                uow,
                order["hold_id"],
                backs,
                codes=codes or (),
                reason=found["reason"][:500],
                location=location,
            )
    sold = [sold_as(one.line, one.quantity, before=one.line["returned"]) for one in named]
    await freeze_lines(
        uow,
        [
            {
                "id": one.row["id"],
                "quantity": one.named.quantity,
                "condition": one.condition,
                **part.columns,
            }
            for one, part in zip(came, sold, strict=True)
        ],
    )
    await count_lines(uow, {one.line["id"]: {"returned": one.quantity} for one in named})
    refund = sum(one.total_minor for one in sold)
    left = await enter(uow, order, "due", -refund, "returned", document_id=return_id)
    await return_to_cards(uow, order, -left, "returned")
    await return_points(uow, order, _points(order, list(ours.values()), named))
    await take_reward_back(uow, order, list(ours.values()), refund)
    if order["state"] == "handed_over":  # if he has paid for all that he keeps
        now = {**order, "due_minor": order["due_minor"] - refund}
        await reward(uow, now, list(ours.values()), left)
    return await enter_return(
        uow, order, found, "received", received_at=uow.now, refund_minor=refund
    )


def _points(order: Row, lines: Sequence[Row], named: Sequence[Named]) -> int:
    """The points that come back with parts of an order's lines: with the last of its goods all that
    are left, so that what was rounded when it was edited is lost to nobody.
    """
    came = {one.line["id"]: one.quantity for one in named}
    kept = (
        line["quantity"] - line["returned"] - came.get(line["id"], 0)
        for line in lines
        if line["kind"] == "goods"
    )
    if not any(kept):
        return int(order["points_minor"])
    return sum(points_in(one.line, one.quantity, before=one.line["returned"]) for one in named)


def _read(
    rows: Sequence[Row], ours: Mapping[UUID, Row], given: Sequence[Mapping[str, Any]]
) -> list[Arrived]:
    """Each line of a return as it came; what `given` does not name came as it was asked for."""
    asked = {row["order_line_id"]: row for row in rows}
    came = {
        line_id: Arrived(row, Named(ours[line_id], row["quantity"], None), "sellable")
        for line_id, row in asked.items()
    }
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        row = asked.pop(one["line_id"], None)
        try:
            with located("lines", at):
                if row is None:
                    raise NotFound("lineId", what="line")
                line, quantity = ours[row["order_line_id"]], one.get("quantity")
                if quantity is None:
                    quantity = row["quantity"]
                with located("quantity"):
                    whole(1, row["quantity"])(quantity)
                    check_part(quantity, row["quantity"], line["step"])
                condition = word(*CONDITIONS)(one["condition"])
        except DomainError as error:
            wrong.append(error)
            continue
        came[line["id"]] = Arrived(row, Named(line, quantity, at), condition)
    refuse(wrong)
    return list(came.values())
