"""The category tree: a category under another, without rings, each with all above it.

Every change of the tree's shape locks the shop's whole tree (`_TREE`), so two moves that would
each be well alone cannot make a ring together.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from domain.bulk import Tally
from domain.catalog.changes import products_changed
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    cleaned_rows,
    insert_entities,
    lock_for_edit,
    remove_entities,
    write_entities,
)
from domain.catalog.fields import checked_fields
from domain.catalog.filing import choose_new_mains
from domain.catalog.tables import Category, CategoryAncestor, ProductCategory
from domain.catalog.unit_codes import UNIT_CODE_CLEANERS, settle_unit_codes
from domain.errors import InUse, Invalid, NotAllowed
from domain.inputs import flag, html, json_object, line_or_none, text, whole
from domain.references import Ref, get_id
from domain.row_sets import IDS, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT

DEEPEST: Final = 10

CATEGORY: Final = Entity(
    "category",
    Category,
    {
        "title": text(300),
        "position": whole(0, 1_000_000),
        "description_html": html,
        "is_visible": flag,
        "seo_title": line_or_none(200),
        "seo_description": line_or_none(1_000),
        "metadata": json_object(20_000),
        "fields": json_object(100_000),
        **UNIT_CODE_CLEANERS,
    },
)

_TREE: Final = select(
    func.pg_advisory_xact_lock(func.hashtextextended(func.concat("category", TENANT), 0))
)
_LAST: Final = select(func.coalesce(func.max(Category.position) + 1, 0)).where(
    Category.parent_id.is_not_distinct_from(bindparam("parent_id", type_=Category.id.type))
)
_BELOW: Final = select(CategoryAncestor.category_id, CategoryAncestor.depth).where(
    CategoryAncestor.ancestor_id == bindparam("root")
)
_CHILDREN: Final = select(func.count()).where(Category.parent_id == bindparam("root"))
_PRODUCTS: Final = (
    select(ProductCategory.product_id)
    .join(CategoryAncestor, CategoryAncestor.category_id == ProductCategory.category_id)
    .where(CategoryAncestor.ancestor_id == bindparam("root"))
    .distinct()
)
_ANCESTORS: Final = (
    select(
        CategoryAncestor.category_id.label("of_id"),
        CategoryAncestor.depth,
        Category.id,
        Category.title,
        Category.slug,
        Category.is_visible,
    )
    .join(Category, Category.id == CategoryAncestor.ancestor_id)
    .where(CategoryAncestor.category_id == any_(IDS), CategoryAncestor.depth > 0)
    .order_by(CategoryAncestor.category_id, CategoryAncestor.depth.desc())
)
# A new leaf: itself, and all that is above its parent, one step further away.
_SELF: Final = insert(CategoryAncestor).from_select(
    ["tenant_id", "category_id", "ancestor_id", "depth"],
    select(Category.tenant_id, Category.id, Category.id, literal(0)).where(
        Category.id == bindparam("root")
    ),
)
_above, _under = aliased(CategoryAncestor), aliased(CategoryAncestor)
_GRAFT: Final = insert(CategoryAncestor).from_select(
    ["tenant_id", "category_id", "ancestor_id", "depth"],
    select(
        _under.tenant_id,
        _under.category_id,
        _above.ancestor_id,
        _under.depth + _above.depth + 1,
    ).where(_under.ancestor_id == bindparam("root"), _above.category_id == bindparam("parent_id")),
)
_inside, _outside = aliased(CategoryAncestor), aliased(CategoryAncestor)
_CUT: Final = delete(CategoryAncestor).where(
    CategoryAncestor.category_id == any_(IDS),
    CategoryAncestor.ancestor_id
    == any_(
        select(_outside.ancestor_id)
        .where(_outside.category_id == bindparam("root"), _outside.depth > 0)
        .scalar_subquery()
    ),
)
_lines: Final = (
    select(
        CategoryAncestor.category_id,
        func.string_agg(
            cast(CategoryAncestor.ancestor_id, Text),
            aggregate_order_by(literal("."), CategoryAncestor.depth.desc()),
        ).label("path"),
        func.max(CategoryAncestor.depth).label("depth"),
    )
    .where(CategoryAncestor.category_id == any_(IDS))
    .group_by(CategoryAncestor.category_id)
    .subquery()
)
_RETRACE: Final = (
    update(Category)
    .where(Category.id == _lines.c.category_id)
    .values(path=_lines.c.path, depth=_lines.c.depth)
)


async def lock_tree(uow: UnitOfWork) -> None:
    """Change the shape of the shop's tree alone, until the unit ends."""
    await uow.rows(_TREE)


