"""What full text search knows of a product: its texts, its document, its words."""

from typing import Any, Final, Literal

from sqlalchemy import (
    Select,
    Subquery,
    Text,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR, aggregate_order_by

from domain.catalog.listing_sources import ASKED, Made, categories_of, labelled
from domain.catalog.listing_tables import Listing, SearchDocument, SearchWord
from domain.catalog.offers import NOW, looked_up
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

WEIGHTS: Final[dict[str, Any]] = {
    "A": literal_column("'A'::\"char\""),
    "B": literal_column("'B'::\"char\""),
    "C": literal_column("'C'::\"char\""),
    "D": literal_column("'D'::\"char\""),
}


def _joined(text: Any, each: Any) -> Any:
    """The texts of one product as one, in an order that does not change by itself."""
    joined = func.string_agg(text, aggregate_order_by(literal_column("' '"), text))
    return each.with_only_columns(joined).correlate(Product).scalar_subquery()


def _translated(*fields: str) -> Any:
    is_meant = or_(*(Translation.field == name for name in fields))
    return _joined(
        Translation.value,
        select(Translation.id).where(Translation.entity_id == Product.id, is_meant),
    )


def _facts() -> tuple[Any, ...]:
    """What a product is filed and chosen by: categories, options, attributes that are words."""
    filed = categories_of(Product.id, Product).subquery("filed")
    category = select(Category.title).where(Category.id == filed.c.category_id).scalar_subquery()
    value = looked_up(
        select(ProductOptionValue.title).where(ProductOptionValue.option_id == ProductOption.id),
        ProductOption,
    )
    return (
        _joined(category, select(filed.c.category_id).select_from(filed)),
        _joined(
            value.c.title,
            select(ProductOption.id)
            .select_from(ProductOption)
            .join(value, true())
            .where(ProductOption.product_id == Product.id),
        ),
        _joined(
            AttributeValue.text,
            select(AttributeValue.id).where(AttributeValue.product_id == Product.id),
        ),
    )


def _codes() -> Any:
    """Articles and barcodes in their one spelling, each a lexeme behind "="."""
    barcode = looked_up(select(Barcode.code).where(Barcode.variant_id == Variant.id), Variant)
    each = union_all(
        select(Variant.sku.label("code"))
        .where(Variant.product_id == Product.id, Variant.sku.is_not(None))
        .correlate(Product),
        select(barcode.c.code)
        .select_from(Variant)
        .join(barcode, true())
        .where(Variant.product_id == Product.id)
        .correlate(Product),
    ).subquery("each_code")
    # Digits alone, as nearly all barcodes are, have one spelling; folding is dear.
    code = case(
        (each.c.code.regexp_match("^[0-9]+$"), each.c.code),
        else_=func.search_code(func.search_fold(each.c.code), type_=Text),
    )
    lexeme = literal_column("'='", Text) + code
    lexemes = func.array_agg(lexeme, type_=ARRAY(Text))
    return select(func.coalesce(lexemes, literal_column("'{}'::text[]"))).scalar_subquery()


def _texts() -> Subquery:
    """Every product's texts, folded: small letters, no ё."""

    def folded(*texts: Any) -> Any:
        return func.search_fold(func.concat_ws(" ", *texts), type_=Text)

    brand = select(Brand.title).where(Brand.id == Product.brand_id).scalar_subquery()
    body = func.concat_ws(
        " ", Product.description_html, _translated("description", "description_html")
    )
    plain = func.regexp_replace(func.left(body, LONGEST_TEXT), "<[^>]*>", " ", "g")
    return (
        select(
            Product.id.label("product_id"),
            folded(Product.title).label("title_key"),
            folded(Product.title, _translated("title")).label("title"),
            folded(brand).label("brand"),
            _codes().label("codes"),
            folded(*_facts()).label("facts"),
            folded(plain).label("body"),
        )
        .select_from(ASKED)
        .join(Product, Product.id == ASKED.c.id)
        # Else each text would be put together anew wherever it is named.
        .offset(literal_column("0"))
        .subquery("texts")
    )


def _set_weight(vector: Any, weight: Literal["A", "B", "C", "D"]) -> Any:
    return func.setweight(vector, WEIGHTS[weight], type_=TSVECTOR)


def _weighed(text: Any, weight: Literal["A", "B", "C"]) -> Any:
    """A text's stems, and its words as written for those who have typed but their beginning.

    A size is one word among the stems, and two as written: M8x40 is of size M8, too.
    """
    sides = func.regexp_replace(text, "([0-9])x(?=[0-9])", r"\1 ", "g")
    vector = func.to_tsvector(STEMS, text, type_=TSVECTOR).concat(
        func.to_tsvector(AS_WRITTEN, sides, type_=TSVECTOR)
    )
    return _set_weight(vector, weight)


def _documents() -> Made:
    texts = _texts()
    heading = (
        _weighed(texts.c.title, "A")
        .concat(_weighed(texts.c.brand, "B"))
        .concat(func.array_to_tsvector(texts.c.codes, type_=TSVECTOR))
    )
    parts = (
        select(texts, heading.label("heading"))
        # The document holds the heading, too, and would have it made once more.
        .offset(literal_column("0"))
        .subquery("parts")
        .c
    )
    body = _set_weight(func.to_tsvector(STEMS, parts.body), "D")
    values = {
        SearchDocument.tenant_id: TENANT,
        SearchDocument.product_id: parts.product_id,
        SearchDocument.title_key: parts.title_key,
        SearchDocument.heading: parts.heading,
        SearchDocument.document: parts.heading.concat(_weighed(parts.facts, "C")).concat(body),
    }
    return Made(SearchDocument, values, select(*labelled(values)))


def _words() -> Made:
    """Of products that are shown by now: a completion must not tell of what is to come."""
    texts = _texts()
    text = func.concat_ws(" ", texts.c.title, texts.c.brand, texts.c.facts)
    lexemes = func.tsvector_to_array(func.to_tsvector(AS_WRITTEN, text), type_=ARRAY(Text))
    is_shown = (
        select(func.bool_or(Listing.shown_from <= NOW))
        .where(Listing.product_id == texts.c.product_id)
        .scalar_subquery()
    )
    each = (
        select(func.unnest(lexemes, type_=Text).label("word")).where(is_shown).subquery("each_word")
    )
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
