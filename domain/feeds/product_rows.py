"""The products of a slice: made, changed where the file has news, filed and shown."""

from functools import cache
from typing import Any, Final
from uuid import UUID

from babel import Locale

from domain.catalog.filing import categories_of, write_filing
from domain.catalog.publications import write_publications
from domain.catalog.slugs import claim_slugs, free_slugs
from domain.catalog.tables import Brand, Product
from domain.errors import DomainError
from domain.feeds.grouping import Group, digest
from domain.feeds.imported import (
    brands_by_title,
    columns_of,
    products_by_key,
    variants_by_offer,
    written_products,
)
from domain.feeds.ports import ProblemCode
from domain.feeds.work import Slice, planned_anew
from domain.inputs import html
from domain.merchants.plans import take
from domain.row_sets import insert_rows, lock_rows, update_rows
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

LONGEST_BRAND: Final = 200

_VAT: Final = {
    "none": "exempt",
    "0": "zero",
    "5": "special_5",
    "7": "special_7",
    "10": "reduced",
    "20": "standard",
    "22": "standard",
}
_CONTENT: Final = ("brand_id", "country", "vat_category", "is_adult")
"""Columns that the file writes whenever it says something new of any of them."""


async def write_products(uow: UnitOfWork, work: Slice, row_hash: dict[str, bytes]) -> None:
    """Make the products that are new, and change those of which the file says something new."""
    async with planned_anew(uow):
        there = await _products_there(uow, work)
        work.written = await written_products(
            uow, work.target.source_id, [row["id"] for row in there.values()]
        )
    brands = await _brands(uow, work)
    new: list[dict[str, Any]] = []
    rewritten: list[dict[str, Any]] = []
    for group in work.groups:
        row = there.get(group.key)
        product_id = row["id"] if row else new_id()
        work.product_ids[group.key] = product_id
        said = _said(work, group, brands)
        work.hashes[product_id] = _hashes(group, said, row_hash[group.key])
        if row is None:
            new.append({"id": product_id, **said, "external_id": group.key})
            work.new_products.add(product_id)
        elif wanted := _wanted(work, row, said, group.key):
            rewritten.append({"id": product_id, **wanted})
            work.changed(product_id, "content")
    await _insert(uow, work, new)
    await update_rows(uow, Product, rewritten)
    await _file(uow, work)
    if channel_id := work.target.channel_id:
        await write_publications(uow, {one: [channel_id] for one in work.new_products})


async def _products_there(uow: UnitOfWork, work: Slice) -> dict[str, Row]:
    """The products of the groups. A group that is new may be made of offers that are not."""
    there = await products_by_key(uow, work.target.source, [group.key for group in work.groups])
    strangers = [group for group in work.groups if group.key not in there]
    offers = [offer.external_id for group in strangers for offer in group.offers]
    variants = await variants_by_offer(uow, work.target.source, offers) if offers else {}
    if not variants:
        return there
    owners = await lock_rows(uow, Product, sorted({row["product_id"] for row in variants.values()}))
    spoken_for = {row["id"] for row in there.values()}
    for group in strangers:
        for offer in group.offers:
            variant = variants.get(offer.external_id)
            if variant is not None and variant["product_id"] not in spoken_for:
                there[group.key] = owners[variant["product_id"]]
                spoken_for.add(variant["product_id"])
                break
    return there


def _said(work: Slice, group: Group, brands: dict[str, UUID]) -> dict[str, Any]:
    """What the file says of a product, as columns."""
    brand = group.first("brand")
    return {
        "title": group.title,
        "description_html": _description(work, group),
        "brand_id": brands.get(brand[:LONGEST_BRAND]) if brand else None,
        "country": _country(work, group),
        "vat_category": _VAT.get(group.first("vat") or ""),
        "is_adult": group.lead.adult,
    }


def _hashes(group: Group, said: dict[str, Any], row_hash: bytes) -> dict[str, bytes]:
    content = [str(said[name]) for name in _CONTENT]
    return {
        "row_hash": row_hash,
        "content_hash": digest([*content, group.first("category_external_id")]),
        "title_hash": digest(said["title"]),
        "description_hash": digest(said["description_html"]),
        "attributes_hash": digest(group.facts),
        "media_hash": digest(group.pictures),
    }


