"""Runs: one reading of a price list, from the queue to its end, and what was wrong in it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, func, literal, select, update

from domain.errors import NotAllowed, NotFound
from domain.feeds.ports import PriceListRefused, ProblemLog, StopCode
from domain.feeds.report import write_problems
from domain.feeds.sources import forget_seen
from domain.feeds.tables import ImportRun, PriceListSource
from domain.paging import Page, PageRequest, Sort, page_of
from domain.references import get_id
from domain.row_sets import lock_rows, rows_by_id
from tenants.jobs import Job, enqueue
from tenants.scope import Asking, Row, UnitOfWork

IMPORT: Final = "feeds.import"
"""The kind of job that does a run; its argument is `run_id`."""
UNDER_WAY: Final = ("queued", "running")

_UNDER_WAY: Final = select(ImportRun.id).where(
    ImportRun.source_id == bindparam("source_id"),
    ImportRun.status == any_(literal(list(UNDER_WAY), ARRAY(Text()))),
)
_WAITING_JOB: Final = select(Job.id).where(
    Job.kind == IMPORT,
    Job.dedup_key == bindparam("key"),
    Job.state == any_(literal(["queued", "dispatched", "running"], ARRAY(Text()))),
)
_OF_SOURCE: Final = select(ImportRun).where(ImportRun.source_id == bindparam("source_id"))
_LOCKED: Final = select(ImportRun).where(ImportRun.id == bindparam("run_id")).with_for_update()


async def start_import(
    uow: UnitOfWork, *, source: UUID, file_key: str | None, even_if_unchanged: bool = False
) -> UUID:
    """Queue a reading of the file stored under `file_key`, or at the source's address; its run.

    Raises NotFound, and NotAllowed while another run of the source is under way, or where there is
    neither a file nor an address. A file at the address that is the one taken in last is left
    alone, unless it is wanted `even_if_unchanged`.
    """
    source_id = await get_id(uow, PriceListSource, source, "sourceId", what="price_list_source")
    row = (await lock_rows(uow, PriceListSource, [source_id]))[source_id]
    if file_key is None and row["url"] is None:
        raise NotAllowed(
            "uploadId",
            en="send a file: the source has no address to fetch one from",
            ru="пришлите файл: у источника не указан адрес, откуда его взять",
        )
    under_way = await uow.row(_UNDER_WAY, source_id=source_id)
    if under_way is not None:
        if await uow.row(_WAITING_JOB, key=str(under_way["id"])):
            raise NotAllowed(
                "sourceId", en="an import of it is under way", ru="импорт из него уже идёт"
            )
        await fail_run(uow, under_way["id"], code=StopCode.WORKER_LOST)
    if even_if_unchanged:
        await forget_seen(uow, source_id)
    run_id = await uow.add(ImportRun, source_id=source_id, file_key=file_key, created_at=uow.now)
    await enqueue(uow, IMPORT, key=str(run_id), run_id=str(run_id))
    uow.record("import.started", run_id, source_id=source_id)
    return run_id


async def cancel_import(uow: UnitOfWork, run_id: UUID) -> None:
    """Stop a run before its next slice; what it brought so far stays. Raises NotFound."""
    run = await locked_run(uow, run_id)
    if run["status"] in UNDER_WAY:
        await _end(uow, run_id, "cancelled")


async def locked_run(uow: UnitOfWork, run_id: UUID) -> Row:
    """The run, locked until the unit ends. Raises NotFound."""
    run = await uow.row(_LOCKED, run_id=run_id)
    if run is None:
        raise NotFound("id", what="import")
    return run


async def note_progress(
    uow: UnitOfWork, run_id: UUID, *, to: str, counts: dict[str, int], problems: ProblemLog
) -> None:
    """Everything up to the key `to` is in the catalogue, and this is what was wrong in it."""
    await uow.execute(
        update(ImportRun).where(ImportRun.id == run_id).values(applied_to=to, counts=counts)
    )
    await write_problems(uow, run_id, problems)


async def begin_run(uow: UnitOfWork, run_id: UUID) -> None:
    """It is being worked on."""
    await uow.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(status="running", started_at=func.coalesce(ImportRun.started_at, uow.now))
    )


async def finish_run(
    uow: UnitOfWork, run_id: UUID, *, counts: dict[str, int], problems: ProblemLog
) -> None:
    """It is done; the problems kept become rows, all of them are counted."""
    await write_problems(uow, run_id, problems)
    await _end(uow, run_id, "done", counts=counts)


async def leave_run(uow: UnitOfWork, run_id: UUID) -> None:
    """There is nothing to do: the file is the one that was taken in last."""
    await _end(uow, run_id, "unchanged")


async def refuse_run(uow: UnitOfWork, run_id: UUID, refusal: PriceListRefused) -> None:
    """The file was refused as a whole, and nothing of it was taken."""
    await _end(
        uow,
        run_id,
        "refused",
        refusal_code=refusal.code.value,
        refusal_detail=refusal.detail[:500],
        refusal_line=refusal.line,
    )


async def fail_run(uow: UnitOfWork, run_id: UUID, *, code: str, detail: str = "") -> None:
    """It stopped in the middle; what was taken before stays."""
    await _end(uow, run_id, "failed", refusal_code=code, refusal_detail=detail[:500])


async def list_runs(db: Asking, source_id: UUID, request: PageRequest) -> Page:
    """The runs of a source, the newest first."""
    order = [Sort("id", ImportRun.id, descending=True)]
    return await page_of(db, _OF_SOURCE, order, request, source_id=source_id)


async def runs_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Runs by id."""
    return await rows_by_id(db, ImportRun, ids)


async def _end(uow: UnitOfWork, run_id: UUID, status: str, **columns: Any) -> None:
    await uow.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(status=status, finished_at=uow.now, **columns)
    )
    uow.record(f"import.{status}", run_id)
