"""The offers of a slice as variants: what they are, what is chosen, codes, prices, stock."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, cast, delete, select, update
from sqlalchemy.types import Text

from domain.catalog.barcodes import MOST_PER_VARIANT, put_barcodes
from domain.catalog.changes import products_changed
from domain.catalog.options import OptionBook, options_key, write_choices
from domain.catalog.tables import AttributeValue, Media, Product, Variant
from domain.feeds.grouping import Group, digest
from domain.feeds.imported import (
    columns_of,
    hex_of,
    next_positions,
    remember,
    variants_by_offer,
    written_variants,
)
from domain.feeds.ports import FeedOffer, ProblemCode
from domain.feeds.tables import ImportedVariant
from domain.feeds.work import Slice, planned_anew
from domain.merchants.plans import take
from domain.pricing.prices import Amount, write_prices
from domain.row_sets import IDS, insert_rows, update_rows
from domain.stock.moves import Document
from domain.stock.stock import write_levels
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.values.barcodes import Barcode as Code
from tenants.values.barcodes import parse_barcode
from tenants.values.invalid import InvalidValue
from tenants.values.quantity import WHOLE

LONGEST_SKU: Final = 100

_CONTENT: Final = (
    "title", "sku", "min_quantity", "weight_grams", "length_mm", "width_mm", "height_mm",
)  # fmt: skip
# Two variants of a product may have to change places, so first each gets a key of its own.
_UNKEY: Final = (
    update(Variant).where(Variant.id == any_(IDS)).values(options_key=cast(Variant.id, Text))
)
_SIBLING_KEYS: Final = select(Variant.id, Variant.product_id, Variant.options_key).where(
    Variant.product_id == any_(IDS)
)

_UNPICTURE: Final = update(Media).where(Media.variant_id == any_(IDS)).values(variant_id=None)
_ARCHIVE_EMPTY: Final = (
    update(Product)
    .where(
        Product.id == any_(IDS),
        Product.id.not_in(select(Variant.product_id).where(Variant.product_id == any_(IDS))),
    )
    .values(status="archived", archived_at=bindparam("now"), version=Product.version + 1)
)


@dataclass(slots=True)
class Line:
    """One offer, the variant that it is, and what was written of it last."""

    offer: FeedOffer
    group: Group
    product_id: UUID
    variant_id: UUID
    row: Row | None
    before: Row | None
    said: dict[str, Any]
    hashes: dict[str, bytes]
    key: str = ""

    @property
    def has_moved(self) -> bool:
        """The supplier calls it a variant of another product now."""
        return self.row is not None and self.row["product_id"] != self.product_id

    @property
    def was_put_away(self) -> bool:
        """It was missing, and has come back; what the merchant put away himself stays so."""
        return self.before is not None and not self.before["content_hash"]

    def is_news(self, part: str) -> bool:
        return self.before is None or self.before[part] != self.hashes[part]


async def write_offers(uow: UnitOfWork, work: Slice) -> dict[str, UUID]:
    """Bring the offers in; the ids of their variants, by the offers' ids."""
    lines = await _lines(uow, work)
    await _leave_other_products(uow, lines)
    lines = await _choose(uow, work, lines)
    await _write_variants(uow, work, lines)
    await _write_barcodes(uow, work, lines)
    await _write_prices(uow, work, lines)
    await _write_stock(uow, work, lines)
    await remember(uow, ImportedVariant, [_memory(work, line) for line in lines])
    return {line.offer.external_id: line.variant_id for line in lines}


async def _lines(uow: UnitOfWork, work: Slice) -> list[Line]:
    offers = [(group, offer) for group in work.groups for offer in group.offers]
    async with planned_anew(uow):
        rows = await variants_by_offer(
            uow, work.target.source, [offer.external_id for _, offer in offers]
        )
        written = await written_variants(
            uow, work.target.source_id, [row["id"] for row in rows.values()]
        )
    lines: list[Line] = []
    for group, offer in offers:
        row = rows.get(offer.external_id)
        said = _said(group, offer)
        lines.append(
            Line(
                offer,
                group,
                work.product_ids[group.key],
                row["id"] if row else new_id(),
                row,
                written.get(row["id"]) if row else None,
                said,
                _hashes(work, group, offer, said),
            )
        )
    return lines


