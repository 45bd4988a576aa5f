"""Searching the audit log: by who, with which key, what was done, to what, and when.

Each of these has an index that ends with the time, so a page of any filter walks along one.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from tenants.ledger import AuditEntry, EventRow


class _About(Filter):
    """What a unit of work did something to. Its events name that, and are of the same instant."""

    def condition(self, operator: str, value: Any) -> ColumnElement[bool]:
        """One operator applied: `eq` or `in`. Raises Invalid."""
        times = select(EventRow.occurred_at).where(self._compared(operator, value))
        # Two units may share an instant, so the entry itself is asked too.
        ids: list[UUID] = [value] if operator == "eq" else list(value)
        named = (AuditEntry.changes.contains([{"id": str(one)}]) for one in ids)
        return and_(AuditEntry.occurred_at.in_(times), or_(false(), *named))


AUDIT: Final = ListOf(
    AuditEntry,
    {
        "staffMemberId": Filter(AuditEntry.actor_id),
        "apiKeyId": Filter(AuditEntry.credential_id),
        "action": Filter(AuditEntry.action),
        "entityId": _About(EventRow.entity_id),
        "occurredAt": Filter(AuditEntry.occurred_at),
    },
    {"occurredAt": AuditEntry.occurred_at, "sequence": AuditEntry.sequence},
)
NEWEST_FIRST: Final = (("occurredAt", True), ("sequence", True))
