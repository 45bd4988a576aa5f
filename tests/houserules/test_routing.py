"""What is told of a statement: does it name its tenant, would distributed PostgreSQL take it."""

import pytest

from tests.houserules.routing import refused

COPIED = "INSERT INTO brand (tenant_id, id) SELECT $1::uuid, p.id FROM product p"
STAYING = "INSERT INTO brand (tenant_id, id) SELECT p.tenant_id, p.id FROM product p"
OF_ROWS = "DELETE FROM price WHERE (a, b) NOT IN (SELECT c, d FROM product)"
RAISED = f"{COPIED} ON CONFLICT (id) DO UPDATE SET version = brand.version + $2"
OF_VALUES = "DELETE FROM price WHERE a NOT IN (SELECT c FROM product)"


@pytest.mark.parametrize("sql", [COPIED, OF_ROWS, RAISED])
def test_what_citus_does_not_take_is_seen(sql: str) -> None:
    assert len(refused(sql)) == 1


@pytest.mark.parametrize(
    "sql",
    [STAYING, f"{COPIED} ON CONFLICT DO NOTHING", f"{COPIED} RETURNING id", OF_VALUES],
)
def test_what_citus_takes_is_let_through(sql: str) -> None:
    assert refused(sql) == []
