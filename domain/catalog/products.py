"""Products: made with their variants, changed, put away, deleted; up to 100 in one go.

Input: the fields of PRODUCT, `slug`, `external_id`; `brand` and `main_category` (references),
`categories` (ListChange); when made also `variants` (see variants.py) and `channels`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, delete, func, select, union_all, update

from domain.bulk import ErrorPolicy, Fallen, Outcome, Tally, looks_again
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
from domain.catalog.filing import planned_filing, write_filing
from domain.catalog.product_tables import PRODUCT_KINDS, PRODUCT_STATUSES, UNITS, VAT_CATEGORIES
from domain.catalog.publications import planned_channels, write_publications
from domain.catalog.tables import (
    Brand,
    BundleItem,
    Media,
    Product,
    ProductOption,
    ProductOptionValue,
    Translation,
    Variant,
)
from domain.catalog.unit_codes import UNIT_CODE_CLEANERS, settle_unit_codes
from domain.catalog.variants import nested_variants, plan_variants, write_variants
from domain.catalog.versions import edited
from domain.errors import InUse, NotFound
from domain.inputs import country, flag, html, json_object, line_or_none, text, word
from domain.merchants.plans import release, take
from domain.references import Ref, resolve
from domain.row_sets import IDS
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

PRODUCT: Final = Entity(
    "product",
    Product,
    {
        "title": text(300),
        "kind": word(*PRODUCT_KINDS),
        "status": word(*PRODUCT_STATUSES),
        "description_html": html,
        "vat_category": word(*VAT_CATEGORIES, required=False),
        "country": country,
        "unit": word(*UNITS),
        "is_adult": flag,
        "seo_title": line_or_none(200),
        "seo_description": line_or_none(1_000),
        "metadata": json_object(20_000),
        "fields": json_object(100_000),
        **UNIT_CODE_CLEANERS,
    },
    fixed=("kind",),
)

_VARIANT_COUNT: Final = select(func.count()).where(Variant.product_id == any_(IDS))
_IN_BUNDLES: Final = (
    select(func.count())
    .select_from(BundleItem)
    .join(Variant, Variant.id == BundleItem.part_variant_id)
    .where(Variant.product_id == any_(IDS))
)
_parts: Final = union_all(
    select(Variant.id).where(Variant.product_id == any_(IDS)),
    select(Media.id).where(Media.product_id == any_(IDS)),
    select(ProductOption.id).where(ProductOption.product_id == any_(IDS)),
    select(ProductOptionValue.id)
    .join(ProductOption, ProductOption.id == ProductOptionValue.option_id)
    .where(ProductOption.product_id == any_(IDS)),
).subquery()
_DELETE_WORDS_OF_PARTS: Final = delete(Translation).where(Translation.entity_id == _parts.c.id)
_DELETE_BUNDLES: Final = delete(BundleItem).where(
    BundleItem.variant_id.in_(select(Variant.id).where(Variant.product_id == any_(IDS)))
)
_DETACH_MEDIA: Final = (
    update(Media)
    .where(Media.product_id == any_(IDS), Media.variant_id.is_not(None))
    .values(variant_id=None)
)


@looks_again
async def create_products(
    uow: UnitOfWork,
    given: Sequence[Given],
    *,
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("products",),
) -> Outcome:
    """Make up to 100 products; one without `variants` gets one variant of no words.

    Refusals of a row: Invalid, Required, NotFound, Taken. Raises LimitReached for all.
    """
    tally = Tally(len(given), policy, path)
    rows = cleaned_rows(PRODUCT, given, tally, making=True)
    every = dict(enumerate(given))
    ids = {at: new_id() for at in every}
    for at, row in rows.items():
        row["id"] = ids[at]
        _stamp(uow, row, None)
        if tally.stands(at) and (refused := settle_unit_codes(row, None)):
            tally.refuse(at, refused)
    await checked_fields(uow, "product", rows, {}, tally)
    await _name_brands(uow, every, rows, tally)
    filed = await planned_filing(uow, every, ids, tally)
    channels = await planned_channels(uow, every, tally)
    whose, variants, nested = nested_variants(every, ids, tally)
    planned = await plan_variants(uow, whose, variants, nested)
    tally.settle()
    if not (standing := tally.standing()):
        return tally.outcome({})
    await take(uow, "products", len(standing))
    made = await insert_entities(uow, PRODUCT, {at: rows[at] for at in standing}, tally)
    if len(made) < len(standing):
        await release(uow, "products", len(standing) - len(made))
    await write_variants(uow, planned, nested)
    new = set(made.values())
    await write_filing(uow, {one: many for one, many in filed.items() if one in new})
    await write_publications(uow, {ids[at]: channels[at] for at in made})
    await products_changed(uow, new)
    return tally.outcome(made)


async def create_product(uow: UnitOfWork, given: Given) -> UUID:
    """Make one product; its id. Paths of refusals begin at the input itself."""
    outcome = await create_products(uow, [given], path=None)
    assert outcome.ids[0] is not None
    return outcome.ids[0]


@looks_again
async def update_products(
    uow: UnitOfWork,
    edits: Sequence[Edit],
    *,
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("products",),
) -> Outcome:
    """Change up to 100 products; what is the same already is not written.

    Refusals of a row: Invalid, Required, NotFound, Taken, Conflict.
    """
    tally = Tally(len(edits), policy, path)
    current = await lock_for_edit(uow, PRODUCT, edits, tally)
    rows = cleaned_rows(PRODUCT, [edit.changes for edit in edits], tally, making=False)
    standing = {at: edits[at].changes for at in current if tally.stands(at)}
    for at in standing:
        _stamp(uow, rows[at], current[at])
        if tally.stands(at) and (refused := settle_unit_codes(rows[at], current[at])):
            tally.refuse(at, refused)
    kept = {at: current[at]["fields"] for at in standing}
    await checked_fields(uow, "product", {at: rows[at] for at in standing}, kept, tally)
    await _name_brands(uow, standing, rows, tally)
    ids: dict[int, UUID] = {at: row["id"] for at, row in current.items()}
    filed = await planned_filing(uow, standing, ids, tally)
    tally.settle()
    changed = await write_entities(uow, PRODUCT, current, rows, tally)
    stays = {ids[at] for at in ids if tally.stands(at)}
    filed = {one: many for one, many in filed.items() if one in stays}
    await write_filing(uow, filed)
    written = {ids[at] for at in changed}
    await edited(uow, Product, filed.keys() - written, what="product", changed=["categories"])
    await products_changed(uow, written | filed.keys())
    return tally.outcome(ids)


async def update_product(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change one product; its id."""
    outcome = await update_products(uow, [edit], path=None)
    assert outcome.ids[0] is not None
    return outcome.ids[0]