async def create_category(uow: UnitOfWork, given: Given) -> UUID:
    """Make a category under `parent` (a reference; None: a root), last unless `position` says.

    Its id. Raises NotFound("parent"), Taken("slug"), Invalid when it would be too deep.
    """
    tally = Tally(1)
    rows = cleaned_rows(CATEGORY, [given], tally, making=True)
    await checked_fields(uow, "category", rows, {}, tally)
    if tally.stands(0) and (refused := settle_unit_codes(rows[0], None)):
        tally.refuse(0, refused)
    tally.settle()
    await lock_tree(uow)
    parent = await _parent(uow, given.get("parent"), height=0)
    parent_id = parent["id"] if parent else None
    category_id = new_id()
    position = rows[0].get("position")
    if position is None:
        position = await uow.value(_LAST, parent_id=parent_id)
    line = f"{parent['path']}." if parent else ""
    rows[0] |= {
        "id": category_id,
        "parent_id": parent_id,
        "position": position,
        "path": f"{line}{category_id}",
        "depth": parent["depth"] + 1 if parent else 0,
    }
    await insert_entities(uow, CATEGORY, rows, tally)
    await uow.execute(_SELF, root=category_id)
    if parent:
        await uow.execute(_GRAFT, root=category_id, parent_id=parent_id)
    return category_id


async def update_category(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a category's own fields, and with `parent` its place in the tree; its id.

    Raises as create_category and Conflict; Invalid("parent") for itself and what is below it.
    """
    tally = Tally(1)
    moves = "parent" in edit.changes
    if moves:
        await lock_tree(uow)
    current = await lock_for_edit(uow, CATEGORY, [edit], tally)
    changes = cleaned_rows(CATEGORY, [edit.changes], tally, making=False)
    await checked_fields(uow, "category", changes, {0: current[0]["fields"]}, tally)
    if tally.stands(0) and (refused := settle_unit_codes(changes[0], current[0])):
        tally.refuse(0, refused)
    tally.settle()
    category = current[0]
    moved = moves and await _move(uow, category, edit.changes["parent"], changes[0])
    changed = await write_entities(uow, CATEGORY, current, changes, tally)
    if moved or {"title", "slug", "is_visible"} & set(changed.get(0, ())):
        await products_changed(uow, await _products_below(uow, category["id"]))
    return UUID(str(category["id"]))


async def delete_category(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete a category; its products stay, filed elsewhere or nowhere.

    Raises InUse while there are categories under it.
    """
    await lock_tree(uow)
    tally = Tally(1)
    current = await lock_for_edit(uow, CATEGORY, [Edit(ref, {}, expected_version)], tally)
    category_id = current[0]["id"]
    if children := await uow.value(_CHILDREN, root=category_id):
        raise InUse("id", what="categories", count=children)
    products = await _products_below(uow, category_id)
    await uow.execute(delete(ProductCategory).where(ProductCategory.category_id == category_id))
    await choose_new_mains(uow, products)
    await remove_entities(uow, CATEGORY, [current[0]])
    await products_changed(uow, products)
    return UUID(str(category_id))


async def ancestors_of(db: Asking, category_ids: list[UUID]) -> list[Row]:
    """What is above each (`of_id`): `id`, `title`, `slug`, `is_visible`, from the root down."""
    return await db.rows(_ANCESTORS, ids=category_ids)


async def _move(uow: UnitOfWork, category: Row, parent: Ref | None, row: dict[str, Any]) -> bool:
    """Hang a category, and all below it, under another parent. False: it hangs there already."""
    below = await uow.rows(_BELOW, root=category["id"])
    height = max(each["depth"] for each in below)
    target = await _parent(uow, parent, height=height)
    parent_id = target["id"] if target else None
    if parent_id == category["parent_id"]:
        return False
    ids = [each["category_id"] for each in below]
    if parent_id in ids:
        raise Invalid(
            "parent", en="is below the category itself", ru="находится внутри этой же категории"
        )
    await uow.execute(_CUT, root=category["id"], ids=ids)
    if target:
        await uow.execute(_GRAFT, root=category["id"], parent_id=parent_id)
    row["parent_id"] = parent_id
    if "position" not in row:
        row["position"] = await uow.value(_LAST, parent_id=parent_id)
    await uow.execute(_RETRACE, ids=ids)
    return True


async def _parent(uow: UnitOfWork, ref: Ref | None, *, height: int) -> Row | None:
    if ref is None:
        return None
    parent_id = await get_id(uow, Category, ref, "parent", what="category")
    parent = (await rows_by_id(uow, Category, [parent_id]))[parent_id]
    if parent["depth"] + 1 + height >= DEEPEST:
        raise NotAllowed(
            "parent",
            en=f"a tree is at most {DEEPEST} categories deep",
            ru=f"в дереве не больше {DEEPEST} уровней",
        )
    return parent


async def _products_below(uow: UnitOfWork, category_id: UUID) -> list[UUID]:
    return [row["product_id"] for row in await uow.rows(_PRODUCTS, root=category_id)]
