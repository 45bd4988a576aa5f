"""What an edit makes of lines that were sold. Pure: rows in, rows out; thousandths, minor units."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.orders.named_lines import taken
from domain.orders.orders.lines import positions_of_line
from domain.pricing.positions import Position, positions_of
from domain.pricing.quoted import PRICES, QuotedLine
from domain.pricing.refunds import refund_of
from domain.pricing.vat import VatRate, vat_in
from tenants.values.money import round_half_up

Line = Mapping[str, Any]
"""The columns of an order's line."""

NOTHING: Mapping[str, Any] = {
    "quantity": 0,
    "total_minor": 0,
    "discount_minor": 0,
    "vat_minor": 0,
    "positions": [],
    "trace": [],
    "takes": {},
}
"""What is left of a line that was taken away."""


def rate_of_line(line: Line) -> VatRate:
    """The rate at which a line was sold."""
    return VatRate(line["vat_percent"], line["vat_code"], line["vat_prepaid_code"])


def cut(line: Line, quantity: int) -> dict[str, Any]:
    """The line with less of it: it costs what the first `quantity` of its positions do, so what was
    handed over of it, and what was given back, was sold at just these.
    """
    if quantity in (0, line["quantity"]):
        return {**line} if quantity else {**line, **NOTHING}
    return _with_positions(line, quantity, _first(positions_of_line(line), line, quantity))


def split_off(line: Line, quantity: int) -> dict[str, Any]:
    """The last so much of a line, for another order: with what `cut` leaves it is sold for just
    what the line was, and takes the same from the shelves.
    """
    left = line["quantity"] - quantity
    if not left:
        return {**line}
    rest = cut(line, left)
    positions = refund_of(positions_of_line(line), line["quantity"], returned=left, now=quantity)
    part = _with_positions(line, quantity, positions)
    total = part["total_minor"]
    trace = [
        {**step, "sum_minor": max(step["sum_minor"] - of_rest["sum_minor"], total)}
        for step, of_rest in zip(line["trace"], rest["trace"], strict=True)
    ]
    return {
        **part,
        "discount_minor": max(line["discount_minor"] - rest["discount_minor"], 0),
        "trace": trace,
        "takes": taken(line, quantity, before=left),
    }


def grow(line: Line, more: QuotedLine, takes: Mapping[str, int]) -> dict[str, Any] | None:
    """The line with more of it, if that is sold as the line was: at one price, of which nothing was
    taken off, at one rate. None where it is not, and has to be a line of its own.
    """
    price, rate = more.price_minor, more.rate
    positions = (*positions_of_line(line), *more.positions)
    is_same = line["price_minor"] == price and rate_of_line(line) == rate
    if not is_same or any(one[1:] != (price, False) for one in positions):
        return None
    quantity = line["quantity"] + more.quantity
    both = {
        variant: line["takes"].get(variant, 0) + takes.get(variant, 0)
        for variant in line["takes"] | takes
    }
    return _with_positions(line, quantity, [Position(quantity, price)]) | {"takes": both}


def rest_at(line: Line, quantity: int, price_minor: int) -> dict[str, Any]:
    """The last so much of a line, at a price that somebody named for one; a line of its own."""
    before = line["quantity"] - quantity
    positions = named_positions(quantity, price_minor)
    rest = _with_positions(line, quantity, positions)
    total = rest["total_minor"]
    return {
        **rest,
        "price_minor": price_minor,
        "discount_minor": 0,
        "trace": [*_steps(line, quantity), {"kind": "edit", "sum_minor": total}],
        "takes": taken(line, quantity, before=before),
    }


def named_positions(quantity: int, price_minor: int) -> tuple[Position, ...]:
    """The positions of so much at a price for one."""
    return positions_of(quantity, Position(quantity, price_minor).sum_minor, price_minor)


def is_at_price(line: Line, price_minor: int) -> bool:
    """Whether each of it is sold at this price."""
    return all(one[1:] == (price_minor, False) for one in positions_of_line(line))


def is_inexact(line: Line) -> bool:
    """Whether a part of it that has gone could be worth another sum, were the line another."""
    return bool(line["picked"]) and positions_of_line(line)[0].is_lot


def _first(positions: Sequence[Position], line: Line, quantity: int) -> list[Position]:
    """The positions of the first so much of a line, the cheaper units first."""
    if positions[0].is_lot:
        part = round_half_up(positions[0].sum_minor * quantity, line["quantity"])
        return list(positions_of(quantity, part, line["price_minor"]))
    first: list[Position] = []
    for one in positions:
        part = min(one.quantity, quantity)
        if part:
            first.append(one._replace(quantity=part))
            quantity -= part
    return first


def _with_positions(line: Line, quantity: int, positions: Sequence[Position]) -> dict[str, Any]:
    """The line in another quantity, sold at these positions; its steps in proportion."""
    total = sum(one.sum_minor for one in positions)
    rate = rate_of_line(line)
    trace = _steps(line, quantity)
    for step in trace[_last_price(trace) :]:  # nothing takes it below what is paid
        step["sum_minor"] = max(step["sum_minor"], total)
    trace[-1]["sum_minor"] = total
    by_price = [step["sum_minor"] for step in trace if step["kind"] in PRICES]
    takes = taken(line, quantity, before=0) if quantity <= line["quantity"] else line["takes"]
    return {
        **line,
        "quantity": quantity,
        "total_minor": total,
        "discount_minor": by_price[-1] - total if by_price else 0,
        "vat_minor": sum(vat_in(one.sum_minor, rate) for one in positions),
        "positions": [one._asdict() for one in positions],
        "trace": trace,
        "takes": takes,
    }


def _steps(line: Line, quantity: int) -> list[dict[str, Any]]:
    """What so much of a line cost after each step, in proportion."""
    whole: int = line["quantity"]
    return [
        {**step, "sum_minor": round_half_up(step["sum_minor"] * quantity, whole)}
        for step in line["trace"]
    ]


def _last_price(trace: Sequence[Mapping[str, Any]]) -> int:
    """The place of the last step that says what it costs before anything is taken off."""
    return max((at for at, step in enumerate(trace) if step["kind"] in PRICES), default=0)
