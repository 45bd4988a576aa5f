"""The merchant's own affairs at the admin's door: shop, staff, keys, history, the end."""

from typing import Any

import pytest
from starlette.types import ASGIApp

from domain.merchants.reception import Reception
from tenants.database import Pool
from tests.api.merchants.conftest import SIGN_IN, Office, Visitor
from tests.domain.merchants.merchants import deliver, new_email, token_in

pytestmark = pytest.mark.anyio

ERRORS = "userErrors { code path message }"
SHOP_UPDATE = """
mutation($input: ShopUpdateInput!) {
  done: shopUpdate(input: $input) {
    shop { name version contactEmail minimumOrder { amount currencyCode } requiredContact }
    userErrors { code path message ... on ConflictError { currentVersion } }
  }
}
"""
ROLES = "{ roles { id code name permissions } }"
INVITE = f"""
mutation($input: StaffInviteInput!) {{
  done: staffInvite(input: $input) {{
    invitation {{ id email role {{ name }} locationIds }} {ERRORS}
  }}
}}
"""
STAFF = (
    "{ staff(first: 10) { totalCount nodes { id name status locationIds role { code } sessions { "
    "id } } } }"
)


async def role_id(office: Office, code: str) -> str:
    roles = (await office.program.ask(ROLES))["roles"]
    return str(next(role["id"] for role in roles if role["code"] == code))


async def test_settings_are_changed_with_a_version(office: Office) -> None:
    changed = await office.program.do(
        SHOP_UPDATE,
        input={
            "contactEmail": "shop@tea.test",
            "minimumOrder": {"amount": "500.00", "currencyCode": "RUB"},
            "requiredContact": "PHONE",
            "expectedVersion": 1,
        },
    )
    assert changed["shop"] == {
        "name": "Чайная лавка",
        "version": 2,
        "contactEmail": "shop@tea.test",
        "minimumOrder": {"amount": "500.00", "currencyCode": "RUB"},
        "requiredContact": "PHONE",
    }
    cleared = await office.program.do(SHOP_UPDATE, input={"contactEmail": None})
    assert cleared["shop"]["contactEmail"] is None
    refusal = await office.program.refused(SHOP_UPDATE, input={"name": "X", "expectedVersion": 1})
    assert (refusal["code"], refusal["currentVersion"]) == ("CONFLICT", 3)
    for wrong, path in (
        ({"name": None}, ["name"]),
        ({"minimumOrder": {"amount": "1.00", "currencyCode": "USD"}}, ["minimumOrder"]),
        ({"storefrontOrigins": ["*"]}, ["storefrontOrigins", "0"]),
    ):
        refusal = await office.program.refused(SHOP_UPDATE, input=wrong)
        assert refusal["path"] == path


async def test_hosts_and_legal_entities_are_kept(office: Office, neighbour: Office) -> None:
    add = (
        f"mutation($host: String!) {{ done: hostAdd(host: $host) {{ hosts {{ host isPrimary }} "
        f"{ERRORS} }} }}"
    )
    host = f"{new_email()[:8]}.test"
    added = await office.owner.do(add, host=host)
    assert [one["host"] for one in added["hosts"]] == [f"{office.handle}.localhost", host]
    refusal = await neighbour.owner.refused(add, host=host)
    assert (refusal["code"], refusal["path"]) == ("TAKEN", ["host"])
    remove = (
        f"mutation($host: String!) {{ done: hostRemove(host: $host) {{ hosts {{ host }} {ERRORS} "
        f"}} }}"
    )
    assert (await neighbour.owner.refused(remove, host=host))["code"] == "NOT_FOUND"
    assert len((await office.owner.do(remove, host=host))["hosts"]) == 1
    create = f"""
    mutation($input: LegalEntityInput!) {{
      done: legalEntityCreate(input: $input) {{ legalEntity {{ id isDefault taxSystem }} {ERRORS} }}
    }}
    """
    entity = await office.program.do(
        create,
        input={
            "kind": "COMPANY",
            "name": "ООО «Чай»",
            "inn": "7707083893",
            "kpp": "773601001",
            "taxSystem": "USN_INCOME",
        },
    )
    assert entity["legalEntity"]["isDefault"] is True
    archive = (
        f"mutation($id: ID!) {{ done: legalEntityArchive(id: $id) {{ legalEntity {{ id }} "
        f"{ERRORS} }} }}"
    )
    id = entity["legalEntity"]["id"]
    assert (await office.program.refused(archive, id=id))["code"] == "NOT_ALLOWED"
    refusal = await neighbour.program.refused(archive, id=id)
    assert (refusal["code"], refusal["path"]) == ("NOT_FOUND", ["id"])


