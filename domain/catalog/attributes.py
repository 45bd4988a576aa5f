"""Attributes: typed facts that products have and buyers filter by."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, func, select, update

from domain.catalog.attribute_values import choice_key
from domain.catalog.changes import products_changed
from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.fact_tables import ATTRIBUTE_KINDS
from domain.catalog.tables import Attribute, AttributeChoice, AttributeValue, Translation
from domain.catalog.versions import edited, lock_owner
from domain.errors import InUse, Invalid, NotFound, Taken
from domain.inputs import code, flag, line_or_none, located, text, whole, word
from domain.references import Ref, get_id
from domain.row_sets import IDS, insert_rows, lock_rows, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_CHOICES: Final = 1_000
LONGEST_VALUE: Final = 500

ATTRIBUTE: Final = Entity(
    "attribute",
    Attribute,
    {
        "title": text(200),
        "code": code,
        "kind": word(*ATTRIBUTE_KINDS),
        "unit": line_or_none(20),
        "is_filterable": flag,
        "position": whole(0, 10_000),
    },
    required=("title", "code", "kind"),
    fixed=("kind",),
)

_CHOICES: Final = (
    select(AttributeChoice)
    .where(AttributeChoice.attribute_id == any_(IDS))
    .order_by(AttributeChoice.attribute_id, AttributeChoice.position, AttributeChoice.id)
)
_CHOICE_COUNT: Final = select(func.count()).where(
    AttributeChoice.attribute_id == bindparam("attribute_id")
)
_USED: Final = select(func.count()).where(AttributeValue.choice_id == bindparam("choice_id"))
_DELETE_WORDS_OF_CHOICES: Final = delete(Translation).where(
    Translation.entity_id.in_(
        select(AttributeChoice.id).where(AttributeChoice.attribute_id == bindparam("attribute_id"))
    )
)
_PRODUCTS: Final = (
    select(AttributeValue.product_id)
    .where(AttributeValue.attribute_id == bindparam("attribute_id"))
    .distinct()
)


async def create_attribute(uow: UnitOfWork, given: Given) -> UUID:
    """Make an attribute; `choices` (titles) are those of kind `choice`. Its id.

    Raises Taken("code"), Invalid for a unit of what is no number.
    """
    _check_unit(given.get("kind"), given.get("unit"))
    attribute_id = await create_one(uow, ATTRIBUTE, given)
    if choices := given.get("choices"):
        await _add_choices(uow, attribute_id, given["kind"], choices)
    return attribute_id


async def update_attribute(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change an attribute; its kind is for good. Its id."""
    if edit.changes.get("unit") is not None:
        attribute_id = await get_id(uow, Attribute, edit.ref, "id", what="attribute")
        _check_unit((await lock_rows(uow, Attribute, [attribute_id]))[attribute_id]["kind"], "")
    attribute_id = await update_one(uow, ATTRIBUTE, edit)
    if {"title", "is_filterable", "unit", "position"} & edit.changes.keys():
        await products_changed(uow, await _products_with(uow, attribute_id))
    return attribute_id


