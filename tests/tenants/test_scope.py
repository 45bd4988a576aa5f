"""The scope: both walls stand, units commit or vanish, the history has no gaps."""

import asyncio
from contextlib import suppress
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Integer, bindparam, func, insert, select, update

from tenants.database import Pool
from tenants.jobs import Job, enqueue
from tenants.ledger import AuditEntry, EventRow, chained, first_broken_link
from tenants.scope import NotKept, TenantScope
from tenants.statements import TENANT, prepare
from tests.conftest import TwoTenants

pytestmark = pytest.mark.anyio

EVENTS = select(EventRow.sequence, EventRow.type).order_by(EventRow.sequence)


async def test_each_tenant_sees_its_own_rows_in_both_settings(
    pool: Pool, tenants: TwoTenants
) -> None:
    for tenant_id in (tenants.ours, tenants.neighbour):
        async with TenantScope(pool, tenant_id).writing("test") as uow:
            uow.record("thing.happened", whose=str(tenant_id))
    mine = select(EventRow.payload)
    for setting in ("statement", "transaction"):
        scope = TenantScope(pool, tenants.ours, setting=setting)
        assert [row["payload"] for row in await scope.reading.rows(mine)] == [
            {"whose": str(tenants.ours)}
        ]


async def test_a_scope_without_a_tenant_cannot_be_made(pool: Pool) -> None:
    with pytest.raises(TypeError):
        TenantScope(pool, None)  # type: ignore[arg-type]


async def test_the_policy_alone_keeps_tenants_apart(pool: Pool, tenants: TwoTenants) -> None:
    async with TenantScope(pool, tenants.neighbour).writing("test") as uow:
        uow.record("secret.kept")
    async with pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM event") == 0
        async with TenantScope(pool, tenants.ours).writing("test") as uow:
            seen = await uow.connection.fetchval("SELECT count(*) FROM event")
            assert seen == 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await uow.connection.execute(
                    "INSERT INTO ledger VALUES ($1, 0, 0, '')", tenants.neighbour
                )
            await uow.connection.execute("ROLLBACK; BEGIN")


async def test_the_filter_stands_in_every_part_of_a_statement() -> None:
    other = select(AuditEntry.id).where(AuditEntry.sequence == EventRow.sequence).exists()
    counted = select(func.count()).select_from(AuditEntry).scalar_subquery()
    sql, _ = prepare(select(EventRow.id, counted).where(other), {"tenant": UUID(int=1)})
    assert sql.count("tenant_id = $") == 3


async def test_a_list_of_values_is_one_parameter() -> None:
    with pytest.raises(TypeError, match="any_"):
        prepare(select(EventRow.id).where(EventRow.type.in_(["a"])), {"tenant": UUID(int=1)})


async def test_values_and_parameters_are_the_same_names() -> None:
    two = select(EventRow.id).where(
        EventRow.sequence > bindparam("after"), EventRow.type == bindparam("type", "sold")
    )
    tenant = {"tenant": UUID(int=1)}
    assert {5, "sold"} < {*prepare(two, {**tenant, "after": 5})[1]}
    assert {None, "lost"} < {*prepare(two, {**tenant, "after": None, "type": "lost"})[1]}
    for values, wrong in (
        ({}, "no value for :after in: SELECT event.id"),
        ({"after": 5, "kind": "sold"}, "no parameter :kind in"),
        ({"afterwards": 5}, "no value for :after, no parameter :afterwards in"),
    ):
        with pytest.raises(TypeError, match=wrong):
            prepare(two, {**tenant, **values})
    kept = insert(EventRow).from_select(["tenant_id"], select(TENANT))
    with pytest.raises(TypeError, match="no value for :tenant"):
        prepare(kept, {}, every_tenant=True)