async def test_a_member_is_invited_joins_and_is_held_to_the_role(
    app: ASGIApp, office: Office, reception: Reception, pool: Pool
) -> None:
    email, cashier = new_email(), await role_id(office, "cashier")
    invited = await office.owner.do(INVITE, input={"email": email, "roleId": cashier})
    assert invited["invitation"]["role"]["name"] == "Кассир"
    letters = (await deliver(reception, pool, office.tenant_id)).to(email)
    accept = (
        f"mutation($input: InvitationAcceptInput!) {{ done: invitationAccept(input: $input) {{ "
        f"done {ERRORS} }} }}"
    )
    password = "their own horse's name"
    joining = {"token": token_in(letters[0].text), "password": password, "name": "Пётр"}
    await Visitor(app).do(accept, input=joining)
    entered = await Visitor(app).do(SIGN_IN, input={"email": email, "password": password})
    member = Visitor(app, entered["token"])
    assert await member.code(STAFF) == "FORBIDDEN"
    assert await member.code("{ apiKeys { nodes { id } } }") == "FORBIDDEN"
    staff = (await office.owner.ask(STAFF))["staff"]
    assert staff["totalCount"] == 2
    id = next(one["id"] for one in staff["nodes"] if one["name"] == "Пётр")
    update = f"""
    mutation($id: ID!, $input: StaffUpdateInput!) {{
      done: staffUpdate(id: $id, input: $input) {{
        staffMember {{ role {{ code }} version }} {ERRORS}
      }}
    }}
    """
    manager = await role_id(office, "manager")
    changed = await office.owner.do(update, id=id, input={"roleId": manager, "expectedVersion": 1})
    assert changed["staffMember"] == {"role": {"code": "manager"}, "version": 2}
    assert (await member.ask(STAFF))["staff"]["totalCount"] == 2
    # A manager is no owner, and does not rule over one.
    owner_id = next(one["id"] for one in staff["nodes"] if one["id"] != id)
    suspend = (
        f"mutation($id: ID!) {{ done: staffSuspend(id: $id) {{ staffMember {{ status }} {ERRORS} "
        f"}} }}"
    )
    assert (await member.refused(suspend, id=owner_id))["code"] == "NOT_ALLOWED"
    await office.owner.do(suspend, id=id)
    assert await member.code(STAFF) == "UNAUTHENTICATED"


async def test_a_key_is_shown_once_rotated_and_revoked(app: ASGIApp, office: Office) -> None:
    create = f"""
    mutation($input: ApiKeyCreateInput!) {{
      done: apiKeyCreate(input: $input) {{ key apiKey {{ id prefix scopes }} {ERRORS} }}
    }}
    """
    told = {"kind": "SECRET", "name": "Касса", "scopes": ["settings:read"]}
    sender = Visitor(app, office.program.token, headers={"Idempotency-Key": "make a key"})
    made = await sender.do(create, input=told)
    again = await sender.do(create, input=told)
    assert again["apiKey"]["id"] == made["apiKey"]["id"]
    assert again["key"] is None
    clerk = Visitor(app, made["key"])
    assert (await clerk.ask("{ shop { name } }"))["shop"]
    assert await clerk.code(ROLES) == "FORBIDDEN"
    rotate = (
        f"mutation($id: ID!, $h: Int!) {{ done: apiKeyRotate(id: $id, overlapHours: $h) {{ key "
        f"{ERRORS} }} }}"
    )
    assert (await office.program.refused(rotate, id=made["apiKey"]["id"], h=2**31 - 1))[
        "code"
    ] == "INVALID"
    new = Visitor(app, (await office.program.do(rotate, id=made["apiKey"]["id"], h=0))["key"])
    assert await clerk.code("{ shop { name } }") == "UNAUTHENTICATED"
    assert (await new.ask("{ shop { name } }"))["shop"]
    listed = await office.program.ask(
        "{ apiKeys(mode: LIVE, first: 50) { nodes { id name prefix lastFour kind "
        "replacedById } totalCount } }"
    )
    assert listed["apiKeys"]["totalCount"] == 4
    assert made["key"] not in str(listed)


async def test_the_test_space_manages_nobody(office: Office) -> None:
    tester = office.keyed("secret", "test")
    refusal = await tester.refused(
        INVITE, input={"email": new_email(), "roleId": await role_id(office, "cashier")}
    )
    assert refusal["code"] == "NOT_ALLOWED"
    found = await tester.ask(
        "{ staff { totalCount } apiKeys { totalCount } roles { id } hosts { host } }"
    )
    assert found == {
        "staff": {"totalCount": 0},
        "apiKeys": {"totalCount": 0},
        "roles": [],
        "hosts": [],
    }


async def test_a_secret_goes_in_and_never_out(office: Office) -> None:
    put = (
        f"mutation($n: String!, $s: String!) {{ done: secretSet(name: $n, secret: $s) {{ secret "
        f"{{ id name }} {ERRORS} }} }}"
    )
    kept = await office.program.do(put, n="stripe", s="canary-of-stripe")
    listed = await office.program.ask(
        "{ secrets { id name } auditEntries { nodes { action changes } } events(first: 100) "
        "{ events { payload } } }"
    )
    assert listed["secrets"] == [kept["secret"]]
    assert "canary-of-stripe" not in str(listed)
    remove = f"mutation($n: String!) {{ done: secretRemove(name: $n) {{ name {ERRORS} }} }}"
    await office.program.do(remove, n="stripe")
    assert (await office.program.refused(remove, n="stripe"))["code"] == "NOT_FOUND"


