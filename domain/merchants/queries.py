"""Reads that the doors need: what the shop is, who works there, what has happened.

Statements in capitals are for pages (domain/paging.py); nothing here selects a hash or a secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime, Select, Text, any_, bindparam, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.merchants.reception import Mode
from domain.merchants.sessions import IDLE
from domain.merchants.tables import Export, Invitation, LegalEntity, Role, Shop, StaffMember
from domain.row_sets import IDS
from tenants.ledger import FIRST_HASH, AuditEntry, EventRow, Ledger, first_broken_link
from tenants.platform_tables import ApiKey, Host, StaffSession
from tenants.scope import Asking, Row
from tenants.statements import TENANT

VERIFIED_AT_ONCE: Final = 1_000

STAFF: Final = select(StaffMember).where(StaffMember.status != "removed")
KEYS: Final = select(
    ApiKey.id,
    ApiKey.kind,
    ApiKey.mode,
    ApiKey.name,
    ApiKey.prefix,
    ApiKey.last_four,
    ApiKey.scopes,
    ApiKey.trusted_only,
    ApiKey.expires_at,
    ApiKey.revoked_at,
    ApiKey.replaced_by_id,
    ApiKey.last_used_at,
    ApiKey.created_at,
    ApiKey.created_by_id,
)
SESSIONS: Final = select(
    StaffSession.id,
    StaffSession.identity_id,
    StaffSession.mode,
    StaffSession.address,
    StaffSession.user_agent,
    StaffSession.created_at,
    StaffSession.last_used_at,
    StaffSession.expires_at,
    StaffSession.second_factor_at,
)
EXPORTS: Final = select(Export)

_MERCHANT: Final = select(
    func.platform.merchant_of(TENANT)
    .table_valued(
        column("handle", Text()),
        column("mode", Text()),
        column("status", Text()),
        column("plan", Text()),
        column("plan_title", JSONB()),
        column("limits", JSONB()),
        column("created_at", DateTime(timezone=True)),
        column("suspension_reason", Text()),
        column("erase_after", DateTime(timezone=True)),
    )
    .alias("merchant")
)


async def find_shop(db: Asking) -> Row | None:
    """The settings of this space."""
    return await db.row(select(Shop))


async def find_merchant(db: Asking) -> Row | None:
    """What the platform knows of this space: handle, mode, status, plan, its limits and times."""
    return await db.row(_MERCHANT)


async def list_hosts(db: Asking) -> list[Row]:
    """The merchant's hosts, the primary one first; in the live space."""
    return await db.rows(
        select(
            Host.host,
            Host.is_primary,
            Host.created_at,
            Host.proven_at,
            Host.proof,
            Host.checked_at,
            Host.problem,
        ).order_by(Host.is_primary.desc(), Host.host)
    )


async def list_legal_entities(db: Asking) -> list[Row]:
    """Those in use, the default first."""
    return await db.rows(
        select(LegalEntity)
        .where(LegalEntity.archived_at.is_(None))
        .order_by(LegalEntity.is_default.desc(), LegalEntity.id)
    )


async def list_roles(db: Asking) -> list[Row]:
    """The system's roles and the shop's own, as they were made."""
    return await db.rows(select(Role).order_by(Role.id))


async def list_invitations(db: Asking, *, now: datetime) -> list[Row]:
    """Those that can still be accepted, the newest first."""
    return await db.rows(
        select(Invitation)
        .where(
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id.desc())
    )


async def list_sessions(db: Asking, staff_id: UUID, *, now: datetime) -> list[Row]:
    """The open sessions of a member of staff, the last used first."""
    identity_id = await db.value(select(StaffMember.identity_id).where(StaffMember.id == staff_id))
    return await db.rows(
        SESSIONS.where(
            StaffSession.identity_id == identity_id,
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > now,
            StaffSession.last_used_at > now - IDLE,
        ).order_by(StaffSession.last_used_at.desc())
    )


@dataclass(frozen=True, slots=True)
class Feed:
    """Events in their order. `position` is where to go on, also past those not asked for."""

    events: list[Row]
    position: int
    has_more: bool


async def read_events(db: Asking, *, after: int, types: Sequence[str] | None, first: int) -> Feed:
    """Up to `first` events behind a position, of some types or all.

    Numbers are given out under a lock that is held to the commit, so what is behind a number that
    was seen comes later: a reader who keeps its position misses nothing.
    """
    head = await db.value(select(Ledger.event_sequence)) or 0
    asked = select(EventRow).where(EventRow.sequence > after, EventRow.sequence <= head)
    if types is not None:
        wanted = bindparam("types", list(types), type_=ARRAY(Text()))
        asked = asked.where(EventRow.type == any_(wanted))
    rows = await db.rows(asked.order_by(EventRow.sequence).limit(literal(first + 1)))
    events = rows[:first]
    if len(rows) > first:
        return Feed(events, events[-1]["sequence"], True)
    return Feed(events, max(head, after), False)


async def verify_audit(db: Asking) -> dict[str, Any]:
    """Recompute the whole chain: `{"entries": how many, "broken_at": sequence or None}`.

    An entry changed, taken out or added breaks it where that was done; entries cut off at the end
    are missed by the ledger, which remembers the last.
    """
    previous, last, count = FIRST_HASH, 0, 0
    head = await db.row(select(Ledger.audit_sequence, Ledger.audit_hash))
    while True:
        page = await db.rows(
            select(AuditEntry)
            .where(AuditEntry.sequence > last)
            .order_by(AuditEntry.sequence)
            .limit(VERIFIED_AT_ONCE)
        )
        # Written while we read: the head that was read first does not know it.
        entries = [row for row in page if head and row["sequence"] <= head["audit_sequence"]]
        broken = first_broken_link(list(entries), previous)
        if broken is not None:
            return {"entries": count, "broken_at": broken}
        if entries:
            previous, last = entries[-1]["hash"], entries[-1]["sequence"]
            count += len(entries)
        if len(entries) < VERIFIED_AT_ONCE:
            break
    is_whole = head is None or (head["audit_sequence"], head["audit_hash"]) == (last, previous)
    return {"entries": count, "broken_at": None if is_whole else last + 1}


async def keys_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Keys by id, without their hashes."""
    rows = await db.rows(KEYS.where(ApiKey.id == any_(IDS)), ids=list(ids))
    return {row["id"]: row for row in rows}


def keys_of(mode: Mode | None, *, revoked: bool) -> Select[Any]:
    """Keys to page through: of one mode or both, with or without those that ended."""
    asked = KEYS
    if mode is not None:
        asked = asked.where(ApiKey.mode == mode)
    return asked if revoked else asked.where(ApiKey.revoked_at.is_(None))
