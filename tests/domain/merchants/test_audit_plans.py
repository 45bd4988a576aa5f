"""How PostgreSQL searches the audit log: each filter along an index of its own, no shop by rows.

Two shops of 4,000 entries each, so that a plan which looks past one of them shows.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest

from domain.catalog.queries import list_page
from domain.merchants.audit import AUDIT, NEWEST_FIRST
from domain.paging import PageRequest
from tenants.database import Pool
from tenants.ledger import AuditEntry, EventRow
from tenants.roles import RoleUrls
from tenants.scope import TenantScope
from tests.conftest import Servers
from tests.explaining import PLANS, Explaining
from tests.factories import make_tenant

pytestmark = pytest.mark.anyio

ENTRIES = 4_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def one(what: str, number: int) -> UUID:
    """The same id each time for the same words."""
    return UUID(bytes=f"{what}{number}".encode().rjust(16, b"\0"))


def entry(number: int) -> dict[str, Any]:
    """Every minute another, of 50 people by 50 keys, about 400 things, by 20 mutations."""
    return {
        "sequence": number + 1,
        "action": f"thing{number % 20}Update",
        "actor": "staff",
        "actor_id": one("staff", number % 50),
        "credential_id": one("key", number % 50),
        "changes": [{"event": "thing.updated", "id": str(one("thing", number % 400))}],
        "occurred_at": FIRST + timedelta(minutes=number),
        "previous_hash": b"",
        "hash": b"",
    }


def event(number: int) -> dict[str, Any]:
    told = entry(number)
    return {
        "sequence": number + 1,
        "type": "thing.updated",
        "entity_id": one("thing", number % 400),
        "payload": {},
        "actor": "staff",
        "actor_id": told["actor_id"],
        "occurred_at": told["occurred_at"],
    }


@pytest.fixture(scope="module")
async def long_log(
    servers: Servers, database: RoleUrls, pool: Pool, platform_pool: Pool
) -> TenantScope:
    """A shop that has seen much, with a neighbour who has seen the same."""
    for _ in range(2):
        scope = TenantScope(pool, await make_tenant(platform_pool))
        async with scope.writing("test") as uow:
            await uow.add_all(AuditEntry, (entry(number) for number in range(ENTRIES)))
            await uow.add_all(EventRow, (event(number) for number in range(ENTRIES)))
    path = urlsplit(database.app).path
    superuser = urlunsplit(urlsplit(servers.superuser_url)._replace(path=path))
    connection = await asyncpg.connect(superuser)
    try:
        await connection.execute("ANALYZE audit_entry")
        await connection.execute("ANALYZE event")
    finally:
        await connection.close()
    return scope


@pytest.mark.parametrize(
    ("where", "count", "index"),
    [
        ({}, 20, "ix_audit_entry_occurred_at"),
        ({"staffMemberId": {"eq": one("staff", 7)}}, 20, "ix_audit_entry_actor_id"),
        ({"apiKeyId": {"eq": one("key", 7)}}, 20, "ix_audit_entry_credential_id"),
        ({"action": {"eq": "thing3Update"}}, 20, "ix_audit_entry_action"),
        ({"entityId": {"eq": one("thing", 7)}}, 10, "ix_event_entity_id"),
        (
            {
                "occurredAt": {
                    "gte": FIRST + timedelta(minutes=5),
                    "lte": FIRST + timedelta(hours=1),
                }
            },
            20,
            "ix_audit_entry_occurred_at",
        ),
        (
            {
                "staffMemberId": {"eq": one("staff", 7)},
                "occurredAt": {"lte": FIRST + timedelta(hours=5)},
            },
            6,
            "ix_audit_entry_actor_id",
        ),
    ],
)
@pytest.mark.parametrize("after_first", [False, True])
async def test_a_search_walks_along_its_index(
    long_log: TenantScope, where: dict[str, Any], count: int, index: str, after_first: bool
) -> None:
    reading = Explaining(long_log.pool, long_log.tenant_id, long_log.reading.now)
    found = await list_page(
        reading, AUDIT, PageRequest(first=20), where=where, order_by=NEWEST_FIRST
    )
    assert len(found.rows) == count
    times = [row["occurred_at"] for row in found.rows]
    assert times == sorted(times, reverse=True)
    if after_first:
        PLANS.clear()
        rest = PageRequest(first=20, after=found.cursors[0])
        found = await list_page(reading, AUDIT, rest, where=where, order_by=NEWEST_FIRST)
        assert [row["occurred_at"] for row in found.rows][: count - 1] == times[1:]
    [parts] = PLANS[-1:]
    assert "Seq Scan" not in {part["Node Type"] for part in parts}
    assert index in {part.get("Index Name") for part in parts}
    # What is read and thrown away is less than a page.
    assert sum(part.get("Rows Removed by Filter", 0) for part in parts) <= 20


async def test_what_was_done_elsewhere_at_the_same_instant_is_not_shown(
    pool: Pool, platform_pool: Pool
) -> None:
    scope = TenantScope(pool, await make_tenant(platform_pool))
    two = [{**entry(number), "occurred_at": FIRST} for number in (1, 2)]
    async with scope.writing("test") as uow:
        await uow.add_all(AuditEntry, two)
        await uow.add_all(EventRow, ({**event(number), "occurred_at": FIRST} for number in (1, 2)))
    where = {"entityId": {"eq": one("thing", 1)}}
    found = await list_page(scope.reading, AUDIT, PageRequest(), where=where)
    assert [row["action"] for row in found.rows] == ["thing1Update"]
