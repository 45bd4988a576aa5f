"""Coming in at the admin's door: sign-up, sessions, one's own account."""

import time

import pyotp
import pytest
from starlette.types import ASGIApp

from domain.merchants.reception import Reception
from tenants.database import Pool
from tests.api.merchants.conftest import SIGN_IN, SIGN_UP, Office, Visitor
from tests.domain.merchants.merchants import PASSWORD, deliver, new_email, token_in

pytestmark = pytest.mark.anyio

VIEWER = """
{ viewer { kind mode permissions hasSecondFactor staffMember { name email }
           sessions { id mode address } } }
"""
DONE = "{ done userErrors { code path message } }"
PROVE = f"mutation($input: ProofInput!) {{ done: sessionProve(input: $input) {DONE} }}"


async def test_a_new_shop_works_at_once_by_its_keys(office: Office) -> None:
    for mode in ("live", "test"):
        found = await office.keyed("secret", mode).ask(
            "{ shop { name currencyCode version } merchant { handle mode status plan planTitle } }"
        )
        assert found == {
            "shop": {"name": "Чайная лавка", "currencyCode": "RUB", "version": 1},
            "merchant": {
                "handle": office.handle,
                "mode": mode.upper(),
                "status": "ACTIVE",
                "plan": "start",
                "planTitle": "Start",
            },
        }


async def test_a_refusal_stands_at_its_place_in_the_senders_language(app: ASGIApp) -> None:
    visitor = Visitor(app, headers={"Accept-Language": "ru"})
    refusal = await visitor.refused(
        SIGN_UP,
        input={
            "shopName": "Чай",
            "ownerName": "А",
            "ownerEmail": new_email(),
            "ownerPassword": PASSWORD,
            "legalEntity": {
                "kind": "COMPANY",
                "name": "ООО",
                "inn": "7707083894",
                "taxSystem": "OSN",
                "kpp": "773601001",
            },
        },
    )
    assert (refusal["code"], refusal["path"]) == ("INVALID", ["legalEntity", "inn"])
    assert refusal["message"].startswith("В ИНН ошибка")


async def test_the_viewer_is_who_asks(app: ASGIApp, office: Office) -> None:
    assert (await Visitor(app).ask(VIEWER))["viewer"] is None
    owner = (await office.owner.ask(VIEWER))["viewer"]
    assert (owner["kind"], owner["mode"], owner["permissions"]) == ("STAFF", "LIVE", ["*"])
    assert owner["staffMember"] == {"name": "Анна Чайкина", "email": office.email}
    assert len(owner["sessions"]) == 1
    program = (await office.program.ask(VIEWER))["viewer"]
    assert (program["kind"], program["staffMember"], program["sessions"]) == ("KEY", None, [])


async def test_a_session_of_the_test_space_is_ended_like_any_other(
    app: ASGIApp, office: Office
) -> None:
    entered = await Visitor(app).do(
        SIGN_IN, input={"email": office.email, "password": PASSWORD, "mode": "TEST"}
    )
    tester = Visitor(app, entered["token"])
    viewer = (await tester.ask(VIEWER))["viewer"]
    assert viewer["mode"] == "TEST"
    assert {session["mode"] for session in viewer["sessions"]} == {"LIVE", "TEST"}
    await tester.do(f"mutation {{ done: sessionEnd {DONE} }}")
    assert await tester.code(VIEWER) == "UNAUTHENTICATED"
    assert (await office.owner.ask(VIEWER))["viewer"]


async def test_ones_own_sessions_can_be_ended_and_nobody_elses(
    app: ASGIApp, office: Office, neighbour: Office
) -> None:
    revoke = f"mutation($id: ID!) {{ done: sessionRevoke(id: $id) {DONE} }}"
    theirs = (await neighbour.owner.ask(VIEWER))["viewer"]["sessions"][0]["id"]
    refusal = await office.owner.refused(revoke, id=theirs)
    assert (refusal["code"], refusal["path"]) == ("NOT_FOUND", ["id"])
    assert (await neighbour.owner.ask(VIEWER))["viewer"]
    entered = await Visitor(app).do(SIGN_IN, input={"email": office.email, "password": PASSWORD})
    other = Visitor(app, entered["token"])
    await other.ask(VIEWER)
    await office.owner.do(f"mutation {{ done: sessionsRevoke {DONE} }}")
    assert await other.code(VIEWER) == "UNAUTHENTICATED"
    refusal = await office.program.refused(f"mutation {{ done: sessionEnd {DONE} }}")
    assert refusal["code"] == "NOT_FOUND"


