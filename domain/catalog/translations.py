"""Translations: the words of a thing in another language, field by field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.changes import products_changed
from domain.catalog.fact_tables import TRANSLATED
from domain.catalog.tables import (
    Attribute,
    AttributeChoice,
    Brand,
    Category,
    Collection,
    Media,
    MenuItem,
    Page,
    Product,
    ProductOption,
    ProductOptionValue,
    Translation,
    Variant,
)
from domain.errors import Invalid, NotFound
from domain.inputs import html, located, text, word
from domain.references import resolve
from domain.row_sets import IDS, row_set
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT
from tenants.values.languages import parse_language

_TITLE: Final = {"title": text(300)}
_SEO: Final = {"seo_title": text(200), "seo_description": text(1_000)}
_SHOWN: Final = _TITLE | _SEO | {"description_html": html}
FIELDS: Final[Mapping[str, tuple[Any, Mapping[str, Callable[[Any], Any]]]]] = {
    "product": (Product, _SHOWN),
    "variant": (Variant, _TITLE),
    "product_option": (ProductOption, _TITLE),
    "product_option_value": (ProductOptionValue, _TITLE),
    "category": (Category, _SHOWN),
    "collection": (Collection, _SHOWN),
    "brand": (Brand, _SHOWN),
    "attribute": (Attribute, _TITLE),
    "attribute_choice": (AttributeChoice, _TITLE),
    "media": (Media, {"alt": text(500)}),
    "menu_item": (MenuItem, _TITLE),
    "page": (Page, _TITLE | _SEO | {"body_html": html}),
}
"""Kinds of things, their tables, and which of their words can be translated."""

_COLUMNS: Final = ("id", "entity_kind", "entity_id", "language", "field", "value")
_given: Final = row_set(Translation, _COLUMNS)
_new: Final = insert(Translation).from_select(
    ["tenant_id", *_COLUMNS], select(TENANT, *(_given.c[name] for name in _COLUMNS))
)
_WRITE: Final = _new.on_conflict_do_update(
    index_elements=["tenant_id", "entity_id", "language", "field"],
    set_={"value": _new.excluded.value},
)
_CLEAR: Final = delete(Translation).where(
    Translation.entity_id == bindparam("entity_id"),
    Translation.language == bindparam("language"),
    Translation.field == bindparam("field"),
)
_IN_LANGUAGE: Final = select(Translation.entity_id, Translation.field, Translation.value).where(
    Translation.entity_id == any_(IDS), Translation.language == bindparam("language")
)


async def translate(
    uow: UnitOfWork, *, kind: str, entity_id: UUID, language: str, words: Mapping[str, str | None]
) -> None:
    """Put words of a thing (`{"title": …}`) into a language; None takes one away.

    Raises NotFound for the thing, Invalid for a field that has no words or a language unknown.
    """
    with located("kind"):
        table, fields = FIELDS[word(*TRANSLATED)(kind)]
    if not await resolve(uow, table, [entity_id]):
        raise NotFound("id", what=kind)
    with located("language"):
        language = parse_language(language)
    rows: list[dict[str, Any]] = []
    for field, value in words.items():
        if field not in fields:
            raise Invalid("words", field, en="has no translation", ru="это поле не переводится")
        if value is None:
            await uow.execute(_CLEAR, entity_id=entity_id, language=language, field=field)
            continue
        with located("words", field):
            cleaned = fields[field](value)
        rows.append(
            {
                "id": new_id(),
                "entity_kind": kind,
                "entity_id": entity_id,
                "language": language,
                "field": field,
                "value": cleaned,
            }
        )
    if rows:
        await uow.execute(_WRITE, rows=rows)
    uow.record(f"{kind}.translated", entity_id, language=language, changed=sorted(words))
    if kind == "product":
        await products_changed(uow, [entity_id])


async def translations_of(db: Asking, entity_ids: Sequence[UUID], *, language: str) -> list[Row]:
    """`entity_id`, `field`, `value` of many things of any kinds, in one language."""
    return await db.rows(_IN_LANGUAGE, ids=list(entity_ids), language=language)
