"""Reads that keep the plan of each statement."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Executable

from tenants.scope import Reading, Row
from tenants.statements import prepare

PLANS: list[list[dict[str, Any]]] = []
"""The parts of each plan, from the top down."""


class Explaining(Reading):
    """Reads as it should, and keeps the plan of each statement in PLANS."""

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        text, arguments = prepare(statement, {"tenant": self.tenant_id, **values})
        async with self.pool.acquire() as connection:
            given = [
                await connection.fetchval("SELECT quote_nullable($1::text)", _written(argument))
                for argument in arguments
            ]
            await connection.execute(f"BEGIN; SET LOCAL app.tenant_id = '{self.tenant_id}'")
            await connection.execute(f"PREPARE asked AS {text}")
            call = f"EXECUTE asked({', '.join(given)})" if given else "EXECUTE asked"
            plan = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {call}")
            await connection.execute("DEALLOCATE asked; ROLLBACK")
        PLANS.append(list(_parts(json.loads(plan)[0]["Plan"])))
        return await super().rows(statement, **values)


def _written(argument: Any) -> str | None:
    if isinstance(argument, list) and argument and isinstance(argument[0], dict):
        return json.dumps(argument)
    if isinstance(argument, list):
        return "{" + ",".join(f'"{one}"' for one in argument) + "}"
    return None if argument is None else str(argument)


def _parts(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _parts(part)
