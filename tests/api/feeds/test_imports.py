"""Price lists of suppliers at the admin's door: sources, imports, how far they are, their end."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.feeds.tables import ImportProblem, ImportRun
from domain.feeds.words import PROBLEMS
from domain.files.tables import StoredFile
from domain.stock.tables import Location
from tenants.ids import decode_id, encode_id, new_id
from tenants.jobs import Job
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks

pytestmark = pytest.mark.anyio

SOURCE = """
mutation ($input: PriceListSourceCreateInput!) { priceListSourceCreate(input: $input) {
  source { id code url newStatus priceList { code } location { code } channel { code } version }
  userErrors { code path } } }
"""
START = """
mutation ($input: PriceListImportStartInput!) { priceListImportStart(input: $input) {
  priceListImport { id status source { code } counts { productsNew } refusal { code } finishedAt }
  userErrors { code path } } }
"""
CANCEL = """
mutation ($id: ID!) { priceListImportCancel(id: $id) {
  priceListImport { status finishedAt } userErrors { code path } } }
"""
SHOW = """
query ($id: ID!) {
  priceListImport(id: $id) {
    status counts { productsNew pricesWritten variantsPutAway }
    problemCounts { code severity count } refusal { code detail line } }
  priceListImportProblems(importId: $id, first: 1) {
    totalCount nodes { code message severity line externalId field value earlierLine }
    pageInfo { hasNextPage } } }
