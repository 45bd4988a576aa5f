"""How many SQL statements each field of the storefront takes, for one object and for many."""

import re
from typing import Any, Final

from graphql import is_object_type

from api.catalog import kinds
from api.engine.fields import plan_of
from api.storefront import SCHEMA
from tenants.ids import encode_id
from tests.api.catalog.conftest import TwoStalls
from tests.api.catalog.counting import Counted, stock, stock_more

ROOTS: Final = {
    "products": ("{ products(first: $first) { nodes { slug } } }", 2),
    "search": ('{ search(query: "чай", first: $first) { nodes { slug } } }', 2),
    "suggestions": ('{ suggestions(prefix: "ча", first: $first) { queries } }', 1),
    "product": ('{ product(slug: "chai-no-5") { slug } }', 2),
    "categories": ("{ categories { slug } }", 1),
    "category": ('{ category(slug: "chai") { slug } }', 2),
    "brand": ('{ brand(slug: "masterskaya-0") { slug } }', 2),
    "brands": ("{ brands(first: $first) { nodes { slug } } }", 1),
    "collection": ('{ collection(slug: "polka-0") { slug } }', 2),
    "collections": ("{ collections(first: $first) { nodes { slug } } }", 1),
    "menu": ('{ menu(code: "main") { title } }', 1),
    "page": ('{ page(slug: "about") { slug } }', 2),
    "pages": ("{ pages(first: $first) { nodes { slug } } }", 1),
    "shop": ("{ shop { name } }", 1),
    "availability": ("{ availability(variantId: $Variant) { reason } }", 6),
    "node": ("{ node(id: $Product) { id } }", 1),
    "nodes": ("{ nodes(ids: $Products) { id } }", 1),
}
"""Of each root field: a document, and its statements."""


def node(type_name: str) -> str:
    """A document about one or several things of a type, with FIELD where its fields go."""
    return f"{{ nodes(ids: ${type_name}s) {{ ... on {type_name} {{ FIELD }} }} }}"


PARENTS: Final = {
    **{
        name: node(name)
        for name in ("Product", "Variant", "Image", "Category", "Brand", "Collection", "Menu")
    },
    "ProductConnection": node("Collection").replace("FIELD", "products(first: 2) { FIELD }"),
    "BundleItem": node("Bundle")
    .replace("on Bundle", "on Variant")
    .replace("FIELD", "bundleItems { FIELD }"),
    "MenuItem": node("Menu").replace("FIELD", "items { FIELD }"),
    # There is one of these at most in a root field.
    "SearchConnection": '{ search(query: "чай", first: $first) { FIELD } }',
    "Suggestions": '{ suggestions(prefix: "ча", first: $first) { FIELD } }',
    "BrandConnection": "{ brands(first: $first) { FIELD } }",
    "CollectionConnection": "{ collections(first: $first) { FIELD } }",
    "PageConnection": "{ pages(first: $first) { FIELD } }",
}
"""Of each type with batch fields: a document with one parent or several, by its variables."""

BATCHES: Final = {
    "ProductConnection.totalCount": 1,
    "ProductConnection.facets { code }": 4,  # counts; names of categories, brands, attributes
    "ProductConnection.priceRange { min { amount } }": 2,  # and the currency
    "ProductConnection.availability { available }": 1,
    "Product.descriptionHtml": 1,
    "Product.brand { slug }": 1,
    "Product.categories { slug }": 1,
    "Product.mainCategory { slug }": 1,
    "Product.options { name }": 1,
    "Product.variants { sku }": 1,
    "Product.image { alt }": 1,
    "Product.images { alt }": 1,
    "Product.attributes { code }": 1,
    "Product.related { slug }": 1,
    "Variant.product { slug }": 1,
    "Variant.options { name }": 1,
    "Variant.barcodes": 1,
    "Variant.images { alt }": 1,
    "Variant.attributes { code }": 1,
    "Variant.bundleItems { sku }": 1,
    "BundleItem.variant { sku }": 1,
    "Image.url": 0,
    "Category.parent { slug }": 1,
    "Category.ancestors { slug }": 1,
    "Category.children { slug }": 1,
    "Category.products(first: 2) { nodes { slug } }": 2,
    "Category.productCount": 1,
    "Brand.products(first: 2) { nodes { slug } }": 2,
    "Brand.productCount": 1,
    "Collection.products(first: 2) { nodes { slug } }": 2,
    "Collection.productCount": 1,
    "SearchConnection.totalCount": 0,  # the search has counted on its way
    "SearchConnection.facets { code }": 3,
    "SearchConnection.priceRange { min { amount } }": 1,
    "SearchConnection.availability { available }": 0,
    "Suggestions.categories { slug }": 1,
    "Suggestions.brands { slug }": 1,
    "Suggestions.products { slug }": 1,
    "BrandConnection.totalCount": 1,
    "CollectionConnection.totalCount": 1,
    "PageConnection.totalCount": 1,
    "Menu.items { title }": 1,
    "MenuItem.target { __typename }": 5,  # one for each kind of thing that is linked to
}
"""Of each batch field, with what has to be asked below it: the statements that it adds."""


