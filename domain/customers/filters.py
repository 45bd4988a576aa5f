"""What customers are filtered by: their cards, what they bought, what happened to them.

One language for lists and segments alike. A rule costs one statement however much it says, and one
more where it names the merchant's own fields.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select

from domain.catalog.fields import list_fields
from domain.catalog.filters import Filter, Narrowing, Where, conditions
from domain.catalog.tables import CategoryAncestor, CollectionProduct, ProductCategory, Variant
from domain.catalog.tables import Product as CatalogProduct
from domain.customers.segments.custom_fields import CustomFields
from domain.customers.segments.days import DaysSince, DaysUntil
from domain.customers.segments.related import Amount, Related, Total
from domain.customers.segments.tables import SnapshotMember
from domain.customers.tables import (
    Consent,
    Customer,
    CustomerAccount,
    CustomerAddress,
    CustomerContact,
    CustomerGroupMember,
    CustomerLegalEntity,
    CustomerTag,
)
from domain.errors import NotAllowed
from domain.orders.orders.of_customers import STANDS
from domain.orders.orders.tables import Order, OrderLine
from domain.orders.returns.tables import OrderReturn
from domain.pricing.tables import PointAccount, PromotionUse
from tenants.ledger import EventRow
from tenants.principal import Principal
from tenants.scope import Asking, Row

Within = Callable[[ColumnElement[bool]], ColumnElement[bool]]


def _on_card(table: Any, *also: ColumnElement[bool]) -> Within:
    """A condition on one of the rows of a table that belong to the card."""

    def within(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return select(table.id).where(table.customer_id == Customer.id, *also, condition).exists()

    return within


def _in_order(table: Any, *also: ColumnElement[bool]) -> Within:
    """A condition on one of the rows of a table that belong to the order."""

    def within(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return select(table.id).where(table.order_id == Order.id, *also, condition).exists()

    return within


def _bought(*joined: tuple[Any, ColumnElement[bool]]) -> Within:
    """A condition on what a line of the order was of, reached through other tables."""

    def within(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        found = select(OrderLine.id).join(Variant, Variant.id == OrderLine.variant_id)
        for table, on in joined:
            found = found.join(table, on)
        return found.where(OrderLine.order_id == Order.id, condition).exists()

    return within


_FILED: Final = (ProductCategory, ProductCategory.product_id == Variant.product_id)
_ABOVE: Final = (CategoryAncestor, CategoryAncestor.category_id == ProductCategory.category_id)
_PICKED: Final = (CollectionProduct, CollectionProduct.product_id == Variant.product_id)
_BRANDED: Final = (CatalogProduct, CatalogProduct.id == Variant.product_id)


def _due(chosen: ColumnElement[bool]) -> Any:
    return cast(func.sum(Order.due_minor).filter(chosen), BigInteger)


def _sum(currency: str) -> Any:
    return func.coalesce(_due(Order.currency == currency), 0)


def _average(currency: str) -> Any:
    """To the nearest minor unit, halves upwards."""
    chosen = Order.currency == currency
    count: Any = func.nullif(func.count().filter(chosen), 0)
    return (2 * _due(chosen) + count) // (2 * count)


_ORDERS: Final[Mapping[str, Narrowing]] = {
    "state": Filter(Order.state),
    "source": Filter(Order.source),
    "paymentMethod": Filter(Order.payment_method),
    "placeId": Filter(Order.location_id),
    "placedAt": Filter(Order.placed_at),
    "daysSince": DaysSince(Order.placed_at),
    "total": Amount(lambda currency: case((Order.currency == currency, Order.due_minor))),
    "variantId": Filter(OrderLine.variant_id, _in_order(OrderLine)),
    "productId": Filter(Variant.product_id, _bought()),
    "brandId": Filter(CatalogProduct.brand_id, _bought(_BRANDED)),
    "categoryId": Filter(CategoryAncestor.ancestor_id, _bought(_FILED, _ABOVE)),
    "collectionId": Filter(CollectionProduct.collection_id, _bought(_PICKED)),
    "promotionId": Filter(
        PromotionUse.promotion_id,
        _in_order(PromotionUse, PromotionUse.given_back_at.is_(None)),
    ),
    "returnedAt": Filter(OrderReturn.received_at, _in_order(OrderReturn)),
}
_ORDER_TOTALS: Final = {
    "count": Total(Filter(func.count()), of_none=0),
    "sum": Total(Amount(_sum), of_none=0),
    "average": Total(Amount(_average)),
    "firstAt": Total(Filter(func.min(Order.placed_at))),
    "lastAt": Total(Filter(func.max(Order.placed_at))),
    "daysSinceFirst": Total(DaysSince(func.min(Order.placed_at))),
    "daysSinceLast": Total(DaysSince(func.max(Order.placed_at))),
}
_CONSENTS: Final[Mapping[str, Narrowing]] = {
    "purpose": Filter(Consent.purpose),
    "channel": Filter(Consent.channel),
    "grantedAt": Filter(Consent.granted_at),
    "withdrawnAt": Filter(Consent.withdrawn_at),
}
_EVENTS: Final[Mapping[str, Narrowing]] = {
    "type": Filter(EventRow.type),
    "at": Filter(EventRow.occurred_at),
    "daysSince": DaysSince(EventRow.occurred_at),
}
_EVENT_TOTALS: Final = {
    "count": Total(Filter(func.count()), of_none=0),
    "daysSinceLast": Total(DaysSince(func.max(EventRow.occurred_at))),
}
_CARD: Final[Mapping[str, Narrowing]] = {
    "id": Filter(Customer.id),
    "externalId": Filter(Customer.external_id),
    "externalSource": Filter(Customer.external_source),
    "name": Filter(Customer.name_sort, folded=True),
    "language": Filter(Customer.language),
    "birthday": Filter(Customer.birthday),
    "daysToBirthday": DaysUntil(Customer.birthday),
    "phone": Filter(
        CustomerContact.key, _on_card(CustomerContact, CustomerContact.kind == "phone")
    ),
    "email": Filter(
        CustomerContact.key,
        _on_card(CustomerContact, CustomerContact.kind == "email"),
        folded=True,
    ),
    "city": Filter(CustomerAddress.address["city"].astext, _on_card(CustomerAddress)),
    "inn": Filter(CustomerLegalEntity.inn, _on_card(CustomerLegalEntity)),
    "tag": Filter(CustomerTag.tag, _on_card(CustomerTag)),
    "groupId": Filter(CustomerGroupMember.group_id, _on_card(CustomerGroupMember)),
    "snapshotId": Filter(SnapshotMember.snapshot_id, _on_card(SnapshotMember)),
    "registeredAt": Filter(CustomerAccount.created_at, _on_card(CustomerAccount)),
    "points": Filter(PointAccount.balance_minor, _on_card(PointAccount)),
    "mergedInto": Filter(Customer.merged_into_id),
    "createdAt": Filter(Customer.created_at),
    "daysSinceCreated": DaysSince(Customer.created_at),
    "updatedAt": Filter(Customer.updated_at),
    "erasedAt": Filter(Customer.erased_at),
}


async def customer_condition(db: Asking, where: Where | None) -> ColumnElement[bool]:
    """What customers must be, as one condition. Raises Invalid with the path of what is wrong."""
    return condition_by(await definitions_for(db, where), where)


def condition_by(
    definitions: Mapping[str, Row], where: Where | None, only: Sequence[UUID] | None = None
) -> ColumnElement[bool]:
    """The same, by the merchant's own fields as they are now; of `only` these cards, if given."""
    consented = {"withdrawnAt": Consent.withdrawn_at.is_(None)}
    filters: dict[str, Narrowing] = {
        **_CARD,
        "fields": CustomFields(definitions),
        "orders": Related(Order.customer_id, _ORDERS, _ORDER_TOTALS, {"state": STANDS}, only),
        "consents": Related(Consent.customer_id, _CONSENTS, {}, consented, only),
        "events": Related(EventRow.entity_id, _EVENTS, _EVENT_TOTALS, {}, only),
    }
    return conditions(filters, where)


async def definitions_for(db: Asking, *wheres: Where | None) -> dict[str, Row]:
    """The merchant's own fields by code; asked for only where a filter names any."""
    if not any(names(where, "fields") for where in wheres):
        return {}
    return {row["code"]: row for row in await list_fields(db, "customer")}


def names(where: Where | None, field: str) -> bool:
    """Whether a filter says anything of a field, however deep."""
    for name, asked in (where or {}).items():
        if name == field and asked is not None:
            return True
        inner = asked if isinstance(asked, list) else [asked] if name == "not" else []
        if name in ("and", "or", "not") and any(names(one, field) for one in inner):
            return True
    return False


def check_may_ask(principal: Principal, where: Where | None) -> None:
    """Whoever may not see all orders learns nothing of them by asking for customers. Raises
    NotAllowed."""
    if names(where, "orders") and not (principal.may("orders:read") and principal.points is None):
        raise NotAllowed(
            "where",
            en="only who sees all orders may ask by them",
            ru="по заказам отбирает тот, кому видны все заказы",
        )
