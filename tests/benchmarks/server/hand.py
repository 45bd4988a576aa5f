"""The storefront's three pages as a good engineer would write them by hand, without GraphQL.

Each sends the statements that Ryad's page sends, with the same arguments but for the ids, which it
takes out of its own rows as the page does, and spells the same document. Nothing is replayed. All
runs one after the other on one connection, which costs the least.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from domain.catalog.search_words import fold
from tenants.ids import encode_id
from tests.benchmarks.server.statements import Page


def amount(minor: int) -> str:
    """Kopecks as a decimal string; no price is negative, and the shop sells in roubles alone."""
    whole, hundredths = divmod(minor, 100)
    return f"{whole}.{hundredths:02}"


def quantity(thousandths: int) -> str:
    """Thousandths without idle zeros."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


def by_parent(rows: Iterable[Any]) -> defaultdict[Any, list[Any]]:
    """Rows in their order, by the parent that they belong to."""
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["parent_id"]].append(row)
    return found


def options_by_variant(rows: Iterable[Any]) -> defaultdict[Any, list[Any]]:
    """What each variant is of each option."""
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["parent_id"]].append({"name": row["name"], "value": row["value"]})
    return found


def picture(row: Any) -> dict[str, Any] | None:
    """A picture that has not been drawn by us yet is at its source; those here are all such."""
    return None if row is None else {"url": row["source_url"], "alt": row["alt"]}


def money(minor: int | None) -> dict[str, Any] | None:
    """An amount without its currency."""
    return None if minor is None else {"amount": amount(minor)}


def price(minor: int | None, currency: str) -> dict[str, Any] | None:
    """An amount with its currency."""
    return None if minor is None else {"amount": amount(minor), "currencyCode": currency}


def cursor(row: Any) -> str:
    """The place of a product in a list by price."""
    place = f'["price,id",{row["cursor_0"]},"{row["cursor_1"]}"]'
    return base64.urlsafe_b64encode(place.encode()).decode()


class Listing(Page):
    """24 products, cheapest first, with their variants, options, prices and first pictures."""

    marks: ClassVar = {
        "listed": "AS cursor_0",
        "count": "count(*)",
        "products": "FROM product JOIN listing",
        "images": "media.id = ANY",
        "variants": "variant.product_id = ANY",
        "options": "variant_option_value.variant_id = ANY",
    }

    async def answer(self, connection: Any, **given: Any) -> dict[str, Any]:
        ask, first = self.statements, int(given["first"])
        found = await ask["listed"].rows(connection)
        page = found[:first]
        ids = [row["product_id"] for row in page]
        products = {row["id"]: row for row in await ask["products"].rows(connection, ids=ids)}
        [[total]] = await ask["count"].rows(connection)
        image_ids = [row["image_id"] for row in products.values() if row["image_id"]]
        images = {row["id"]: row for row in await ask["images"].rows(connection, ids=image_ids)}
        rows = await ask["variants"].rows(connection, ids=ids)
        chosen = await ask["options"].rows(connection, ids=[row["id"] for row in rows])
        variants, options = by_parent(rows), options_by_variant(chosen)
        nodes = [
            {
                "slug": row["slug"],
                "title": row["title"],
                "priceRange": None
                if row["price_min_minor"] is None
                else {
                    "min": price(row["price_min_minor"], row["currency"]),
                    "max": {"amount": amount(row["price_max_minor"])},
                },
                "image": picture(images.get(row["image_id"])),
                "variants": [
                    {
                        "sku": variant["sku"],
                        "price": money(variant["amount_minor"]),
                        "compareAtPrice": money(variant["compare_at_minor"]),
                        "available": variant["is_available"],
                        "options": options[variant["id"]],
                    }
                    for variant in variants[row["id"]]
                ],
            }
            for row in map(products.__getitem__, ids)
        ]
        ends = {"hasNextPage": len(found) > first, "endCursor": cursor(page[-1])}
        return {"products": {"totalCount": total, "nodes": nodes, "pageInfo": ends}}


