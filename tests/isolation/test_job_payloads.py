"""Every kind of job, done for us with a payload that names what is a neighbour's: nothing of his.

A job of ours that names his things must end as one that names what never was; his rows stay as they
are, no letter goes to him, and our job says none of his words. That the walk would see it is shown
on kinds that do leak.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest
from sqlalchemy import select, update

from domain.catalog.product_tables import Brand
from domain.files.links import signed_url
from domain.opening import reception_of
from integrations.carriers.ways import KnownCarriers
from integrations.dns.records import DnsRecords
from integrations.fetching.http import http_fetcher
from integrations.files.local import LocalFiles
from integrations.sheets.reader import open_sheet
from integrations.sheets.writer import write_sheet
from integrations.yml.reader import open_yml
from tenants.database import Pool
from tenants.ids import new_id
from tenants.jobs import Job, enqueue
from tenants.platform import PlatformScope, platform_scope
from tenants.roles import RoleUrls
from tenants.scope import TenantScope, UnitOfWork
from tests.api.client import settings_for
from tests.conftest import Servers, TwoTenants
from tests.fakes.mailer import KeptMail
from tests.isolation.walk import fingerprint
from tests.seeds import canary, seed_everything
from workers.kinds import Tools, kinds_of
from workers.runner import Kind, run_job

pytestmark = pytest.mark.anyio

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "after": ("media", "id"),
    "brand_id": ("brand", "id"),
    "code_id": ("customer_code", "id"),
    "due": ("stored_file", "expires_at"),
    "export_id": ("export", "id"),
    "import_id": ("stock_import", "id"),
    "sheet_id": ("stock_export", "id"),
    "file_id": ("stored_file", "id"),
    "hand_over_id": ("hand_over", "id"),
    "host": ("platform.host", "host"),
    "invitation_id": ("invitation", "id"),
    "live_tenant_id": ("shop", "tenant_id"),
    "order_export_id": ("order_export", "id"),
    "draft_id": ("order_draft", "id"),
    "order_id": ("purchase_order", "id"),
    "product_id": ("product", "id"),
    "sale_id": ("sales_order", "id"),
    "run_id": ("import_run", "id"),
    "shipment_id": ("shipment", "id"),
    "staff_id": ("staff_member", "id"),
    "stocktake_id": ("stocktake", "id"),
    "storage_keys": ("stored_file", "name"),
    "subscription_id": ("back_in_stock", "id"),
    "told_at": ("back_in_stock", "told_at"),
}
"""Which column of his a name in a payload means."""

PAYLOADS: Final[Mapping[str, tuple[str, ...]]] = {
    "collections.refill": (),
    "export.run": ("export_id",),
    "feeds.import": ("run_id",),
    "files.remove": ("file_id", "due"),
    "host.prove": ("host",),
    "listing.relist": (),
    "listing.settle": (),
    "mail.back_in_stock": ("subscription_id",),
    "mail.customer_code": ("code_id",),
    "mail.invitation": ("invitation_id",),
    "mail.order_ended": ("sale_id",),
    "mail.order_placed": ("sale_id",),
    "mail.parcel_ready": ("hand_over_id",),
    "mail.parcel_shipped": ("hand_over_id",),
    "mail.payment_due": ("sale_id",),
    "mail.sign_up": ("staff_id",),
    "media.forget": ("storage_keys",),
    "media.store": ("product_id", "after"),
    "platform.sweep": (),
    "orders.export": ("order_export_id",),
    "orders.expire_draft": ("draft_id",),
    "orders.unpaid": ("order_id",),
    "purchasing.overdue": ("order_id",),
    "secrets.reseal": (),
    "shipments.ask": ("shipment_id",),
    "shipments.follow": ("shipment_id",),
    "stock.end_markdowns": (),
    "stock.expire_holds": (),
    "stock.night": (),
    "stock.export": ("sheet_id",),
    "stock.import": ("import_id",),
    "stock.import_forget": ("import_id",),
    "stock.stocktake": ("stocktake_id",),
    "stock.tell_waiting": ("told_at",),
    "tenant.erase": ("live_tenant_id",),
}
"""What a payload of each kind names."""

A_PERSONS: Final = {"mail.account_changed", "mail.new_sign_in", "mail.password_reset"}
"""Letters about an account, which is a person's and no tenant's."""


@dataclass
class Walk:
    """Jobs of ours, over one set of kinds."""

    pool: Pool
    platform: PlatformScope
    superuser: "asyncpg.Connection[Any]"
    kinds: Mapping[str, Kind]
    ours: TenantScope
    other: UUID
    mail: KeptMail
    theirs: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def ends(self, kind: str, arguments: dict[str, Any]) -> str:
        """How one try of a job of ours ends: all that its row then says, and how many letters."""
        async with self.ours.writing("test") as uow:
            job_id = await enqueue(uow, kind, **arguments)
            assert job_id is not None
            leased = {"attempt": 1, "lease_until": uow.now + timedelta(minutes=5)}
            called = update(Job).where(Job.id == job_id).values(state="dispatched", **leased)
            await uow.execute(called)
        await run_job(self.pool, self.platform, self.kinds, job_id, 1)
        shown = select(Job.state, Job.result, Job.last_error, Job.progress)
        row = await self.ours.reading.row(shown.where(Job.id == job_id))
        assert row is not None
        words = orjson.dumps([*row.values(), len(self.mail.letters)]).decode()
        for value in arguments.values():
            words = words.replace(value if isinstance(value, str) else value[0], "<asked>")
        return words

    async def faults(self, kind: str, names: tuple[str, ...]) -> list[str]:
        """What is wrong with a kind whose payload names these."""
        his = {name: self.theirs[NAMES[name][0]][NAMES[name][1]] for name in names}
        letter = {"letter_id": secrets.token_hex(8)} if kind.startswith("mail.") else {}
        before = await fingerprint(self.superuser, self.other)
        shown = await self.ends(kind, plain(his) | letter)
        after = await fingerprint(self.superuser, self.other)
        never = await self.ends(kind, plain({name: like(his[name]) for name in names}) | letter)
        found = [f"{table} of his is changed" for table in before if before[table] != after[table]]
        if canary(self.other) in shown:
            found.append(f"the job shows his words: {shown}")
        if not never.startswith('["done"'):
            found.append(f"a payload that names nothing does not end: {never}")
        if names and shown != never:
            found.append(f"his: {shown}\n  never: {never}")
        return found


def plain(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload as rows of jobs have it."""
    texts = {
        name: value if isinstance(value, str) else str(value) for name, value in payload.items()
    }
    return {name: [text] if name == "storage_keys" else text for name, text in texts.items()}


