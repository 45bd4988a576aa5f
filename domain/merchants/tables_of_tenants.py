"""Every table that holds rows of tenants, found from the tables' own descriptions."""

import importlib
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Table
from sqlalchemy.schema import sort_tables_and_constraints

from tenants.tables import Base

# Where the platform keeps something about a tenant that is not the tenant's own: the log of ways
# past tenants, links of letters, and who may sign in where. Erasure sees to them by itself.
PLATFORMS_OWN: Final = frozenset({"platform_access", "one_time_token", "membership"})
KERNEL: Final = ("idempotency", "jobs", "ledger", "platform_tables")


@cache
def tables_of_tenants() -> tuple[Table, ...]:
    """The tables in the order in which rows could be written: what is referred to comes first.

    All rooms' tables are loaded here, whatever this process has imported: a table forgotten would
    be rows kept. Raises ValueError for foreign keys that go in a circle, which cannot be ordered.
    """
    for name in KERNEL:
        importlib.import_module(f"tenants.{name}")
    for path in sorted(Path(__file__).parent.parent.glob("*/tables.py")):
        importlib.import_module(f"domain.{path.parent.name}.tables")
    tables = [
        table
        for table in Base.metadata.tables.values()
        if "tenant_id" in table.columns and table.name not in PLATFORMS_OWN
    ]
    ordered = []
    for table, constraints in sort_tables_and_constraints(tables):  # type: ignore[no-untyped-call]
        if table is None and constraints:
            circle = sorted(str(constraint.name) for constraint in constraints)
            raise ValueError(f"These foreign keys go in a circle: {', '.join(circle)}.")
        if table is not None and table in tables:
            ordered.append(table)
    return tuple(ordered)
