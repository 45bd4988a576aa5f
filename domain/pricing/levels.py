"""Levels of customers: what is earned, and what points may pay, from which turnover on."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from domain.amounts import amount_in
from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.inputs import located, text, whole
from domain.merchants.shop_facts import shop_currency
from domain.pricing.percents import percent
from domain.pricing.purse_tables import LoyaltyLevel
from domain.references import Ref
from tenants.scope import UnitOfWork

LEVEL: Final = Entity(
    "loyalty_level",
    LoyaltyLevel,
    {
        "title": text(200),
        "from_minor": lambda value: value,
        "earn_hundredths": lambda value: value,
        "most_hundredths": lambda value: value,
        "valid_days": whole(1, 3_650, required=False),
    },
    required=("title", "from_minor", "earn_hundredths", "most_hundredths"),
)


async def create_level(uow: UnitOfWork, given: Given) -> UUID:
    """Make a level; its id. Raises Required, Invalid, Taken("title") for another from as much."""
    return await create_one(uow, LEVEL, await _columns(uow, given))


async def update_level(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a level; its id. What was earned stays."""
    changes = await _columns(uow, edit.changes)
    return await update_one(uow, LEVEL, replace(edit, changes=changes))


async def delete_level(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a level; its id."""
    return UUID(str((await delete_one(uow, LEVEL, ref, expected_version))["id"]))


async def _columns(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """The input with its amount, in the shop's currency, and its percentages as they are kept."""
    columns = dict(given)
    if "from_amount" in columns:
        with located("fromAmount"):
            columns["from_minor"] = amount_in(await shop_currency(uow))(columns.pop("from_amount"))
    for word in ("earn", "most"):
        if f"{word}_percent" in columns:
            with located(f"{word}Percent"):
                columns[f"{word}_hundredths"] = percent()(columns.pop(f"{word}_percent"))
    return columns
