"""The listing kept right: written anew for products that changed, remade as a whole, checked."""

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Executable,
    Uuid,
    any_,
    bindparam,
    case,
    delete,
    except_,
    exists,
    func,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from domain.catalog.document_sources import DOCUMENTS, WORDS
from domain.catalog.listing_sources import (
    ASKED,
    FACET_VALUES,
    IDS,
    LISTING,
    SHELVES,
    Made,
)
from domain.catalog.listing_tables import Listing, ListingShelf, SearchDocument, SearchWord
from domain.catalog.offers import looked_up
from domain.catalog.tables import BundleItem, Product, Variant
from tenants.scope import Asking, UnitOfWork

MOST_AT_ONCE: Final = 5_000


MANY: Final = 50
"""Products that are worth a plan of their own: a kept one may know nothing of a growing import."""

PLAN_ANEW: Final = "SET LOCAL plan_cache_mode = force_custom_plan"
AS_USUAL: Final = "SET LOCAL plan_cache_mode TO DEFAULT"


def _bundles_around() -> Executable:
    """The products themselves, and those that are sold as bundles with a part of them."""
    part = aliased(Variant)
    held = looked_up(
        select(BundleItem.variant_id).where(BundleItem.part_variant_id == part.id), part
    )
    bundle = looked_up(select(Variant.product_id).where(Variant.id == held.c.variant_id), held)
    return union(
        select(Product.id).join(ASKED, ASKED.c.id == Product.id),
        select(bundle.c.product_id)
        .select_from(part)
        .join(held, true())
        .join(bundle, true())
        .where(part.product_id == any_(IDS)),
    )


def _written(made: Made) -> Executable:
    """Insert what is new and change what is different: equal rows are not touched."""
    table: Any = made.table
    asked = insert(table).from_select([column.key for column in made.values], made.rows)
    columns = {column.key: asked.excluded[column.key] for column in made.values}
    keys = [column.key for column in table.__table__.primary_key]
    rest = {name: new for name, new in columns.items() if name not in keys}
    differs = or_(*(getattr(table, name).is_distinct_from(new) for name, new in rest.items()))
    if table is Listing:
        # Its ordinal stands for its facets: with others it waits for a new one.
        rest["ordinal"] = case((Listing.facets == columns["facets"], Listing.ordinal))
    return asked.on_conflict_do_update(
        index_elements=keys,
        set_=rest,
        where=differs,
    )


def _added(made: Made) -> Executable:
    names = [column.key for column in made.values]
    return insert(made.table).from_select(names, made.rows).on_conflict_do_nothing()


def _left_shelves() -> Executable:
    made = SHELVES.rows.subquery("made_now").c
    stands = exists().where(
        made.channel_id == ListingShelf.channel_id,
        made.product_id == ListingShelf.product_id,
        made.shelf_id == ListingShelf.shelf_id,
    )
    return delete(ListingShelf).where(ListingShelf.product_id == any_(IDS), ~stands)


BUNDLES_AROUND: Final = _bundles_around()
LOCK: Final = (
    select(Product.id)
    .join(ASKED, ASKED.c.id == Product.id)
    .order_by(Product.id)
    .with_for_update(key_share=True, of=Product)
)
REFRESH: Final = (
    _added(FACET_VALUES),
    _written(LISTING),
    _left_shelves(),
    _written(SHELVES),
    _written(DOCUMENTS),
    _added(WORDS),
)


async def refresh_listing(uow: UnitOfWork, product_ids: Iterable[UUID]) -> None:
    """Write the listing of these products anew, and of the bundles that they are parts of.

    To be called last in a unit of work that changed anything of them: texts, variants, prices,
    stock, categories, collections, publications. Eight statements for up to 5,000 products.
    """
    asked = sorted(set(product_ids))
    if len(asked) > MANY:
        await uow.connection.execute(PLAN_ANEW)
    for start in range(0, len(asked), MOST_AT_ONCE):
        found = await uow.rows(BUNDLES_AROUND, ids=asked[start : start + MOST_AT_ONCE])
        ids = [row["id"] for row in found]
        # What another unit is changing of the same products is waited for here, and seen by the
        # statements below; else whoever commits last would write what he saw before the other.
        await uow.execute(LOCK, ids=ids)
        for statement in REFRESH:
            await uow.execute(statement, ids=ids)
    if len(asked) > MANY:
        await uow.connection.execute(AS_USUAL)


BEGINNING: Final = UUID(int=0)
AFTER: Final = bindparam("after", type_=Uuid())
NEXT_PRODUCTS: Final = select(Product.id).where(Product.id > AFTER).order_by(Product.id)


async def rebuild_listing(
    uow: UnitOfWork, *, after: UUID = BEGINNING, most: int = 1_000
) -> UUID | None:
    """Refresh the next `most` products of the shop in order of id; the last one's id.

    None when there were no more; then `recount_words`, and the whole listing is as if made anew.
    """
    found = await uow.rows(NEXT_PRODUCTS.limit(most), after=after)
    await refresh_listing(uow, [row["id"] for row in found])
    return found[-1]["id"] if found else None


def _used_words() -> Any:
    lexeme = func.unnest(SearchDocument.document).table_valued("lexeme", "positions", "weights")
    return (
        select(lexeme.c.lexeme.label("word"), func.count().label("count"))
        .select_from(SearchDocument)
        .join(lexeme, true())
        .group_by(lexeme.c.lexeme)
        .subquery("used")
    )


USED: Final = _used_words()
COUNT_WORDS: Final = (
    update(SearchWord)
    .where(SearchWord.word == USED.c.word, SearchWord.count != USED.c.count)
    .values(count=USED.c.count)
)
DROP_WORDS: Final = delete(SearchWord).where(SearchWord.word.not_in(select(USED.c.word)))


async def recount_words(uow: UnitOfWork) -> int:
    """Count in how many products each word is; forget the words of none, and say how many."""
    await uow.execute(COUNT_WORDS)
    return await uow.execute(DROP_WORDS)


def _differences(made: Made) -> Any:
    """The products of rows that are not as they would be made now, or should not be there."""
    columns = [getattr(made.table, column.key) for column in made.values]
    stored = select(*columns).where(made.table.product_id == any_(IDS))  # type: ignore[attr-defined]
    made_now = made.rows.subquery("made_now")
    fresh = select(*made_now.c)
    lacking = except_(fresh, stored).subquery("lacking")
    surplus = except_(stored, fresh).subquery("surplus")
    return union(select(lacking.c.product_id), select(surplus.c.product_id))


DIFFERENCES: Final = [_differences(made) for made in (LISTING, SHELVES, DOCUMENTS)]


async def find_stale(db: Asking, product_ids: Collection[UUID]) -> set[UUID]:
    """Those of these products whose listing is not what `refresh_listing` would write now."""
    found: set[UUID] = set()
    for statement in DIFFERENCES:
        found |= {row["product_id"] for row in await db.rows(statement, ids=list(product_ids))}
    return found