async def archive_products(uow: UnitOfWork, refs: Sequence[Ref]) -> list[UUID]:
    """Take products off all shelves; orders and links keep what they point to. Their ids."""
    edits = [Edit(ref, {"status": "archived"}) for ref in refs]
    return [one for one in (await update_products(uow, edits, path=("ids",))).ids if one]


async def delete_products(
    uow: UnitOfWork, refs: Sequence[Ref], *, expected_version: int | None = None
) -> list[UUID]:
    """Delete products and all that is theirs; their ids.

    Raises NotFound, Conflict, InUse (in a bundle).
    """
    tally = Tally(len(refs), path=("ids",) if expected_version is None else None)
    edits = [Edit(ref, {}, expected_version) for ref in refs]
    current = await lock_for_edit(uow, PRODUCT, edits, tally)
    ids = [row["id"] for row in current.values()]
    await uow.execute(_DELETE_BUNDLES, ids=ids)
    if count := await uow.value(_IN_BUNDLES, ids=ids):
        raise InUse("ids", what="bundles", count=count)
    variants = await uow.value(_VARIANT_COUNT, ids=ids)
    await uow.execute(_DELETE_WORDS_OF_PARTS, ids=ids)
    await uow.execute(_DETACH_MEDIA, ids=ids)
    await remove_entities(uow, PRODUCT, list(current.values()))
    await release(uow, "variants", variants)
    await release(uow, "products", len(ids))
    await products_changed(uow, ids)
    return ids


def _stamp(uow: UnitOfWork, row: dict[str, Any], before: Row | None) -> None:
    """When it was first active, and since when it is archived."""
    status = row.get("status", before["status"] if before else "draft")
    if before is None:
        row["published_at"] = uow.now if status == "active" else None
        row["archived_at"] = uow.now if status == "archived" else None
    elif status != before["status"]:
        row["archived_at"] = uow.now if status == "archived" else None
        if status == "active" and before["published_at"] is None:
            row["published_at"] = uow.now


async def _name_brands(
    uow: UnitOfWork, given: Mapping[int, Given], rows: Mapping[int, dict[str, Any]], fallen: Fallen
) -> None:
    """Put `brand_id` into rows that name a `brand`; None clears it."""
    named = {at: one["brand"] for at, one in given.items() if "brand" in one}
    ids = await resolve(uow, Brand, named.values())
    for at, ref in named.items():
        if ref is not None and ref not in ids:
            fallen.refuse(at, NotFound("brand", what="brand"))
        else:
            rows[at]["brand_id"] = None if ref is None else ids[ref]