def _wanted(work: Slice, row: Row, said: dict[str, Any], key: str) -> dict[str, Any] | None:
    """The columns as they should be; None when they are so. Words of the merchant's own stay."""
    wanted = columns_of(row, (*said, "status", "archived_at", "external_source", "external_id"))
    before = work.written.get(row["id"])
    if before is not None and before["archived_at"] and before["archived_at"] == row["archived_at"]:
        wanted |= {"status": "active", "archived_at": None}  # the feed archived it, nobody since
    for name, part in (("title", "title_hash"), ("description_html", "description_hash")):
        is_the_feeds = before is not None and digest(row[name]) == before[part]
        if is_the_feeds or not row[name]:
            wanted[name] = said[name]
    if work.is_news(row["id"], "content_hash"):
        wanted |= {name: said[name] for name in _CONTENT}
    wanted |= {"external_source": work.target.source, "external_id": key}
    return None if all(row[name] == value for name, value in wanted.items()) else wanted


async def _insert(uow: UnitOfWork, work: Slice, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    await take(uow, "products", len(rows))
    slugs = await free_slugs(uow, "product", [row["title"] for row in rows])
    published_at = uow.now if work.target.new_status == "active" else None
    for row, slug in zip(rows, slugs, strict=True):
        row |= {
            "slug": slug,
            "status": work.target.new_status,
            "published_at": published_at,
            "external_source": work.target.source,
            "created_at": uow.now,
            "updated_at": uow.now,
        }
    made = await insert_rows(uow, Product, rows)
    late = [row for row in rows if row["id"] not in made]
    for row in late:  # somebody took the slug just now; an id of ours is nobody else's
        row["slug"] = f"{row['slug'][:60].rstrip('-')}-{row['id'].hex[-12:]}"
    await insert_rows(uow, Product, late)
    await claim_slugs(uow, "product", [row["slug"] for row in rows])


async def _file(uow: UnitOfWork, work: Slice) -> None:
    """Let the file's category be the main one, of products of which the content is news."""
    wanted: dict[UUID, UUID] = {}
    for group in work.groups:
        product_id = work.product_ids[group.key]
        category_id = work.target.categories.get(group.first("category_external_id") or "")
        if category_id is not None and work.is_news(product_id, "content_hash"):
            wanted[product_id] = category_id
    if not wanted:
        return
    filed: dict[UUID, list[UUID]] = {product_id: [] for product_id in wanted}
    async with planned_anew(uow):
        for row in await categories_of(uow, list(wanted)):
            filed[row["product_id"]].append(row["category_id"])
    moved = {
        product_id: list(dict.fromkeys([category_id, *filed[product_id][1:]]))
        for product_id, category_id in wanted.items()
        if category_id not in filed[product_id][:1]
    }
    await write_filing(uow, moved)
    for product_id in moved:
        work.changed(product_id, "categories")


async def _brands(uow: UnitOfWork, work: Slice) -> dict[str, UUID]:
    """Ids of the brands that the file names, those that are new made."""
    titles = {brand[:LONGEST_BRAND] for group in work.groups if (brand := group.first("brand"))}
    there = await brands_by_title(uow, titles) if titles else {}
    if missing := sorted(titles - there.keys()):
        slugs = await free_slugs(uow, "brand", missing)
        stamps = {"created_at": uow.now, "updated_at": uow.now}
        rows: list[dict[str, Any]] = [
            {"id": new_id(), "title": title, "slug": slug, **stamps}
            for title, slug in zip(missing, slugs, strict=True)
        ]
        made = await insert_rows(uow, Brand, rows)
        for row in rows:
            if row["id"] in made:
                uow.record("brand.created", row["id"], version=1)
        there = await brands_by_title(uow, titles)
    return there


def _description(work: Slice, group: Group) -> str:
    try:
        return html(group.description)
    except DomainError as error:
        work.warn(group.lead, ProblemCode.BAD_VALUE, "description", error.message("en"))
        return ""


def _country(work: Slice, group: Group) -> str | None:
    name = group.first("country")
    if not name:
        return None
    code = _countries().get(name.casefold().replace("ё", "е"))
    if code is None:
        work.warn(group.lead, ProblemCode.BAD_VALUE, "country_of_origin", name)
    return code


@cache
def _countries() -> dict[str, str]:
    """ISO codes by the names that price lists use."""
    names = {"сша": "US", "южная корея": "KR", "корея": "KR", "англия": "GB", "чехия": "CZ"}
    for language in ("en", "ru"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names[name.casefold().replace("ё", "е")] = code
    return names