async def delete_attribute(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete an attribute with all its values; its id."""
    attribute_id = await get_id(uow, Attribute, ref, "id", what="attribute")
    products = await _products_with(uow, attribute_id)
    await uow.execute(_DELETE_WORDS_OF_CHOICES, attribute_id=attribute_id)
    await uow.execute(delete(AttributeValue).where(AttributeValue.attribute_id == attribute_id))
    await delete_one(uow, ATTRIBUTE, attribute_id, expected_version)
    await products_changed(uow, products)
    return attribute_id


async def add_choices(
    uow: UnitOfWork,
    attribute: Ref,
    titles: Sequence[str],
    *,
    expected_version: int | None = None,
) -> list[UUID]:
    """Give an attribute more choices, at the end; their ids.

    Raises Taken, NotFound, Invalid, Conflict.
    """
    owner = await lock_owner(
        uow,
        Attribute,
        attribute,
        "attributeId",
        what="attribute",
        expected_version=expected_version,
    )
    ids = await _add_choices(uow, owner["id"], owner["kind"], titles)
    await edited(uow, Attribute, [owner["id"]], what="attribute", changed=["choices"])
    return ids


async def _add_choices(
    uow: UnitOfWork, attribute_id: UUID, kind: str, titles: Sequence[str]
) -> list[UUID]:
    if kind != "choice":
        raise Invalid("choices", en="only an attribute of kind choice", ru="только у вида choice")
    there = int(await uow.value(_CHOICE_COUNT, attribute_id=attribute_id))
    if there + len(titles) > MOST_CHOICES:
        raise Invalid("choices", en=f"at most {MOST_CHOICES}", ru=f"не больше {MOST_CHOICES}")
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(titles):
        with located("choices", number):
            title = text(LONGEST_VALUE)(one)
        rows.append(
            {
                "id": new_id(),
                "attribute_id": attribute_id,
                "key": choice_key(title),
                "title": title,
                "position": there + number,
            }
        )
    made = await insert_rows(uow, AttributeChoice, rows)
    for number, row in enumerate(rows):
        if row["id"] not in made:
            raise Taken("choices", number, value=row["title"])
    return [row["id"] for row in rows]


async def rename_choice(
    uow: UnitOfWork, choice_id: UUID, *, title: str, expected_version: int | None = None
) -> None:
    """Call a choice something else, wherever it was chosen. Raises NotFound, Conflict."""
    attribute_id = await _locked_attribute_of(uow, choice_id, expected_version)
    with located("title"):
        title = text(LONGEST_VALUE)(title)
    await uow.execute(
        update(AttributeChoice).where(AttributeChoice.id == choice_id).values(title=title)
    )
    await uow.execute(
        update(AttributeValue).where(AttributeValue.choice_id == choice_id).values(text=title)
    )
    await edited(uow, Attribute, [attribute_id], what="attribute", changed=["choices"])
    await products_changed(uow, await _products_with(uow, attribute_id))


async def delete_choice(
    uow: UnitOfWork, choice_id: UUID, *, expected_version: int | None = None
) -> None:
    """Take a choice away. Raises NotFound, Conflict, InUse while it is chosen."""
    attribute_id = await _locked_attribute_of(uow, choice_id, expected_version)
    if count := await uow.value(_USED, choice_id=choice_id):
        raise InUse("id", what="products", count=count)
    await uow.execute(delete(Translation).where(Translation.entity_id == choice_id))
    await uow.execute(delete(AttributeChoice).where(AttributeChoice.id == choice_id))
    await edited(uow, Attribute, [attribute_id], what="attribute", changed=["choices"])


async def choices_of_attributes(db: Asking, attribute_ids: Sequence[UUID]) -> list[Row]:
    """The choices of many attributes, in order."""
    return await db.rows(_CHOICES, ids=list(attribute_ids))


def _check_unit(kind: Any, unit: Any) -> None:
    if unit is not None and kind != "number":
        raise Invalid("unit", en="only a number has a unit", ru="единица бывает только у числа")


async def _locked_attribute_of(
    uow: UnitOfWork, choice_id: UUID, expected_version: int | None
) -> UUID:
    """The attribute that a choice is of, locked as it was seen. Raises NotFound, Conflict."""
    choice = (await rows_by_id(uow, AttributeChoice, [choice_id])).get(choice_id)
    if choice is None:
        raise NotFound("id", what="choice")
    attribute_id: UUID = choice["attribute_id"]
    await lock_owner(
        uow, Attribute, attribute_id, "id", what="choice", expected_version=expected_version
    )
    if choice_id not in await rows_by_id(uow, AttributeChoice, [choice_id]):
        raise NotFound("id", what="choice")  # deleted while we waited for the lock
    return attribute_id


async def _products_with(uow: UnitOfWork, attribute_id: UUID) -> list[UUID]:
    rows = await uow.rows(_PRODUCTS, attribute_id=attribute_id)
    return [row["product_id"] for row in rows]
