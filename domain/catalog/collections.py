"""Collections: picked lists of products, by hand or by a rule."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from domain.bulk import TooMany
from domain.catalog.changes import products_changed, refill_on
from domain.catalog.collection_days import first_end
from domain.catalog.collection_rules import cleaned_rule, hold_rules, refill
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    create_one,
    delete_one,
    update_one,
)
from domain.catalog.filing import ListChange
from domain.catalog.tables import Collection, CollectionProduct, Product
from domain.catalog.versions import edited, lock_owner
from domain.errors import Invalid, NotAllowed, NotFound
from domain.inputs import Required, flag, html, json_object, line_or_none, text, word
from domain.paging import Page, PageRequest, Sort, count_of, pages_of
from domain.references import Ref, get_id, resolve
from domain.row_sets import insert_rows, lock_rows, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, UnitOfWork

MOST_PICKED: Final = 5_000

COLLECTION: Final = Entity(
    "collection",
    Collection,
    {
        "title": text(300),
        "kind": word("manual", "rule"),
        "description_html": html,
        "is_visible": flag,
        "rule": cleaned_rule,
        "seo_title": line_or_none(200),
        "seo_description": line_or_none(1_000),
        "metadata": json_object(20_000),
    },
    required=("title", "kind"),
    fixed=("kind",),
)

_PICKED: Final = (
    select(CollectionProduct.product_id)
    .where(CollectionProduct.collection_id == bindparam("collection_id"))
    .order_by(CollectionProduct.position, CollectionProduct.id)
)
_MEMBERS: Final = select(Product).join(
    CollectionProduct, CollectionProduct.product_id == Product.id
)
_ORDER: Final = (
    Sort("position", CollectionProduct.position),
    Sort("id", CollectionProduct.id),
)
_CLEAR: Final = delete(CollectionProduct).where(
    CollectionProduct.collection_id == bindparam("collection_id")
)


async def create_collection(uow: UnitOfWork, given: Given) -> UUID:
    """Make a collection; one with a `rule` is filled at once. Its id."""
    _check_rule(given.get("kind"), given)
    await hold_rules(uow)
    collection_id = await create_one(uow, COLLECTION, given)
    await _follow_rule(uow, collection_id)
    return collection_id


async def update_collection(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a collection; a new rule is followed at once. Its id."""
    collection_id = await get_id(uow, Collection, edit.ref, "id", what="collection")
    if "rule" in edit.changes:
        await hold_rules(uow)
        row = (await lock_rows(uow, Collection, [collection_id]))[collection_id]
        _check_rule(row["kind"], edit.changes)
    await update_one(uow, COLLECTION, edit)
    if "rule" in edit.changes:
        await _follow_rule(uow, collection_id)
    return collection_id


async def delete_collection(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete a collection; its products stay. Its id."""
    await hold_rules(uow)
    collection_id = await get_id(uow, Collection, ref, "id", what="collection")
    products = [row["product_id"] for row in await uow.rows(_PICKED, collection_id=collection_id)]
    await delete_one(uow, COLLECTION, collection_id, expected_version)
    await products_changed(uow, products)
    return collection_id


async def pick_products(
    uow: UnitOfWork,
    *,
    collection: Ref,
    products: ListChange,
    expected_version: int | None = None,
) -> UUID:
    """Put products into a manual collection, or take them out; their order is the list's. Its id.

    Raises NotFound, Conflict, NotAllowed for a collection with a rule, TooMany.
    """
    row = await lock_owner(
        uow,
        Collection,
        collection,
        "collectionId",
        what="collection",
        expected_version=expected_version,
    )
    collection_id: UUID = row["id"]
    if row["kind"] != "manual":
        raise NotAllowed("collectionId", en="follows its rule", ru="наполняется по правилу")
    ids = await resolve(uow, Product, products.named)
    for at, ref in enumerate(products.named):
        if ref not in ids:
            raise NotFound("products", at, what="product")
    kept = [one["product_id"] for one in await uow.rows(_PICKED, collection_id=collection_id)]
    after = products.applied(kept, ids)
    if len(after) > MOST_PICKED:
        raise TooMany("products", most=MOST_PICKED)
    if after == kept:
        return collection_id
    await uow.execute(_CLEAR, collection_id=collection_id)
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "collection_id": collection_id,
            "product_id": product_id,
            "position": number,
        }
        for number, product_id in enumerate(after)
    ]
    await insert_rows(uow, CollectionProduct, rows)
    await edited(uow, Collection, [collection_id], what="collection", changed=["products"])
    # The listing keeps each product's place, so those that moved have changed, too.
    places = {product_id: number for number, product_id in enumerate(kept)}
    moved = [one for number, one in enumerate(after) if places.get(one) != number]
    await products_changed(uow, {*kept} - {*after} | {*moved})
    return collection_id


async def members_of(
    db: Asking, collection_ids: Sequence[UUID], request: PageRequest
) -> dict[UUID, Page]:
    """A page of each collection's products, in its own order. Raises Invalid for a cursor."""
    return await pages_of(
        db, _MEMBERS, CollectionProduct.collection_id, _ORDER, request, collection_ids
    )


async def count_members(db: Asking, collection_id: UUID) -> int:
    """How many products a collection has, shown or not."""
    mine = select(CollectionProduct.id).where(CollectionProduct.collection_id == collection_id)
    return await count_of(db, mine)


def _check_rule(kind: Any, given: Given) -> None:
    if kind == "rule" and given.get("rule") is None:
        raise Required("rule")
    if kind == "manual" and given.get("rule") is not None:
        raise Invalid("rule", en="only for a collection of kind rule", ru="только для вида rule")


async def _follow_rule(uow: UnitOfWork, collection_id: UUID) -> None:
    row = (await rows_by_id(uow, Collection, [collection_id]))[collection_id]
    if row["kind"] == "rule":
        await products_changed(uow, await refill(uow, collection_id, row["rule"]))
        await refill_on(uow, await first_end(uow, collection_id, row["rule"]))
