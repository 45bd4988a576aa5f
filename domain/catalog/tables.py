"""All tables of the catalogue, under one roof; each is described in its own file."""

from domain.catalog.fact_tables import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    FieldDefinition,
    Translation,
)
from domain.catalog.grouping_tables import (
    Category,
    CategoryAncestor,
    Collection,
    CollectionProduct,
    ProductCategory,
)
from domain.catalog.listing_tables import (
    Facet,
    Listing,
    ListingShelf,
    SearchDocument,
    SearchWord,
)
from domain.catalog.product_tables import (
    Barcode,
    Brand,
    BundleItem,
    Media,
    Product,
    ProductOption,
    ProductOptionValue,
    ProductRelation,
    Variant,
    VariantOptionValue,
)
from domain.catalog.window_tables import (
    Channel,
    Menu,
    MenuItem,
    Page,
    Publication,
    SlugRedirect,
    Synonym,
)

__all__ = [
    "Attribute",
    "AttributeChoice",
    "AttributeValue",
    "Barcode",
    "Brand",
    "BundleItem",
    "Category",
    "CategoryAncestor",
    "Channel",
    "Collection",
    "CollectionProduct",
    "Facet",
    "FieldDefinition",
    "Listing",
    "ListingShelf",
    "Media",
    "Menu",
    "MenuItem",
    "Page",
    "Product",
    "ProductCategory",
    "ProductOption",
    "ProductOptionValue",
    "ProductRelation",
    "Publication",
    "SearchDocument",
    "SearchWord",
    "SlugRedirect",
    "Synonym",
    "Translation",
    "Variant",
    "VariantOptionValue",
]
