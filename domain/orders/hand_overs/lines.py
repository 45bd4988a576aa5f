"""Lines of hand-overs, and the shelves that their goods come from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, select, update

from domain.errors import NotAllowed
from domain.orders.hand_overs.tables import HandOver, HandOverLine, HandOverPart
from domain.orders.named_lines import Named, Sold, taken
from domain.orders.orders.tables import OrderLine
from domain.row_sets import IDS, insert_rows, row_set
from domain.stock.holds.rows import kept
from domain.stock.holds.rows import lines_of as lines_of_hold
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

_OF_HAND_OVERS: Final = (
    select(HandOverLine)
    .where(HandOverLine.hand_over_id == any_(IDS))
    .order_by(HandOverLine.hand_over_id, HandOverLine.id)
)
_PARTS: Final = select(
    HandOverLine.hand_over_id,
    HandOverLine.order_line_id,
    HandOverPart.hold_line_id,
    HandOverPart.quantity,
    HandOver.state,
)
_PARTS_OF: Final = (
    _PARTS.join(HandOverLine, HandOverLine.id == HandOverPart.line_id)
    .join(HandOver, HandOver.id == HandOverLine.hand_over_id)
    .where(HandOver.order_id == any_(IDS), HandOver.state != "cancelled")
    .order_by(HandOverPart.id)
)
_frozen: Final = row_set(HandOverLine, ("id", "positions", "total_minor", "vat_minor"))
_FREEZE: Final = (
    update(HandOverLine)
    .where(HandOverLine.id == _frozen.c.id)
    .values(
        positions=_frozen.c.positions,
        total_minor=_frozen.c.total_minor,
        vat_minor=_frozen.c.vat_minor,
    )
)
_given: Final = row_set(OrderLine, ("id", "picked", "handed_over", "returned"))
_COUNT: Final = (
    update(OrderLine)
    .where(OrderLine.id == _given.c.id)
    .values(
        picked=OrderLine.picked + _given.c.picked,
        handed_over=OrderLine.handed_over + _given.c.handed_over,
        returned=OrderLine.returned + _given.c.returned,
    )
)


async def lines_of(db: Asking, hand_over_ids: Sequence[UUID]) -> list[Row]:
    """The lines of hand-overs."""
    return await db.rows(_OF_HAND_OVERS, ids=list(hand_over_ids))


async def parts_of_order(db: Asking, order_id: UUID) -> list[Row]:
    """What lines of its hold give to an order's hand-overs that stand: `hand_over_id`, its `state`,
    `order_line_id`, `hold_line_id`, `quantity`."""
    return await db.rows(_PARTS_OF, ids=[order_id])


async def count_lines(uow: UnitOfWork, changes: Mapping[UUID, Mapping[str, int]]) -> None:
    """Change how much of an order's lines is `picked`, `handed_over`, `returned`, by so much."""
    nothing = {"picked": 0, "handed_over": 0, "returned": 0}
    rows = [{"id": line_id, **nothing, **change} for line_id, change in changes.items()]
    await uow.execute(_COUNT, rows=rows)


async def freeze_lines(uow: UnitOfWork, sold: Mapping[UUID, Sold]) -> None:
    """Write what lines of a hand-over were sold as, for good."""
    rows = [{"id": line_id, **one.columns} for line_id, one in sold.items()]
    await uow.execute(_FREEZE, rows=rows)


async def write_lines(
    uow: UnitOfWork, hand_over_id: UUID, order: Row, named: Sequence[Named]
) -> None:
    """Write what a new hand-over of a locked order is of, and where its goods are kept.

    Raises NotAllowed where they are kept no more.
    """
    shelf = _Shelf(
        await lines_of_hold(uow, [order["hold_id"]]), await parts_of_order(uow, order["id"])
    )
    rows: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for one in named:
        row = {
            "id": new_id(),
            "hand_over_id": hand_over_id,
            "order_line_id": one.line["id"],
            "quantity": one.quantity,
        }
        rows.append(row)
        for hold_line_id, quantity in shelf.take(one).items():
            part = {"line_id": row["id"], "hold_line_id": hold_line_id, "quantity": quantity}
            parts.append({"id": new_id(), **part})
    await insert_rows(uow, HandOverLine, rows)
    await insert_rows(uow, HandOverPart, parts)


class _Shelf:
    """What a hold keeps and no hand-over has picked yet, and what each order's line has had."""

    def __init__(self, held: Sequence[Row], parts: Sequence[Row]) -> None:
        self.left = {line["id"]: kept(line) if line["is_open"] else 0 for line in held}
        self.lines: defaultdict[str, list[UUID]] = defaultdict(list)
        variants: dict[UUID, str] = {}
        for line in held:
            variants[line["id"]] = str(line["variant_id"])
            self.lines[str(line["variant_id"])].append(line["id"])
        self.had: defaultdict[tuple[UUID, str], int] = defaultdict(int)
        for part in parts:
            if part["state"] == "picked":
                self.left[part["hold_line_id"]] -= part["quantity"]
            self.had[part["order_line_id"], variants[part["hold_line_id"]]] += part["quantity"]

    def take(self, one: Named) -> dict[UUID, int]:
        """How much of which lines of the hold is for this one; the last of a line has the rest."""
        is_last = one.line["picked"] + one.quantity == one.line["quantity"]
        parts: dict[UUID, int] = {}
        for variant_id, all_of_it in one.line["takes"].items():
            rest = all_of_it - self.had[one.line["id"], variant_id]
            share = taken(one.line, one.quantity, before=one.line["picked"]).get(variant_id, 0)
            needed = rest if is_last else min(share, rest)
            for line_id in self.lines[variant_id]:
                if part := min(needed, self.left[line_id]):
                    parts[line_id] = part
                    self.left[line_id] -= part
                    needed -= part
            if needed:
                raise NotAllowed(
                    "lines",
                    *(() if one.at is None else (one.at,)),
                    en="its goods are kept no more",
                    ru="товар больше не зарезервирован",
                )
        return parts
