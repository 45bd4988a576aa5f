"""Offers that a price list had before and has no more: left alone, hidden or archived.

Only what this source brought is looked at, and only what can still be bought. A row that was
refused is there all the same. Too many gone at once are rather a broken file than a sale: then
nothing is done, and the report says so.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, any_, bindparam, select, true, update

from domain.catalog.changes import products_changed
from domain.catalog.offers import looked_up
from domain.catalog.tables import Product, Variant
from domain.feeds.ports import ProblemCode, ProblemLog, Severity
from domain.feeds.spool import Spool
from domain.feeds.tables import ImportedProduct, ImportedVariant
from domain.feeds.work import Target
from domain.row_sets import IDS, lock_rows
from tenants.scope import UnitOfWork

OFFERS_AT_ONCE: Final = 1_000

_SOURCE: Final = bindparam("source", type_=Text())
_KEYS: Final = bindparam("keys", type_=ARRAY(Text()))
# Looked up one by one, so that each page walks on along the external ids: begun from products, a
# page would go through the whole shop. Nor may a look be by source, which brought all of them.
_brought: Final = looked_up(
    select(ImportedVariant.source_id).where(ImportedVariant.variant_id == Variant.id), Variant
)
_kept: Final = looked_up(
    select(Product.id).where(Product.id == Variant.product_id, Product.status != "archived"),
    Variant,
)
_ON_SALE: Final = (
    select(Variant.external_id)
    .join(_brought, true())
    .join(_kept, true())
    .where(
        _brought.c.source_id == bindparam("source_id", type_=Uuid()),
        Variant.external_source == _SOURCE,
        Variant.external_id > bindparam("after", type_=Text()),
        Variant.is_active,
    )
    .order_by(Variant.external_id)
    .limit(bindparam("most", type_=Integer()))
)
_OWNERS: Final = select(Variant.product_id).where(
    Variant.external_source == _SOURCE, Variant.external_id == any_(_KEYS)
)
_PUT_AWAY: Final = (
    update(Variant)
    .where(
        Variant.external_source == _SOURCE, Variant.external_id == any_(_KEYS), Variant.is_active
    )
    .values(is_active=False, version=Variant.version + 1, updated_at=bindparam("now"))
    .returning(Variant.id, Variant.product_id)
)
_ARCHIVE: Final = (
    update(Product)
    .where(
        Product.id == any_(IDS),
        Product.status == "active",
        Product.id.not_in(
            select(Variant.product_id).where(Variant.product_id == any_(IDS), Variant.is_active)
        ),
    )
    .values(
        status="archived",
        archived_at=bindparam("now"),
        version=Product.version + 1,
        updated_at=bindparam("now"),
    )
    .returning(Product.id)
)
_REMEMBER_ARCHIVED: Final = (
    update(ImportedProduct)
    .where(ImportedProduct.product_id == any_(IDS))
    .values(archived_at=bindparam("now"))
)
# Should it come back, it is news, even when the file says just what it said before.
_FORGET_VARIANTS: Final = (
    update(ImportedVariant).where(ImportedVariant.variant_id == any_(IDS)).values(content_hash=b"")
)
_FORGET_PRODUCTS: Final = (
    update(ImportedProduct).where(ImportedProduct.product_id == any_(IDS)).values(row_hash=b"")
)


async def find_missing(
    uow: UnitOfWork, target: Target, spool: Spool, log: ProblemLog
) -> Counter[str]:
    """Note in the spool which offers are to be put away, if so many may be; how many are missing.

    None can be told where rows were refused that the log could not keep.
    """
    if not spool.knows_refused:
        return Counter()
    after, on_sale, missing = "", 0, 0
    while page := await uow.rows(
        _ON_SALE,
        source_id=target.source_id,
        source=target.source,
        after=after,
        most=OFFERS_AT_ONCE,
    ):
        keys = [row["external_id"] for row in page]
        on_sale, after = on_sale + len(keys), keys[-1]
        missing += spool.note_missing(keys)
    if missing and target.on_missing == "leave":
        spool.forget_missing()
    elif missing * 100 > on_sale * target.most_missing_percent:
        spool.forget_missing()
        of_all = f"{missing} / {on_sale}"
        log.add(ProblemCode.TOO_MANY_MISSING, Severity.WARNING, 1, None, "offers", of_all)
    return Counter(offers_missing=missing)


async def put_away(uow: UnitOfWork, target: Target, offer_ids: Sequence[str]) -> Counter[str]:
    """No longer let variants be bought; archive what has none left, where the source says so."""
    asked = {"source": target.source, "keys": list(offer_ids)}
    owners = sorted({row["product_id"] for row in await uow.rows(_OWNERS, **asked)})
    await lock_rows(uow, Product, owners)
    rows = await uow.rows(_PUT_AWAY, **asked, now=uow.now)
    products = sorted({row["product_id"] for row in rows})
    if not products:
        return Counter()
    await uow.execute(_FORGET_VARIANTS, ids=[row["id"] for row in rows])
    await uow.execute(_FORGET_PRODUCTS, ids=products)
    archived: list[UUID] = []
    if target.on_missing == "archive":
        archived = [row["id"] for row in await uow.rows(_ARCHIVE, ids=products, now=uow.now)]
        await uow.execute(_REMEMBER_ARCHIVED, ids=archived, now=uow.now)
    for product_id in products:
        what = ["status", "variants"] if product_id in archived else ["variants"]
        uow.record("product.updated", product_id, changed=what)
    await products_changed(uow, products)
    return Counter(variants_put_away=len(rows), products_archived=len(archived))
