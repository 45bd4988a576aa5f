"""What may be done with goods that soon expire, or have: by what is there, and by who asks."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.pricing.tables import Price, PriceList
from domain.purchasing.returns.origins import origins_of_lots
from domain.row_sets import IDS
from domain.stock.markdowns.lists import markdowns_of
from tenants.principal import Principal
from tenants.scope import Asking, Row


class LotAction(StrEnum):
    """What may be done with goods of a lot."""

    MARK_DOWN = "mark_down"
    END_MARKDOWN = "end_markdown"
    WRITE_OFF = "write_off"
    RETURN_TO_SUPPLIER = "return_to_supplier"


NEEDS: Final = {
    LotAction.MARK_DOWN: "prices:write",
    LotAction.END_MARKDOWN: "prices:write",
    LotAction.WRITE_OFF: "inventory:write",
    LotAction.RETURN_TO_SUPPLIER: "purchasing:write",
}
_PRICED: Final = (
    select(Price.variant_id)
    .join(PriceList, PriceList.id == Price.price_list_id)
    .where(PriceList.is_default, Price.variant_id == any_(IDS), Price.amount_minor > 1)
    .distinct()
)


async def actions_for(
    db: Asking, principal: Principal, expiring: Sequence[Row]
) -> list[list[LotAction]]:
    """For each row of `list_expiring` what the caller may do with it.

    Marked down is what may be sold and has a price in the default list. Of what is free some may be
    written off or, where it is known who sold it to us, sent back.
    """
    variants = list({row["variant_id"] for row in expiring})
    priced = {row["variant_id"] for row in await db.rows(_PRICED, ids=variants)}
    marked = await markdowns_of(db, variants)
    origins = await origins_of_lots(db, list({row["lot_id"] for row in expiring}))
    known = {lot for lot, origin in origins.items() if origin.supplier_id is not None}

    def allowed(row: Row) -> set[LotAction]:
        of: UUID = row["variant_id"]
        may = {
            LotAction.MARK_DOWN: row["is_sellable"] and row["free"] > 0 and of in priced,
            LotAction.END_MARKDOWN: of in marked,
            LotAction.WRITE_OFF: row["free"] > 0,
            LotAction.RETURN_TO_SUPPLIER: row["free"] > 0 and row["lot_id"] in known,
        }
        return {one for one, is_so in may.items() if is_so and principal.may(NEEDS[one])}

    return [[one for one in LotAction if one in allowed(row)] for row in expiring]
