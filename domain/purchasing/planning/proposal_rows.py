"""Proposals as the doors show them, with how good they would have been; and as draft orders."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.purchasing.amounts import worth
from domain.purchasing.orders.orders import create_order
from domain.purchasing.planning.proposals import Proposal, Proposed
from domain.purchasing.planning.reasons import reasons_of
from domain.stock.documents import MOST_LINES
from tenants.scope import UnitOfWork
from tenants.values.money import format_minor


def proposal_row(proposal: Proposal) -> dict[str, Any]:
    """A proposal as a row, with its `lines` and its `back_test`."""
    supplier = proposal.supplier
    lines = [
        {
            "variant_id": line.offer["variant_id"],
            "offer_id": line.offer["id"],
            "quantity": line.quantity,
            "price_minor": line.offer["price_minor"],
            "total_minor": worth(line.offer["price_minor"], line.quantity),
            "currency": supplier["currency"],
            "reasons": _reasons(proposal, line),
        }
        for line in proposal.lines
    ]
    total = sum(line["total_minor"] for line in lines)
    return {
        "supplier_id": supplier["id"],
        "location_id": proposal.location_id,
        "lines": lines,
        "total_minor": total,
        "currency": supplier["currency"],
        "is_below_minimum": total < supplier["minimum_order_minor"],
        "back_test": _total(proposal.lines, supplier["currency"]),
    }


async def order_proposed(uow: UnitOfWork, proposal: Proposal) -> UUID:
    """Make a draft of a proposal, the most urgent 250 lines of it; its id.

    A draft without lines says that nothing is lacking. Raises NotFound, NotAllowed, Invalid.
    """
    lines = [
        {
            "variant": line.offer["variant_id"],
            "quantity": line.quantity,
            "price": {
                "amount": format_minor(line.offer["price_minor"], line.offer["currency"]),
                "currency_code": line.offer["currency"],
            },
            "reasons": _reasons(proposal, line),
        }
        for line in proposal.lines[:MOST_LINES]
    ]
    return await create_order(
        uow,
        {
            "supplier": proposal.supplier["id"],
            "location": proposal.location_id,
            "lines": lines,
        },
    )


def _reasons(proposal: Proposal, line: Proposed) -> dict[str, Any]:
    return reasons_of(
        line.need,
        line.offer["stock"],
        line.tested,
        today=proposal.today,
        said_by=proposal.said_by.value,
    )


def _total(lines: Sequence[Proposed], currency: str) -> dict[str, Any]:
    """The figures of all lines that could be tested, at their prices, since units do not add up;
    minor units, None where none could be."""
    tested = [line for line in lines if line.tested.compared]

    def sum_of(name: str) -> int | None:
        worths = [worth(line.offer["price_minor"], getattr(line.tested, name)) for line in tested]
        return sum(worths) if worths else None

    return {
        "lines": len(tested),
        "untested": len(lines) - len(tested),
        "sold_minor": sum_of("sold"),
        "error_minor": sum_of("error"),
        "naive_error_minor": sum_of("naive_error"),
        "currency": currency,
    }
