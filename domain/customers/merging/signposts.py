"""Cards that were merged into another one, which stay as signposts to it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select

from domain.customers.tables import Customer


def with_merged(card: ColumnElement[Any]) -> Select[Any]:
    """The ids of a card and of all that were merged into it, or into one that was, and so on."""
    cards = select(Customer.id).where(Customer.id == card).cte("cards", recursive=True)
    further = select(Customer.id).join(cards, Customer.merged_into_id == cards.c.id)
    return select(cards.union(further).c.id)
