"""Promotions of which goods have had their share already when the rest is priced anew."""

from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.errors import NotAllowed
from domain.orders.edits.plans import Plan
from domain.pricing.promotions.actions import is_for_each
from domain.pricing.promotions.rules import action_of
from domain.pricing.promotions.tables import Promotion
from domain.pricing.quoted import Quote
from domain.row_sets import IDS
from tenants.scope import Row, UnitOfWork

_PROMOTIONS: Final = (
    select(Promotion.id, Promotion.title, Promotion.actions, Promotion.most_minor)
    .where(Promotion.id == any_(IDS))
    .order_by(Promotion.id)
)


async def check_given(uow: UnitOfWork, plan: Plan, quoted: Quote) -> None:
    """Nothing is given twice, and nothing that was given is counted no more.

    What made picked goods cheaper has to be for each alone (a share without a cap, say, but no sum
    for the whole cart), and to be given to the rest as well. Raises NotAllowed.
    """
    ids = {
        UUID(step["promotion_id"])
        for line in plan.before.values()
        for step in line["trace"]
        if line["picked"] and step.get("promotion_id")
    }
    still = {one.promotion_id for one in quoted.promotions}
    for row in await uow.rows(_PROMOTIONS, ids=sorted(ids)) if ids else ():
        if row["id"] not in still or not _is_for_each(row):
            raise NotAllowed(
                "reprice",
                en=f"what “{row['title']}” was given for is picked already; put it back first",
                ru=f"уже собран товар по акции «{row['title']}»; сначала верните его на полку",
            )


def _is_for_each(promotion: Row) -> bool:
    actions = map(action_of, promotion["actions"])
    return promotion["most_minor"] is None and all(map(is_for_each, actions))
