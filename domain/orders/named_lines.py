"""Lines of an order as those name them who hand them over or take them back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from domain.bulk import Rejected, refuse
from domain.errors import DomainError, NotFound
from domain.inputs import Required, located, whole
from domain.orders.orders.lines import positions_of_line
from domain.pricing.positions import Position
from domain.pricing.refunds import refund_of
from domain.pricing.vat import VatRate, vat_in
from domain.stock.holds.parts import check_part
from domain.stock.moves import MOST
from tenants.scope import Row


class Named(NamedTuple):
    """So many thousandths of an order's line; `at` is its place in the input, None for all."""

    line: Row
    quantity: int
    at: int | None


def read_lines(
    lines: Sequence[Row],
    given: Sequence[Mapping[str, Any]] | None,
    left_of: Callable[[Row], int],
) -> list[Named]:
    """Lines `{"line_id", "quantity"}` of an order, each once; None: all that is left of each.

    Raises Required for nothing, and of lines NotFound, Invalid, MoreThanThere.
    """
    if given is None:
        found = [Named(line, left_of(line), None) for line in lines if left_of(line)]
        if not found:
            raise Required("lines")
        return found
    if not given:
        raise Required("lines")
    by_id = {line["id"]: line for line in lines}
    named: list[Named] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        line = by_id.pop(one["line_id"], None)
        try:
            with located("lines", at):
                if line is None:
                    raise NotFound("lineId", what="line")
                with located("quantity"):
                    check_part(whole(1, MOST)(one["quantity"]), left_of(line), line["step"])
        except DomainError as error:
            wrong.append(error)
            continue
        named.append(Named(line, one["quantity"], at))
    refuse(wrong)
    return named


class Sold(NamedTuple):
    """A part of a line at the positions that are its own: minor units, the VAT in them."""

    positions: tuple[Position, ...]
    total_minor: int
    vat_minor: int

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "positions": [one._asdict() for one in self.positions],
            "total_minor": self.total_minor,
            "vat_minor": self.vat_minor,
        }


def sold_as(line: Row, quantity: int, *, before: int) -> Sold:
    """What so many thousandths of a line were sold as, when `before` of them have had theirs.

    All parts of a line together are what it was sold for, in whatever parts it goes.
    """
    positions = refund_of(positions_of_line(line), line["quantity"], returned=before, now=quantity)
    rate = VatRate(line["vat_percent"], line["vat_code"], line["vat_prepaid_code"])
    return Sold(
        positions,
        sum(one.sum_minor for one in positions),
        sum(vat_in(one.sum_minor, rate) for one in positions),
    )


def taken(line: Row | Mapping[str, Any], quantity: int, *, before: int) -> dict[str, int]:
    """How much of which variants leaves the shelves for a part of a line, `before` it others."""

    whole_line: int = line["quantity"]

    def so_far(all_of_it: int, part: int) -> int:
        return -(-all_of_it * part // whole_line)

    takes: dict[str, int] = {}
    for variant_id, all_of_it in line["takes"].items():
        more = so_far(all_of_it, before + quantity) - so_far(all_of_it, before)
        if more:
            takes[variant_id] = more
    return takes


@contextmanager
def about_all_lines() -> Iterator[None]:
    """Refusals of the block that tell lines by other numbers than the input's name none."""
    try:
        yield
    except DomainError as error:
        for one in error.errors if isinstance(error, Rejected) else [error]:
            if one.path[:1] == ("lines",):
                one.path = ("lines",)
        raise
