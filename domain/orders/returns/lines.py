"""Lines of returns, and from which shipped goods what comes back is taken."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select, update

from domain.errors import NotAllowed
from domain.orders.hand_overs.lines import parts_of_order
from domain.orders.named_lines import Named, taken
from domain.orders.returns.tables import OrderReturnLine
from domain.row_sets import IDS, row_set
from domain.stock.holds.returns import Back
from domain.stock.holds.rows import lines_of as lines_of_hold
from tenants.scope import Asking, Row, UnitOfWork

_OF_RETURNS: Final = (
    select(OrderReturnLine)
    .where(OrderReturnLine.return_id == any_(IDS))
    .order_by(OrderReturnLine.return_id, OrderReturnLine.id)
)
_COLUMNS: Final = ("id", "quantity", "condition", "positions", "total_minor", "vat_minor")
_frozen: Final = row_set(OrderReturnLine, _COLUMNS)
_FREEZE: Final = (
    update(OrderReturnLine)
    .where(OrderReturnLine.id == _frozen.c.id)
    .values({name: _frozen.c[name] for name in _COLUMNS[1:]})
)


async def lines_of(db: Asking, return_ids: Sequence[UUID]) -> list[Row]:
    """The lines of returns."""
    return await db.rows(_OF_RETURNS, ids=list(return_ids))


async def freeze_lines(uow: UnitOfWork, rows: Sequence[Mapping[str, object]]) -> None:
    """Write of lines by `id` how much came in which `condition`, and what that was sold as."""
    await uow.execute(_FREEZE, rows=list(rows))


async def find_goods(
    uow: UnitOfWork, order: Row, named: Sequence[Named], conditions: Mapping[UUID, str]
) -> list[Back]:
    """What of an order's hold comes back with these parts of its lines, each in its condition.

    What the buyer keeps comes back to no shelf. Raises NotAllowed for what never left one.
    """
    held = await lines_of_hold(uow, [order["hold_id"]])
    left = {line["id"]: line["shipped"] - line["returned"] for line in held}
    variants = {line["id"]: str(line["variant_id"]) for line in held}
    given: defaultdict[UUID, Counter[UUID]] = defaultdict(Counter)
    for gave in await parts_of_order(uow, order["id"]):
        if gave["state"] == "handed_over":
            given[gave["order_line_id"]][gave["hold_line_id"]] += gave["quantity"]
    shelved = {line["id"]: line["shipped"] for line in held if not line["is_drop_shipped"]}
    backs: list[Back] = []
    for one in named:
        condition = conditions[one.line["id"]]
        if condition == "kept_by_buyer":
            continue
        for variant_id, needed in taken(
            one.line, one.quantity, before=one.line["returned"]
        ).items():
            # What it was given, or else what came back before as if it were another line's.
            for line_id, most in (*given[one.line["id"]].items(), *shelved.items()):
                if variants[line_id] != variant_id:
                    continue
                if part := min(needed, most, left[line_id]):
                    left[line_id] -= part
                    needed -= part
                    backs.append(Back(line_id, part, is_damaged=condition == "damaged"))
            if needed:
                raise NotAllowed(
                    "lines", en="it did not leave a shelf", ru="товар не отгружался со склада"
                )
    return backs
