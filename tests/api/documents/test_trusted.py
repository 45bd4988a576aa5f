"""Trusted documents through both doors: registered at the one, sent by their ids at the other."""

import hashlib
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from api.documents.mutations import MOST_AT_ONCE
from tests.api.conftest import Desk, TwoDesks

pytestmark = pytest.mark.anyio

SHOP = "{ shop { name } }"
KEY = """
mutation { done: apiKeyCreate(input: {kind: PUBLISHABLE, name: "Window", trustedOnly: true}) {
  key userErrors { code path }
} }
"""
REGISTER = """
mutation ($documents: [TrustedDocumentInput!]!) {
  done: documentsRegister(documents: $documents) {
    documents { id hash name text } userErrors { code path message }
  }
}
"""
FORGET = """
mutation ($id: ID!) { done: documentForget(id: $id) { documentId userErrors { code path } } }
"""
LISTED = "{ trustedDocuments(first: 10) { totalCount nodes { id name } } }"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def register(desk: Desk, *documents: tuple[str, str]) -> dict[str, Any]:
    given = [{"name": name, "text": text} for name, text in documents]
    payload: dict[str, Any] = (await desk.admin.ask(REGISTER, documents=given))["done"]
    return payload


@dataclass
class Window:
    """A shop window whose key may send registered documents alone."""

    app: ASGIApp
    key: str

    async def send(self, **body: str) -> Any:
        """The answer to a request of the body's fields."""
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://api.test",
            headers={"Authorization": f"Bearer {self.key}"},
        ) as http:
            return (await http.post("/storefront/graphql", json=body)).json()

    async def code(self, **body: str) -> str:
        return str((await self.send(**body))["errors"][0]["extensions"]["code"])


async def window_of(app: ASGIApp, desk: Desk) -> Window:
    return Window(app, (await desk.admin.ask(KEY))["done"]["key"])


async def test_what_is_registered_is_answered_by_its_id_until_it_is_forgotten(
    app: ASGIApp, desks: TwoDesks
) -> None:
    window = await window_of(app, desks.ours)
    unknown = await window.code(documentId=digest(SHOP))
    made = await register(desks.ours, ("the shop's name", SHOP))
    assert made["userErrors"] == []
    [document] = made["documents"]
    assert (document["hash"], document["name"], document["text"]) == (
        digest(SHOP),
        "the shop's name",
        SHOP,
    )
    assert (await window.send(documentId=digest(SHOP)))["data"]["shop"]["name"]
    # Its text, and any other, is refused all the same.
    for text in (SHOP, "{ shop { country } }"):
        assert await window.code(query=text) == "FORBIDDEN"
    gone = (await desks.ours.admin.ask(FORGET, id=document["id"]))["done"]
    assert gone == {"documentId": document["id"], "userErrors": []}
    assert await window.code(documentId=digest(SHOP)) == unknown
    again = (await desks.ours.admin.ask(FORGET, id=document["id"]))["done"]["userErrors"]
    assert again == [{"code": "NOT_FOUND", "path": ["id"]}]


async def test_a_neighbours_document_is_not_ours(app: ASGIApp, desks: TwoDesks) -> None:
    window = await window_of(app, desks.ours)
    unknown = await window.code(documentId=digest(SHOP))
    [theirs] = (await register(desks.neighbour, ("theirs", SHOP)))["documents"]
    assert await window.code(documentId=digest(SHOP)) == unknown
    assert (await desks.ours.admin.ask(LISTED))["trustedDocuments"] == {
        "totalCount": 0,
        "nodes": [],
    }
    refused = (await desks.ours.admin.ask(FORGET, id=theirs["id"]))["done"]["userErrors"]
    assert refused == [{"code": "NOT_FOUND", "path": ["id"]}]
    assert (await desks.neighbour.admin.ask(LISTED))["trustedDocuments"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (("broken", "{ shop {"), ["documents", "1", "text"]),
        (("not of this door", "{ auditEntries { totalCount } }"), ["documents", "1", "text"]),
        (("empty", ""), ["documents", "1", "text"]),
        (("too deep", "{shop" * 40 + "}" * 40), ["documents", "1", "text"]),
        (("", SHOP), ["documents", "1", "name"]),
        (("n" * 101, SHOP), ["documents", "1", "name"]),
    ],
)
async def test_what_the_window_could_not_send_is_refused_with_all_beside_it(
    desks: TwoDesks, document: tuple[str, str], path: list[str]
) -> None:
    made = await register(desks.ours, ("good", "{ shop { language } }"), document)
    assert made["documents"] is None
    assert [one["path"] for one in made["userErrors"]] == [path]
    assert (await desks.ours.admin.ask(LISTED))["trustedDocuments"]["totalCount"] == 0


async def test_one_text_is_one_document_and_so_many_come_at_once(desks: TwoDesks) -> None:
    [first] = (await register(desks.ours, ("old name", SHOP)))["documents"]
    [second] = (await register(desks.ours, ("new name", SHOP)))["documents"]
    assert (first["id"], second["name"]) == (second["id"], "new name")
    many = [(f"{n}", f"{{ a{n}: shop {{ name }} }}") for n in range(MOST_AT_ONCE + 1)]
    refused = (await register(desks.ours, *many))["userErrors"]
    assert [one["path"] for one in refused] == [["documents"]]
    assert len((await register(desks.ours, *many[1:]))["documents"]) == MOST_AT_ONCE
