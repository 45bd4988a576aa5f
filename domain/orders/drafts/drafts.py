"""Drafts made and changed by staff. What is priced keeps its price until something that prices
depend on is said anew; then all of it is priced by what is valid at that moment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from domain.customers.tables import Customer
from domain.inputs import Cleaner, Required, line_or_none, word
from domain.merchants.tables import Shop
from domain.orders.carts import carts
from domain.orders.carts.carts import read_details
from domain.orders.drafts.expiring import watch
from domain.orders.drafts.freezing import Frozen, freeze, lines_of, wanted_of
from domain.orders.drafts.holding import hold_again
from domain.orders.drafts.states import WHAT, Action, check_sees_draft, lock_draft
from domain.orders.drafts.tables import OrderDraft, OrderDraftLine
from domain.orders.orders.tables import SOURCES
from domain.references import Ref, get_id
from domain.row_sets import insert_rows, update_rows
from domain.stock.numbering import next_number
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.values.money import format_minor

Given = Mapping[str, Any]

_CART: Final = ("name", "email", "phone", "address", "payment_method", "note", "codes")
FIELDS: Final[Mapping[str, Cleaner]] = {
    **{name: carts.FIELDS[name] for name in _CART},
    "source": word(*SOURCES),
    "call_id": line_or_none(200),
    "discount_reason": line_or_none(500),
}
PRICED: Final = frozenset(
    {"lines", "customer", "codes", "discount", "address", "place_id", "delivery_method_id"}
)
"""What prices depend on, as callers name it."""
_NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        (*_CART, "call_id", "customer_id", "location_id", "delivery_method_id", "discount_reason")
    ),
    "codes": [],
    "source": "phone",
}
_RULE: Final = select(Shop.draft_hours)
_FORGET: Final = delete(OrderDraftLine).where(
    OrderDraftLine.draft_id == bindparam("draft", type_=OrderDraftLine.draft_id.type)
)


async def create_draft(uow: UnitOfWork, given: Given, *, state: str = "open") -> UUID:
    """Make a draft of `lines` (NewLine), frozen at what they cost now; its id.

    Raises as `freeze` and `read_details` do; NotFound for the customer, Required for a discount
    without its reason.
    """
    draft = {**_NOTHING, **await _read(uow, given), "id": new_id(), "state": state}
    check_sees_draft(uow.principal, draft, "placeId")
    discount = given.get("discount")
    frozen = await freeze(uow, draft, given.get("lines") or (), discount)
    draft |= frozen.columns
    _check_reason(draft)
    draft["valid_until"] = await valid_until(uow)
    draft["number"] = await next_number(uow, WHAT)
    draft_id: UUID = await uow.add(OrderDraft, created_at=uow.now, updated_at=uow.now, **draft)
    await _write_lines(uow, draft_id, frozen)
    uow.record(
        f"{WHAT}.created",
        draft_id,
        number=draft["number"],
        source=draft["source"],
        call_id=draft["call_id"],
        total_minor=draft["total_minor"],
        currency=draft["currency"],
    )
    await watch(uow, draft_id, draft["valid_until"])
    return draft_id


async def update_draft(
    uow: UnitOfWork, ref: Ref, given: Given, *, expected_version: int | None = None
) -> UUID:
    """Change a draft; its id. What was offered of it is so no more, and is to be offered anew.

    Raises as `create_draft` does; Conflict, NotAllowed.
    """
    locked = await lock_draft(uow, ref, Action.CHANGE, expected_version=expected_version)
    draft_id: UUID = locked["id"]
    if not given:
        return draft_id
    changes = await _read(uow, given)
    check_sees_draft(uow.principal, {**dict(locked), **changes}, "placeId")
    if PRICED & given.keys():
        draft = {**dict(locked), **changes}
        lines = given.get("lines")
        wanted = wanted_of(await lines_of(uow, [draft_id])) if lines is None else lines
        frozen = await freeze(uow, draft, wanted, _discount(locked, given))
        changes |= frozen.columns
        await uow.execute(_FORGET, draft=draft_id)
        await _write_lines(uow, draft_id, frozen)
        if locked["hold_id"] is not None:
            changes["hold_id"] = await hold_again(uow, locked, frozen.lines)
    _check_reason({**dict(locked), **changes})
    if locked["state"] == "offered":
        changes |= {"state": "open", "token_hash": None}
    versions = await update_rows(uow, OrderDraft, [{"id": draft_id, **changes}])
    changed = sorted(given)
    uow.record(f"{WHAT}.updated", draft_id, version=versions[draft_id], changed=changed)
    return draft_id


async def valid_until(uow: UnitOfWork) -> datetime:
    """Until when what is said now is valid, by the shop's rule."""
    hours: int = await uow.value(_RULE)
    return uow.now + timedelta(hours=hours)


async def _read(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """What is said, as columns."""
    values = await read_details(uow, FIELDS, given)
    if "customer" in given:
        who = given["customer"]
        values["customer_id"] = who and await get_id(
            uow, Customer, who, "customer", what="customer"
        )
    return values


def _discount(draft: Row, given: Given) -> Mapping[str, Any] | None:
    """What is taken off by hand: what is said now, or was before."""
    if "discount" in given:
        said: Mapping[str, Any] | None = given["discount"]
        return said
    if not draft["discount_minor"]:
        return None
    amount = format_minor(draft["discount_minor"], draft["currency"])
    return {"amount": amount, "currency_code": draft["currency"]}


def _check_reason(draft: Mapping[str, Any]) -> None:
    if draft["discount_minor"] and draft["discount_reason"] is None:
        raise Required("discountReason")


async def _write_lines(uow: UnitOfWork, draft_id: UUID, frozen: Frozen) -> None:
    rows: Sequence[dict[str, Any]] = [
        {"draft_id": draft_id, "position": position, **line}
        for position, line in enumerate(frozen.lines)
    ]
    await insert_rows(uow, OrderDraftLine, rows)