ELSEWHERE: Final = {
    # Carts, orders and customers, counted step by step in tests/api/orders/test_statements.py.
    *(
        "Query.cart",
        "Query.order",
        "Cart.place",
        "CartLine.variant",
        "CartGift.variant",
        "Order.lines",
        "Order.place",
    ),
    *("Cart.pickUpOptions", "DeliveryOption.promisedOn", "Parcel.tracking", "Tracking.steps"),
    *("Order.parcels", "Order.returns", "Parcel.lines", "OrderReturn.lines"),
    *("CartPayload.cart", "CartCreatePayload.cart", "CheckoutPayload.order"),
    "OrderReturnPayload.orderReturn",
    "OfferPayload.offer",
    *("Query.me", "Query.consentTexts", "MePayload.me", "Consent.text"),
    *(f"Customer.{name}" for name in ("contacts", "addresses", "legalEntities", "sessions")),
    *("Customer.orders", "Customer.consents", "Customer.points"),
    *("Query.orderDraft", "OrderDraft.lines", "OrderDraft.place"),
    "OrderDraftAcceptPayload.order",
}


def waiting(kind: str) -> set[str]:
    """The fields of the storefront that wait for the outside in this way: Type.field."""
    found = {
        f"{one.name}.{name}"
        for one in SCHEMA.type_map.values()
        if is_object_type(one) and not one.name.startswith("__")
        for name, field in one.fields.items()
        if plan_of(field).kind == kind
    }
    return found - ELSEWHERE


def name_of(field: str) -> str:
    """Type.field, without its arguments and what is asked below it."""
    return field.partition(" ")[0].partition("(")[0]


def asking(document: str, variables: dict[str, Any]) -> str:
    """The document as an operation that declares the variables it uses."""
    types: dict[type, str] = {int: "Int", str: "ID!", list: "[ID!]!"}
    used = set(re.findall(r"\$(\w+)", document))
    declared = ", ".join(f"${name}: {types[type(variables[name])]}" for name in used)
    return f"query ({declared}) {document}" if declared else document


async def one_and_many(stalls: TwoStalls, counted: Counted) -> list[dict[str, Any]]:
    """Variables that ask for one thing, and for as many as there are."""
    shop = stalls.shop
    await stock(shop)
    menus = await stock_more(shop)
    asked = await counted.buyer.ask("{ products(first: 24) { nodes { images { id } } } }")
    ids = {
        name: [encode_id(kind, id) for id in found]
        for name, kind, found in (
            ("Products", kinds.PRODUCT, shop.products.values()),
            ("Variants", kinds.VARIANT, [id for sku, id in shop.variants.items() if sku[0] == "T"]),
            ("Bundles", kinds.VARIANT, [id for sku, id in shop.variants.items() if sku[0] == "B"]),
            ("Categorys", kinds.CATEGORY, reversed(shop.categories.values())),
            ("Brands", kinds.BRAND, shop.brands.values()),
            ("Collections", kinds.COLLECTION, shop.collections.values()),
            ("Menus", kinds.MENU, menus),
        )
    }
    ids["Images"] = [one["id"] for tea in asked["products"]["nodes"] for one in tea["images"]]
    assert min(map(len, ids.values())) > 1, ids
    single = {"Product": ids["Products"][0], "Variant": ids["Variants"][0]}
    one = {name: found[:1] for name, found in ids.items()} | {"first": 1, **single}
    many = {name: found[:100] for name, found in ids.items()} | {"first": 20, **single}
    return [one, many]


def test_every_field_that_waits_has_its_number() -> None:
    asked = {field for field in waiting("resolver") if field.startswith("Query.")}
    assert {f"Query.{name}" for name in ROOTS} == asked
    assert {name_of(field) for field in BATCHES} == waiting("batch")


async def test_each_root_field_takes_its_statements(stalls: TwoStalls, counted: Counted) -> None:
    expected = {name: count for name, (_, count) in ROOTS.items()}
    for variables in await one_and_many(stalls, counted):
        taken = {
            name: await counted.statements(asking(document, variables), **variables)
            for name, (document, _) in ROOTS.items()
        }
        assert taken == expected


async def test_each_batch_field_takes_its_statements(stalls: TwoStalls, counted: Counted) -> None:
    for variables in await one_and_many(stalls, counted):

        async def taken(field: str, variables: dict[str, Any] = variables) -> int:
            of, _, asked = field.partition(".")
            document = asking(PARENTS[of].replace("FIELD", asked), variables)
            return await counted.statements(document, **variables)

        assert {
            field: await taken(field) - await taken(field.partition(".")[0] + ".__typename")
            for field in BATCHES
        } == BATCHES
