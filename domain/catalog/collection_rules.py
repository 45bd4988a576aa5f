"""Rules of collections: what a product must be to belong to one.

A rule is `{"match": "all" | "any", "conditions": [{"field", "values"}]}`; a condition holds when
the product has one of its values. Values are texts: ids for brand and category (and what is below
it), codes and keys for attribute (`["color", "red", "blue"]`), numbers for the rest.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    true,
)

from domain.catalog.collection_days import days_of, first_end, longest
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    CategoryAncestor,
    Collection,
    CollectionProduct,
    Product,
    ProductCategory,
)
from domain.errors import Invalid
from domain.inputs import located, text, whole, word
from domain.row_sets import IDS, insert_rows
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tenants.statements import TENANT

MOST_CONDITIONS: Final = 20
MOST_VALUES: Final = 100
CONDITIONS: Final = ("brand", "category", "attribute", "country", "new_within_days")

_DAYS: Final = re.compile(r"[0-9]{1,4}")
# Rules and products change in units that do not see each other: whoever changes a rule waits for
# those who go by the old one, and those who come later wait for the new one.
_ALL_RULES: Final = func.hashtextextended(func.concat("rules of collections", TENANT), 0)
_GO_BY_RULES: Final = select(func.pg_advisory_xact_lock_shared(_ALL_RULES))
_CHANGE_RULES: Final = select(func.pg_advisory_xact_lock(_ALL_RULES))
_RULES: Final = select(Collection.id, Collection.rule).where(Collection.kind == "rule")
_MEMBERS: Final = select(CollectionProduct.product_id).where(
    CollectionProduct.collection_id == bindparam("collection_id")
)
_LAST: Final = select(func.coalesce(func.max(CollectionProduct.position) + 1, 0)).where(
    CollectionProduct.collection_id == bindparam("collection_id")
)
_LEAVE: Final = delete(CollectionProduct).where(
    CollectionProduct.collection_id == bindparam("collection_id"),
    CollectionProduct.product_id == any_(IDS),
)


def cleaned_rule(value: Any) -> dict[str, Any] | None:
    """A rule in its stored form; None is none. Refuses with paths such as `conditions.1.values`."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Invalid(en="must be a rule", ru="должно быть правилом")
    with located("match"):
        match = word("all", "any")(value.get("match", "all"))
    conditions = value.get("conditions") or []
    if not 1 <= len(conditions) <= MOST_CONDITIONS:
        raise Invalid(
            "conditions",
            en=f"must be from 1 to {MOST_CONDITIONS}",
            ru=f"должно быть от 1 до {MOST_CONDITIONS}",
        )
    return {
        "match": match,
        "conditions": [_cleaned_condition(at, one) for at, one in enumerate(conditions)],
    }


async def hold_rules(uow: UnitOfWork) -> None:
    """Have the rules to oneself until this unit ends; to be called before anything is locked."""
    await uow.execute(_CHANGE_RULES)


async def refill(uow: UnitOfWork, collection_id: UUID, rule: Mapping[str, Any]) -> set[UUID]:
    """Make a collection hold what its rule says; the products that came or went."""
    return await _refill(uow, collection_id, rule, None)


async def refill_for(uow: UnitOfWork, product_ids: Sequence[UUID]) -> datetime | None:
    """Let products that changed into, and out of, the collections that have a rule.

    When the first of them is to leave one by its days; None where none is.
    """
    await uow.execute(_GO_BY_RULES)
    ends = []
    for row in await uow.rows(_RULES):
        await _refill(uow, row["id"], row["rule"], product_ids)
        ends.append(await first_end(uow, row["id"], row["rule"], product_ids))
    return min(filter(None, ends), default=None)


async def first_end_of_all(uow: UnitOfWork) -> datetime | None:
    """When the days of a product in any of the shop's collections are over first."""
    ends = [await first_end(uow, row["id"], row["rule"]) for row in await uow.rows(_RULES)]
    return min(filter(None, ends), default=None)


