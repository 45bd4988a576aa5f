"""The words of consents: published by the merchant, kept in all their versions."""

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on

from domain.customers.consents.tables import PURPOSES, ConsentText
from domain.errors import Invalid, valid
from domain.inputs import Required, located, printable, word
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.languages import parse_language

LONGEST_TEXT: Final = 20_000
_NEWEST: Final = (
    select(ConsentText.id, ConsentText.version, ConsentText.sha256)
    .where(
        ConsentText.purpose == bindparam("purpose"), ConsentText.language == bindparam("language")
    )
    .order_by(ConsentText.version.desc())
    .limit(1)
)
_CURRENT: Final = (
    select(ConsentText)
    .ext(distinct_on(ConsentText.purpose, ConsentText.language))
    .order_by(ConsentText.purpose, ConsentText.language, ConsentText.version.desc())
)


async def publish_text(uow: UnitOfWork, *, purpose: str, language: str, text: str) -> UUID:
    """The words that are agreed to from now on; its id. The same words again are no new version.

    Of two at once the second sends it again (the unique version says so). Raises Invalid, Required.
    """
    with located("purpose"):
        word(*PURPOSES)(purpose)
    spoken = valid(parse_language, language, "language")
    with located("text"):
        words = printable(text).strip()
        if not words:
            raise Required()
        if len(words) > LONGEST_TEXT:
            raise Invalid(en=f"at most {LONGEST_TEXT} letters", ru=f"до {LONGEST_TEXT} знаков")
    digest = hashlib.sha256(words.encode()).digest()
    newest = await uow.row(_NEWEST, purpose=purpose, language=spoken)
    if newest is not None and newest["sha256"] == digest:
        text_id: UUID = newest["id"]
        return text_id
    made = await uow.add(
        ConsentText,
        purpose=purpose,
        language=spoken,
        version=newest["version"] + 1 if newest else 1,
        text=words,
        sha256=digest,
    )
    uow.record("consent_text.published", made, purpose=purpose, sha256=digest.hex())
    return made


async def current_texts(db: Asking) -> Sequence[Row]:
    """The newest words of each purpose in each language."""
    return await db.rows(_CURRENT)
