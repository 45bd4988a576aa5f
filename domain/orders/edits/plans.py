"""What staff want of an order, as a plan: its lines as they will be, and what has to be priced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from domain.amounts import HIGHEST_MINOR, amount_in
from domain.bulk import MOST_ROWS, TooMany, refuse
from domain.catalog.quantities import MOST, check_quantity
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.inputs import line_or_none, located, whole
from domain.orders.carts.lines import read_attributes
from domain.orders.edits.lines import Line, cut, is_at_price, is_inexact, rest_at
from domain.pricing.positions import Position
from domain.references import Ref
from tenants.ids import new_id
from tenants.scope import Row
from tenants.values.quantity import format_thousandths


class More(NamedTuple):
    """So many thousandths of a variant that are sold now, at a price somebody named, or today's.

    `path` leads to it in the input. `onto`: the line that they are more of, if they cost the same.
    """

    path: tuple[str | int, ...]
    variant: Ref
    quantity: int
    price_minor: int | None = None
    onto: UUID | None = None
    attributes: Mapping[str, str] = {}
    note: str | None = None


@dataclass(slots=True)
class Plan:
    """An order's lines by id, as they are to be; those that are new are behind the others. `named`
    are those whose price somebody named.
    """

    currency: str
    before: Mapping[UUID, Line]
    lines: dict[UUID, Line] = field(default_factory=dict)
    more: list[More] = field(default_factory=list)
    named: set[UUID] = field(default_factory=set)

    @property
    def next_position(self) -> int:
        last: int = max(line["position"] for line in self.lines.values())
        return last + 1

    def put(self, line: Mapping[str, Any], position: int) -> None:
        """Put a line of its own beside the others: nothing of it has gone anywhere."""
        begun = dict.fromkeys(("picked", "handed_over", "returned"), 0)
        self.lines[line["id"]] = {**line, **begun, "position": position}


def read_plan(
    order: Row,
    lines: Sequence[Row],
    *,
    add: Sequence[Mapping[str, Any]] = (),
    change: Sequence[Mapping[str, Any]] = (),
) -> Plan:
    """What is to become of an order's lines: `add` `{"variant", "quantity", "price", "attributes",
    "note"}`, `change` `{"line_id", "quantity", "price"}`.

    Raises TooMany, and of lines NotFound, Invalid, NotAllowed for what is picked already.
    """
    before: dict[UUID, Line] = {line["id"]: dict(line) for line in lines}
    plan = Plan(order["currency"], before, dict(before))
    goods = {line_id: line for line_id, line in before.items() if line["kind"] == "goods"}
    wrong: list[DomainError] = []
    for name, given, read in (("change", change, _change), ("add", add, _add)):
        if len(given) > MOST_ROWS:
            raise TooMany(name, most=MOST_ROWS)
        for at, one in enumerate(given):
            try:
                with located(name, at):
                    read(plan, goods, one, (name, at))
            except DomainError as error:
                wrong.append(error)
    refuse(wrong)
    return plan


def _add(plan: Plan, _: Any, one: Mapping[str, Any], path: tuple[str | int, ...]) -> None:
    with located("quantity"):
        quantity = whole(1, MOST)(one["quantity"])
    with located("note"):
        note = line_or_none(500)(one.get("note"))
    with located("attributes"):
        attributes = read_attributes(one.get("attributes"))
    price = _price(plan, one.get("price"), quantity)
    plan.more.append(More(path, one["variant"], quantity, price, attributes=attributes, note=note))


def _change(
    plan: Plan, goods: dict[UUID, Line], one: Mapping[str, Any], path: tuple[str | int, ...]
) -> None:
    line = goods.pop(one["line_id"], None)
    if line is None:
        raise NotFound("lineId", what="line")
    quantity = one.get("quantity")
    if quantity is None:
        quantity = line["quantity"]
    _check(quantity, line)
    price = _price(plan, one.get("price"), quantity)
    left, onto = min(quantity, line["quantity"]), line["id"]
    if price is None or is_at_price(line, price):
        plan.named |= {line["id"]} if price is not None else set()
        plan.lines[line["id"]] = cut(line, left)
    else:
        onto = _name_price(plan, line, left, price)
    if quantity > left:
        more = quantity - left
        said = {"attributes": line["attributes"], "note": line["note"]}
        plan.more.append(More(path, line["variant_id"], more, price, onto=onto, **said))


def _name_price(plan: Plan, line: Line, left: int, price_minor: int) -> UUID:
    """Sell what is left of a line and not picked at another price; the line that this is then."""
    rest = left - line["picked"]
    if is_inexact(line):
        raise inexact()
    if not rest:
        raise NotAllowed("price", en="all of it is picked already", ru="всё уже собрано")
    plan.lines[line["id"]] = cut(line, line["picked"])
    of_rest = {**rest_at(cut(line, left), rest, price_minor), "id": new_id()}
    plan.put(of_rest, line["position"])
    plan.named.add(of_rest["id"])
    return UUID(str(of_rest["id"]))


def _check(quantity: int, line: Line) -> None:
    """What is picked stays, and the line is sold by its step. Raises Invalid, NotAllowed."""
    with located("quantity"):
        whole(0, MOST)(quantity)
        if quantity < line["picked"]:
            picked = format_thousandths(line["picked"])
            raise NotAllowed(
                en=f"{picked} of it are picked or gone; put them back first",
                ru=f"уже собрано или отгружено {picked}; сначала верните это на полку",
            )
        if quantity < line["quantity"] and is_inexact(line):
            raise inexact()
    if quantity not in (0, line["picked"], line["quantity"]):
        check_quantity(quantity, line["step"])


def inexact() -> NotAllowed:
    return NotAllowed(
        en="a part of what was weighed and sold as one thing is picked already",
        ru="часть взвешенного и проданного как одно целое уже собрана",
    )


def _price(plan: Plan, given: Mapping[str, Any] | None, quantity: int) -> int | None:
    """A price for one, of which so many cost no more than may be written."""
    if given is None:
        return None
    with located("price"):
        minor: int = amount_in(plan.currency)(given)
        if Position(quantity, minor).sum_minor > HIGHEST_MINOR:
            raise Invalid(en="is too much", ru="слишком много")
    return minor
