"""The facts of products and variants: values of attributes, each with its one spelling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.catalog.changes import products_changed
from domain.catalog.tables import Attribute, AttributeChoice, AttributeValue, Product, Variant
from domain.catalog.versions import edited, lock_owner
from domain.errors import Invalid, NotFound
from domain.inputs import flag, located, text
from domain.references import Ref, get_id, resolve
from domain.row_sets import IDS, insert_rows, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.dates import parse_date
from tenants.values.quantity import parse_thousandths

MOST_VALUES: Final = 50
LONGEST_VALUE: Final = 500
LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class Fact:
    """What a product (or one variant of it) has of an attribute: all its values, none to clear.

    A value is text; for a number a decimal string, a boolean, a date as 2026-01-31, a choice's
    key or title.
    """

    attribute: Ref
    values: Sequence[Any]


_OF_PRODUCTS: Final = (
    select(
        AttributeValue.product_id,
        AttributeValue.variant_id,
        AttributeValue.attribute_id,
        AttributeValue.key,
        AttributeValue.text,
        AttributeValue.number,
        AttributeValue.boolean,
        AttributeValue.day,
        AttributeValue.choice_id,
        Attribute.code,
        Attribute.title,
        Attribute.kind,
        Attribute.unit,
    )
    .join(Attribute, Attribute.id == AttributeValue.attribute_id)
    .where(AttributeValue.product_id == any_(IDS))
    .order_by(AttributeValue.product_id, Attribute.position, Attribute.id, AttributeValue.position)
)
_CHOICES: Final = select(AttributeChoice).where(AttributeChoice.attribute_id == any_(IDS))
_CLEAR: Final = delete(AttributeValue).where(
    AttributeValue.product_id == bindparam("product_id"),
    AttributeValue.variant_id.is_not_distinct_from(
        bindparam("variant_id", type_=AttributeValue.variant_id.type)
    ),
    AttributeValue.attribute_id == any_(IDS),
)


def choice_key(title: str) -> str:
    """The one spelling of a word, for equality: small letters, ё as е, cut to an index's size."""
    return title.lower().replace("ё", "е")[:LONGEST_KEY]


async def set_facts(
    uow: UnitOfWork,
    *,
    product: Ref,
    facts: Sequence[Fact],
    variant: Ref | None = None,
    expected_version: int | None = None,
) -> UUID:
    """Give a product, or one variant of it, these facts; attributes not named are kept. Its id.

    Raises Conflict for another version of the product; NotFound and Invalid with the paths
    `facts.0.values.1` and so on.
    """
    owner = await lock_owner(
        uow, Product, product, "productId", what="product", expected_version=expected_version
    )
    product_id: UUID = owner["id"]
    variant_id = await _variant_of(uow, product_id, variant)
    ids = await resolve(uow, Attribute, [fact.attribute for fact in facts])
    attributes = await rows_by_id(uow, Attribute, list(ids.values()))
    choices = await _choices(uow, list(attributes))
    rows: list[dict[str, Any]] = []
    for at, fact in enumerate(facts):
        if fact.attribute not in ids:
            raise NotFound("facts", at, "attribute", what="attribute")
        attribute = attributes[ids[fact.attribute]]
        if len(fact.values) > MOST_VALUES:
            raise Invalid(
                "facts", at, "values", en=f"at most {MOST_VALUES}", ru=f"до {MOST_VALUES}"
            )
        seen: set[str] = set()
        for number, value in enumerate(fact.values):
            row = _row_at(("facts", at, "values", number), attribute, value, choices)
            if row["key"] in seen:
                continue
            seen.add(row["key"])
            whose = {"product_id": product_id, "variant_id": variant_id}
            rows.append({"id": new_id(), **whose, "position": number, **row})
    await uow.execute(_CLEAR, product_id=product_id, variant_id=variant_id, ids=list(ids.values()))
    await insert_rows(uow, AttributeValue, rows)
    await edited(uow, Product, [product_id], what="product", changed=["attributes"])
    await products_changed(uow, [product_id])
    return product_id


async def facts_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """The facts of many products and their variants, with the attributes' words, in order."""
    return await db.rows(_OF_PRODUCTS, ids=list(product_ids))


def value_columns(kind: str, value: Any) -> dict[str, Any]:
    """A value of an attribute (of a kind other than choice) as columns of its row."""
    columns: dict[str, Any] = dict.fromkeys(("text", "number", "boolean", "day", "choice_id"))
    match kind:
        case "number":
            columns["number"] = parse_thousandths(str(value))
            columns["key"] = str(columns["number"])
        case "boolean":
            columns["boolean"] = flag(value)
            columns["key"] = "true" if value else "false"
        case "date":
            columns["day"] = parse_date(str(value))
            columns["key"] = columns["day"].isoformat()
        case _:
            columns["text"] = text(LONGEST_VALUE)(value)
            columns["key"] = choice_key(columns["text"])
    return columns


def _row_at(
    path: tuple[str | int, ...], attribute: Row, value: Any, choices: Mapping[Any, Row]
) -> dict[str, Any]:
    with located(*path):
        if attribute["kind"] != "choice":
            columns = value_columns(attribute["kind"], value)
        else:
            choice = choices.get((attribute["id"], choice_key(str(value))))
            if choice is None:
                raise NotFound(what="choice")
            columns = value_columns("text", choice["title"])
            columns |= {"key": choice["key"], "choice_id": choice["id"]}
    return {"attribute_id": attribute["id"], **columns}


async def _choices(db: Asking, attribute_ids: Sequence[UUID]) -> dict[Any, Row]:
    """Choices by attribute and key, and by their titles too."""
    rows = await db.rows(_CHOICES, ids=list(attribute_ids))
    by_title = {(row["attribute_id"], choice_key(row["title"])): row for row in rows}
    return by_title | {(row["attribute_id"], row["key"]): row for row in rows}


async def _variant_of(uow: UnitOfWork, product_id: UUID, variant: Ref | None) -> UUID | None:
    if variant is None:
        return None
    variant_id = await get_id(uow, Variant, variant, "variantId", what="variant")
    rows = await rows_by_id(uow, Variant, [variant_id])
    if rows[variant_id]["product_id"] != product_id:
        raise NotFound("variantId", what="variant")
    return variant_id