def like(value: Any) -> Any:
    """A value of the same kind that nothing has."""
    if isinstance(value, UUID):
        return new_id()
    return value if isinstance(value, datetime) else f"{value[:-8]}{secrets.token_hex(4)}"


@asynccontextmanager
async def open_walk(
    pool: Pool,
    platform_pool: Pool,
    superuser: "asyncpg.Connection[Any]",
    tenants: TwoTenants,
    kinds: Mapping[str, Kind],
    mail: KeptMail,
) -> AsyncIterator[Walk]:
    platform = await platform_scope(platform_pool, reason="jobs of a test")
    ours = TenantScope(pool, tenants.ours)
    walk = Walk(pool, platform, superuser, kinds, ours, tenants.neighbour, mail)
    walk.theirs = await seed_everything(superuser, tenants.neighbour)
    yield walk


async def test_no_kind_of_job_touches_what_is_a_neighbours(
    pool: Pool,
    platform_pool: Pool,
    superuser: "asyncpg.Connection[Any]",
    tenants: TwoTenants,
    database: RoleUrls,
    servers: Servers,
    tmp_path: Path,
) -> None:
    mail = KeptMail()
    chosen = settings_for(database, servers.redis_url)
    reception, sign = reception_of(chosen, platform_pool), partial(signed_url, chosen)
    async with http_fetcher() as fetcher, httpx.AsyncClient() as web:
        files, records = LocalFiles(tmp_path), DnsRecords()
        kinds = kinds_of(
            Tools(
                reception=reception,
                mailer=mail,
                files=files,
                fetcher=fetcher,
                records=records,
                open_price_list=open_yml,
                open_sheet=open_sheet,
                write_sheet=write_sheet,
                sign_link=sign,
                carriers=KnownCarriers(web),
            )
        )
        assert set(PAYLOADS) | A_PERSONS == set(kinds), "say what the payloads of a new kind name"
        async with open_walk(pool, platform_pool, superuser, tenants, kinds, mail) as walk:
            faults = {kind: await walk.faults(kind, names) for kind, names in PAYLOADS.items()}
    assert {kind: found for kind, found in faults.items() if found} == {}
    assert mail.letters == []


async def test_each_planted_leak_is_seen(
    pool: Pool, platform_pool: Pool, superuser: "asyncpg.Connection[Any]", tenants: TwoTenants
) -> None:
    everyone = await platform_scope(platform_pool, reason="leaks of a test")
    title = select(Brand.title)

    async def of_anyone(brand_id: str) -> Any:
        async with everyone.writing() as unit:
            return await unit.value(title.where(Brand.id == UUID(brand_id)))

    async def look(uow: UnitOfWork, *, brand_id: str) -> dict[str, Any]:
        return {"title": await uow.value(title.where(Brand.id == UUID(brand_id)))}

    async def tell(uow: UnitOfWork, *, brand_id: str) -> dict[str, Any]:
        return {"title": await of_anyone(brand_id)}

    async def differ(uow: UnitOfWork, *, brand_id: str) -> None:
        if await of_anyone(brand_id):
            raise PermissionError("not yours")

    async def spoil(uow: UnitOfWork, *, brand_id: str) -> None:
        async with everyone.writing() as unit:
            mine = update(Brand).where(Brand.id == UUID(brand_id))
            await unit.execute(mine.values(updated_at=datetime.now(UTC)))

    steps = {"look": look, "tell": tell, "differ": differ, "spoil": spoil}
    kinds = {name: Kind(step=step) for name, step in steps.items()}
    async with open_walk(pool, platform_pool, superuser, tenants, kinds, KeptMail()) as walk:
        seen = {name for name in kinds if await walk.faults(name, ("brand_id",))}
    assert seen == {"tell", "differ", "spoil"}