class Product(Page):
    """All of one product."""

    marks: ClassVar = {
        "slugs": "slug_redirect",
        "products": "FROM product JOIN listing",
        "descriptions": "product.description_html",
        "categories": "product_category.product_id = ANY",
        "ancestors": "category_ancestor_1.category_id = ANY",
        "images": "media.product_id = ANY",
        "options": "product_option.product_id = ANY",
        "variants": "variant.product_id = ANY",
        "choices": "variant_option_value.variant_id = ANY",
        "barcodes": "barcode.variant_id = ANY",
        "attributes": "attribute_value.product_id = ANY",
    }

    async def answer(self, connection: Any, **given: Any) -> dict[str, Any]:
        ask, slug = self.statements, given["slug"]
        [found] = await ask["slugs"].rows(connection, slug=slug)
        ids = [found["id"]]
        [row] = await ask["products"].rows(connection, ids=ids)
        [described] = await ask["descriptions"].rows(connection, ids=ids)
        categories = await ask["categories"].rows(connection, ids=ids)
        main = next((one for one in categories if one["is_main"]), None)
        above = await ask["ancestors"].rows(connection, ids=[main["id"]] if main else [])
        images = await ask["images"].rows(connection, ids=ids)
        options: dict[str, list[str]] = {}
        for option in await ask["options"].rows(connection, ids=ids):
            options.setdefault(option["name"], []).append(option["value"])
        variants = await ask["variants"].rows(connection, ids=ids)
        variant_ids = [variant["id"] for variant in variants]
        choices = options_by_variant(await ask["choices"].rows(connection, ids=variant_ids))
        barcodes = by_parent(await ask["barcodes"].rows(connection, ids=variant_ids))
        facts = await ask["attributes"].rows(connection, ids=ids)
        if facts or row["brand_id"]:
            raise ValueError("the benchmark's products have no facts and no brand")
        return {
            "product": {
                "id": encode_id("prd", row["id"]),
                "slug": row["slug"],
                "redirectedFrom": None if row["slug"] == slug else slug,
                "title": row["title"],
                "descriptionHtml": described["description_html"],
                "brand": None,
                "mainCategory": {
                    "title": main["title"],
                    "slug": main["slug"],
                    "ancestors": [{"title": one["title"], "slug": one["slug"]} for one in above],
                }
                if main
                else None,
                "images": [picture(image) for image in images],
                "options": [{"name": name, "values": values} for name, values in options.items()],
                "variants": [
                    {
                        "id": encode_id("var", variant["id"]),
                        "sku": variant["sku"],
                        "options": choices[variant["id"]],
                        "price": price(variant["amount_minor"], variant["currency"]),
                        "compareAtPrice": money(variant["compare_at_minor"]),
                        "available": variant["is_available"],
                        "availableQuantity": None
                        if variant["free"] is None
                        else quantity(variant["free"]),
                        "barcodes": [one["code"] for one in barcodes[variant["id"]]],
                    }
                    for variant in variants
                ],
                "attributes": [],
                "seo": {
                    "title": row["seo_title"] or row["title"],
                    "description": row["seo_description"],
                },
            }
        }


class Search(Page):
    """What is found for a word, and what it can be narrowed down by."""

    marks: ClassVar = {
        "found": "platform.search_listing",
        "products": "FROM product JOIN listing",
        "categories": "category.id = ANY",
        "currency": "SELECT price_list.currency",
    }

    async def answer(self, connection: Any, **given: Any) -> dict[str, Any]:
        ask = self.statements
        [found] = await ask["found"].rows(connection, phrase=fold(given["phrase"]))
        rows = await ask["products"].rows(connection, ids=found["ids"])
        products = {row["id"]: row for row in rows}
        counted = found["facets"]
        if any(kind != "category" for kind, *_ in counted):
            raise ValueError("the benchmark's products have no facet but their categories")
        shown = await ask["categories"].rows(connection, ids=[key for _, key, *_ in counted])
        [[currency]] = await ask["currency"].rows(connection)
        return {
            "search": {
                "totalCount": found["total"],
                "correctedQuery": None,
                "usedLayout": None,
                "nodes": [
                    {
                        "title": row["title"],
                        "priceRange": None
                        if row["price_min_minor"] is None
                        else {"min": price(row["price_min_minor"], row["currency"])},
                        "available": row["is_available"],
                    }
                    for row in map(products.__getitem__, found["ids"])
                ],
                "facets": _facets(counted, {str(row["id"]): row for row in shown}),
                "priceRange": {
                    "min": money(found["price_min"]),
                    "max": money(found["price_max"]),
                }
                if currency and found["price_min"] is not None
                else None,
                "availability": {
                    "available": found["available"],
                    "unavailable": found["unavailable"],
                },
            }
        }


def _facets(counted: Sequence[Any], categories: dict[str, Any]) -> list[dict[str, Any]]:
    values = [
        {
            "value": encode_id("cat", categories[key]["id"]),
            "title": categories[key]["title"],
            "count": count,
        }
        for _, key, _, _, count in counted
        if key in categories
    ]
    if not values:
        return []
    head = {"kind": "CATEGORY", "code": "category", "title": "Category", "unit": None}
    return [{**head, "values": values}]