async def test_the_feed_is_read_on_from_a_position(office: Office) -> None:
    feed = """
    query($after: Decimal!, $types: [String!], $first: Int!) {
      events(after: $after, types: $types, first: $first) {
        events { id sequence type entityId actor } position hasMore
      }
    }
    """
    seen: list[dict[str, Any]] = []
    position = "0"
    while True:
        page = (await office.program.ask(feed, after=position, first=2))["events"]
        seen += page["events"]
        position = page["position"]
        if not page["hasMore"]:
            break
    assert [event["sequence"] for event in seen] == [str(n) for n in range(1, len(seen) + 1)]
    assert {"merchant.signed_up", "shop.opened", "staff.signed_in"} <= {e["type"] for e in seen}
    signed_in = next(event for event in seen if event["type"] == "staff.signed_in")
    assert signed_in["entityId"].startswith("stf_")
    # Of types that did not come, the position still moves: nothing is read twice.
    none = (await office.program.ask(feed, after="0", types=["thing.never"], first=2))["events"]
    assert (none["events"], none["position"], none["hasMore"]) == ([], position, False)
    for wrong in ("-1", "x", "9" * 30):
        assert await office.program.code(feed, after=wrong, first=2) == "BAD_USER_INPUT"


async def test_the_audit_log_says_who_and_holds(office: Office) -> None:
    await office.owner.do(SHOP_UPDATE, input={"name": "Новая"})
    found = await office.owner.ask(
        "{ auditEntries(first: 1) { totalCount nodes { action actor actorId credentialId "
        "address changes hash } }"
        "  auditVerify { entries brokenAt } }"
    )
    [entry] = found["auditEntries"]["nodes"]
    assert (entry["action"], entry["actor"], entry["address"]) == (
        "shopUpdate",
        "STAFF",
        office.owner.address,
    )
    assert entry["actorId"].startswith("stf_")
    assert entry["credentialId"].startswith("ses_")
    assert found["auditVerify"] == {
        "entries": str(found["auditEntries"]["totalCount"]),
        "brokenAt": None,
    }


async def test_usage_is_shown_and_a_plan_is_changed(office: Office) -> None:
    found = await office.program.ask(
        "{ merchant { usage { what used limit } } plans { code title price { amount } limits } }"
    )
    keys = next(row for row in found["merchant"]["usage"] if row["what"] == "api_keys")
    assert keys == {"what": "api_keys", "used": "4", "limit": "10"}
    assert [plan["code"] for plan in found["plans"]] == ["start", "trade", "network"]
    change = (
        f"mutation($plan: String!) {{ done: planChange(plan: $plan) {{ merchant {{ plan }} "
        f"{ERRORS} }} }}"
    )
    changed = await office.owner.do(change, plan="trade")
    assert changed["merchant"] == {"plan": "trade"}
    assert (await office.owner.refused(change, plan="none"))["path"] == ["plan"]


async def test_a_closed_shop_is_shut_to_keys_and_reopened_by_its_owner(office: Office) -> None:
    close = f"mutation {{ done: merchantClose {{ merchant {{ status eraseAfter }} {ERRORS} }} }}"
    closed = await office.owner.do(close)
    assert closed["merchant"]["status"] == "CLOSING"
    assert closed["merchant"]["eraseAfter"]
    assert await office.program.code("{ shop { name } }") == "FORBIDDEN"
    reopen = f"mutation {{ done: merchantReopen {{ merchant {{ status eraseAfter }} {ERRORS} }} }}"
    opened = await office.owner.do(reopen)
    assert opened["merchant"] == {"status": "ACTIVE", "eraseAfter": None}
    assert (await office.program.ask("{ shop { name } }"))["shop"]


async def test_a_dry_run_keeps_nothing(office: Office) -> None:
    dry = SHOP_UPDATE.replace("($input: ShopUpdateInput!)", "($input: ShopUpdateInput!) @dryRun")
    tried = await office.program.do(dry, input={"name": "Проба"})
    assert tried["shop"]["name"] == "Проба"
    assert (await office.program.ask("{ shop { name } }"))["shop"]["name"] == "Чайная лавка"


async def test_things_are_found_by_their_ids_alone_as_far_as_one_may_see_them(
    office: Office, neighbour: Office
) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    staff = (await office.program.ask(STAFF))["staff"]["nodes"][0]["id"]
    theirs = (await neighbour.program.ask(STAFF))["staff"]["nodes"][0]["id"]
    cashier = await role_id(office, "cashier")
    found = await office.program.ask(query, ids=[staff, theirs, cashier])
    assert found["nodes"] == [
        {"__typename": "StaffMember", "id": staff},
        None,
        {"__typename": "Role", "id": cashier},
    ]
    tester = office.keyed("secret", "test")
    assert (await tester.ask(query, ids=[staff]))["nodes"] == [None]
