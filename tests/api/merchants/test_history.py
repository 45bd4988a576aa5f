"""The audit log as its merchant searches it: by whom, with which key, what, to what, and when."""

from typing import Any

import pytest

from tests.api.merchants.conftest import Office

pytestmark = pytest.mark.anyio

ENTRIES = """
query($where: AuditWhere, $first: Int, $after: String) {
  auditEntries(where: $where, first: $first, after: $after) {
    totalCount
    nodes { action actorId credentialId changes occurredAt }
    pageInfo { endCursor hasNextPage }
  }
}
"""
BRAND = """
mutation($title: String!) {
  done: brandCreate(input: {title: $title}) { brand { id } userErrors { code path } }
}
"""
RENAME = """
mutation($id: ID!, $title: String!) {
  done: brandUpdate(id: $id, input: {title: $title}) { brand { id } userErrors { code path } }
}
"""
ROLE = """
mutation { done: roleCreate(input: {name: "Старший", permissions: ["orders:read"]}) {
  role { id } userErrors { code path }
} }
"""


async def actions(office: Office, where: dict[str, Any]) -> list[str]:
    found = (await office.owner.ask(ENTRIES, where=where, first=50))["auditEntries"]
    assert found["totalCount"] == len(found["nodes"])
    return [entry["action"] for entry in found["nodes"]]


@pytest.fixture
async def brand(office: Office) -> str:
    """A brand that a program has made and the owner renamed, beside another."""
    made = (await office.program.do(BRAND, title="Чай"))["brand"]["id"]
    await office.program.do(BRAND, title="Кофе")
    await office.owner.do(RENAME, id=made, title="Чаёк")
    return str(made)


async def test_it_is_searched_by_what_something_was_done_to(
    office: Office, neighbour: Office, brand: str
) -> None:
    assert await actions(office, {"entityId": {"eq": brand}}) == ["brandUpdate", "brandCreate"]
    assert await actions(office, {"entityId": {"in": []}}) == []
    assert await actions(neighbour, {"entityId": {"eq": brand}}) == []
    found = (await office.owner.ask(ENTRIES, where={"entityId": {"eq": brand}}))["auditEntries"]
    assert [change["id"] for entry in found["nodes"] for change in entry["changes"]] == [brand] * 2
    assert await office.owner.code(ENTRIES, where={"entityId": {"eq": "x"}}) == "BAD_USER_INPUT"


async def test_it_is_searched_by_who_and_with_which_key(office: Office, brand: str) -> None:
    viewer = await office.owner.ask("{ viewer { staffMember { id } } }")
    me = viewer["viewer"]["staffMember"]["id"]
    mine = await actions(office, {"staffMemberId": {"eq": me}})
    assert "brandUpdate" in mine
    assert "brandCreate" not in mine
    everything = (await office.owner.ask(ENTRIES, first=50))["auditEntries"]["nodes"]
    key = next(one["credentialId"] for one in everything if one["action"] == "brandCreate")
    assert await actions(office, {"apiKeyId": {"eq": key}}) == ["brandCreate", "brandCreate"]
    assert await office.owner.code(ENTRIES, where={"apiKeyId": {"eq": me}}) == "BAD_USER_INPUT"


async def test_it_is_searched_by_what_was_done_and_when(office: Office, brand: str) -> None:
    created: dict[str, Any] = {"action": {"eq": "brandCreate"}}
    found = (await office.owner.ask(ENTRIES, where=created))["auditEntries"]["nodes"]
    later, earlier = [one["occurredAt"] for one in found]
    for period, count in (
        ({"gte": earlier, "lte": later}, 2),
        ({"gte": later}, 1),
        ({"lte": earlier}, 1),
    ):
        assert len(await actions(office, {**created, "occurredAt": period})) == count
    assert await actions(office, {"action": {"in": ["brandUpdate", "never"]}}) == ["brandUpdate"]


async def test_pages_join_without_a_gap_the_newest_first(office: Office, brand: str) -> None:
    whole = (await office.owner.ask(ENTRIES, first=50))["auditEntries"]["nodes"]
    pages: list[Any] = []
    after = None
    while True:
        page = (await office.owner.ask(ENTRIES, first=2, after=after))["auditEntries"]
        pages += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == whole
    assert [one["occurredAt"] for one in whole] == sorted(
        (one["occurredAt"] for one in whole), reverse=True
    )


async def test_ids_in_it_are_spelled_as_everywhere(office: Office) -> None:
    role = (await office.owner.do(ROLE))["role"]["id"]
    invite = """
    mutation($role: ID!) { done: staffInvite(input: {email: "a@tea.test", roleId: $role}) {
      invitation { id } userErrors { code path }
    } }
    """
    invitation = (await office.owner.do(invite, role=role))["invitation"]["id"]
    asked = {"entityId": {"eq": invitation}}
    [entry] = (await office.owner.ask(ENTRIES, where=asked))["auditEntries"]["nodes"]
    [change] = entry["changes"]
    assert (change["event"], change["id"], change["role_id"]) == ("staff.invited", invitation, role)
    feed = await office.owner.ask('{ events(types: ["staff.invited"]) { events { payload } } }')
    assert [event["payload"]["role_id"] for event in feed["events"]["events"]] == [role]