async def find_overstayed(uow: UnitOfWork, *, most: int) -> dict[UUID, list[UUID]]:
    """Products that a collection with days has and its rule no longer means, by collection.

    At most so many of each; they leave as `refill_for` is called of them.
    """
    await uow.execute(_GO_BY_RULES)
    found: dict[UUID, list[UUID]] = {}
    for row in await uow.rows(_RULES):
        if not days_of(row["rule"]):
            continue
        stay = _holds(uow, row["rule"])
        over = _MEMBERS.join(Product, Product.id == CollectionProduct.product_id)
        over = over.where(stay.is_not(true())).limit(most)
        if gone := await uow.rows(over, collection_id=row["id"]):
            found[row["id"]] = [one["product_id"] for one in gone]
    return found


async def _refill(
    uow: UnitOfWork,
    collection_id: UUID,
    rule: Mapping[str, Any],
    among: Sequence[UUID] | None,
) -> set[UUID]:
    wanted_statement = select(Product.id).where(_holds(uow, rule))
    members_statement = _MEMBERS
    if among is not None:
        wanted_statement = wanted_statement.where(Product.id == any_(IDS))
        members_statement = _MEMBERS.where(CollectionProduct.product_id == any_(IDS))
    values: dict[str, Any] = {} if among is None else {"ids": list(among)}
    wanted = {row["id"] for row in await uow.rows(wanted_statement, **values)}
    members = await uow.rows(members_statement, collection_id=collection_id, **values)
    there = {row["product_id"] for row in members}
    if gone := there - wanted:
        await uow.execute(_LEAVE, collection_id=collection_id, ids=list(gone))
    if come := sorted(wanted - there):
        last = int(await uow.value(_LAST, collection_id=collection_id))
        rows = [
            {
                "id": new_id(),
                "collection_id": collection_id,
                "product_id": product_id,
                "position": last + number,
            }
            for number, product_id in enumerate(come)
        ]
        await insert_rows(uow, CollectionProduct, rows)
    return wanted ^ there


def _cleaned_condition(at: int, condition: Any) -> dict[str, Any]:
    if not isinstance(condition, Mapping):
        raise Invalid("conditions", at, en="must be a condition", ru="должно быть условием")
    with located("conditions", at, "field"):
        field = word(*CONDITIONS)(condition.get("field"))
    values = condition.get("values") or []
    with located("conditions", at, "values"):
        least = 2 if field == "attribute" else 1
        if not least <= len(values) <= MOST_VALUES:
            raise Invalid(
                en=f"must be from {least} to {MOST_VALUES}", ru=f"от {least} до {MOST_VALUES}"
            )
        return {"field": field, "values": [_cleaned_value(field, one) for one in values]}


def _cleaned_value(field: str, value: Any) -> str:
    if field == "new_within_days":
        is_number = (
            isinstance(value, str) and len(value) < 10 and value.isascii() and value.isdigit()
        )
        return str(whole(1, 3_650)(int(value) if is_number else value))
    if field in ("brand", "category"):
        try:
            return str(UUID(str(value)))
        except ValueError:
            raise Invalid(en="must be an id", ru="нужен идентификатор") from None
    return text(200)(value)  # type: ignore[no-any-return]


def _holds(uow: UnitOfWork, rule: Mapping[str, Any]) -> ColumnElement[bool]:
    conditions = [_condition(uow, one["field"], one["values"]) for one in rule["conditions"]]
    return and_(*conditions) if rule["match"] == "all" else or_(*conditions)


def _condition(uow: UnitOfWork, field: str, values: Sequence[str]) -> ColumnElement[bool]:
    match field:
        case "brand":
            return Product.brand_id == any_(_ids(values))
        case "category":
            return (
                select(ProductCategory.id)
                .join(CategoryAncestor, CategoryAncestor.category_id == ProductCategory.category_id)
                .where(
                    ProductCategory.product_id == Product.id,
                    CategoryAncestor.ancestor_id == any_(_ids(values)),
                )
                .exists()
            )
        case "attribute":
            return (
                select(AttributeValue.id)
                .join(Attribute, Attribute.id == AttributeValue.attribute_id)
                .where(
                    AttributeValue.product_id == Product.id,
                    Attribute.code == values[0],
                    AttributeValue.key == any_(_texts(values[1:])),
                )
                .exists()
            )
        case "country":
            return Product.country == any_(_texts(values))
        case _:
            return Product.published_at >= uow.now - longest(values)


def _ids(values: Sequence[str]) -> ColumnElement[Any]:
    return literal([UUID(value) for value in values], ARRAY(Uuid()))


def _texts(values: Sequence[str]) -> ColumnElement[Any]:
    return literal(list(values), ARRAY(Text()))
