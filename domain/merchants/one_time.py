"""Links of letters: good once, for a time, for one purpose.

A letter that is sent again has a link of its own, and the older one still works, for nobody knows
which of the two arrived; with the first that is used the others end.
"""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import delete, select, update

from domain.merchants.errors import LinkNoLongerGood
from tenants.platform import PlatformUnit
from tenants.platform_tables import OneTimeToken
from tenants.scope import Row
from tenants.tokens import MalformedKey, TokenKind, issue_token, token_digest

Purpose = Literal["confirm_email", "accept_invitation", "reset_password"]

GOOD_FOR: Final[dict[Purpose, timedelta]] = {
    "confirm_email": timedelta(days=7),
    "accept_invitation": timedelta(days=7),
    "reset_password": timedelta(hours=1),
}


async def issue_link(
    unit: PlatformUnit,
    purpose: Purpose,
    *,
    identity_id: UUID | None = None,
    tenant_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> str:
    """The token of a new link."""
    issued = issue_token(TokenKind.ONE_TIME)
    await unit.add(
        OneTimeToken,
        purpose=purpose,
        token_hash=issued.digest,
        identity_id=identity_id,
        tenant_id=tenant_id,
        subject_id=subject_id,
        expires_at=unit.now + GOOD_FOR[purpose],
    )
    return issued.text


async def find_link(unit: PlatformUnit, purpose: Purpose, token: str) -> Row:
    """What a link is about: `identity_id`, `tenant_id`, `subject_id`. Raises LinkNoLongerGood."""
    try:
        digest = token_digest(TokenKind.ONE_TIME, token)
    except MalformedKey:
        raise LinkNoLongerGood("token") from None
    found = await unit.row(
        select(
            OneTimeToken.purpose,
            OneTimeToken.identity_id,
            OneTimeToken.tenant_id,
            OneTimeToken.subject_id,
        ).where(
            OneTimeToken.token_hash == digest,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > unit.now,
        )
    )
    if found is None:
        raise LinkNoLongerGood("token")
    return found


async def use_link(unit: PlatformUnit, link: Row) -> None:
    """Use it up, and its twins with it: of two at once, one raises LinkNoLongerGood."""
    if await end_links(unit, **link) == 0:
        raise LinkNoLongerGood("token")


async def end_links(
    unit: PlatformUnit,
    purpose: Purpose,
    *,
    identity_id: UUID | None = None,
    tenant_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> int:
    """End all links that are about just this; how many there were."""
    return await unit.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.purpose == purpose,
            OneTimeToken.identity_id.is_not_distinct_from(identity_id),
            OneTimeToken.tenant_id.is_not_distinct_from(tenant_id),
            OneTimeToken.subject_id.is_not_distinct_from(subject_id),
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=unit.now)
    )


async def forget_old_links(unit: PlatformUnit) -> int:
    """Drop links that were out of date a month ago; how many."""
    month_ago = unit.now - timedelta(days=30)
    return await unit.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < month_ago))