async def test_nothing_is_kept_when_a_unit_raises_or_is_dry(
    pool: Pool, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    with pytest.raises(ZeroDivisionError):
        async with scope.writing("test") as uow:
            uow.record("never.happened", number=1 / 0)
    async with scope.writing("test", keep=False) as uow:
        uow.record("never.happened")
    assert await scope.reading.rows(EVENTS) == []


async def test_a_failure_that_was_caught_is_not_taken_for_a_commit(
    pool: Pool, tenants: TwoTenants
) -> None:
    """PostgreSQL answers COMMIT in a failed transaction with a quiet rollback."""
    scope = TenantScope(pool, tenants.ours)

    async def carry_on() -> None:
        async with scope.writing("test") as uow:
            await enqueue(uow, "note")
            with suppress(asyncpg.CheckViolationError):
                await uow.execute(update(Job).values(state="astray"))

    with pytest.raises(NotKept):
        await carry_on()
    assert await scope.reading.rows(select(Job.id)) == []


async def test_no_value_can_name_another_tenant(pool: Pool, tenants: TwoTenants) -> None:
    scope = TenantScope(pool, tenants.ours)
    async with scope.writing("test") as uow:
        uow.record("thing.happened")
    async with scope.writing("test") as uow:
        assert len(await uow.rows(EVENTS, tenant=tenants.neighbour)) == 1
    assert len(await scope.reading.rows(EVENTS, tenant=tenants.neighbour)) == 1


async def test_events_are_numbered_without_gaps_under_a_storm(
    pool: Pool, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)

    async def work(number: int) -> None:
        try:
            async with scope.writing("test") as uow:
                uow.record("thing.happened", number=number)
                uow.record("thing.noticed", number=number)
                if number % 5 == 0:
                    raise RuntimeError
        except RuntimeError:
            pass

    await asyncio.gather(*(work(number) for number in range(100)))
    rows = await scope.reading.rows(EVENTS)
    assert [row["sequence"] for row in rows] == list(range(1, 161))
    assert [row["type"] for row in rows] == ["thing.happened", "thing.noticed"] * 80


async def test_the_audit_chain_shows_a_changed_entry(pool: Pool, tenants: TwoTenants) -> None:
    scope = TenantScope(pool, tenants.ours)
    for number in range(5):
        async with scope.writing("priceSet") as uow:
            uow.record("price.changed", tenants.ours, amount=number)
    chain = await scope.reading.rows(select(AuditEntry).order_by(AuditEntry.sequence))
    entries = [dict(row) for row in chain]
    assert first_broken_link(entries) is None
    entries[2]["changes"] = [{"event": "price.changed", "amount": 99}]
    assert first_broken_link(entries) == 3
    entries[2]["hash"] = chained(entries[2])
    assert first_broken_link(entries) == 4


async def test_the_application_cannot_rewrite_history(pool: Pool, tenants: TwoTenants) -> None:
    scope = TenantScope(pool, tenants.ours)
    for statement in ("UPDATE audit_entry SET action = ''", "DELETE FROM event", "TRUNCATE event"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope.writing("test") as uow:
                await uow.connection.execute(statement)


async def test_the_setting_ends_with_its_transaction(pool: Pool, tenants: TwoTenants) -> None:
    scope = TenantScope(pool, tenants.ours)
    async with scope.writing("test"):
        pass
    await scope.reading.rows(EVENTS)
    async with pool.acquire() as connection:
        assert not await connection.fetchval("SELECT current_setting('app.tenant_id', true)")


async def test_the_one_statement_read_sets_the_tenant_before_it_looks(
    pool: Pool, tenants: TwoTenants
) -> None:
    """The plan must be: the setting first, then a one-time filter, then the asked-for rows."""
    from tenants.scope import _ONE_STATEMENT

    statement, arguments = prepare(
        select(EventRow.id).where(EventRow.sequence == bindparam("n")),
        {"tenant": tenants.ours, "n": 1},
    )
    one = _ONE_STATEMENT.format(last=len(arguments) + 1, query=statement)
    async with pool.acquire() as connection:
        lines = await connection.fetch("EXPLAIN " + one, *arguments, str(tenants.ours))
    plan = "\n".join(line[0] for line in lines)
    assert plan.startswith("Nested Loop")
    assert plan.index("CTE Scan on tenant") < plan.index("One-Time Filter") < plan.index("on event")


async def test_a_sitting_serves_the_others_when_one_fails_or_is_gone(
    pool: Pool, tenants: TwoTenants
) -> None:
    slowly = select(100 / bindparam("n", type_=Integer), func.pg_sleep(0.05))
    async with TenantScope(pool, tenants.ours).sitting() as reading:
        asked = [asyncio.ensure_future(reading.value(slowly, n=n)) for n in (1, 2, 0, 4, 5)]
        await asyncio.sleep(0.02)
        for gone in (asked[0], asked[3]):  # who holds the connection, and who waits for it
            gone.cancel()
        first, second, third, fourth, fifth = await asyncio.gather(*asked, return_exceptions=True)
        assert (second, fifth) == (50, 20)
        assert isinstance(third, asyncpg.DivisionByZeroError)
        assert isinstance(first, asyncio.CancelledError)
        assert isinstance(fourth, asyncio.CancelledError)
        assert await reading.value(slowly, n=10) == 10
    assert pool.get_idle_size() == pool.get_size()