def _said(group: Group, offer: FeedOffer) -> dict[str, Any]:
    """What the file says of a variant, as columns."""
    dimensions = offer.dimensions or (None, None, None)
    tracked = offer.stock_quantity is not None or not offer.available
    return {
        "title": offer.title[:300] if len(group.offers) > 1 else "",
        "sku": (offer.vendor_code or offer.external_id)[:LONGEST_SKU],
        "stock_policy": "tracked" if tracked else "untracked",
        "min_quantity": offer.min_quantity or WHOLE,
        "weight_grams": offer.weight_grams,
        "length_mm": dimensions[0],
        "width_mm": dimensions[1],
        "height_mm": dimensions[2],
    }


def _hashes(
    work: Slice, group: Group, offer: FeedOffer, said: Mapping[str, Any]
) -> dict[str, bytes]:
    target = work.target
    return {
        "content_hash": digest([said[name] for name in _CONTENT]),
        "options_hash": digest(sorted(group.choices[offer.external_id].items())),
        "barcodes_hash": digest(offer.barcodes),
        "price_hash": digest(
            [str(target.price_list_id), offer.price_minor, offer.old_price_minor, offer.currency]
        ),
        "stock_hash": digest([str(target.location_id), offer.available, offer.stock_quantity]),
    }


async def _leave_other_products(uow: UnitOfWork, lines: list[Line]) -> None:
    """Take variants out of the products that they were in; one left empty is archived."""
    moved = {line.variant_id: line for line in lines if line.has_moved}
    if not moved:
        return
    ids = list(moved)
    await uow.execute(delete(AttributeValue).where(AttributeValue.variant_id == any_(IDS)), ids=ids)
    await uow.execute(_UNPICTURE, ids=ids)
    places = [{"id": one, "product_id": line.product_id} for one, line in moved.items()]
    await uow.execute(_UNKEY, ids=ids)
    await update_rows(uow, Variant, places)
    left = sorted({line.row["product_id"] for line in moved.values() if line.row})
    await uow.execute(_ARCHIVE_EMPTY, ids=left, now=uow.now)
    await products_changed(uow, left)


async def _choose(uow: UnitOfWork, work: Slice, lines: list[Line]) -> list[Line]:
    """Give each line its choice. A line falls whose choice another variant of the product has."""
    asked = [
        line for line in lines if line.row is None or line.has_moved or line.is_news("options_hash")
    ]
    existing = {line.product_id for line in asked if line.product_id not in work.new_products}
    async with planned_anew(uow):
        book = await OptionBook.of(uow, existing)
        keys = await _keys_of_others(uow, existing, {line.variant_id for line in asked})
    chosen: dict[UUID, Mapping[UUID, UUID]] = {}
    fallen: set[UUID] = set()
    for line in asked:
        choice = book.choose(line.product_id, line.group.choices[line.offer.external_id])
        line.key = options_key(choice)
        if (line.product_id, line.key) in keys:
            work.refuse(line.offer, ProblemCode.SAME_CHOICE, "param", line.offer.title)
            work.unsettled.add(line.product_id)
            fallen.add(line.variant_id)
            continue
        keys.add((line.product_id, line.key))
        chosen[line.variant_id] = choice
    await book.write(uow)
    rechosen = [line.variant_id for line in asked if line.row and line.variant_id in chosen]
    if rechosen:
        await uow.execute(_UNKEY, ids=rechosen)
    work.choices = chosen
    for line in lines:
        if line.row is not None and line.variant_id not in chosen:
            line.key = line.row["options_key"]
    return [line for line in lines if line.row is not None or line.variant_id not in fallen]


async def _keys_of_others(
    uow: UnitOfWork, product_ids: set[UUID], ours: set[UUID]
) -> set[tuple[UUID, str]]:
    if not product_ids:
        return set()
    rows = await uow.rows(_SIBLING_KEYS, ids=list(product_ids))
    return {(row["product_id"], row["options_key"]) for row in rows if row["id"] not in ours}


async def _write_variants(uow: UnitOfWork, work: Slice, lines: list[Line]) -> None:
    new = [line for line in lines if line.row is None]
    rewritten: list[dict[str, Any]] = []
    for line in lines:
        if line.row is not None and (wanted := _wanted(work, line, line.row)):
            rewritten.append({"id": line.variant_id, **wanted})
            work.changed(line.product_id, "variants")
    await update_rows(uow, Variant, rewritten)
    await _insert(uow, work, new)
    fresh = {line.variant_id for line in new}
    choices = work.choices
    await write_choices(uow, {one: choices[one] for one in fresh if choices[one]}, new=True)
    await write_choices(uow, {one: choices[one] for one in choices.keys() - fresh}, new=False)
    work.counts["variants_new"] += len(new)
    work.counts["variants_changed"] += len(rewritten)


