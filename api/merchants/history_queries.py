"""Root fields of the history: the feed of events, the audit log, exports."""

from functools import partial
from typing import Any

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.merchants import kinds
from api.merchants.history_types import AuditEntry, AuditVerdict, EventFeed, Export
from api.refusals import told
from api.scalars import BadInput, Decimal, wanted_id
from domain.merchants import tables
from domain.merchants.queries import AUDIT_ENTRIES, EXPORTS, read_events, verify_audit
from domain.paging import DEFAULT_PAGE, LONGEST_PAGE, PageRequest, Sort, count_of, page_of
from domain.row_sets import rows_by_id
from tenants import ledger

MOST_TYPES = 50
VERIFY_COST = 200
LAST_POSITION = 2**63 - 1


@strawberry.type
class HistoryQueries:
    """Root fields of the area."""

    @root(permission="events:read", page_size="first")
    async def events(
        self,
        info: Info,
        after: Decimal = "0",  # type: ignore[assignment]
        types: list[str] | None = None,
        first: int = DEFAULT_PAGE,
    ) -> EventFeed:
        """What happened after a position, in order and without gaps; of some types or of all.

        Begin at "0", keep the answer's `position`, and ask again from there, for ever.
        """
        if not str(after).isascii() or not str(after).isdigit() or int(after) > LAST_POSITION:
            raise BadInput("A position is a whole number from 0.", argument="after")
        if not 1 <= first <= LONGEST_PAGE:
            raise BadInput(f"first must be from 1 to {LONGEST_PAGE}.", argument="first")
        if types is not None and len(types) > MOST_TYPES:
            raise BadInput(f"types may hold {MOST_TYPES} at most.", argument="types")
        feed = await read_events(info.context.reading, after=int(after), types=types, first=first)
        answer: Any = {
            "events": feed.events,
            "position": str(feed.position),
            "has_more": feed.has_more,
        }
        return answer  # type: ignore[no-any-return]

    @root(permission="audit:read", page_size=("first", "last"))
    async def audit_entries(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[AuditEntry]:
        """Who did what, the newest first."""
        db = info.context.reading
        with told(info.context):
            page = await page_of(
                db,
                AUDIT_ENTRIES,
                [
                    Sort("sequence", ledger.AuditEntry.sequence, descending=True),
                    Sort("id", ledger.AuditEntry.id),
                ],
                PageRequest(first, after, last, before),
            )
        return connection(page, partial(count_of, db, AUDIT_ENTRIES))  # type: ignore[return-value]

    @root(permission="audit:read", cost=VERIFY_COST)
    async def audit_verify(self, info: Info) -> AuditVerdict:
        """Recompute the chain of the whole audit log: has anything been changed or taken out?"""
        found = await verify_audit(info.context.reading)
        verdict: Any = {
            "entries": str(found["entries"]),
            "broken_at": None if found["broken_at"] is None else str(found["broken_at"]),
        }
        return verdict  # type: ignore[no-any-return]

    @root(permission="export:run", page_size=("first", "last"))
    async def exports(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Export]:
        """Exports of this space, the newest first."""
        db = info.context.reading
        with told(info.context):
            page = await page_of(
                db,
                EXPORTS,
                [Sort("id", tables.Export.id, descending=True)],
                PageRequest(first, after, last, before),
            )
        return connection(page, partial(count_of, db, EXPORTS))  # type: ignore[return-value]

    @root(permission="export:run")
    async def export(self, info: Info, id: strawberry.ID) -> Export | None:
        """One export: whether it is ready, and where it is fetched."""
        export_id = wanted_id(id, kinds.EXPORT)
        found = await rows_by_id(info.context.reading, tables.Export, [export_id])
        return found.get(export_id)  # type: ignore[return-value]