async def test_a_second_factor_is_set_up_and_asked_for(app: ASGIApp, office: Office) -> None:
    start = (
        "mutation($p: String!) { done: secondFactorStart(password: $p) { uri secret userErrors { "
        "code } } }"
    )
    confirm = (
        "mutation($c: String!) { done: secondFactorConfirm(code: $c) { recoveryCodes userErrors "
        "{ code } } }"
    )
    secret = (await office.owner.do(start, p=PASSWORD))["secret"]
    codes = await office.owner.do(confirm, c=pyotp.TOTP(secret).at(int(time.time()) - 30))
    assert len(codes["recoveryCodes"]) == 10
    assert (await office.owner.ask(VIEWER))["viewer"]["hasSecondFactor"]
    entering = {"email": office.email, "password": PASSWORD}
    refusal = await Visitor(app).refused(SIGN_IN, input=entering)
    assert (refusal["code"], refusal["path"]) == ("SECOND_FACTOR_REQUIRED", ["code"])
    await Visitor(app).do(SIGN_IN, input={**entering, "code": codes["recoveryCodes"][0]})
    off = f"mutation($input: ProofInput!) {{ done: secondFactorDisable(input: $input) {DONE} }}"
    code = pyotp.TOTP(secret).now()
    await office.owner.do(off, input={"password": PASSWORD, "code": code})


async def test_a_password_is_reset_by_letter_and_the_answer_tells_nothing(
    app: ASGIApp, office: Office, reception: Reception, pool: Pool
) -> None:
    ask = f"mutation($email: String!) {{ done: passwordResetRequest(email: $email) {DONE} }}"
    answers = [
        (await Visitor(app).send(ask, email=email)).json()["data"]
        for email in (office.email, new_email())
    ]
    assert answers[0] == answers[1]
    [letter] = (await deliver(reception, pool)).to(office.email)
    reset = f"mutation($input: PasswordResetInput!) {{ done: passwordReset(input: $input) {DONE} }}"
    told = {"token": token_in(letter.text), "newPassword": "another horse entirely"}
    await Visitor(app).do(reset, input=told)
    refusal = await Visitor(app).refused(reset, input=told)
    assert (refusal["code"], refusal["path"]) == ("EXPIRED", ["token"])
    assert await office.owner.code(VIEWER) == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "mutation",
    [
        'done: passwordChange(input: {password: "a", newPassword: "b"}) { done }',
        'done: secondFactorStart(password: "a") { uri }',
        "done: sessionEnd { done }",
        "done: merchantClose { userErrors { code } }",
        'done: staffRemove(id: "stf_1") { userErrors { code } }',
    ],
)
async def test_the_anonymous_are_told_to_come_in_first(app: ASGIApp, mutation: str) -> None:
    assert await Visitor(app).code(f"mutation {{ {mutation} }}") in (
        "UNAUTHENTICATED",
        "FORBIDDEN",
    )


async def test_what_is_dangerous_wants_a_fresh_proof(office: Office, platform_pool: Pool) -> None:
    create = """
    mutation($input: ApiKeyCreateInput!) {
      done: apiKeyCreate(input: $input) { key apiKey { id } userErrors { code path } }
    }
    """
    told = {"kind": "SECRET", "name": "Касса", "scopes": ["orders:read"]}
    await office.owner.do(create, input=told)
    async with platform_pool.acquire() as connection:
        await connection.execute(
            "UPDATE platform.staff_session SET second_factor_at = now() - interval '6 minutes' "
            "WHERE tenant_id = $1",
            office.tenant_id,
        )
    refusal = await office.owner.refused(create, input=told)
    assert refusal["code"] == "SECOND_FACTOR_REQUIRED"
    # A program is no person who could have left the desk.
    await office.program.do(create, input=told)
    await office.owner.do(PROVE, input={"password": PASSWORD})
    await office.owner.do(create, input=told)