"""


async def make_source(desk: Desk) -> str:
    data = await desk.admin.ask(SOURCE, input={"code": "garden", "title": "Сад"})
    source_id: str = data["priceListSourceCreate"]["source"]["id"]
    return source_id


async def make_upload(desk: Desk, **values: Any) -> str:
    """An upload as it is once its bytes have come."""
    upload_id = new_id()
    async with desk.shop.scope.writing("test") as uow:
        row = {
            "id": upload_id,
            "purpose": "price_list",
            "status": "stored",
            "name": f"uploads/{upload_id}",
            "filename": "price.yml",
            "content_type": "application/xml",
            "size_bytes": 1,
            "sha256": b"0" * 32,
            "created_at": uow.now,
        }
        await uow.add(StoredFile, **{**row, **values})
    return encode_id("upl", upload_id)


async def test_a_source_says_where_its_rows_go(desks: TwoDesks) -> None:
    shop = desks.ours.shop
    places = {
        "priceList": {"id": encode_id("prl", shop.price_list)},
        "location": {"id": encode_id("loc", shop.location)},
        "channel": {"id": encode_id("chn", shop.channel)},
    }
    given = {"code": "garden", "title": "Сад", "url": "https://s.example/p.yml", **places}
    data = await desks.ours.admin.ask(SOURCE, input={**given, "newStatus": "DRAFT"})
    made = data["priceListSourceCreate"]["source"]
    source_id = made.pop("id")
    assert made == {
        "code": "garden",
        "url": "https://s.example/p.yml",
        "newStatus": "DRAFT",
        "priceList": {"code": "retail"},
        "location": {"code": "main"},
        "channel": {"code": "site"},
        "version": 1,
    }
    async with shop.scope.writing("test") as uow:
        row = await uow.add(Location, title="Склад", code="depot", kind="supplier")
    depot = {"id": encode_id("loc", row)}
    before = await everything(shop)
    theirs = {"id": encode_id("prl", desks.neighbour.shop.price_list)}
    for wrong, refused in (
        ({}, ("TAKEN", "code")),
        ({"code": "two", "priceList": theirs}, ("NOT_FOUND", "priceList")),
        ({"code": "two", "location": depot}, ("NOT_ALLOWED", "location")),
        ({"code": "two", "url": "file:///etc/passwd"}, ("INVALID", "url")),
        ({"code": "Два"}, ("INVALID", "code")),
    ):
        data = await desks.ours.admin.ask(SOURCE, input={**given, **wrong})
        assert refusals(data["priceListSourceCreate"]) == [refused]
    assert await everything(shop) == before

    change = """
    mutation ($id: ID!, $input: PriceListSourceUpdateInput!) {
      priceListSourceUpdate(id: $id, input: $input) {
        source { title priceList { code } version } userErrors { code path } } }
    """
    ask = desks.ours.admin.ask
    data = await ask(change, id=source_id, input={"title": "Сад и дом", "priceList": None})
    assert data["priceListSourceUpdate"]["source"] == {
        "title": "Сад и дом",
        "priceList": None,
        "version": 2,
    }
    elsewhere = await ask(change, id=source_id, input={"location": depot})
    assert refusals(elsewhere["priceListSourceUpdate"]) == [("NOT_ALLOWED", "location")]
    stale = await ask(change, id=source_id, input={"title": "X", "expectedVersion": 1})
    assert refusals(stale["priceListSourceUpdate"]) == [("CONFLICT", "expectedVersion")]
    foreign = await desks.neighbour.admin.ask(change, id=source_id, input={"title": "X"})
    assert refusals(foreign["priceListSourceUpdate"]) == [("NOT_FOUND", "id")]
    delete = """
    mutation ($id: ID!) { priceListSourceDelete(id: $id) { sourceId userErrors { code path } } }
    """
    gone = await ask(delete, id=source_id)
    assert gone["priceListSourceDelete"] == {"sourceId": source_id, "userErrors": []}


async def test_an_import_is_queued_watched_and_stopped(desks: TwoDesks) -> None:
    shop, ask = desks.ours.shop, desks.ours.admin.ask
    given = {"sourceId": await make_source(desks.ours), "uploadId": await make_upload(desks.ours)}
    started = (await ask(START, input=given))["priceListImportStart"]
    assert started["userErrors"] == []
    run = started["priceListImport"]
    run_id = run.pop("id")
    assert run == {
        "status": "QUEUED",
        "source": {"code": "garden"},
        "counts": {"productsNew": 0},
        "refusal": None,
        "finishedAt": None,
    }
    kinds = [row["kind"] for row in await shop.scope.reading.rows(select(Job.kind))]
    assert kinds.count("feeds.import") == 1
    again = await ask(START, input=given)
    assert refusals(again["priceListImportStart"]) == [("NOT_ALLOWED", "sourceId")]

    listed = await ask(
        "query ($id: ID!) { priceListImports(sourceId: $id) { nodes { id } totalCount } }",
        id=given["sourceId"],
    )
    assert listed["priceListImports"] == {"nodes": [{"id": run_id}], "totalCount": 1}
    for stranger in (run_id, encode_id("imp", new_id())):
        refused = await desks.neighbour.admin.ask(CANCEL, id=stranger)
        assert refusals(refused["priceListImportCancel"]) == [("NOT_FOUND", "id")]
    data = await ask(CANCEL, id=run_id)
    assert data["priceListImportCancel"]["priceListImport"]["status"] == "CANCELLED"
    assert data["priceListImportCancel"]["priceListImport"]["finishedAt"]


async def test_what_was_wrong_in_an_import_can_be_read(desks: TwoDesks) -> None:
    given = {"sourceId": await make_source(desks.ours), "uploadId": await make_upload(desks.ours)}
    started = await desks.ours.admin.ask(START, input=given)
    run_id = started["priceListImportStart"]["priceListImport"]["id"]
    async with desks.ours.shop.scope.writing("test") as uow:
        await uow.execute(
            update(ImportRun).values(
                status="done",
                counts={"products_new": 3, "prices_written": 4},
                problem_counts={"negative_price.error": 2, "bad_barcode.warning": 1},
                finished_at=uow.now,
            )
        )
        for position in range(2):
            await uow.add(ImportProblem, **problem(decode_id(run_id, "imp"), position))
    shown = await desks.ours.admin.ask(SHOW, id=run_id)
    assert shown["priceListImport"] == {
        "status": "DONE",
        "counts": {"productsNew": 3, "pricesWritten": 4, "variantsPutAway": 0},
        "problemCounts": [
            {"code": "bad_barcode", "severity": "WARNING", "count": 1},
            {"code": "negative_price", "severity": "ERROR", "count": 2},
        ],
        "refusal": None,
    }
    assert shown["priceListImportProblems"] == {
        "totalCount": 2,
        "nodes": [
            {
                "code": "negative_price",
                "message": PROBLEMS["negative_price"]["en"],
                "severity": "ERROR",
                "line": 10,
                "externalId": "A-1",
                "field": "price",
                "value": "-5",
                "earlierLine": None,
            }
        ],
        "pageInfo": {"hasNextPage": True},
    }
    foreign = await desks.neighbour.admin.ask(SHOW, id=run_id)
    assert foreign["priceListImport"] is None
    assert foreign["priceListImportProblems"]["totalCount"] == 0


def problem(run_id: UUID, position: int) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "position": position,
        "code": "negative_price",
        "severity": "error",
        "line": 10 + position,
        "external_id": "A-1",
        "field": "price",
        "value": "-5",
    }


async def test_only_a_price_list_that_has_come_is_imported(desks: TwoDesks) -> None:
    source = await make_source(desks.ours)
    theirs = await make_source(desks.neighbour)
    there = await make_upload(desks.ours)
    before = await everything(desks.ours.shop)
    absent = encode_id("upl", new_id())
    for source_id, upload_id, refused in (
        (source, absent, ("NOT_FOUND", "uploadId")),
        (source, await make_upload(desks.neighbour), ("NOT_FOUND", "uploadId")),
        (source, await make_upload(desks.ours, purpose="picture"), ("NOT_FOUND", "uploadId")),
        (source, await make_upload(desks.ours, status="awaited"), ("NOT_ALLOWED", "uploadId")),
        (theirs, there, ("NOT_FOUND", "sourceId")),
        (encode_id("pls", new_id()), there, ("NOT_FOUND", "sourceId")),
    ):
        data = await desks.ours.admin.ask(
            START, input={"sourceId": source_id, "uploadId": upload_id}
        )
        assert refusals(data["priceListImportStart"]) == [refused]
    assert await everything(desks.ours.shop) == before


async def test_without_an_upload_the_sources_address_is_asked(desks: TwoDesks) -> None:
    source = await make_source(desks.ours)
    refused = await desks.ours.admin.ask(START, input={"sourceId": source})
    assert refusals(refused["priceListImportStart"]) == [("NOT_ALLOWED", "uploadId")]
    change = """
    mutation ($id: ID!, $input: PriceListSourceUpdateInput!) {
      priceListSourceUpdate(id: $id, input: $input) {
        source { onMissing mostMissingPercent } userErrors { code path } } }
    """
    rules = {"onMissing": "HIDE", "mostMissingPercent": 101}
    given = {"url": "https://supplier.example/list.yml", **rules}
    data = await desks.ours.admin.ask(change, id=source, input=given)
    assert refusals(data["priceListSourceUpdate"]) == [("INVALID", "mostMissingPercent")]
    data = await desks.ours.admin.ask(change, id=source, input=given | {"mostMissingPercent": 20})
    assert data["priceListSourceUpdate"]["source"] == rules | {"mostMissingPercent": 20}
    started = await desks.ours.admin.ask(START, input={"sourceId": source})
    assert started["priceListImportStart"]["priceListImport"]["status"] == "QUEUED"


async def test_imports_need_their_permission(desks: TwoDesks) -> None:
    clerk = await desks.ours.clerk("products:read", "products:write")
    assert (await clerk.refused("{ priceListSources { totalCount } }"))["code"] == "FORBIDDEN"
    given = {"sourceId": await make_source(desks.ours), "uploadId": await make_upload(desks.ours)}
    assert (await clerk.refused(START, input=given))["code"] == "FORBIDDEN"
