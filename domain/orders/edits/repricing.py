"""Pricing anew what is not picked of an order, with all that is added, as one cart of today.

Promotions apply as to any cart, by the codes that the order has used; its own uses do not stand in
its way, and are counted again. Of one that is given once for all, nothing may be picked already.
What costs the same stays the line that it is. Prices that somebody names in the same edit stand,
and their lines take no part; those of earlier edits go. Points that had lowered a price come back.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.bulk import refuse
from domain.errors import NotFound
from domain.orders.carts.buyers import buyer_of_order
from domain.orders.carts.goods import sold_goods, title_of
from domain.orders.edits.given import check_given
from domain.orders.edits.lines import Line, cut, is_inexact
from domain.orders.edits.plans import More, Plan
from domain.orders.edits.pricing import relocated, relocated_path
from domain.orders.orders.lines import frozen
from domain.pricing.promotions.uses import codes_of_order
from domain.pricing.quoted import Quote, QuotedLine
from domain.pricing.quotes import quote
from domain.stock.holds.demand import Demand, demand_of
from domain.stock.holds.demand import Line as Wanted
from tenants.scope import Row, UnitOfWork

_SAME = ("quantity", "price_minor", "positions", "vat_code", "vat_percent")
"""A line that is alike in these is sold as it was."""


async def reprice(uow: UnitOfWork, order: Row, plan: Plan) -> tuple[Quote | None, Demand]:
    """Price anew what a plan leaves unpicked, and what it adds at no named price; the quote, whose
    promotions are to be counted, and what new lines ask of the shelves.
    """
    more = _together(plan)
    if not more:
        return None, Demand()
    buyer = await buyer_of_order(uow, order)
    codes = await codes_of_order(uow, order["id"])
    with relocated(more):
        asked = [(one.variant, one.quantity) for one in more]
        quoted = await quote(uow, asked, buyer=buyer, codes=codes)
        quoted.refuse()
        await check_given(uow, plan, quoted)
        demand = await demand_of(
            uow, [Wanted(one.variant_id, one.quantity) for one in quoted.lines]
        )
    goods = await sold_goods(uow, [one.variant_id for one in quoted.lines])
    _check_sold(more, quoted.lines, goods)
    demand.places = {one: relocated_path(more, path) for one, path in demand.places.items()}
    given = _gifts(plan)
    for line, takes in zip(quoted.lines, demand.by_line, strict=True):
        one = more[line.at] if line.at is not None else None
        _put(plan, one, line, takes, goods, given)
    return quoted, demand


def _together(plan: Plan) -> list[More]:
    """All that is priced; what is more of a line goes with the rest of it."""
    own = {one.onto: one for one in plan.more if one.price_minor is None and one.onto in plan.lines}
    together: list[More] = []
    for line in plan.lines.values():
        rest = line["quantity"] - line["picked"]
        stays = line["id"] in plan.named or is_inexact(line) or _is_gift(line)
        if line["kind"] != "goods" or stays or not rest:
            continue
        added = own.get(line["id"])
        together.append(
            More(
                added.path if added else ("reprice",),
                line["variant_id"],
                rest + (added.quantity if added else 0),
                onto=line["id"],
                attributes=line["attributes"],
                note=line["note"],
            )
        )
    taken = {one.onto for one in together}
    alone = [
        one._replace(onto=None)
        for one in plan.more
        if one.price_minor is None and (one.onto is None or one.onto not in taken)
    ]
    plan.more = [one for one in plan.more if one.price_minor is not None]
    return [*together, *alone]


def _is_gift(line: Line) -> bool:
    return any(step["kind"] == "gift" for step in line["trace"])


def _gifts(plan: Plan) -> dict[tuple[UUID, int], Line]:
    """The gifts that the order has, out of its lines; those that are picked stay."""
    gifts = [line for line in plan.lines.values() if _is_gift(line) and line["quantity"]]
    for line in gifts:
        plan.lines[line["id"]] = cut(line, line["picked"])
    return {(line["variant_id"], line["quantity"]): line for line in gifts if not line["picked"]}


def _put(
    plan: Plan,
    one: More | None,
    quoted: QuotedLine,
    takes: Mapping[UUID, int],
    goods: Mapping[UUID, Row],
    gifts: dict[tuple[UUID, int], Line],
) -> None:
    variant = goods.get(quoted.variant_id)
    if variant is None:
        return  # a gift that is sold no more
    was = plan.lines.get(one.onto) if one and one.onto else None
    if one is None:
        was = gifts.pop((quoted.variant_id, quoted.quantity), None)
    line = frozen(
        quoted,
        takes=takes,
        variant=variant,
        title=title_of(variant),
        attributes=one.attributes if one else {},
        note=one.note if one else None,
    )
    if was is not None and all(was[name] == line[name] for name in _SAME):
        plan.lines[was["id"]] = was
        return
    if was is not None and one is not None:
        plan.lines[was["id"]] = cut(was, was["picked"])
    plan.put(line, was["position"] if was else plan.next_position)


def _check_sold(
    more: Sequence[More], lines: Sequence[QuotedLine], goods: Mapping[UUID, Row]
) -> None:
    """All that is priced anew is still sold, but for gifts. Raises NotFound."""
    gone: list[Any] = [
        NotFound(*more[line.at].path, what="variant")
        for line in lines
        if line.at is not None and line.variant_id not in goods
    ]
    refuse(gone)
