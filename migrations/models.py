"""The tables that migrations are held against: every room's `tables.py`, found by its name."""

import importlib
from pathlib import Path

from sqlalchemy import MetaData

from tenants.tables import Base

KERNEL = ("ledger", "jobs", "idempotency", "platform_tables")


def _load() -> MetaData:
    for name in KERNEL:
        importlib.import_module(f"tenants.{name}")
    for path in sorted((Path(__file__).parent.parent / "domain").glob("*/tables.py")):
        importlib.import_module(f"domain.{path.parent.name}.tables")
    return Base.metadata


metadata = _load()
