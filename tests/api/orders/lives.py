"""Orders as they should be: the plain model that lives by chance are held against."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

GOODS: Final = {"TEA": 333_33, "HONEY": 500_00, "NUTS": 45_00}
"""What one of each costs, kopecks."""


@dataclass
class Line:
    """A line as it should be: whole pieces, kopecks for one."""

    sku: str
    quantity: int
    price: int
    picked: int = 0
    shipped: int = 0
    handed_over: int = 0
    returned: int = 0


class Edited(NamedTuple):
    """An order's lines after an edit: those that there were, by id, and new ones."""

    kept: dict[str, Line]
    new: list[Line]

    @property
    def all(self) -> list[Line]:
        return [*self.kept.values(), *self.new]


@dataclass
class Life:
    """An order as it should be."""

    id: str
    lines: dict[str, Line]
    """By id."""
    is_confirmed: bool
    due: int
    paid: int = 0
    refunded: int = 0
    ended: bool = False
    edits: list[int] = field(default_factory=list)
    """What each made more of the due, or less."""
    parcels: dict[str, tuple[str, dict[str, int]]] = field(default_factory=dict)
    """By id: its state and pieces by line."""

    @property
    def state(self) -> str:
        if self.ended:
            return "CANCELLED"
        if all(one.handed_over == one.quantity for one in self.lines.values()):
            return "HANDED_OVER"
        if any(one.shipped for one in self.lines.values()):
            return "IN_DELIVERY"
        return "CONFIRMED" if self.is_confirmed else "AWAITING_PAYMENT"

    def owe(self, more: int) -> None:
        self.due += more
        self.is_confirmed = self.is_confirmed or self.paid - self.refunded >= self.due

    def edited(
        self, changes: Sequence[Mapping[str, Any]], adds: Sequence[Mapping[str, Any]]
    ) -> Edited | None:
        """What an edit makes of its lines, or None where it may not be, whatever there is."""
        if self.state not in ("AWAITING_PAYMENT", "CONFIRMED", "IN_DELIVERY"):
            return None
        kept, new = {line_id: replace(one) for line_id, one in self.lines.items()}, list[Line]()
        for one in changes:
            line = kept[one["lineId"]]
            left, price = min(one["quantity"], line.quantity), one.get("price")
            if one["quantity"] < line.picked:
                return None
            if price in (None, line.price):
                grows = line
                line.quantity = left
            elif left == line.picked:
                return None
            else:
                grows = Line(line.sku, left - line.picked, price)
                new.append(grows)
                line.quantity = line.picked
            more, costs = one["quantity"] - left, price or GOODS[line.sku]
            if more and grows.price == costs:
                grows.quantity += more
            elif more:
                new.append(Line(line.sku, more, costs))
        for one in adds:
            new.append(Line(one["sku"], one["quantity"], one.get("price", GOODS[one["sku"]])))
        after = Edited(kept, new)
        return after if any(line.quantity for line in after.all) else None

    def more(self, after: Edited) -> Counter[str]:
        """How much more is kept for it then, by SKU; what is less is left out."""
        wanted = Counter[str]()
        for line in after.all:
            wanted[line.sku] += line.quantity
        for line in self.lines.values():
            wanted[line.sku] -= line.quantity
        return +wanted

    @property
    def total(self) -> int:
        """What it cost, whatever came back."""
        return sum(one.price * one.quantity for one in self.lines.values())
