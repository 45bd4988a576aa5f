"""Answers that browsers and CDNs may keep: valid until something of the shop changes."""

from sqlalchemy import bindparam, update

from domain.catalog.listing import refresh_listing
from domain.catalog.tables import Product
from tests.api.catalog.conftest import TwoStalls
from tests.factories_catalog import P, Shop, add_products

QUERY = "query Page($slug: String!) { product(slug: $slug) { title } }"
SENCHA = {"slug": "sencha"}
RENAME = (
    update(Product)
    .where(Product.id == bindparam("product_id"))
    .values(title=bindparam("new_title"))
)


async def rename(shop: Shop, title: str, new_title: str) -> None:
    product_id = shop.products[title]
    async with shop.scope.writing("test") as uow:
        await uow.execute(RENAME, product_id=product_id, new_title=new_title)
        await refresh_listing(uow, [product_id])
        uow.record("product.updated", product_id, version=2)


async def test_a_persisted_get_is_kept_until_the_product_changes(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, P("Сенча"))
    await rename(stalls.shop, "Сенча", "Сенча")

    unknown = await stalls.buyer.get_persisted(QUERY, SENCHA)
    first = await stalls.buyer.get_persisted(QUERY, SENCHA, with_text=True)
    etag = first.headers["etag"]
    by_hash = await stalls.buyer.get_persisted(QUERY, SENCHA)
    again = await stalls.buyer.get_persisted(QUERY, SENCHA, etag=etag)
    other = await stalls.buyer.get_persisted(QUERY, {"slug": "kimun"}, etag=etag)
    await rename(stalls.shop, "Сенча", "Сенча Асамуси")
    changed = await stalls.buyer.get_persisted(QUERY, SENCHA, etag=etag)

    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert first.headers["cache-control"] == "no-cache"
    assert by_hash.json()["data"] == {"product": {"title": "Сенча"}}
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag
    assert changed.json()["data"] == {"product": {"title": "Сенча Асамуси"}}


async def test_a_neighbours_change_spoils_nothing_and_his_tag_fits_nobody_else(
    stalls: TwoStalls,
) -> None:
    for stall in (stalls.ours, stalls.neighbour):
        await add_products(stall.shop, P("Сенча"))
    ours = await stalls.buyer.get_persisted(QUERY, SENCHA, with_text=True)
    theirs = await stalls.neighbour.buyer.get_persisted(QUERY, SENCHA, with_text=True)

    await rename(stalls.neighbour.shop, "Сенча", "Чужая сенча")

    kept = await stalls.buyer.get_persisted(QUERY, SENCHA, etag=ours.headers["etag"])
    crossed = await stalls.buyer.get_persisted(QUERY, SENCHA, etag=theirs.headers["etag"])
    assert kept.status_code == 304
    assert crossed.status_code == 200
    assert crossed.json()["data"] == {"product": {"title": "Сенча"}}


async def test_what_was_posted_is_kept_by_nobody(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, P("Сенча"))
    posted = await stalls.buyer.send(QUERY, slug="sencha")
    assert posted.headers["cache-control"] == "no-store"
    assert "etag" not in posted.headers
