"""Suspended, closed, reopened, erased; and before that, all data in one file."""

import asyncio
import hashlib
import itertools
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.errors import NotAllowed, NotFound
from domain.merchants.erasure import erase_tenant
from domain.merchants.export import LEFT_OUT, export_name, is_shown, request_export, run_export
from domain.merchants.identities import request_password_reset
from domain.merchants.lifecycle import (
    GRACE,
    close_merchant,
    reopen_merchant,
    resume_merchant,
    suspend_merchant,
)
from domain.merchants.queries import find_merchant, verify_audit
from domain.merchants.reception import Reception
from domain.merchants.secrets import open_secret, set_secret
from domain.merchants.sessions import sign_in
from domain.merchants.tables import Erasure, Export, Membership
from domain.merchants.tables_of_tenants import tables_of_tenants
from integrations.files.local import LocalFiles
from tenants.database import Pool
from tenants.identify import caller_by_host, caller_by_key, caller_by_session
from tenants.jobs import Job
from tenants.ledger import AuditEntry, Ledger
from tenants.platform import platform_scope
from tenants.platform_tables import NOBODYS, DataKey, Identity, StaffSession, Tenant
from tenants.scope import TenantScope
from tenants.tokens import TokenKind, parse_key, token_digest
from tenants.values.emails import parse_email
from tests.domain.merchants.merchants import (
    PASSWORD,
    Merchant,
    open_merchant,
    seen_from,
)
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

CANARY = "canary-of-a-provider"


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files")


async def status(merchant: Merchant) -> str:
    found = await find_merchant(merchant.scope().reading)
    assert found
    return str(found["status"])


