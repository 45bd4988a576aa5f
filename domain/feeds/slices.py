"""One slice of an import: up to 2,000 products brought into the catalogue in one unit of work.

What the file says the same as last time is left out by one look at hashes; the rest is held
against the rows there are, and only what differs is written, a statement a table.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from domain.catalog.changes import products_changed
from domain.feeds.fact_rows import write_facts, write_media
from domain.feeds.grouping import grouped
from domain.feeds.imported import hex_of, remember, row_hashes
from domain.feeds.offer_rows import write_offers
from domain.feeds.ports import ProblemCode, ProblemLog
from domain.feeds.product_rows import write_products
from domain.feeds.spool import RawGroup
from domain.feeds.tables import ImportedProduct
from domain.feeds.work import Slice, Target, planned_anew
from tenants.ids import new_id
from tenants.scope import UnitOfWork


async def apply_slice(
    uow: UnitOfWork, target: Target, raw: Sequence[RawGroup], log: ProblemLog
) -> Counter[str]:
    """Bring a slice in; how many products, variants, prices and levels were new or changed.

    Raises LimitReached where the plan allows no more.
    """
    salt = target.salt
    row_hash = {group.key: group.digest(salt) for group in raw}
    async with planned_anew(uow):
        before = await row_hashes(uow, target.source_id, target.source, list(row_hash))
    news = [group for group in raw if before.get(group.key) != row_hash[group.key]]
    if not news:
        return Counter(products_same=len(raw))
    work = Slice(target, log, [grouped(group.key, group.offers()) for group in news])
    work.counts["products_same"] = len(raw) - len(news)
    for group in work.groups:
        for name, count in group.too_many.items():
            work.warn(group.lead, ProblemCode.TOO_MANY, name, str(count))
    # Checks of foreign keys keep plans too, and those made over empty tables are wrong by now.
    await uow.connection.execute("DISCARD PLANS")
    await write_products(uow, work, row_hash)
    variant_ids = await write_offers(uow, work)
    await write_facts(uow, work, variant_ids)
    await write_media(uow, work)
    await remember(uow, ImportedProduct, _memories(work))
    _tell(uow, work)
    async with planned_anew(uow):
        await products_changed(uow, work.changes)
    return work.counts


def _memories(work: Slice) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "source_id": work.target.source_id,
            "product_id": product_id,
            **{part: hex_of(value) for part, value in hashes.items()},
            **({"row_hash": hex_of(b"")} if product_id in work.unsettled else {}),
        }
        for product_id, hashes in work.hashes.items()
    ]


def _tell(uow: UnitOfWork, work: Slice) -> None:
    for product_id in work.new_products:
        uow.record("product.created", product_id, version=1)
    changed = {one: what for one, what in work.changes.items() if one not in work.new_products}
    for product_id, what in changed.items():
        uow.record("product.updated", product_id, changed=sorted(what))
    work.counts["products_new"] += len(work.new_products)
    work.counts["products_changed"] += len(changed)
    for product_id in work.new_products:
        work.changed(product_id, "content")
