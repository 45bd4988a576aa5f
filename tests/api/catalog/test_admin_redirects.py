"""Redirects at the admin's door: kept when a slug changes, set and taken away by hand."""

import pytest

from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import TwoDesks
from tests.factories_catalog import P, add_products

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($input: RedirectCreateInput!) { redirectCreate(input: $input) {
  redirect { id kind slug targetId } userErrors { code path } } }
"""
DELETE = "mutation ($id: ID!) { redirectDelete(id: $id) { redirectId userErrors { code path } } }"
LIST = """
query ($where: RedirectWhere) { redirects(where: $where) { nodes { slug targetId } totalCount } }
"""


async def test_redirects_are_kept_set_and_taken_away(desks: TwoDesks) -> None:
    ask = desks.ours.admin.ask
    (product_id,) = await add_products(desks.ours.shop, P("Ассам"))
    tea = encode_id("prd", product_id)
    moved = (
        'mutation ($id: ID!) { productUpdate(id: $id, input: {slug: "assam-2"}) '
        "{ product { slug } } }"
    )
    await ask(moved, id=tea)
    made = await ask(CREATE, input={"kind": "PRODUCT", "target": {"id": tea}, "slug": "chai-assam"})
    redirect = made["redirectCreate"]["redirect"]
    assert (redirect["kind"], redirect["targetId"]) == ("PRODUCT", tea)
    listed = await ask(LIST, where={"kind": {"eq": "PRODUCT"}})
    assert [one["slug"] for one in listed["redirects"]["nodes"]] == ["chai-assam", "assam"]
    assert (await ask(LIST, where={"kind": {"eq": "PAGE"}}))["redirects"]["totalCount"] == 0
    found = await ask('{ product(slug: "chai-assam") { id } }')
    assert found == {"product": {"id": tea}}

    gone = await ask(DELETE, id=redirect["id"])
    assert gone["redirectDelete"] == {"redirectId": redirect["id"], "userErrors": []}
    assert await ask('{ product(slug: "chai-assam") { id } }') == {"product": None}
    assert refusals((await ask(DELETE, id=redirect["id"]))["redirectDelete"]) == [
        ("NOT_FOUND", "id")
    ]


async def test_a_redirect_is_refused_where_it_is_wrong(desks: TwoDesks) -> None:
    ours = encode_id("prd", (await add_products(desks.ours.shop, P("Ассам"), P("Пуэр")))[0])
    theirs = encode_id("prd", (await add_products(desks.neighbour.shop, P("Ассам")))[0])
    before = await everything(desks.ours.shop)
    for target, slug, refused in (
        (ours, "Не слаг", ("INVALID", "slug")),
        (ours, "puer", ("TAKEN", "slug")),
        (theirs, "free", ("NOT_FOUND", "target")),
        (encode_id("prd", new_id()), "free", ("NOT_FOUND", "target")),
    ):
        data = await desks.ours.admin.ask(
            CREATE, input={"kind": "PRODUCT", "target": {"id": target}, "slug": slug}
        )
        assert refusals(data["redirectCreate"]) == [refused]
    wrong = {"kind": "PAGE", "target": {"id": ours}, "slug": "free"}
    assert (await desks.ours.admin.refused(CREATE, input=wrong))["code"] == "BAD_USER_INPUT"
    assert await everything(desks.ours.shop) == before