async def test_a_merchant_is_suspended_and_resumed_in_both_spaces(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    me = merchant.owner
    await suspend_merchant(reception, merchant.id, reason="unpaid", principal=me)
    for mode in ("live", "test"):
        digest = parse_key(merchant.key("secret", mode).text).digest
        caller = await caller_by_key(pool, digest, seen_from())
        assert caller
        assert caller.status == "suspended"
    with pytest.raises(NotAllowed):
        await suspend_merchant(reception, merchant.id, reason="again", principal=me)
    await resume_merchant(reception, merchant.id, principal=me)
    assert await status(merchant) == "active"
    with pytest.raises(NotAllowed):
        await resume_merchant(reception, merchant.id, principal=me)
    with pytest.raises(NotFound):
        await suspend_merchant(
            reception, merchant.opened.test_tenant_id, reason="a twin", principal=me
        )


async def test_closing_can_be_undone_and_a_suspension_holds_again(
    reception: Reception, merchant: Merchant
) -> None:
    me = merchant.owner
    await close_merchant(reception, merchant.id, principal=me)
    assert await status(merchant) == "closing"
    with pytest.raises(NotAllowed):
        await close_merchant(reception, merchant.id, principal=me)
    await reopen_merchant(reception, merchant.id, principal=me)
    assert await status(merchant) == "active"
    await suspend_merchant(reception, merchant.id, reason="unpaid", principal=me)
    await close_merchant(reception, merchant.id, principal=me)
    await reopen_merchant(reception, merchant.id, principal=me)
    assert await status(merchant) == "suspended"


async def grow_old(platform_pool: Pool, merchant: Merchant) -> None:
    """Thirty days go by."""
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        await unit.execute(
            update(Tenant)
            .where(Tenant.live_tenant_id == merchant.id)
            .values(erase_after=Tenant.erase_after - GRACE - timedelta(seconds=1))
        )


async def erase(
    reception: Reception, pool: Pool, files: LocalFiles, merchant: Merchant
) -> dict[str, Any]:
    course = PlainCourse(TenantScope(pool, NOBODYS))
    return await erase_tenant(course, reception, files, live_tenant_id=str(merchant.id))


async def left(platform_pool: Pool, merchant: Merchant) -> dict[str, int]:
    """Rows of both spaces, by table, as PostgreSQL itself lists its tables."""
    found = {}
    async with platform_pool.acquire() as connection:
        for table in await connection.fetch(
            "SELECT format('%I.%I', table_schema, table_name) AS name "
            "FROM information_schema.columns WHERE column_name = 'tenant_id' "
            "AND table_schema IN ('public', 'platform') AND table_name <> 'platform_access'"
        ):
            count = await connection.fetchval(
                f"SELECT count(*) FROM {table['name']} WHERE tenant_id = ANY($1)",
                [merchant.id, merchant.opened.test_tenant_id],
            )
            if count:
                found[table["name"]] = count
    return found


async def test_what_is_not_due_is_not_erased(
    reception: Reception,
    pool: Pool,
    platform_pool: Pool,
    files: LocalFiles,
    merchant: Merchant,
) -> None:
    before = await left(platform_pool, merchant)
    assert await erase(reception, pool, files, merchant) == {"erased": False}
    await close_merchant(reception, merchant.id, principal=merchant.owner)
    assert await erase(reception, pool, files, merchant) == {"erased": False}
    await reopen_merchant(reception, merchant.id, principal=merchant.owner)
    assert await erase(reception, pool, files, merchant) == {"erased": False}
    assert (await left(platform_pool, merchant)).keys() >= before.keys()


async def test_after_the_grace_nothing_is_left_but_the_proof(
    reception: Reception,
    pool: Pool,
    platform_pool: Pool,
    files: LocalFiles,
    merchant: Merchant,
    neighbour: Merchant,
) -> None:
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    address = parse_email(merchant.email)
    await request_password_reset(reception, email=address, seen=seen_from())
    for space in (merchant.id, merchant.opened.test_tenant_id):
        async with TenantScope(pool, space).writing("test") as uow:
            await set_secret(uow, reception.masters, name="stripe", secret=CANARY)
            await request_export(uow)
    await files.save(merchant.id, "pictures/one", _chunks(b"picture"))
    head = await merchant.scope().reading.value(select(Ledger.audit_hash))
    theirs = await left(platform_pool, neighbour)
    await close_merchant(reception, merchant.id, principal=merchant.owner)
    await grow_old(platform_pool, merchant)
    answer = await erase(reception, pool, files, merchant)
    assert answer["erased"] is True
    assert await left(platform_pool, merchant) == {}
    assert await left(platform_pool, neighbour) == theirs
    assert not (files.root / str(merchant.id)).exists()
    for kind in ("publishable", "secret"):
        digest = parse_key(merchant.key(kind).text).digest
        assert await caller_by_key(pool, digest, seen_from()) is None
    digest = token_digest(TokenKind.SESSION, session.token)
    assert await caller_by_session(pool, digest, seen_from()) is None
    host = f"{merchant.opened.handle}.shops.test"
    assert await caller_by_host(pool, host, seen_from()) is None
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        proof = await unit.row(select(Erasure).where(Erasure.live_tenant_id == merchant.id))
        people = select(func.count()).where(Identity.email == merchant.email)
        assert await unit.value(people) == 0
        handles = select(Tenant.handle).where(Tenant.live_tenant_id == merchant.id)
        assert merchant.opened.handle not in [row["handle"] for row in await unit.rows(handles)]
        letters = select(Job.arguments).where(Job.kind.startswith("mail."))
        assert merchant.email not in str(await unit.rows(letters))
    assert proof
    assert proof["erased_at"] is not None
    assert (proof["keys_destroyed"], proof["identities_erased"]) == (2, 1)
    assert proof["rows"]["shop"] == 2
    assert proof["last_audit_hashes"][str(merchant.id)] != head.hex()  # closing came after
    assert merchant.email not in str(dict(proof))
    # Once more is nothing more.
    assert await erase(reception, pool, files, merchant) == {"erased": False}


async def test_an_erasure_cut_short_is_taken_up_again(
    reception: Reception,
    pool: Pool,
    platform_pool: Pool,
    files: LocalFiles,
    merchant: Merchant,
) -> None:
    class Killed(Exception):
        pass

    class Mortal(PlainCourse):
        async def progress(self, **facts: Any) -> None:
            await super().progress(**facts)
            if facts["phase"] == "role":
                raise Killed

    await close_merchant(reception, merchant.id, principal=merchant.owner)
    await grow_old(platform_pool, merchant)
    with pytest.raises(Killed):
        await erase_tenant(
            Mortal(TenantScope(pool, NOBODYS)),
            reception,
            files,
            live_tenant_id=str(merchant.id),
        )
    # Half of it is there, and opens nothing.
    assert await left(platform_pool, merchant) != {}
    digest = parse_key(merchant.key("secret").text).digest
    assert await caller_by_key(pool, digest, seen_from()) is None
    assert (await erase(reception, pool, files, merchant))["erased"] is True
    assert await left(platform_pool, merchant) == {}


async def test_who_works_elsewhere_too_keeps_the_account(
    reception: Reception,
    pool: Pool,
    platform_pool: Pool,
    files: LocalFiles,
    merchant: Merchant,
) -> None:
    other = await open_merchant(reception, pool, owner_email=merchant.email)
    await close_merchant(reception, merchant.id, principal=merchant.owner)
    await grow_old(platform_pool, merchant)
    await erase(reception, pool, files, merchant)
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    assert session.live_tenant_id == other.id
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        kept = await unit.rows(
            select(Membership.tenant_id)
            .join(Identity, Identity.id == Membership.identity_id)
            .where(Identity.email == merchant.email)
        )
    assert [row["tenant_id"] for row in kept] == [other.id]


async def test_a_destroyed_key_makes_a_copy_of_the_secret_unreadable(
    reception: Reception,
    pool: Pool,
    platform_pool: Pool,
    files: LocalFiles,
    merchant: Merchant,
) -> None:
    async with merchant.scope().writing("test") as uow:
        await set_secret(uow, reception.masters, name="stripe", secret=CANARY)
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        await unit.execute(
            DataKey.__table__.delete().where(DataKey.tenant_id == merchant.id)  # type: ignore[attr-defined]
        )
    with pytest.raises(Exception, match="destroyed"):
        await open_secret(merchant.scope().reading, reception.masters, name="stripe")


async def _chunks(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def exported(
    pool: Pool, files: LocalFiles, scope: TenantScope
) -> tuple[list[dict[str, Any]], bytes]:
    async with scope.writing("exportCreate") as uow:
        export_id = await request_export(uow)
    course = PlainCourse(scope)
    await run_export(course, files, export_id=str(export_id))
    name = export_name(export_id)
    raw = b"".join([chunk async for chunk in files.read(scope.tenant_id, name)])
    row = await scope.reading.row(select(Export).where(Export.id == export_id))
    assert row
    assert (row["status"], row["size_bytes"]) == ("ready", len(raw))
    assert row["sha256"] == hashlib.sha256(raw).hexdigest()
    # A second run of the job changes nothing.
    assert (await run_export(course, files, export_id=str(export_id)))["rows"] == 0
    return [json.loads(line) for line in raw.splitlines()], raw


async def test_an_export_has_every_table_and_no_secret(
    reception: Reception, pool: Pool, files: LocalFiles, merchant: Merchant, neighbour: Merchant
) -> None:
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    for one in (merchant, neighbour):
        async with one.scope().writing("secretSet") as uow:
            await set_secret(uow, reception.masters, name="stripe", secret=CANARY)
    [head, *lines, end], raw = await exported(pool, files, merchant.scope())
    assert head["ryad_export"] == 1
    assert head["tenant_id"] == str(merchant.id)
    counted = dict.fromkeys(head["tables"], 0)
    for line in lines:
        counted[line["table"]] += 1
    assert end == {"end": True, "rows": len(lines), "tables": counted}
    assert set(head["tables"]) == {table.name for table in tables_of_tenants()} - LEFT_OUT
    for table in ("shop", "role", "staff_member", "api_key", "host", "audit_entry", "event"):
        assert counted[table] >= 1, table
    for line in lines:
        assert line["row"].get("tenant_id", str(merchant.id)) == str(merchant.id)
    text = raw.decode()
    key = merchant.key("secret")
    hidden = [CANARY, key.text, parse_key(key.text).digest.hex(), session.token, PASSWORD]
    hidden += [token_digest(TokenKind.SESSION, session.token).hex(), "$argon2id$"]
    hidden += [str(neighbour.id), neighbour.email]
    assert [word for word in hidden if word in text] == []


def test_what_an_export_hides_is_what_is_named_like_a_secret() -> None:
    hidden = {
        f"{table.name}.{column.name}"
        for table in tables_of_tenants()
        for column in table.columns
        if not is_shown(table, column.name) and column.computed is None
    }
    assert {
        "api_key.hash",
        "staff_session.token_hash",
        "tenant_secret.sealed",
        "idempotency_key.fingerprint",
        "data_key.wrapped",
    } <= hidden
    assert not {"audit_entry.hash", "shop.name", "staff_member.email"} & hidden


async def test_an_exports_audit_chain_can_be_checked_by_whoever_holds_it(
    pool: Pool, files: LocalFiles, merchant: Merchant
) -> None:
    lines, _ = await exported(pool, files, merchant.scope())
    chain = [line["row"] for line in lines if line.get("table") == "audit_entry"]
    chain.sort(key=lambda entry: entry["sequence"])
    for before, entry in itertools.pairwise(chain):
        assert entry["previous_hash"] == before["hash"]


async def test_an_export_is_of_one_moment(
    pool: Pool, files: LocalFiles, merchant: Merchant
) -> None:
    """While it is read, others write: what it says of events and of their counter agrees."""
    done = False

    async def write() -> None:
        while not done:
            async with merchant.scope().writing("test") as uow:
                uow.record("thing.happened")

    writer = asyncio.create_task(write())
    lines, _ = await exported(pool, files, merchant.scope())
    done = True
    await writer
    rows: dict[str, list[dict[str, Any]]] = {}
    for line in lines[1:-1]:
        rows.setdefault(line["table"], []).append(line["row"])
    assert max(row["sequence"] for row in rows["event"]) == rows["ledger"][0]["event_sequence"]
    assert len(rows["event"]) == rows["ledger"][0]["event_sequence"]


async def test_pages_of_an_export_join_without_a_gap(
    pool: Pool, files: LocalFiles, merchant: Merchant
) -> None:
    async with merchant.scope().writing("test") as uow:
        for number in range(2_500):
            uow.record("thing.happened", number=number)
    lines, _ = await exported(pool, files, merchant.scope())
    numbers = [
        line["row"]["payload"]["number"]
        for line in lines
        if line.get("table") == "event" and "number" in line["row"]["payload"]
    ]
    assert sorted(numbers) == list(range(2_500))


async def test_one_export_is_made_at_a_time(merchant: Merchant) -> None:
    async with merchant.scope().writing("exportCreate") as uow:
        await request_export(uow)
    with pytest.raises(NotAllowed):
        async with merchant.scope().writing("exportCreate") as uow:
            await request_export(uow)
    reading = merchant.scope().reading
    assert await reading.value(select(func.count()).select_from(Export)) == 1
    jobs = select(func.count()).where(Job.kind == "export.run")
    assert await reading.value(jobs) == 1


async def test_the_audit_chain_is_verified_as_a_whole(
    platform_pool: Pool, merchant: Merchant
) -> None:
    for _ in range(3):
        async with merchant.scope().writing("test") as uow:
            uow.record("thing.happened")
    whole = await verify_audit(merchant.scope().reading)
    assert whole == {"entries": 4, "broken_at": None}
    scope = await platform_scope(platform_pool, reason="test")
    last = (AuditEntry.tenant_id == merchant.id, AuditEntry.sequence == 4)
    async with scope.writing(keep=False) as unit:
        await unit.execute(update(AuditEntry).where(*last).values(action="nothing"))
        async with unit.tenant(merchant.id, "test") as uow:
            assert (await verify_audit(uow))["broken_at"] == 4
        await unit.execute(AuditEntry.__table__.delete().where(*last))  # type: ignore[attr-defined]
        async with unit.tenant(merchant.id, "test") as uow:
            assert (await verify_audit(uow))["broken_at"] == 4


def test_no_session_table_is_forgotten() -> None:
    assert StaffSession.__table__ in tables_of_tenants()
