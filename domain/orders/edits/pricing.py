"""Pricing what an edit adds: by what is valid today, or at the price that somebody named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from domain.bulk import Rejected, refuse
from domain.errors import DomainError, NotFound
from domain.orders.carts.buyers import buyer_of_order
from domain.orders.carts.goods import sold_goods, title_of
from domain.orders.edits.lines import grow, named_positions
from domain.orders.edits.plans import More, Plan
from domain.orders.orders.lines import frozen
from domain.pricing.quoted import QuotedLine
from domain.pricing.quotes import quote
from domain.pricing.reckoning import Step
from domain.stock.holds.demand import Demand, Line, demand_of
from tenants.scope import Row, UnitOfWork


async def price_more(uow: UnitOfWork, order: Row, plan: Plan) -> Demand:
    """Put what a plan adds to its lines, each at its price; what that asks of the shelves.

    No promotion is applied: those that the order has were counted for what it was. Raises NotFound,
    NotAllowed, Invalid by the paths of what is added.
    """
    if not plan.more:
        return Demand()
    buyer = await buyer_of_order(uow, order)
    with relocated(plan.more):
        asked = [(one.variant, one.quantity) for one in plan.more]
        quoted = await quote(uow, asked, buyer=buyer, promotions=False)
        quoted.refuse()
        demand = await demand_of(uow, [Line(one.variant_id, one.quantity) for one in quoted.lines])
    goods = await sold_goods(uow, [one.variant_id for one in quoted.lines])
    refuse(
        [
            NotFound(*one.path, "variantId", what="variant")
            for one, line in zip(plan.more, quoted.lines, strict=True)
            if line.variant_id not in goods
        ]
    )
    places = {one: relocated_path(plan.more, path) for one, path in demand.places.items()}
    demand.places = places
    for one, line, takes in zip(plan.more, quoted.lines, demand.by_line, strict=True):
        _put(plan, one, _named(line, one.price_minor), takes, goods[line.variant_id])
    return demand


def _put(plan: Plan, one: More, quoted: QuotedLine, takes: dict[UUID, int], variant: Row) -> None:
    """More of the line that it is more of, where it costs the same; else a line of its own."""
    line = frozen(
        quoted,
        takes=takes,
        variant=variant,
        title=title_of(variant),
        attributes=one.attributes,
        note=one.note,
    )
    position = plan.next_position
    if one.onto is not None:
        grown = grow(plan.lines[one.onto], quoted, line["takes"])
        if grown is not None:
            plan.lines[one.onto] = grown
            return
        position = plan.lines[one.onto]["position"]
    plan.put(line, position)


def _named(line: QuotedLine, price_minor: int | None) -> QuotedLine:
    """The line at the price that somebody named for one."""
    if price_minor is None:
        return line
    positions = named_positions(line.quantity, price_minor)
    step = Step("edit", sum(one.sum_minor for one in positions))
    return replace(line, price_minor=price_minor, positions=positions, trace=(*line.trace, step))


@contextmanager
def relocated(more: Sequence[More]) -> Iterator[None]:
    """Refusals of the block's lines get the paths that these have in the input."""
    try:
        yield
    except DomainError as error:
        for one in error.errors if isinstance(error, Rejected) else [error]:
            one.path = tuple(map(str, relocated_path(more, one.path)))
        raise


def relocated_path(more: Sequence[More], path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path in the input of what `("lines", at, …)` says of what is priced: a gift, which nobody
    asked for, has none but that all was to be priced anew.
    """
    if path[:1] != ("lines",) or len(path) < 2:
        return path
    if int(path[1]) >= len(more):
        return ("reprice",)
    return *more[int(path[1])].path, *path[2:]
