"""What a slice says of its products: parameters as values of attributes, addresses as pictures."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, or_, select
from sqlalchemy.types import ARRAY, Uuid

from domain.catalog.attribute_values import value_columns
from domain.catalog.media import LONGEST_ALT, reorder_media
from domain.catalog.tables import Attribute, AttributeValue, Media
from domain.errors import DomainError
from domain.feeds.grouping import Fact, Group
from domain.feeds.imported import attributes_by_code, media_of_source
from domain.feeds.ports import ProblemCode
from domain.feeds.work import Slice, planned_anew
from domain.row_sets import IDS, delete_rows, insert_rows
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.values.invalid import InvalidValue
from tenants.values.quantity import parse_thousandths
from tenants.values.slugs import make_slug

LONGEST_CODE: Final = 50
LONGEST_UNIT: Final = 20

# The source's own attributes lose what it no longer says; of the merchant's only those are
# written that it names.
_CLEAR: Final = delete(AttributeValue).where(
    AttributeValue.product_id == any_(IDS),
    AttributeValue.attribute_id.in_(
        select(Attribute.id).where(
            or_(
                Attribute.external_source == bindparam("source"),
                Attribute.id == any_(bindparam("named", type_=ARRAY(Uuid()))),
            )
        )
    ),
)


async def write_facts(uow: UnitOfWork, work: Slice, variant_ids: Mapping[str, UUID]) -> None:
    """Write the parameters of products of which they are news."""
    news = [g for g in work.groups if work.is_news(work.product_ids[g.key], "attributes_hash")]
    if not news:
        return
    attributes = await _attributes(uow, work, news)
    named = list({row["id"] for row in attributes.values()})
    old = [work.product_ids[g.key] for g in news]
    old = [product_id for product_id in old if product_id not in work.new_products]
    if old:
        await uow.execute(_CLEAR, ids=old, named=named, source=work.target.source)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for group in news:
        product_id = work.product_ids[group.key]
        work.changed(product_id, "attributes")
        for number, fact in enumerate(group.facts):
            attribute = attributes[_code(fact)]
            columns = _columns(work, group, fact, attribute)
            variant_id = variant_ids.get(fact.offer_id) if fact.offer_id else None
            if columns is None or (fact.offer_id and variant_id is None):
                continue
            once = (product_id, attribute["id"], variant_id, columns["key"])
            rows[once] = {
                "id": new_id(),
                "attribute_id": attribute["id"],
                "product_id": product_id,
                "variant_id": variant_id,
                "position": number,
                **columns,
            }
    await insert_rows(uow, AttributeValue, list(rows.values()))


async def write_media(uow: UnitOfWork, work: Slice) -> None:
    """Note the addresses of pictures that are new, and let go of those that the file dropped."""
    news = {
        work.product_ids[group.key]: group.pictures
        for group in work.groups
        if work.is_news(work.product_ids[group.key], "media_hash")
    }
    titles = {work.product_ids[group.key]: group.title for group in work.groups}
    there: dict[UUID, dict[str, Row]] = {product_id: {} for product_id in news}
    async with planned_anew(uow):
        for row in await media_of_source(uow, work.target.source, list(news)):
            there[row["product_id"]][row["source_url"]] = row
    gone: list[UUID] = []
    places: dict[UUID, int] = {}
    rows: list[dict[str, Any]] = []
    for product_id, urls in news.items():
        known = there[product_id]
        gone += [row["id"] for url, row in known.items() if url not in urls]
        for position, url in enumerate(urls):
            if url in known:
                places[known[url]["id"]] = position
            else:
                alt = titles[product_id][:LONGEST_ALT]
                rows.append(_picture(uow, work, product_id, url, position, alt))
        if urls or known:
            work.changed(product_id, "media")
    await delete_rows(uow, Media, gone)
    await reorder_media(uow, places)
    await insert_rows(uow, Media, rows)


def _picture(
    uow: UnitOfWork, work: Slice, product_id: UUID, url: str, position: int, alt: str
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "product_id": product_id,
        "position": position,
        "alt": alt,
        "source_url": url,
        "external_source": work.target.source,
        "created_at": uow.now,
    }


async def _attributes(uow: UnitOfWork, work: Slice, groups: list[Group]) -> dict[str, Row]:
    """The attributes that the parameters are, those that are new made."""
    facts: dict[str, list[Fact]] = {}
    for group in groups:
        for fact in group.facts:
            facts.setdefault(_code(fact), []).append(fact)
    there = await attributes_by_code(uow, facts)
    missing = [code for code in facts if code not in there]
    if not missing:
        return there
    stamps = {"created_at": uow.now, "updated_at": uow.now}
    rows: list[dict[str, Any]] = []
    for code in missing:
        is_number = facts[code][0].unit is not None and all(
            _thousandths(fact.value) is not None for fact in facts[code]
        )
        rows.append(
            {
                "id": new_id(),
                "code": code,
                "title": facts[code][0].name,
                "kind": "number" if is_number else "text",
                "unit": (facts[code][0].unit or "")[:LONGEST_UNIT] if is_number else None,
                "is_filterable": True,
                "external_source": work.target.source,
                "external_id": code,
                **stamps,
            }
        )
    made = await insert_rows(uow, Attribute, rows)
    for row in rows:
        if row["id"] in made:
            uow.record("attribute.created", row["id"], version=1)
    return await attributes_by_code(uow, facts)


def _code(fact: Fact) -> str:
    """One attribute for one name and unit, however they are capitalised."""
    return _code_of(f"{fact.name} {fact.unit or ''}")


@lru_cache(maxsize=10_000)
def _code_of(words: str) -> str:
    try:
        return make_slug(words, longest=LONGEST_CODE)
    except InvalidValue:
        return f"x{words.encode().hex()[:LONGEST_CODE]}"


def _columns(work: Slice, group: Group, fact: Fact, attribute: Row) -> dict[str, Any] | None:
    """The value as columns; None, and a problem, where the attribute cannot have it."""
    value = fact.value.replace(",", ".") if attribute["kind"] == "number" else fact.value
    if attribute["kind"] == "text" and fact.unit:
        value = f"{value} {fact.unit}"
    try:
        return value_columns(attribute["kind"], value)
    except (InvalidValue, DomainError):
        work.warn(group.lead, ProblemCode.BAD_VALUE, fact.name, fact.value)
        return None


def _thousandths(value: str) -> int | None:
    try:
        return parse_thousandths(value.replace(",", "."))
    except InvalidValue:
        return None
