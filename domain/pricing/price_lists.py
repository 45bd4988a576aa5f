"""Price lists: prices in one currency. One of them is the default, which the shop window shows.

Others have a rank, and go before it for the buyers of their channel and group (`applicable`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import select, update

from domain.catalog.changes import relist_soon
from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.tables import Channel
from domain.errors import Invalid, NotAllowed
from domain.inputs import camel, code, flag, instant, text, whole
from domain.pricing.tables import CustomerGroup, PriceList
from domain.references import Ref, get_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.currencies import parse_currency

PRICE_LIST: Final = Entity(
    "price_list",
    PriceList,
    {
        "title": text(200),
        "code": code,
        "currency": parse_currency,
        "is_default": flag,
        "valid_from": instant,
        "valid_until": instant,
        "rank": whole(1, 1_000, required=False),
        "channel_id": lambda value: value,
        "customer_group_id": lambda value: value,
    },
    required=("title", "code", "currency"),
    fixed=("currency",),
)

_FOR: Final = {"channel": Channel, "customer_group": CustomerGroup}
"""Whom a list can be for."""
SHOWN: Final = {"is_default", "valid_from", "valid_until"}
"""What changes the window's prices."""

_DEFAULT: Final = select(PriceList).where(PriceList.is_default)
_UNDEFAULT: Final = update(PriceList).where(PriceList.is_default).values(is_default=False)


async def create_price_list(uow: UnitOfWork, given: Given) -> UUID:
    """Make a price list; its id. The shop's first is the default one.

    `channel` and `customer_group` are references to those whom it is for, None for everybody.
    Raises Taken("code"), NotFound, Invalid.
    """
    default = await find_default_price_list(uow)
    given = await _with_buyers(uow, {"is_default": default is None, **given})
    if given["is_default"]:
        await uow.execute(_UNDEFAULT)
    with _in_order():
        list_id = await create_one(uow, PRICE_LIST, given)
    if default:
        await _show(uow, list_id)
    return list_id


async def update_price_list(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a price list; its currency is for good. Its id."""
    if "is_default" in edit.changes:
        if not edit.changes["is_default"]:
            raise NotAllowed(
                "isDefault",
                en="make another price list the default one instead",
                ru="вместо этого сделайте основным другой прайс-лист",
            )
        list_id = await get_id(uow, PriceList, edit.ref, "id", what="price_list")
        await uow.execute(_UNDEFAULT.where(PriceList.id != list_id))
    changes = await _with_buyers(uow, edit.changes)
    with _in_order():
        list_id = await update_one(uow, PRICE_LIST, replace(edit, changes=changes))
    if SHOWN & edit.changes.keys():
        await _show(uow, list_id)
    return list_id


async def delete_price_list(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete a price list with its prices, if it is not the default one; its id."""
    list_id = await get_id(uow, PriceList, ref, "id", what="price_list")
    default = await find_default_price_list(uow)
    if default and default["id"] == list_id:
        raise NotAllowed("id", en="is the default price list", ru="это основной прайс-лист")
    await delete_one(uow, PRICE_LIST, list_id, expected_version)
    return list_id


async def find_default_price_list(db: Asking) -> Row | None:
    """The price list of the shop window; None in a shop without one."""
    return await db.row(_DEFAULT)


@contextmanager
def _in_order() -> Iterator[None]:
    """The table holds a list's dates in order, whichever of the two was given, and the default
    list to be for everybody.
    """
    try:
        yield
    except asyncpg.CheckViolationError as error:
        if "default_is_for_everybody" in error.args[0]:
            raise Invalid(
                "isDefault",
                en="the default price list has no rank, channel or group",
                ru="у основного прайс-листа нет очерёдности, канала и группы",
            ) from None
        raise Invalid(
            "validUntil", en="must be later than validFrom", ru="должно быть позже начала"
        ) from None


async def _with_buyers(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """The input with ids where it names a channel or a group. Raises NotFound."""
    named = dict(given)
    for name, table in _FOR.items():
        if name in named:
            ref = named.pop(name)
            found = ref and await get_id(uow, table, ref, camel(name), what=name)
            named[f"{name}_id"] = found
    return named


async def _show(uow: UnitOfWork, list_id: UUID) -> None:
    """Have the window follow the list, if it is the default one: now, and on its dates."""
    default = await find_default_price_list(uow)
    if default is None or default["id"] != list_id:
        return
    await relist_soon(uow)
    for turn in (default["valid_from"], default["valid_until"]):
        if turn and turn > uow.now:
            await relist_soon(uow, turn)