def _wanted(work: Slice, line: Line, row: Row) -> dict[str, Any] | None:
    """The columns as they should be; None when they are so."""
    wanted = columns_of(row, (*_CONTENT, "is_active", "stock_policy", "options_key"))
    if line.is_news("content_hash"):
        wanted |= {name: line.said[name] for name in _CONTENT}
    if line.was_put_away:
        wanted["is_active"] = True
    if line.is_news("stock_hash"):
        wanted["stock_policy"] = line.said["stock_policy"]
    wanted["options_key"] = line.key
    same = all(row[name] == value for name, value in wanted.items())
    return None if same and line.variant_id not in work.choices else wanted


async def _insert(uow: UnitOfWork, work: Slice, lines: list[Line]) -> None:
    if not lines:
        return
    await take(uow, "variants", len(lines))
    known = {line.product_id for line in lines} - work.new_products
    async with planned_anew(uow):
        positions = Counter(await next_positions(uow, known) if known else {})
    rows: list[dict[str, Any]] = []
    for line in lines:
        rows.append(
            {
                "id": line.variant_id,
                "product_id": line.product_id,
                "position": positions[line.product_id],
                "options_key": line.key,
                "external_source": work.target.source,
                "external_id": line.offer.external_id,
                "created_at": uow.now,
                "updated_at": uow.now,
                **line.said,
            }
        )
        positions[line.product_id] += 1
        work.changed(line.product_id, "variants")
    await insert_rows(uow, Variant, rows)


async def _write_barcodes(uow: UnitOfWork, work: Slice, lines: list[Line]) -> None:
    offers = {line.variant_id: line.offer for line in lines}
    news = [line for line in lines if line.is_news("barcodes_hash")]
    for is_new in (False, True):
        codes = {
            line.variant_id: _codes(work, line.offer)
            for line in news
            if (line.row is None) is is_new and (not is_new or line.offer.barcodes)
        }
        for variant_id, code in await put_barcodes(uow, codes, new=is_new):
            work.warn(offers[variant_id], ProblemCode.BAD_BARCODE, "barcode", code)
    for line in news:
        work.changed(line.product_id, "barcodes")


def _codes(work: Slice, offer: FeedOffer) -> list[Code]:
    codes: dict[str, Code] = {}
    for text in offer.barcodes:
        try:
            code = parse_barcode(text)
        except InvalidValue:
            work.warn(offer, ProblemCode.BAD_BARCODE, "barcode", text)
            continue
        codes[code.code] = code
    return list(codes.values())[:MOST_PER_VARIANT]


async def _write_prices(uow: UnitOfWork, work: Slice, lines: list[Line]) -> None:
    amounts: list[Amount] = []
    list_id = work.target.price_list_id
    for line in lines:
        offer = line.offer
        if list_id is None or offer.price_minor is None or not line.is_news("price_hash"):
            continue
        if offer.currency != work.target.currency:
            work.warn(offer, ProblemCode.BAD_CURRENCY, "currencyId", offer.currency)
            continue
        old = offer.old_price_minor
        is_lower = old is not None and old > offer.price_minor
        amounts.append(Amount(line.variant_id, 1, offer.price_minor, old if is_lower else None))
    if list_id is None or not amounts:
        return
    written = await write_prices(uow, list_id, amounts)
    for line in lines:
        if line.variant_id in written:
            work.changed(line.product_id, "prices")
    work.counts["prices_written"] += len(written)


async def _write_stock(uow: UnitOfWork, work: Slice, lines: list[Line]) -> None:
    if work.target.location_id is None:
        return
    levels = {
        line.variant_id: (line.offer.stock_quantity or 0) if line.offer.available else 0
        for line in lines
        if line.is_news("stock_hash") and line.said["stock_policy"] == "tracked"
    }
    document = Document("price_list", work.target.source_id)
    written = await write_levels(uow, document, work.target.location_id, levels)
    for line in lines:
        if line.variant_id in written:
            work.changed(line.product_id, "stock")
    work.counts["levels_written"] += len(written)


def _memory(work: Slice, line: Line) -> dict[str, Any]:
    return {
        "id": new_id(),
        "source_id": work.target.source_id,
        "variant_id": line.variant_id,
        **{part: hex_of(value) for part, value in line.hashes.items()},
    }
