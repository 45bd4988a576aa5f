"""Rules of segments as conditions: all that they name must be there.

A rule that says "not in this group" would tell everybody once the group is gone. So what is gone
is refused, with its place in the rule.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement

from domain.catalog.filters import Where
from domain.catalog.named_in_filters import gone_in
from domain.catalog.tables import Brand, Category, Collection, Product, Variant
from domain.customers.filters import condition_by, definitions_for
from domain.customers.segments.tables import SegmentSnapshot
from domain.customers.tables import Customer
from domain.errors import DomainError
from domain.pricing.tables import CustomerGroup, Promotion
from domain.stock.tables import Location
from tenants.scope import Asking

_TABLES: Final[Mapping[str, Any]] = {
    "id": Customer,
    "groupId": CustomerGroup,
    "snapshotId": SegmentSnapshot,
    "placeId": Location,
    "variantId": Variant,
    "productId": Product,
    "brandId": Brand,
    "categoryId": Category,
    "collectionId": Collection,
    "promotionId": Promotion,
}
"""What fields of a rule name."""


async def condition_of(db: Asking, rule: Where) -> ColumnElement[bool]:
    """What a rule says of customers. Raises Invalid or NotFound with the path in `where`."""
    (found,) = await conditions_of(db, [rule])
    if isinstance(found, DomainError):
        raise found
    return found


async def conditions_of(
    db: Asking, rules: Sequence[Where], only: Sequence[UUID] | None = None
) -> list[ColumnElement[bool] | DomainError]:
    """What each of many rules says of customers (of `only` these, if given), or why it cannot.

    At most two statements: for the merchant's own fields, and for what is named, where any are.
    """
    definitions = await definitions_for(db, *rules)
    found: list[ColumnElement[bool] | DomainError] = []
    for rule in rules:
        try:
            found.append(condition_by(definitions, rule, only))
        except DomainError as error:
            found.append(error)
    right = [at for at, one in enumerate(found) if not isinstance(one, DomainError)]
    gone = await gone_in(db, [rules[at] for at in right], _TABLES)
    for at, one_gone in zip(right, gone, strict=True):
        if one_gone is not None:
            found[at] = one_gone
    return found
