"""What reaches past one unit of work says that it can be neither rehearsed nor kept under a key."""

from typing import Any

import pytest
from starlette.types import ASGIApp

from tests.api.merchants.conftest import SIGN_IN, SIGN_UP, Office, Visitor
from tests.domain.merchants.merchants import PASSWORD, new_email

pytestmark = pytest.mark.anyio

CLOSE = "mutation { done: merchantClose { merchant { status } userErrors { code } } }"
PLAN = 'mutation { done: planChange(plan: "trade") { merchant { plan } userErrors { code } } }'
SIGN_OUT = "mutation { done: sessionEnd { done userErrors { code } } }"
HOST = "mutation($host: String!) %s{ done: hostAdd(host: $host) { %s } }"
HOSTS = "hosts { host provenAt proof { word recordName fileUrl } problem } userErrors { code path }"


async def test_a_key_is_refused_where_it_would_not_be_kept(app: ASGIApp, office: Office) -> None:
    signing_up: dict[str, Any] = {
        "shopName": "Чай",
        "ownerName": "Анна",
        "ownerEmail": new_email(),
        "ownerPassword": PASSWORD,
    }
    visitor = Visitor(app, headers={"Idempotency-Key": "once"})
    assert await visitor.code(SIGN_UP, input=signing_up) == "BAD_USER_INPUT"
    entering = {"email": office.email, "password": PASSWORD}
    assert await visitor.code(SIGN_IN, input=entering) == "BAD_USER_INPUT"
    # Nothing was done: the same goes through without the key.
    await Visitor(app).do(SIGN_UP, input=signing_up)
    office.owner.headers["Idempotency-Key"] = "once"
    for mutation in (CLOSE, PLAN, SIGN_OUT):
        assert await office.owner.code(mutation) == "BAD_USER_INPUT"
    office.owner.headers.clear()
    for mutation in (CLOSE, PLAN, SIGN_OUT):
        rehearsed = mutation.replace("mutation", "mutation @dryRun", 1)
        assert await office.owner.code(rehearsed) == "BAD_USER_INPUT"
    found = await office.owner.ask("{ merchant { status plan } }")
    assert found["merchant"] == {"status": "ACTIVE", "plan": "start"}


async def test_a_host_is_added_once_under_a_key_and_can_be_rehearsed(office: Office) -> None:
    host = f"{new_email()[:8]}.example.com"
    rehearsed = await office.program.do(HOST % ("@dryRun ", HOSTS), host=host)
    assert host in [one["host"] for one in rehearsed["hosts"]]
    office.program.headers["Idempotency-Key"] = "host"
    first = await office.program.do(HOST % ("", HOSTS), host=host)
    assert await office.program.do(HOST % ("", HOSTS), host=host) == first
    [added] = [one for one in first["hosts"] if one["host"] == host]
    assert (added["provenAt"], added["problem"]) == (None, None)
    assert added["proof"]["word"].startswith("ryad-")
    assert added["proof"]["recordName"] == f"_ryad.{host}"
    assert added["proof"]["fileUrl"] == f"http://{host}/.well-known/ryad-host.txt"
    office.program.headers.clear()
    assert (await office.program.refused(HOST % ("", HOSTS), host=host))["code"] == "TAKEN"
    prove = "mutation($host: String!) { done: hostProve(host: $host) { hosts { host } userErrors "
    asked = await office.program.do(prove + "{ code path } } }", host=host)
    assert host in [one["host"] for one in asked["hosts"]]
    refusal = await office.program.refused(prove + "{ code path } } }", host="no.example.com")
    assert (refusal["code"], refusal["path"]) == ("NOT_FOUND", ["host"])


async def test_a_host_that_is_nobodys_to_own_needs_no_proof_on_one_machine(office: Office) -> None:
    added = await office.program.do(HOST % ("", HOSTS), host=f"{new_email()[:8]}.test")
    assert all(one["provenAt"] and one["proof"] is None for one in added["hosts"])
