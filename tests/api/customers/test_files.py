"""Files on a card: sent by a link, seen by who sees customers, gone with the person."""

from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from domain.customers.files import MOST_FILES
from domain.customers.tables import CustomerFile
from domain.files.tables import StoredFile
from tenants.ids import decode_id, encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import Desk, TwoDesks
from tests.api.customers.desk import ask, card
from tests.api.customers.test_merging import UNMERGE, merge
from tests.api.customers.test_persons import ERASE, EXPORT

pytestmark = pytest.mark.anyio

UPLOAD: Final = """mutation ($input: CustomerFileUploadInput!) { customerFileUpload(input: $input) {
  upload { id url expiresAt } userErrors { code path } } }"""
ADD: Final = """mutation ($input: CustomerFileAddInput!) { customerFileAdd(input: $input) {
  file { id title filename contentType bytes url } userErrors { code path } } }"""
REMOVE: Final = """mutation ($id: ID!) { customerFileRemove(id: $id) {
  customer { files { id } } userErrors { code path } } }"""
FILES: Final = "query ($id: ID!) { customer(id: $id) { files { id title url } } }"
PDF: Final = b"%PDF-1.7 canary contract"


async def http(desk: Desk, method: str, url: str, **sent: Any) -> Any:
    """A file's link, followed."""
    parts = urlsplit(url)
    async with desk.admin._http() as client:
        return await client.request(method, f"{parts.path}?{parts.query}", **sent)


async def sent(desk: Desk, body: bytes = PDF) -> str:
    """An upload that has come; its id."""
    given = {"filename": "договор.pdf", "contentType": "application/pdf", "bytes": len(body)}
    made = await ask(desk, UPLOAD, input=given)
    assert made["userErrors"] == []
    answer = await http(
        desk,
        "PUT",
        made["upload"]["url"],
        content=body,
        headers={"content-type": "application/pdf"},
    )
    assert answer.status_code == 204, answer.text
    upload_id: str = made["upload"]["id"]
    return upload_id


async def added(desk: Desk, customer: str, **more: Any) -> Any:
    """A file on a card."""
    given = {"customer": {"id": customer}, "uploadId": await sent(desk), **more}
    made = await ask(desk, ADD, input=given)
    assert made["userErrors"] == []
    return made["file"]


async def test_a_file_is_sent_kept_read_and_removed(desks: TwoDesks) -> None:
    ours = desks.ours
    anna = (await card(ours, {"firstName": "Анна"}))["id"]
    file = await added(ours, anna, title="Договор № 7")
    assert file | {"id": None, "url": None} == {
        "id": None,
        "url": None,
        "title": "Договор № 7",
        "filename": "договор.pdf",
        "contentType": "application/pdf",
        "bytes": len(PDF),
    }
    answer = await http(ours, "GET", file["url"])
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment")
    (listed,) = (await ask(ours, FILES, id=anna))["files"]
    assert listed["title"] == "Договор № 7"
    (stored,) = await ours.shop.scope.reading.rows(select(StoredFile))
    assert stored["expires_at"] is None
    gone = await ask(ours, REMOVE, id=file["id"])
    assert gone == {"customer": {"files": []}, "userErrors": []}
    (stored,) = await ours.shop.scope.reading.rows(select(StoredFile))
    assert stored["expires_at"] is not None
    assert refusals(await ask(ours, REMOVE, id=file["id"])) == [("NOT_FOUND", "id")]


async def test_it_is_private(desks: TwoDesks) -> None:
    ours = desks.ours
    upload = await sent(ours)
    keeper = await ours.clerk("content:read", "content:write")
    seen = "query ($id: ID!) { upload(id: $id) { id downloadUrl } }"
    assert (await keeper.ask(seen, id=upload))["upload"] is None
    anna = (await card(ours, {"firstName": "Анна"}))["id"]
    theirs = (await card(desks.neighbour, {"firstName": "Ева"}))["id"]
    given = {"customer": {"id": theirs}, "uploadId": upload}
    assert refusals(await ask(desks.neighbour, ADD, input=given)) == [("NOT_FOUND", "uploadId")]
    assert refusals(await ask(ours, ADD, input=given)) == [("NOT_FOUND", "customer")]
    file = await added(ours, anna)
    assert refusals(await ask(desks.neighbour, REMOVE, id=file["id"])) == [("NOT_FOUND", "id")]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"bytes": 0}, "bytes"),
        ({"bytes": 21 * 1024 * 1024}, "bytes"),
        ({"contentType": "text/html"}, "contentType"),
        ({"contentType": "image/svg+xml"}, "contentType"),
        ({"filename": ""}, "filename"),
    ],
)
async def test_files_that_are_not_taken(desks: TwoDesks, given: Any, path: str) -> None:
    whole = {"filename": "a.pdf", "contentType": "application/pdf", "bytes": 10, **given}
    ((_, at),) = refusals(await ask(desks.ours, UPLOAD, input=whole))
    assert at == path


async def test_an_upload_is_for_one_card_and_only_once_it_has_come(desks: TwoDesks) -> None:
    ours = desks.ours
    anna = (await card(ours, {"firstName": "Анна"}))["id"]
    given = {"filename": "a.pdf", "contentType": "application/pdf", "bytes": 10}
    waiting = (await ask(ours, UPLOAD, input=given))["upload"]["id"]
    for upload, code in (
        (waiting, "NOT_ALLOWED"),
        (encode_id("upl", new_id()), "NOT_FOUND"),
    ):
        asked = {"customer": {"id": anna}, "uploadId": upload}
        assert refusals(await ask(ours, ADD, input=asked)) == [(code, "uploadId")]
    upload = await sent(ours)
    asked = {"customer": {"id": anna}, "uploadId": upload}
    assert (await ask(ours, ADD, input=asked))["userErrors"] == []
    assert refusals(await ask(ours, ADD, input=asked)) == [("NOT_FOUND", "uploadId")]
    async with ours.shop.scope.writing("test") as uow:
        for at in range(MOST_FILES - 1):
            file_id = await uow.add(
                StoredFile,
                purpose="customer_file",
                status="awaited",
                name=f"x/{at}",
                filename="x",
                content_type="x",
                size_bytes=1,
                created_at=uow.now,
            )
            card_id = decode_id(anna, "cus")
            await uow.add(CustomerFile, customer_id=card_id, file_id=file_id, title="x")
    asked = {"customer": {"id": anna}, "uploadId": await sent(ours)}
    assert [code for code, _ in refusals(await ask(ours, ADD, input=asked))] == ["TOO_MANY"]


async def test_it_moves_with_the_card_and_goes_with_the_person(desks: TwoDesks) -> None:
    ours = desks.ours
    anna, other = [(await card(ours, {"firstName": name}))["id"] for name in ("Анна", "Борис")]
    file = await added(ours, anna)
    await merge(ours, other, anna)
    assert len((await ask(ours, FILES, id=other))["files"]) == 1
    await ask(ours, UNMERGE, id=anna)
    assert len((await ask(ours, FILES, id=anna))["files"]) == 1
    exported = (await ask(ours, EXPORT, id=anna))["data"]["customer_file"]
    assert [one["title"] for one in exported] == ["договор.pdf"]
    assert (await ask(ours, ERASE, id=anna))["userErrors"] == []
    assert (await ask(ours, FILES, id=anna))["files"] == []
    (stored,) = await ours.shop.scope.reading.rows(select(StoredFile))
    assert stored["expires_at"] is not None
    assert refusals(await ask(ours, REMOVE, id=file["id"])) == [("NOT_FOUND", "id")]
