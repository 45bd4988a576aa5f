"""What full text search knows of a product: its texts, its document, its words."""

from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Text,
    any_,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR, aggregate_order_by

from domain.catalog.listing_sources import IDS, Made, filed, labelled
from domain.catalog.listing_tables import SearchDocument, SearchWord
from domain.catalog.tables import (
    AttributeValue,
    Barcode,
    Brand,
    Category,
    Product,
    ProductOption,
    ProductOptionValue,
    Translation,
    Variant,
)
from tenants.statements import TENANT

LONGEST_TEXT: Final = 20_000
"""Letters of a description that are searched."""

# "russian" takes words in Latin letters as English ones.
STEMS: Final[Any] = literal_column("'russian'::regconfig")
AS_WRITTEN: Final[Any] = literal_column("'simple'::regconfig")


def _joined(name: str, each: Subquery) -> Subquery:
    """The rows (product_id, text) as one text for each product."""
    text = func.string_agg(each.c.text, aggregate_order_by(literal_column("' '"), each.c.text))
    return select(each.c.product_id, text.label("text")).group_by(each.c.product_id).subquery(name)


def _translated(name: str, is_meant: ColumnElement[bool]) -> Subquery:
    each = select(Translation.entity_id.label("product_id"), Translation.value.label("text"))
    return _joined(name, each.where(Translation.entity_id == any_(IDS), is_meant).subquery())


def _facts() -> Subquery:
    """What a product is filed and chosen by: categories, options, attributes that are words."""
    categories = filed().subquery()
    each = union_all(
        select(categories.c.product_id, Category.title.label("text")).join(
            Category, Category.id == categories.c.category_id
        ),
        select(ProductOption.product_id, ProductOptionValue.title)
        .join(ProductOptionValue, ProductOptionValue.option_id == ProductOption.id)
        .where(ProductOption.product_id == any_(IDS)),
        select(AttributeValue.product_id, AttributeValue.text).where(
            AttributeValue.product_id == any_(IDS), AttributeValue.text.is_not(None)
        ),
    )
    return _joined("facts", each.subquery())


def _codes() -> Subquery:
    """Articles and barcodes in their one spelling, each a lexeme behind "="."""
    each = union_all(
        select(Variant.product_id, Variant.sku.label("code")).where(
            Variant.product_id == any_(IDS), Variant.sku.is_not(None)
        ),
        select(Variant.product_id, Barcode.code)
        .join(Barcode, Barcode.variant_id == Variant.id)
        .where(Variant.product_id == any_(IDS)),
    ).subquery()
    lexeme = literal_column("'='", Text) + func.search_code(each.c.code, type_=Text)
    return (
        select(each.c.product_id, func.array_agg(lexeme, type_=ARRAY(Text)).label("lexemes"))
        .group_by(each.c.product_id)
        .subquery("codes")
    )


def _texts() -> Subquery:
    """Every product's texts, folded: small letters, no ё."""
    titles = _translated("titles", Translation.field == "title")
    bodies = _translated(
        "bodies", or_(Translation.field == "description", Translation.field == "description_html")
    )
    facts, codes = _facts(), _codes()

    def folded(*texts: Any) -> Any:
        return func.search_fold(func.concat_ws(" ", *texts), type_=Text)

    body = func.concat_ws(" ", Product.description_html, bodies.c.text)
    plain = func.regexp_replace(func.left(body, LONGEST_TEXT), "<[^>]*>", " ", "g")
    return (
        select(
            Product.id.label("product_id"),
            folded(Product.title).label("title_key"),
            folded(Product.title, titles.c.text).label("title"),
            func.coalesce(folded(Brand.title), "").label("brand"),
            func.coalesce(codes.c.lexemes, literal_column("'{}'::text[]")).label("codes"),
            folded(facts.c.text).label("facts"),
            folded(plain).label("body"),
        )
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .outerjoin(titles, titles.c.product_id == Product.id)
        .outerjoin(bodies, bodies.c.product_id == Product.id)
        .outerjoin(facts, facts.c.product_id == Product.id)
        .outerjoin(codes, codes.c.product_id == Product.id)
        .where(Product.id == any_(IDS))
        .subquery("texts")
    )


def _set_weight(vector: Any, weight: Literal["A", "B", "C", "D"]) -> Any:
    return func.setweight(vector, literal_column(f"'{weight}'::\"char\""), type_=TSVECTOR)


def _weighed(text: Any, weight: Literal["A", "B", "C"]) -> Any:
    """A text's stems, and its words as written for those who have typed but their beginning."""
    vector = func.to_tsvector(STEMS, text, type_=TSVECTOR).concat(
        func.to_tsvector(AS_WRITTEN, text, type_=TSVECTOR)
    )
    return _set_weight(vector, weight)


def _documents() -> Made:
    texts = _texts()
    heading = (
        _weighed(texts.c.title, "A")
        .concat(_weighed(texts.c.brand, "B"))
        .concat(func.array_to_tsvector(texts.c.codes, type_=TSVECTOR))
    )
    body = _set_weight(func.to_tsvector(STEMS, texts.c.body), "D")
    values = {
        SearchDocument.tenant_id: TENANT,
        SearchDocument.product_id: texts.c.product_id,
        SearchDocument.title_key: texts.c.title_key,
        SearchDocument.heading: heading,
        SearchDocument.document: heading.concat(_weighed(texts.c.facts, "C")).concat(body),
    }
    return Made(SearchDocument, values, select(*labelled(values)))


def _words() -> Made:
    texts = _texts()
    text = func.concat_ws(" ", texts.c.title, texts.c.brand, texts.c.facts)
    lexemes = func.tsvector_to_array(func.to_tsvector(AS_WRITTEN, text), type_=ARRAY(Text))
    each = select(func.unnest(lexemes, type_=Text).label("word")).subquery("each_word")
    values = {
        SearchWord.tenant_id: TENANT,
        SearchWord.word: each.c.word,
        SearchWord.count: func.count(),
    }
    rows: Select[Any] = (
        select(*labelled(values))
        # Numbers and codes cannot be misspelled into each other; nor can what is too short.
        .where(each.c.word.regexp_match("^[[:alpha:]][[:alpha:]-]{2,39}$"))
        .group_by(each.c.word)
        # In order, so that two writers of the same new words do not lock each other crosswise.
        .order_by(each.c.word)
    )
    return Made(SearchWord, values, rows)


DOCUMENTS: Final = _documents()
WORDS: Final = _words()
