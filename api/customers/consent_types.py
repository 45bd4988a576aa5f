"""Consents as they are shown at both doors."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.customers import kinds
from api.engine.fields import computed
from api.rows import in_table, one
from api.scalars import DateTime, id_field
from domain.customers.consents import tables


@strawberry.enum
class ConsentPurpose(Enum):
    """What a consent is for."""

    MARKETING = "marketing"
    PERSONAL_DATA = "personal_data"
    PROFILING = "profiling"
    REVIEWS = "reviews"
    THIRD_PARTIES = "third_parties"


@strawberry.enum
class ConsentChannel(Enum):
    """How one may be written to; NONE is of consents that are not about messages."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    MESSENGER = "messenger"
    PUSH = "push"
    NONE = "none"


@strawberry.enum
class ConsentDoor(Enum):
    """Where a consent was given or withdrawn; RENEWED: other words took its place."""

    ADMIN = "admin"
    ACCOUNT = "account"
    CHECKOUT = "checkout"
    LETTER = "letter"
    IMPORT = "import"
    RENEWED = "renewed"
    ERASED = "erased"


@strawberry.type
class ConsentText:
    """The words of a consent, in one of their versions."""

    id: strawberry.ID = id_field(kinds.CONSENT_TEXT)
    purpose: ConsentPurpose
    language: str
    version: int
    text: str
    sha256: str = computed(lambda row: row["sha256"].hex(), reads=["sha256"])
    created_at: DateTime


@strawberry.type
class Consent:
    """What a customer agreed to, and until when."""

    purpose: ConsentPurpose
    channel: ConsentChannel
    text: ConsentText = one(in_table(tables.ConsentText), by="text_id")
    granted_at: DateTime
    source: ConsentDoor
    withdrawn_at: DateTime | None = strawberry.field(description="Null: it is valid.")
    withdrawn_by: ConsentDoor | None


@strawberry.type
class ProvenConsent(Consent):
    """A consent with what proves it."""

    address: str | None = strawberry.field(description="The IP address that it was given from.")


@strawberry.input
class AgreedInput:
    """A text, and a channel that it was agreed to for."""

    text_id: strawberry.ID
    channel: ConsentChannel


def texts_in(rows: Sequence[Any], language: str) -> list[Any]:
    """Of each purpose the text in a language, or else in whichever there is."""
    found: dict[str, Any] = {}
    for row in rows:
        if row["purpose"] not in found or row["language"] == language:
            found[row["purpose"]] = row
    return list(found.values())
