"""Root fields of the history: the feed of events, the audit log, exports."""

from functools import partial
from typing import cast

import strawberry
from strawberry import UNSET

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.filters import ANY, DateTimeFilter, IdFilter, TextFilter, filtered
from api.lists import by_id, listing, paged
from api.merchants import kinds
from api.merchants.history_types import AuditEntry, AuditVerdict, EventFeed, Export
from api.rows import in_table
from api.scalars import BadInput, Decimal
from domain.merchants import tables
from domain.merchants.audit import AUDIT, NEWEST_FIRST
from domain.merchants.queries import EXPORTS, read_events, verify_audit
from domain.paging import DEFAULT_PAGE, LONGEST_PAGE, PageRequest, Sort, count_of, page_of

MOST_TYPES = 50
VERIFY_COST = 200
LAST_POSITION = 2**63 - 1


@strawberry.input
class AuditWhere:
    """Which entries are wanted; fields side by side must all hold."""

    staff_member_id: IdFilter | None = filtered(kinds.STAFF)
    api_key_id: IdFilter | None = filtered(kinds.API_KEY)
    action: TextFilter | None = strawberry.field(
        default=UNSET, description="The mutation's name: productUpdate."
    )
    entity_id: IdFilter | None = filtered(ANY)
    occurred_at: DateTimeFilter | None = UNSET


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
        answer = {
            "events": feed.events,
            "position": str(feed.position),
            "has_more": feed.has_more,
        }
        return cast(EventFeed, answer)

    audit_entries: Connection[AuditEntry] = listing(
        AUDIT,
        where=AuditWhere,
        usual=NEWEST_FIRST,
        permission="audit:read",
        description="Who did what, the newest first.",
    )

    @root(permission="audit:read", cost=VERIFY_COST)
    async def audit_verify(self, info: Info) -> AuditVerdict:
        """Recompute the chain of the whole audit log: has anything been changed or taken out?"""
        found = await verify_audit(info.context.reading)
        verdict = {
            "entries": str(found["entries"]),
            "broken_at": None if found["broken_at"] is None else str(found["broken_at"]),
        }
        return cast(AuditVerdict, verdict)

    @paged(permission="export:run")
    async def exports(self, info: Info, page: PageRequest) -> Connection[Export]:
        """Exports of this space, the newest first."""
        db, order = info.context.reading, [Sort("id", tables.Export.id, descending=True)]
        return connection(await page_of(db, EXPORTS, order, page), partial(count_of, db, EXPORTS))

    export: Export | None = by_id(
        in_table(tables.Export),
        kinds.EXPORT,
        permission="export:run",
        description="One export: whether it is ready, and where it is fetched.",
    )
