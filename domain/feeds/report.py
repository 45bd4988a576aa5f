"""What was wrong in a run: counted whole, kept row by row, written with each of its slices.

A run that stops in the middle has told what it met until then; one that goes on goes on counting.
"""

from collections import Counter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update

from domain.feeds.ports import ProblemCode, ProblemLog, Severity
from domain.feeds.tables import ImportProblem, ImportRun
from domain.paging import Page, PageRequest, Sort, page_of
from domain.row_sets import insert_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

_OF_RUN: Final = select(ImportProblem).where(ImportProblem.run_id == bindparam("run_id"))
_COUNT: Final = select(func.count()).where(ImportProblem.run_id == bindparam("run_id"))


async def go_on_with(uow: UnitOfWork, run: Row, log: ProblemLog) -> None:
    """Let the log follow what an earlier try of the run wrote; it found what reading finds, too."""
    if run["problem_counts"]:
        log.kept.clear()
        log.earlier = int(await uow.value(_COUNT, run_id=run["id"]))
        log.counts = Counter(
            {_counted(name): count for name, count in run["problem_counts"].items()}
        )


async def write_problems(uow: UnitOfWork, run_id: UUID, log: ProblemLog) -> None:
    """The problems that were kept since the last time become rows; all of them are counted."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "run_id": run_id,
            "position": log.earlier + number,
            "code": problem.code.value,
            "severity": problem.severity.value,
            "line": problem.line,
            "external_id": problem.external_id,
            "field": problem.field,
            "value": problem.value,
            "earlier_line": problem.earlier_line,
        }
        for number, problem in enumerate(log.kept)
    ]
    await insert_rows(uow, ImportProblem, rows)
    log.earlier += len(rows)
    log.kept.clear()
    counts = {f"{code}.{severity}": count for (code, severity), count in log.counts.items()}
    await uow.execute(update(ImportRun).where(ImportRun.id == run_id).values(problem_counts=counts))


async def forget_problems(uow: UnitOfWork, run_id: UUID) -> None:
    """Begin the report anew: the file that it was of is another one now."""
    await uow.execute(delete(ImportProblem).where(ImportProblem.run_id == run_id))
    await uow.execute(update(ImportRun).where(ImportRun.id == run_id).values(problem_counts={}))


async def list_problems(db: Asking, run_id: UUID, request: PageRequest) -> Page:
    """The problems of a run, in the order in which they were met."""
    order = [Sort("position", ImportProblem.position), Sort("id", ImportProblem.id)]
    return await page_of(db, _OF_RUN, order, request, run_id=run_id)


def _counted(name: str) -> tuple[ProblemCode, Severity]:
    code, _, severity = name.rpartition(".")
    return ProblemCode(code), Severity(severity)
