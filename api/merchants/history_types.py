"""What happened, who did it, and all of it in one file."""

from typing import Any

import strawberry

from api.engine.fields import computed
from api.files.types import export_url
from api.merchants import kinds
from api.merchants.named_ids import (
    actor_id,
    credential_id,
    entity_id,
    spelled,
    spelled_changes,
)
from api.merchants.words import ActorKind, ExportStatus
from api.nodes import Node
from api.scalars import JSON, DateTime, Decimal, id_field


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _sequence(row: Any) -> str:
    return str(row["sequence"])


@strawberry.type
class Event:
    """One fact of the feed."""

    id: strawberry.ID = id_field(kinds.EVENT)
    sequence: Decimal = computed(_sequence, description="Its place in the feed, without gaps.")
    type: str = strawberry.field(description="What happened, in the past tense: product.created.")
    entity_id: strawberry.ID | None = computed(entity_id)
    payload: JSON = computed(lambda row: spelled(row["payload"]))
    actor: ActorKind
    occurred_at: DateTime


@strawberry.type
class EventFeed:
    """Events in their order. Keep `position` and ask for what is after it."""

    events: list[Event]
    position: Decimal
    has_more: bool


@strawberry.type
class AuditEntry:
    """Who did what, by which key, from where."""

    id: strawberry.ID = id_field(kinds.AUDIT_ENTRY)
    sequence: Decimal = computed(_sequence)
    action: str
    actor: ActorKind
    actor_id: strawberry.ID | None = computed(actor_id)
    credential_id: strawberry.ID | None = computed(
        credential_id, description="The key or session that it was done with."
    )
    address: str | None
    request_id: str | None
    changes: JSON = computed(
        spelled_changes, description="What happened: each `event`, the `id` it is about, its facts."
    )
    occurred_at: DateTime
    hash: str = computed(
        lambda row: row["hash"].hex(), description="SHA-256 over this entry and the one before."
    )


@strawberry.type
class AuditVerdict:
    """Whether the chain of the audit log holds; where not, from which entry on."""

    entries: Decimal
    broken_at: Decimal | None


@strawberry.type
class Export(Node):
    """All of this space's data in one file of JSON Lines."""

    id: strawberry.ID = id_field(kinds.EXPORT)
    status: ExportStatus
    requested_at: DateTime
    finished_at: DateTime | None
    expires_at: DateTime | None = strawberry.field(description="When the file will be removed.")
    rows: Decimal | None = computed(lambda row: _number(row["rows"]))
    size_bytes: Decimal | None = computed(lambda row: _number(row["size_bytes"]))
    sha256: str | None
    url: str | None = export_url()


@strawberry.type
class Secret(Node):
    """A secret of the shop, by its name; what it is can only be replaced."""

    id: strawberry.ID = id_field(kinds.SECRET)
    name: str
    created_at: DateTime
    updated_at: DateTime
