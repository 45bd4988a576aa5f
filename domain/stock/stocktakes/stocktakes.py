"""Stocktakes: goods of a location are counted by people, and the books brought in line with it.

    draft -> counting -> review -> approved     (posting in between, where there are many lines)
    review -> counting again, for what is to be counted anew; any before posting -> cancelled

What is there while it is under way comes and goes as ever: nothing is locked, for `stocktake_sums`
reckons with it. Those who count need `stocktakes:count` and see no balance anywhere.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select

from domain.bulk import Tally, TooMany
from domain.catalog.entities import Entity, Given, cleaned_rows, insert_entities
from domain.catalog.tables import Category, CategoryAncestor, ProductCategory, Variant
from domain.errors import Invalid, NotFound
from domain.inputs import Required, line_or_none
from domain.references import Ref, get_id, resolve
from domain.row_sets import insert_rows
from domain.stock.documents import Stated, enter_state, lock_document
from domain.stock.numbering import next_number
from domain.stock.places.locations import find_default_location, reach_location
from domain.stock.stocktakes.lines import forget_lines, write_lines
from domain.stock.stocktakes.tables import Stocktake, StocktakeRecount, StocktakeVariant
from tenants.ids import new_id
from tenants.principal import Principal
from tenants.scope import Row, UnitOfWork

WHAT: Final = "stocktake"
MOST_VARIANTS: Final = 1_000
STOCKTAKE: Final = Entity(WHAT, Stocktake, {"note": line_or_none(2_000)}, required=())


class Action(StrEnum):
    """What may be done with a stocktake."""

    START = "start"
    COUNT = "count"
    FINISH = "finish"
    RECOUNT = "recount"
    APPROVE = "approve"
    CANCEL = "cancel"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.START: ("draft",),
    Action.COUNT: ("counting",),
    Action.FINISH: ("counting",),
    Action.RECOUNT: ("counting", "review"),
    # One whose posting got stuck is approved again, and goes on behind what is posted.
    Action.APPROVE: ("review", "posting"),
    Action.CANCEL: ("draft", "counting", "review"),
}

_NOW: Final = select(func.statement_timestamp())
_UNDER: Final = (
    select(Variant.id)
    .join(ProductCategory, ProductCategory.product_id == Variant.product_id)
    .join(CategoryAncestor, CategoryAncestor.category_id == ProductCategory.category_id)
    .where(CategoryAncestor.ancestor_id == bindparam("category", type_=Uuid()))
    .distinct()
)


def check_sees_stocktake(principal: Principal, stocktake: Row, *path: str) -> None:
    """One at a location beyond the caller's own is to him as if it were not there."""
    if principal.points is not None and stocktake["location_id"] not in principal.points:
        raise NotFound(*path, what=WHAT)


STOCKTAKES: Final = Stated(WHAT, Stocktake, STATES_FOR, check_sees_stocktake)


async def create_stocktake(uow: UnitOfWork, given: Given) -> UUID:
    """Make a draft for `location` (the default one unless given); its id.

    It is about everything there, about what is filed under a `category` or below when it starts,
    or about `variants`. Raises NotFound, Invalid, TooMany.
    """
    category, variants = given.get("category"), given.get("variants")
    if category is not None and variants is not None:
        raise Invalid("variants", en="name a category or variants", ru="или категория, или товары")
    location = given.get("location") or await find_default_location(uow)
    if location is None:
        raise Required("locationId")
    location_id = await reach_location(uow, location, "locationId")
    named = await _named(uow, variants)
    scope = "location" if category is None else "category"
    tally = Tally(1)
    rows = cleaned_rows(STOCKTAKE, [given], tally, making=True)
    tally.settle()
    rows[0] |= {
        "location_id": location_id,
        "scope": scope if variants is None else "variants",
        "category_id": category
        and await get_id(uow, Category, category, "categoryId", what="category"),
        "number": await next_number(uow, WHAT),
    }
    stocktake_id = (await insert_entities(uow, STOCKTAKE, rows, tally))[0]
    await _be_about(uow, stocktake_id, named)
    return stocktake_id


async def start_stocktake(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Let the counting begin, from this instant of the ledger on; its id."""
    stocktake = await lock_document(
        uow, STOCKTAKES, ref, Action.START, "id", expected_version=expected_version
    )
    if stocktake["scope"] == "category":
        found = await uow.rows(_UNDER, category=stocktake["category_id"])
        await _be_about(uow, stocktake["id"], [row["id"] for row in found])
    started_at = await uow.value(_NOW)
    return await enter_state(uow, STOCKTAKES, stocktake, "counting", started_at=started_at)


async def finish_counting(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Count no more: what was found is written down, for one who approves it; its id."""
    stocktake = await lock_document(
        uow, STOCKTAKES, ref, Action.FINISH, "id", expected_version=expected_version
    )
    await write_lines(uow, stocktake)
    return await enter_state(uow, STOCKTAKES, stocktake, "review", counted_at=uow.now)


async def recount(
    uow: UnitOfWork, ref: Ref, variants: Sequence[Ref], *, expected_version: int | None = None
) -> UUID:
    """Have these variants counted anew, as if nobody had counted them yet, and whatever else is
    still to be counted; its id. Raises NotFound, TooMany.
    """
    stocktake = await lock_document(
        uow, STOCKTAKES, ref, Action.RECOUNT, "id", expected_version=expected_version
    )
    at = await uow.value(_NOW)
    rows = [
        {
            "id": new_id(),
            "stocktake_id": stocktake["id"],
            "variant_id": variant_id,
            "at": at,
            "actor": uow.principal.actor.value,
            "actor_id": uow.principal.id,
        }
        for variant_id in await _named(uow, variants)
    ]
    await insert_rows(uow, StocktakeRecount, rows)
    await forget_lines(uow, stocktake)
    return await enter_state(uow, STOCKTAKES, stocktake, "counting", counted_at=None)


async def cancel_stocktake(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Give up a stocktake that nothing is posted of; its id."""
    stocktake = await lock_document(
        uow, STOCKTAKES, ref, Action.CANCEL, "id", expected_version=expected_version
    )
    return await enter_state(uow, STOCKTAKES, stocktake, "cancelled", ended_at=uow.now)


async def _named(uow: UnitOfWork, variants: Sequence[Ref] | None) -> list[UUID]:
    """The variants that are meant, each once. Raises NotFound, TooMany."""
    if variants is None:
        return []
    if len(variants) > MOST_VARIANTS:
        raise TooMany("variants", most=MOST_VARIANTS)
    ids = await resolve(uow, Variant, variants)
    missing = (at for at, variant in enumerate(variants) if variant not in ids)
    if (at := next(missing, None)) is not None:
        raise NotFound("variants", at, what="variant")
    return list(dict.fromkeys(ids[variant] for variant in variants))


async def _be_about(uow: UnitOfWork, stocktake_id: UUID, variant_ids: Sequence[UUID]) -> None:
    rows = [
        {"id": new_id(), "stocktake_id": stocktake_id, "variant_id": one} for one in variant_ids
    ]
    await insert_rows(uow, StocktakeVariant, rows)
