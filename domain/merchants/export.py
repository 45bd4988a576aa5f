"""Export: all rows of a space as JSON Lines, in a file that its owner fetches by a signed link.

The first line says what this is, the last how many rows there should have been; each between them
is `{"table": …, "row": …}`, a table's rows after those they refer to. All are of one moment: they
are read from one snapshot. Secrets and hashes of credentials are left out, by name.
"""

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import LargeBinary, Table, bindparam, select, tuple_, update

from domain.courses import Course
from domain.errors import NotAllowed, NotFound
from domain.files.ports import FileStore
from domain.files.stored_files import announce_file, locked_file, settle_file
from domain.merchants.tables import Export
from domain.merchants.tables_of_tenants import tables_of_tenants
from tenants.ids import encode_id
from tenants.jobs import UNDER_WAY, Job, cancel_job, enqueue
from tenants.scope import TenantScope, UnitOfWork

RUN: Final = "export.run"
"""The kind of job that makes an export; its argument is `export_id`."""
VERSION: Final = 1
PAGE: Final = 1_000
KEPT: Final = timedelta(days=7)

LEFT_OUT: Final = frozenset({"data_key"})
"""Tables that are of no use to anybody but this service: keys that open nothing elsewhere."""

# Safe by default: what holds bytes, or is named like a secret, stays inside unless it stands here.
_SECRET_NAME: Final = re.compile(r"hash|token|secret|sealed|password|fingerprint")
SHOWN: Final = frozenset(
    {
        "audit_entry.hash",
        "audit_entry.previous_hash",
        "ledger.audit_hash",
    }
)


_LOCKED: Final = select(Export.status).where(Export.id == bindparam("asked")).with_for_update()
_UNDER_WAY: Final = select(Job.id, Job.arguments).where(Job.kind == RUN, Job.state.in_(UNDER_WAY))


async def request_export(uow: UnitOfWork) -> UUID:
    """Have an export of this space made. Raises NotAllowed while another one is being made."""
    export_id = await uow.add(
        Export, status="waiting", requested_by_id=uow.principal.id, requested_at=uow.now
    )
    queued = await enqueue(uow, RUN, key="export", export_id=str(export_id))
    if queued is None or len(await uow.rows(_UNDER_WAY)) > 1:
        raise NotAllowed(en="an export is being made already", ru="выгрузка уже готовится")
    uow.record("export.requested", export_id)
    return export_id


async def cancel_export(uow: UnitOfWork, export_id: UUID) -> None:
    """Stop the making of an export, or do not begin it; nothing more where that was done before.

    What is written of its file goes as any that was cut short. Raises NotFound, and NotAllowed for
    one that is ready.
    """
    status = await uow.value(_LOCKED, asked=export_id)
    if status is None:
        raise NotFound("id", what="export")
    if status == "ready":
        raise NotAllowed("id", en="it is ready already", ru="выгрузка уже готова")
    if status == "cancelled":
        return
    await uow.execute(
        update(Export).where(Export.id == export_id).values(status="cancelled", finished_at=uow.now)
    )
    for job in await uow.rows(_UNDER_WAY):
        if job["arguments"]["export_id"] == str(export_id):
            await cancel_job(uow, job["id"])
    uow.record("export.cancelled", export_id)


async def run_export(course: Course, store: FileStore, *, export_id: str) -> dict[str, Any]:
    """Job `export.run`: write the file, then say that it is there; `{"rows", "bytes"}`.

    Run twice, it writes the same file anew; once it is ready, nothing.
    """
    asked, scope = UUID(export_id), course.scope
    async with course.writing("exportRun") as uow:
        status = await uow.value(select(Export.status).where(Export.id == asked))
        if status != "waiting":
            return {"rows": 0, "bytes": 0}
        if await locked_file(uow, asked) is None:
            await announce_file(
                uow,
                asked,
                purpose="export",
                name=export_name(asked),
                filename=f"{encode_id('exp', asked)}.jsonl",
                content_type="application/jsonl",
                bytes=0,
            )
    digest, counts = hashlib.sha256(), dict[str, int]()

    async def chunks() -> AsyncIterator[bytes]:
        async for lines in export_lines(scope, counts):
            digest.update(lines)
            yield lines
            await course.progress(done=sum(counts.values()))

    size = await store.save(scope.tenant_id, export_name(asked), chunks())
    rows = sum(counts.values())
    async with course.writing("exportRun") as uow:
        ends = uow.now + KEPT
        await settle_file(uow, asked, sha256=digest.digest(), expires_at=ends, bytes=size)
        await uow.execute(
            update(Export)
            .where(Export.id == asked)
            .values(
                status="ready",
                finished_at=uow.now,
                expires_at=ends,
                rows=rows,
                size_bytes=size,
                sha256=digest.hexdigest(),
            )
        )
        uow.record("export.finished", asked, rows=rows)
    return {"rows": rows, "bytes": size}


def export_name(export_id: UUID) -> str:
    """The file's name in the store."""
    return f"exports/{encode_id('exp', export_id)}.jsonl"


async def export_lines(scope: TenantScope, counts: dict[str, int]) -> AsyncIterator[bytes]:
    """The export in pieces of whole lines, each a thousand rows at most; `counts` grows with it."""
    tables = [table for table in tables_of_tenants() if table.name not in LEFT_OUT]
    async with scope.writing("exportRead") as uow:
        # Before the first look: from here on, all is seen as it is now.
        await uow.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield _line(
            {
                "ryad_export": VERSION,
                "tenant_id": scope.tenant_id,
                "made_at": uow.now,
                "tables": [table.name for table in tables],
            }
        )
        for table in tables:
            name = f"{table.name}"  # plain text: SQLAlchemy's own kind of str is no key of JSON
            counts[name] = 0
            async for rows in _pages(uow, table):
                counts[name] += len(rows)
                yield b"".join(_line({"table": name, "row": row}) for row in rows)
        yield _line({"end": True, "rows": sum(counts.values()), "tables": counts})


async def _pages(uow: UnitOfWork, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
    first, further, key, shown = _statements(table)
    rows = await uow.rows(first)
    while rows:
        yield [{column: _plain(row[column]) for column in shown} for row in rows]
        if len(rows) < PAGE:
            return
        rows = await uow.rows(further, **{f"last_{name}": rows[-1][name] for name in key})


@cache
def _statements(table: Table) -> tuple[Any, Any, list[str], list[str]]:
    """The first page, the page behind a key, the key's columns, and those that are shown."""
    key = list(table.primary_key.columns)
    shown = [column for column in table.columns if is_shown(table, column.name)]
    columns = list({column.name: column for column in (*key, *shown)}.values())
    page = (
        select(*columns)
        .where(table.c.tenant_id == bindparam("tenant", type_=table.c.tenant_id.type))
        .order_by(*key)
        .limit(PAGE)
    )
    last = [bindparam(f"last_{column.name}", type_=column.type) for column in key]
    return (
        page,
        page.where(tuple_(*key) > tuple_(*last)),
        [f"{column.name}" for column in key],
        [f"{column.name}" for column in shown],
    )


def is_shown(table: Table, column: str) -> bool:
    """Whether an export tells this column: what is derived or a secret stays inside."""
    described = table.columns[column]
    if f"{table.name}.{column}" in SHOWN:
        return True
    is_bytes = isinstance(described.type, LargeBinary)
    return not (is_bytes or described.computed is not None or _SECRET_NAME.search(column))


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)
